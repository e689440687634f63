import type { BotView } from '../../bot/files/view.js';
import { capital } from '../web/equity.js';

/** Points of a line that is shown. */
const SHOWN = 20;
/** Points that are kept of each bot; when there are more, every second of them goes. */
const MOST = 128;

interface Point {
  /** Market time (ms). */
  readonly time: number;
  /** Equity − capital, in quote: a statistic, not money. */
  readonly gain: number;
}

interface Line {
  readonly points: readonly Point[];
  readonly lastKline: number | null;
  readonly tradeCount: number;
  readonly shown: readonly number[];
}

/**
 * Each bot's gain over time, for the small line in its row. It begins with what its last sales realized, which the
 * bot's own files tell, so that a restart of the server loses the past only between sales; then it has a point for
 * each kline. Moves with klines and sales, not with every tick, so that a push stays small.
 */
export class BotLines {
  readonly #lines = new Map<string, Line>();

  /** Evenly spaced over the time that is known, oldest first; empty before there are two points. */
  of(bot: BotView): readonly number[] {
    const known = this.#lines.get(bot.id);
    // Fewer fills than before: another bot of this id.
    const line = known === undefined || bot.tradeCount < known.tradeCount ? begin(bot) : known;
    if (line === known && line.lastKline === bot.lastKline && line.tradeCount === bot.tradeCount)
      return line.shown;
    const points = thinned([...line.points, ...now(bot)]);
    const next = { points, lastKline: bot.lastKline, tradeCount: bot.tradeCount, shown: shownOf(points) };
    this.#lines.set(bot.id, next);
    return next.shown;
  }
}

/** What its last sales realized, one after the other. */
function begin(bot: BotView): Line {
  const sales = bot.trades.filter(({ pnl }) => pnl !== null).slice(-MOST / 2);
  const realized = sales.reduce((all, { pnl }) => all + Number(pnl), 0);
  let gain = Number(bot.realizedPnl) - realized;
  const [first] = bot.trades;
  const points: Point[] = first === undefined || sales.length === 0 ? [] : [{ time: first.time, gain }];
  for (const { time, pnl } of sales) points.push({ time, gain: (gain += Number(pnl)) });
  return { points, lastKline: bot.lastKline, tradeCount: bot.tradeCount, shown: [] };
}

function now(bot: BotView): Point[] {
  if (bot.lastKline === null || bot.booksUnread) return [];
  const time = Math.max(bot.lastKline, bot.trades.at(-1)?.time ?? 0);
  return [{ time, gain: Number(bot.equity) - Number(capital(bot).toFixed(8)) }];
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST) return points;
  return points.filter((_point, index) => index % 2 === 1 || index === points.length - 1);
}

/** A figure stands until the next one: at each of the moments shown, the last that was known. */
function shownOf(points: readonly Point[]): readonly number[] {
  const [first] = points;
  const last = points[points.length - 1];
  if (first === undefined || last === undefined || points.length < 2 || last.time <= first.time) return [];
  let at = 0;
  return Array.from({ length: SHOWN }, (_, index) => {
    const time = first.time + ((last.time - first.time) * index) / (SHOWN - 1);
    while (at + 1 < points.length && (points[at + 1]?.time ?? Infinity) <= time) at += 1;
    return points[at]?.gain ?? 0;
  });
}
