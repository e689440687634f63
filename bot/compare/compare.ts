/** What a bot did beside a backtest of it on the same klines: each difference, with its cause where the journal tells it. */
import { dec, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';
import { INTERVAL_MS, openTimeAt, type Interval } from '../../core/kline.js';
import type { Instrument } from '../../core/rules.js';
import { DENIED, type Because, type Cause } from './causes.js';
import type { Diary } from './diary.js';
import { priceOf, type FilledOrder } from './fill-orders.js';
import { actsOnPrices, apart, isEntry, isEqual, isSameTrade, isWatched } from './likeness.js';
import { paired, type Pair } from './pairs.js';

export interface Difference {
  /** Market time (ms), of the bot's order where it has one. */
  readonly time: number;
  readonly slot: string;
  readonly side: 'BUY' | 'SELL';
  readonly live: Side | null;
  readonly backtest: Side | null;
  readonly cause: Cause;
  /** A sentence. */
  readonly because: string;
}

export interface Side {
  readonly time: number;
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly fees: Readonly<Record<string, DecimalText>>;
}

export interface Compared {
  /** Orders that are the same in both: time (to a second), price, quantity and commission. */
  readonly equal: number;
  /** Of `differences`, pairs that are the same but for a time that latency or the path inside a kline explains. */
  readonly equalButTime: number;
  readonly differences: readonly Difference[];
}

export interface Sides {
  readonly instrument: Pick<Instrument, 'base' | 'minNotional'>;
  /** What the bot held at the beginning and the backtest did not: too little to be sold (base). */
  readonly dust: DecimalText;
  readonly live: readonly FilledOrder[];
  readonly tested: readonly FilledOrder[];
  readonly diary: Pick<Diary, 'heard' | 'happenings' | 'byHand'>;
  readonly interval: Interval;
}

/** A little more than an interval: fills at the open of one kline, and at the end of it. */
const SLACK_MS = 60_000;

export function compareOrders(sides: Sides): Compared {
  const { live, tested, interval } = sides;
  const judge = new Judge(sides);
  let equalButTime = 0;
  const differences = paired(live, tested, INTERVAL_MS[interval] + SLACK_MS).flatMap((pair) => {
    const found = judge.look(pair);
    const { live: ours, tested: theirs } = pair;
    if (
      found.length > 0 &&
      ours !== null &&
      theirs !== null &&
      isTimed(found[0]!) &&
      isSameTrade(ours, theirs)
    )
      equalButTime += 1;
    return found;
  });
  const both = live.length + tested.length;
  const unequal = differences.reduce((sum, each) => sum + (each.live ? 1 : 0) + (each.backtest ? 1 : 0), 0);
  return { equal: (both - unequal) / 2, equalButTime, differences };
}

/** Goes along both runs, and knows how their books stand before each order. */
class Judge {
  /** The bot's books less those of the backtest. */
  private quantity: Decimal;
  private cash = ZERO;
  private price = ZERO;
  private readonly diary: Sides['diary'];
  private readonly interval: Interval;
  private readonly instrument: Sides['instrument'];

  constructor({ diary, interval, instrument, dust }: Sides) {
    this.diary = diary;
    this.interval = interval;
    this.instrument = instrument;
    this.quantity = dec(dust);
  }

  look(pair: Pair): Difference[] {
    const because = this.because(pair);
    this.book(pair);
    if (because === null) return [];
    const { time, slot, side } = (pair.live ?? pair.tested)!;
    return [
      {
        time,
        slot,
        side,
        live: pair.live && sideOf(pair.live),
        backtest: pair.tested && sideOf(pair.tested),
        cause: because.cause,
        because: because.words,
      },
    ];
  }

  private because({ live, tested }: Pair): Because | null {
    if (live !== null && tested !== null) return isEqual(live, tested) ? null : this.ofBoth(live, tested);
    return live !== null ? this.ofExtra(live) : this.ofMissing(tested!);
  }

  private ofBoth(live: FilledOrder, tested: FilledOrder): Because {
    const late = apart(live, tested);
    const price = dec(priceOf(live)).minus(priceOf(tested));
    const sameQuantity = dec(live.quantity).eq(tested.quantity);
    if (this.diary.byHand.has(live.clientOrderId))
      return { cause: 'manual', words: 'you had it trade by hand' };
    if (live.fills > 1 && live.fills > tested.fills)
      return { cause: 'partial-fill', words: `it was filled in ${live.fills} parts, as the book had room` };
    if (price.eq(0) && sameQuantity && late === 0)
      return { cause: 'commission', words: 'another commission was taken' };
    if (!this.isEven && !sameQuantity && (price.eq(0) || isWatched(live)))
      return {
        cause: 'follows',
        words: 'it had other amounts before it, from what was different until then',
      };
    if (late < 0 && live.fills === tested.fills) return this.ofSooner(live, tested, -late);
    if (late > 0 && live.fills === tested.fills)
      return { cause: 'latency', words: `it was filled ${duration(late)} later` };
    if (!price.eq(0)) {
      const worse = live.side === 'BUY' ? price : price.times(-1);
      return {
        cause: 'slippage',
        words: `the price was ${text(worse.abs())} ${worse.gt(0) ? 'worse' : 'better'} than the backtest assumes`,
      };
    }
    return { cause: 'unknown', words: 'the quantity is another one' };
  }

  /** Nothing on its way gains time: prices came sooner, or it was decided on at an earlier close. */
  private ofSooner(live: FilledOrder, tested: FilledOrder, byMs: number): Because {
    const [ours, theirs] = [this.decidedAt(live.time), this.decidedAt(tested.time)];
    if (actsOnPrices(live) || ours === theirs)
      return {
        cause: 'path',
        words: `it was filled ${duration(byMs)} sooner: the market was at its price before the path inside a kline that the backtest takes`,
      };
    return (
      this.common(live.time) ?? {
        cause: 'signal',
        words: `it was decided on at the kline of ${iso(ours)}, in the backtest at that of ${iso(theirs)}: other settings of the signal, or other klines`,
      }
    );
  }

  /** The bot did what the backtest did not. */
  private ofExtra(live: FilledOrder): Because {
    if (this.diary.byHand.has(live.clientOrderId))
      return { cause: 'manual', words: 'you had it trade by hand' };
    return this.common(live.time) ?? (isWatched(live) ? PATH : this.ofSignal(live.time, live.side));
  }

  /** The backtest did what the bot did not. */
  private ofMissing(tested: FilledOrder): Because {
    if (isEntry(tested)) {
      const because = this.ofEntry(tested.time);
      if (because !== null) return because;
    }
    return this.common(tested.time) ?? (isWatched(tested) ? PATH : this.ofSignal(tested.time, tested.side));
  }

  /** What the journal says of the kline whose close the backtest entered on. */
  private ofEntry(time: number): Because | null {
    const openTime = this.decidedAt(time);
    const heard = this.diary.heard.get(openTime);
    if (heard === undefined)
      return {
        cause: 'missed-kline',
        words: `it did not hear of the kline of ${iso(openTime)}: it was not running, or not ready`,
      };
    const denied = heard.outcome === null ? undefined : DENIED[heard.outcome];
    if (denied !== undefined) return denied;
    return heard.late && heard.verdict === 'enter' ? DENIED.missed! : null;
  }

  /** Books that are not the same explain what is done with them. */
  private common(time: number): Because | null {
    if (this.holdsOther)
      return { cause: 'follows', words: `it held ${this.ahead} than the backtest, from a difference above` };
    const change = this.diary.happenings.find((each) => each.what === 'config' && each.time >= time);
    if (change !== undefined)
      return {
        cause: 'config-change',
        words: `its config was changed later, at ${iso(change.time)}: the backtest has what it is now`,
      };
    return null;
  }

  private ofSignal(time: number, side: 'BUY' | 'SELL'): Because {
    const openTime = this.decidedAt(time);
    const heard = this.diary.heard.get(openTime);
    if (heard === undefined)
      return { cause: 'missed-kline', words: `the journal has no decision on the kline of ${iso(openTime)}` };
    if (heard.late) return { cause: 'missed-kline', words: `it heard of the kline of ${iso(openTime)} late` };
    const wanted = side === 'BUY' ? 'enter' : 'exit';
    if (heard.verdict !== wanted)
      return {
        cause: 'signal',
        words: `at the kline of ${iso(openTime)} its signal said ${heard.verdict}, in the backtest ${wanted}: other settings of the signal, or other klines`,
      };
    return { cause: 'unknown', words: 'the journal does not tell why' };
  }

  /** The kline at whose close something was decided that happened at `time`. */
  private decidedAt(time: number): number {
    return openTimeAt(time, this.interval) - INTERVAL_MS[this.interval];
  }

  private get isEven(): boolean {
    return this.quantity.eq(0) && this.cash.eq(0);
  }

  /** More than what cannot be sold anyway. */
  private get holdsOther(): boolean {
    return this.quantity.abs().times(this.price).gte(this.instrument.minNotional);
  }

  private get ahead(): string {
    return `${text(this.quantity.abs())} ${this.instrument.base} ${this.quantity.lt(0) ? 'less' : 'more'}`;
  }

  private book({ live, tested }: Pair): void {
    for (const [order, sign] of [
      [live, 1],
      [tested, -1],
    ] as const) {
      if (order === null) continue;
      this.price = dec(priceOf(order));
      const way = order.side === 'BUY' ? sign : -sign;
      this.quantity = this.quantity.plus(dec(order.quantity).times(way));
      this.cash = this.cash.minus(dec(order.quote).times(way));
      for (const [asset, fee] of Object.entries(order.fees)) {
        if (asset === this.instrument.base) this.quantity = this.quantity.minus(dec(fee).times(sign));
        else this.cash = this.cash.minus(dec(fee).times(sign));
      }
    }
  }
}

const PATH: Because = {
  cause: 'path',
  words:
    'it rested at a price that the market reached in one of them only: inside a kline the backtest goes open, low, high, close',
};

/** The same trade at another time, and nothing else is to say of it. */
function isTimed({ cause }: Difference): boolean {
  return cause === 'latency' || cause === 'path';
}

function sideOf(order: FilledOrder): Side {
  const { time, quantity, fees } = order;
  return { time, price: priceOf(order), quantity, fees };
}

function duration(ms: number): string {
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

function iso(time: number): string {
  return new Date(time).toISOString().replace(/(:00)?\.000Z$/, 'Z');
}
