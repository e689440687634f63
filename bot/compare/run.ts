/** A bot's life beside a backtest of it: the same klines, the same config, the same code. */
import { dec, text, type DecimalText } from '../../core/decimal.js';
import { INTERVAL_MS } from '../../core/kline.js';
import type { ReportedFill } from '../../core/events.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import type { KlineSeries } from '../../exchange/paper/market/series.js';
import { backtest } from '../backtest/run.js';
import type { BotConfig } from '../config.js';
import type { Beginning } from './beginning.js';
import type { Commission } from './commission.js';
import { compareOrders, type Compared } from './compare.js';
import type { Diary, Happening } from './diary.js';
import { filledOrders } from './fill-orders.js';

export interface Comparison extends Compared {
  readonly bot: string;
  readonly symbol: string;
  readonly interval: string;
  /** UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Klines that the bot decided on. */
  readonly decided: number;
  /** What each is worth at the end, at the last close, in `quote`. */
  readonly equity: { readonly live: DecimalText; readonly backtest: DecimalText };
  readonly quote: string;
  readonly commission: Commission;
  /** What the user and the world did to it meanwhile. */
  readonly happenings: readonly Happening[];
}

export interface Lives {
  readonly config: BotConfig;
  readonly diary: Diary;
  readonly beginning: Beginning;
  readonly series: KlineSeries;
  readonly commission: Commission;
  readonly profile: 'touch' | 'book';
}

/** The open time after the last kline that the bot decided on (ms). */
export function endOf({ heard }: Pick<Diary, 'heard'>, interval: BotConfig['interval']): number {
  return Math.max(...[...heard.keys()].slice(-1)) + INTERVAL_MS[interval];
}

export function compareLives({ config, diary, beginning, series, commission, profile }: Lives): Comparison {
  const { instrument } = diary.settings;
  const { base, quote, symbol } = instrument;
  const [from, to] = [beginning.time, endOf(diary, config.interval)];
  const market: MarketSource = {
    symbols: [{ symbol, base, quote, tickSize: instrument.tickSize, stepSize: instrument.stepSize }],
    start: from,
    end: to,
    notes: [],
    extendTo: (time) => time <= to,
    series: () => series,
  };
  const bot = { ...config, symbol, budget: beginning.cash };
  const { ledgers } = backtest({ bots: [bot], market, ...commission, profile, keepFills: true });
  // What is decided at the last close is done in the next kline, of which nobody knows yet.
  const within = ({ time }: ReportedFill): boolean => time >= from && time < to - 1;
  const live = diary.fills.filter(within);
  const tested = (ledgers[0]!.fills ?? []).filter(within);
  const last = series.indexAt(to) - 1;
  const price = last < 0 ? '0' : text(dec(series.kline(last).close));
  const worth = (fills: readonly ReportedFill[]): DecimalText =>
    worthOf(fills, beginning.cash, base, quote, price);
  return {
    ...compareOrders({
      instrument,
      dust: beginning.dust,
      live: filledOrders(live),
      tested: filledOrders(tested),
      diary,
      interval: config.interval,
    }),
    bot: config.id,
    symbol,
    interval: config.interval,
    from,
    to,
    decided: [...diary.heard.keys()].filter((time) => time >= from).length,
    equity: { live: worth(live), backtest: worth(tested) },
    quote,
    commission,
    happenings: diary.happenings.filter(({ time }) => time >= from),
  };
}

function worthOf(
  fills: readonly ReportedFill[],
  cash: DecimalText,
  base: string,
  quote: string,
  price: DecimalText,
): DecimalText {
  let [held, left] = [dec(0), dec(cash)];
  for (const fill of fills) {
    const way = fill.side === 'BUY' ? 1 : -1;
    held = held.plus(dec(fill.quantity).times(way));
    left = left.minus(dec(fill.price).times(fill.quantity).times(way));
    if (fill.feeAsset === base) held = held.minus(fill.fee);
    if (fill.feeAsset === quote) left = left.minus(fill.fee);
  }
  return text(left.plus(held.times(price)));
}
