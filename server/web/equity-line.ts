import { botFolder } from '../../bot/files/folder.js';
import { historyOf } from '../../bot/files/history.js';
import type { HistoryLine } from '../../bot/files/trades.js';
import type { BotView } from '../../bot/files/view.js';
import { dec, ZERO, type Decimal } from '../../core/decimal.js';
import {
  INTERVAL_MS,
  INTERVALS,
  isInterval,
  openTimeAt,
  type Interval,
  type Kline,
} from '../../core/kline.js';
import type { VenueName } from '../../exchange/port.js';
import type { EquityLineModel } from '../../views/equity-line.js';
import type { Markets } from '../markets.js';
import { capital } from './equity.js';

/** So many points are enough for a small chart; an exchange answers a thousand klines at once. */
const POINTS = 400;
const MOST_KLINES = 1_000;

type Point = EquityLineModel['points'][number];

/**
 * A bot's equity since its first trade, beside what its capital would be if it had bought with all of it then and held.
 * Read from its trades one at a time, so that memory does not grow with them. Null without a trade, and for a bot that
 * follows its user: what it holds its user has bought. Errors: `ExchangeError`.
 */
export async function equityLine(
  data: string,
  bot: BotView,
  markets: Pick<Markets, 'klines'>,
): Promise<EquityLineModel | null> {
  const { file, first } = await beginning(data, bot);
  if (first === null || !isInterval(bot.interval)) return null;
  const until = Math.max(bot.lastKline ?? first, first);
  const interval = intervalFor(bot.interval, until - first);
  const limit = Math.min(MOST_KLINES, Math.ceil((until - first) / INTERVAL_MS[interval]) + 3);
  const all = await markets.klines(bot.venue as VenueName, bot.symbol, interval, limit);
  const klines = all.filter(({ openTime }) => openTime >= openTimeAt(first, interval));
  const points = await pointsOf(bot, file, klines);
  return { quote: bot.quote, since: first, points };
}

async function beginning(data: string, bot: BotView): Promise<{ file: string; first: number | null }> {
  const file = botFolder(data, bot.id).trades;
  if (bot.follow !== undefined) return { file, first: null };
  for await (const line of historyOf(file)) if (!('kind' in line)) return { file, first: line.time };
  return { file, first: null };
}

/** The bot's own, or the shortest longer one with which its life has few enough points. */
function intervalFor(own: Interval, life: number): Interval {
  const longer = INTERVALS.filter((each) => INTERVAL_MS[each] >= INTERVAL_MS[own]);
  return longer.find((each) => life / INTERVAL_MS[each] <= POINTS) ?? '1w';
}

async function pointsOf(bot: BotView, file: string, klines: readonly Kline[]): Promise<Point[]> {
  const [begin] = klines;
  if (begin === undefined) return [];
  const start = capital(bot);
  const held = start.div(dec(begin.open));
  const purse = new Purse(bot);
  const lines = historyOf(file);
  let next = await lines.next();
  const points: Point[] = [{ time: begin.openTime, equity: Number(start), hold: Number(start) }];
  for (const { closeTime, close } of klines) {
    for (; next.done !== true && timeOf(next.value) <= closeTime; next = await lines.next())
      purse.take(next.value);
    const equity = Number(start.plus(purse.gainAt(dec(close))));
    points.push({ time: closeTime, equity, hold: Number(held.times(dec(close))) });
  }
  await lines.return(undefined);
  const now = points[points.length - 1]!;
  if (bot.price === null) return points;
  // It ends where the page stands: at the price of now.
  return [
    ...points.slice(0, -1),
    { time: now.time, equity: Number(bot.equity), hold: Number(held.times(dec(bot.price))) },
  ];
}

const timeOf = (line: HistoryLine): number => ('closedAt' in line ? line.closedAt : line.time);

/** What was made of the capital so far: quote that flowed, and coins at a price. */
class Purse {
  private flow: Decimal = ZERO;
  private coins: Decimal = ZERO;

  constructor(private readonly bot: Pick<BotView, 'base' | 'quote'>) {}

  take(line: HistoryLine): void {
    if (!('kind' in line)) return this.trade(line);
    // What was taken out of the books leaves them at its cost: nothing is realized.
    if (line.kind !== 'adjustment') return;
    this.coins = this.coins.minus(line.quantity);
    this.flow = this.flow.plus(line.cost);
  }

  private trade({ side, price, quantity, fee, feeAsset }: Exclude<HistoryLine, { kind: string }>): void {
    const worth = dec(price).times(quantity);
    const buys = side === 'BUY';
    this.flow = buys ? this.flow.minus(worth) : this.flow.plus(worth);
    this.coins = buys ? this.coins.plus(quantity) : this.coins.minus(quantity);
    if (feeAsset === this.bot.base) this.coins = this.coins.minus(fee);
    else if (feeAsset === this.bot.quote) this.flow = this.flow.minus(fee);
  }

  gainAt(price: Decimal): Decimal {
    return this.flow.plus(this.coins.times(price));
  }
}
