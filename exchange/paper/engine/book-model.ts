import { ZERO, ceilTo, dec, floorTo, max, min, text, type Decimal } from '../../../core/decimal.js';
import type { Book } from './book.js';
import type { BookOptions, Side } from './types.js';

/**
 * The `book` profile: what stands around the recorded price, which has no book of its own. Everything is taken from
 * the last finished kline (the stretches between two boundaries), never from the one that is forming:
 *
 * - The spread is `spreadOfRange` of that kline's range (high − low), one tick at least on each side of the price.
 * - Each side has `levels` prices, `levelOfRange` of the range apart, one tick at least.
 * - A side holds `depthOfVolume` of that kline's volume, in equal parts. Takers eat it from the best price on; it is
 *   whole again with the next stretch of the path. Where the volume is not known, the best price has any quantity.
 * - A resting limit fills at its own price: wholly, though never by more than the volume of the stretch, when the
 *   market trades beyond it; by at most `touchShare` of that volume (of an iceberg: by what it shows) when the market
 *   only reaches it. Orders of all accounts share a stretch's volume, nearest price first, then by order id.
 * - Where a recording tells the best prices and their quantities, those are the first level; the others lie behind it.
 * - The opening price of a kline has no volume of its own: it triggers stops, limits wait for the stretch behind it.
 */
export interface BookModel {
  readonly spreadOfRange: Decimal;
  readonly levels: number;
  readonly levelOfRange: Decimal;
  readonly depthOfVolume: Decimal;
  readonly touchShare: Decimal;
}

export function bookModel(options: BookOptions = {}): BookModel {
  return {
    spreadOfRange: dec(options.spreadOfRange ?? '0.02'),
    levels: options.levels ?? 10,
    levelOfRange: dec(options.levelOfRange ?? '0.05'),
    depthOfVolume: dec(options.depthOfVolume ?? '0.2'),
    touchShare: dec(options.touchShare ?? '0.25'),
  };
}

/** What one symbol's market did in the last finished kline, and in the one that is forming. Volumes are null where not told. */
export class Flow {
  range = ZERO;
  volume: Decimal | null = null;
  high: Decimal | null = null;
  low: Decimal | null = null;
  sum: Decimal | null = null;

  reach(price: Decimal): void {
    this.high = this.high === null ? price : max(this.high, price);
    this.low = this.low === null ? price : min(this.low, price);
  }

  trade(volume: Decimal | null): void {
    if (volume !== null) this.sum = (this.sum ?? ZERO).plus(volume);
  }

  finishKline(): void {
    if (this.high === null || this.low === null) return;
    this.range = this.high.minus(this.low);
    this.volume = this.sum;
    this.high = this.low = this.sum = null;
  }
}

export interface Level {
  readonly price: Decimal;
  /** Null is any. */
  readonly quantity: Decimal | null;
}

/** What the market offers a taker of this side, best first. */
export function* levelsFor(model: BookModel, book: Book, side: Side): Generator<Level> {
  const { flow, tick, step } = book;
  const apart = max(tick, ceilTo(model.levelOfRange.times(flow.range), tick));
  const each = flow.volume === null ? null : levelQuantity(model, flow.volume, step);
  let price = bestFor(model, book, side);
  let eaten = book.eaten[side];
  const recorded = recordedBest(book, side);
  if (recorded !== null) {
    const left = recorded.minus(min(eaten, recorded));
    eaten = eaten.minus(min(eaten, recorded));
    if (left.gt(0)) yield { price, quantity: left };
    price = side === 'BUY' ? price.plus(apart) : price.minus(apart);
  }
  for (let level = 0; level < model.levels && price.gt(0); level += 1) {
    if (each === null) return yield { price, quantity: null };
    const left = each.minus(min(eaten, each));
    eaten = eaten.minus(min(eaten, each));
    if (left.gt(0)) yield { price, quantity: left };
    price = side === 'BUY' ? price.plus(apart) : price.minus(apart);
  }
}

/** The market's best price for a taker: the recorded one, else half a spread from where the price stands. */
function bestFor(model: BookModel, book: Book, side: Side): Decimal {
  const { flow, tick, top, current } = book;
  if (top !== null) return side === 'BUY' ? top.ask : top.bid;
  const half = max(tick, model.spreadOfRange.times(flow.range)).div(2);
  return side === 'BUY' ? ceilTo(current.plus(half), tick) : floorTo(current.minus(half), tick);
}

function recordedBest({ top }: Book, side: Side): Decimal | null {
  if (top === null) return null;
  return side === 'BUY' ? top.askQuantity : top.bidQuantity;
}

function levelQuantity(model: BookModel, volume: Decimal, step: Decimal): Decimal {
  return max(step, floorTo(model.depthOfVolume.times(volume).div(model.levels), step));
}

/** How much of a resting limit fills on the way from where the path stands to `to`. */
export function restingShare(
  model: BookModel,
  book: Book,
  order: { side: Side; price: Decimal; remaining: Decimal; shown: Decimal | null },
  to: Decimal,
): Decimal {
  const { stretch } = book;
  const furthest = order.side === 'BUY' ? min(book.current, to) : max(book.current, to);
  const beyond = order.side === 'BUY' ? furthest.lt(order.price) : furthest.gt(order.price);
  if (!stretch || stretch.volume === null || stretch.left === null) return beyond ? order.remaining : ZERO;
  const share = beyond ? stretch.left : min(stretch.left, model.touchShare.times(stretch.volume));
  const most = beyond || order.shown === null ? order.remaining : min(order.remaining, order.shown);
  return floorTo(min(most, share), book.step);
}

/** The market's side of the book, best first, as text. */
export function depthOf(
  model: BookModel | null,
  book: Book,
): { bids: [string, string][]; asks: [string, string][] } {
  const side = (taker: Side) =>
    [...(model === null ? recordedLevels(book, taker) : levelsFor(model, book, taker))].map(
      ({ price, quantity }): [string, string] => [
        text(price),
        // A side without known volume holds any quantity; a round number says so.
        text(quantity ?? dec(1_000_000)),
      ],
    );
  return { bids: side('SELL'), asks: side('BUY') };
}

/** How many prices behind a recorded best one are shown where the depth is unlimited. */
const SHOWN_BEHIND = 20;

/** Without a model the recorded best prices stand as recorded, and any quantity a tick behind them. */
function* recordedLevels(book: Book, side: Side): Generator<Level> {
  const { top, tick } = book;
  if (top === null) return;
  let price = side === 'BUY' ? top.ask : top.bid;
  yield { price, quantity: recordedBest(book, side) };
  for (let level = 0; level < SHOWN_BEHIND; level += 1) {
    price = side === 'BUY' ? price.plus(tick) : price.minus(tick);
    if (price.gt(0)) yield { price, quantity: null };
  }
}
