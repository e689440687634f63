/** Whether a whole bot trades the same in its past whatever its future is: the backtester itself is judged by it too. */
import { backtest } from '../backtest/run.js';
import type { BotConfig } from '../config.js';
import { signalNamed } from '../../strategies/registry.js';
import type { KlineSeries } from '../../exchange/paper/market/series.js';
import { futures } from './futures.js';

const CUTS = 3;
const BEHIND_WARMUP = 320;
const MOST_WARMUP = 5_000;

/** Sentences about what is wrong; none where nothing is. */
export function botFaults(given: BotConfig, seed = 5): string[] {
  const config = { ...given, symbol: 'BTCUSDT' };
  const warmup = Math.min(signalNamed(config.signal.name).warmup(config.signal), MOST_WARMUP);
  const klines = warmup + BEHIND_WARMUP;
  const market = futures(config.interval, klines, seed);
  const fills = (series: KlineSeries): string[] => {
    const { ledgers } = backtest({ bots: [config], market: market.market(series, warmup), keepFills: true });
    return (ledgers[0]!.fills ?? []).map(({ time, side, price, quantity, fee }) =>
      [new Date(time).toISOString(), side, quantity, 'at', price, 'fee', fee].join(' '),
    );
  };
  const truth = fills(market.whole);
  for (let index = 1; index <= CUTS; index += 1) {
    const cut = klines - Math.round((index * BEHIND_WARMUP) / (CUTS + 1));
    // What is decided at the last close of the past is done at the next open, which is the first of the future.
    const until = new Date(market.whole.openTime(cut)).toISOString();
    const past = (all: readonly string[]): string[] => all.filter((fill) => fill < until);
    const [ours, theirs] = [past(truth), past(fills(market.other(cut)))];
    const at = ours.findIndex((fill, place) => fill !== theirs[place]);
    if (at < 0 && ours.length === theirs.length) continue;
    const place = at < 0 ? ours.length : at;
    return [
      `${config.id}: with other klines after ${until} its fill ${place + 1} before that is ${theirs[place] ?? 'missing'} instead of ${ours[place] ?? 'missing'}: it looks ahead.`,
    ];
  }
  const again = fills(market.whole);
  if (again.join() === truth.join()) return [];
  return [
    `${config.id}: run again on the same klines it trades otherwise: it remembers, or uses chance or the clock.`,
  ];
}
