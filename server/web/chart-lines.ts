import type { BotView, OrderView } from '../../bot/files/view.js';

export interface ChartLine {
  readonly price: string;
  /** `average`, `batch 2 step 1`, `stop`. */
  readonly title: string;
  readonly kind: 'average' | 'target' | 'stop' | 'entry';
}

/** Where it holds, sells and would buy: its average price, its orders, and the stops that it watches itself. */
export function linesOf(bot: BotView): readonly ChartLine[] {
  const { averagePrice } = bot.position;
  const average: ChartLine[] =
    averagePrice === null ? [] : [{ price: averagePrice, title: 'average', kind: 'average' }];
  const orders = bot.openOrders.flatMap(lineOf);
  // A stop that rests is the order's price, which was cut to a tick.
  const resting = new Set(orders.map(({ title }) => title));
  return merged([...average, ...orders, ...watched(bot).filter(({ title }) => !resting.has(title))]);
}

const isPrice = (price: string | null): price is string => price !== null && Number(price) > 0;

function lineOf({ side, slot, price, stopPrice }: OrderView): ChartLine[] {
  if (isPrice(stopPrice)) return [{ price: stopPrice, title: `${part(slot)}stop`, kind: 'stop' }];
  if (!isPrice(price)) return [];
  if (side === 'BUY') return [{ price, title: `buy ${slotWords(slot)}`.trim(), kind: 'entry' }];
  return [{ price, title: slotWords(slot) || 'target', kind: 'target' }];
}

/** Stops and levels of a plan in parts, of which some rest nowhere. */
function watched({ progress = [] }: BotView): ChartLine[] {
  return progress.flatMap(({ name, stop, lot }): ChartLine[] =>
    isPrice(stop)
      ? [{ price: stop, title: lot === undefined ? 'stop' : `${name.toLowerCase()} stop`, kind: 'stop' }]
      : [],
  );
}

const SLOTS: readonly (readonly [RegExp, string])[] = [
  [/^b(\d+)_s(\d+)$/, 'batch $1 step $2'],
  [/^b(\d+)_(?:stop|exit|all)$/, 'batch $1'],
  [/^so(\d+)$/, 'level $1'],
];

function slotWords(slot: string): string {
  const known = SLOTS.find(([pattern]) => pattern.test(slot));
  return known === undefined ? '' : slot.replace(known[0], known[1]);
}

/** A stop is its batch's, whichever step's pair it rests in. */
function part(slot: string): string {
  const batch = /^b(\d+)_/.exec(slot)?.[1];
  return batch === undefined ? '' : `batch ${batch} `;
}

/** Several at one price are one line: a stop that rests in the pair of each step. */
function merged(lines: readonly ChartLine[]): readonly ChartLine[] {
  const byPrice = new Map<string, ChartLine>();
  for (const line of lines) {
    const key = `${line.kind} ${Number(line.price)}`;
    if (!byPrice.has(key)) byPrice.set(key, line);
  }
  return [...byPrice.values()];
}
