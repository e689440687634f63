/**
 * How long holdings stood without a stop on the exchange, in milliseconds of the exchange's clock: from the fill (or the
 * end of a stop) until a stop covers what is owned, or it is sold. Kept apart is what a fault forbade: the bot was dead
 * or starting, a request of its went unanswered or was limited, its stream was down, late or silent, its disk failed, the
 * market was halted or had no buyer, its clock was set, the account was emptied, the user
 * cancelled its stop again and again, or the network took more than half a second one way.
 */
import { dec, max, ZERO, type Decimal } from '../../core/decimal.js';
import { lotQuantity } from '../../core/rules.js';
import { instrumentOf } from '../../exchange/binance/instruments.js';
import { restingOf } from './invariants.js';
import type { Run } from './run.js';

const SLOW_NETWORK_MS = 500;
/** Below this share above the least notional a stop beneath the price may be too small to be taken. */
const SURELY_TAKEN = 1.15;

export interface Spans {
  /** No fault: until a stop covered all. */
  readonly protected: number[];
  /** No fault: until it was sold at market. */
  readonly left: number[];
  /** A fault forbade better. */
  readonly forbidden: number[];
}

export function noSpans(): Spans {
  return { protected: [], left: [], forbidden: [] };
}

export class Exposure {
  readonly spans = noSpans();
  private readonly since = new Map<string, number>();

  constructor(private readonly run: Run) {}

  /** After whatever happened to an order of this bot. */
  look(tag: string): void {
    const { now } = this.run.world;
    const owned = this.owned(tag);
    const bare = owned.gt(0) && this.covered(tag).plus(this.unevenness(tag)).lt(owned);
    const since = this.since.get(tag);
    if (bare && since === undefined) this.since.set(tag, now);
    if (bare || since === undefined) return;
    this.since.delete(tag);
    const kind = this.isForbidden(tag, since) ? 'forbidden' : owned.gt(0) ? 'protected' : 'left';
    this.spans[kind].push(Math.round(now - since));
    if (now - since > 2_000) this.run.world.say(`${tag} stood unprotected for ${now - since} ms: ${kind}`);
  }

  /** What a stop could be placed for; 0 when it may be too little. */
  private owned(tag: string): Decimal {
    const { venue } = this.run;
    const instrument = instrumentOf(venue.info);
    const quantity = lotQuantity(instrument, venue.ledger(tag).quantity, false);
    const worth = quantity.times(venue.engine.price(venue.symbol) ?? '0');
    return worth.gte(dec(instrument.minNotional).times(SURELY_TAKEN)) ? quantity : ZERO;
  }

  /** Each of several lots is protected in whole steps, so less than one of each is left over. */
  private unevenness(tag: string): Decimal {
    const lots = this.run.botOf(tag)?.process?.state?.lots.length ?? 0;
    return lots > 1 ? dec(instrumentOf(this.run.venue.info).stepSize).times(lots) : ZERO;
  }

  private covered(tag: string): Decimal {
    const bySeq = new Map<number, Decimal>();
    for (const { tag: theirs, seq, order } of restingOf(this.run.venue, 'main')) {
      if (theirs !== tag || order.side !== 'SELL' || !order.type.startsWith('STOP_LOSS')) continue;
      bySeq.set(seq, max(bySeq.get(seq) ?? ZERO, dec(order.origQty).minus(order.executedQty)));
    }
    return [...bySeq.values()].reduce((sum, rest) => sum.plus(rest), ZERO);
  }

  private isForbidden(tag: string, since: number): boolean {
    const bot = this.run.botOf(tag);
    if (bot === undefined || bot.process?.phase !== 'ready' || !bot.process.alive) return true;
    if (bot.process.state?.handCancels.some(({ count, until }) => count > 1 && (until ?? 0) >= since))
      return true;
    return bot.troubledUntil >= since || this.run.weather.slowest > SLOW_NETWORK_MS || this.run.disturbed;
  }
}
