import { ZERO, min, type Decimal } from '../../../core/decimal.js';
import { levelsFor, type Level } from './book-model.js';
import type { Book } from './book.js';
import type { EngineState, OpenOrder } from './state.js';
import type { SelfTradePreventionMode, Side } from './types.js';

/** Who takes: what it would meet depends on whose it is and on its mode. */
export interface Taker {
  readonly account: string;
  readonly side: Side;
  readonly selfTradePreventionMode: SelfTradePreventionMode;
}

/** What a taker meets: the market (null), or a resting limit. */
export interface Offer {
  readonly price: Decimal;
  /** Null is any. */
  readonly quantity: Decimal | null;
  readonly maker: OpenOrder | null;
}

/**
 * What a taker meets, best price first, down to its limit. In `touch` the market has any quantity at `standing`; own
 * orders count only to be prevented, where they rest at that price or a better one. In `book`, and where the best prices
 * are recorded, the market has its levels, and resting limits of all accounts stand among them, behind the market's at the same price.
 */
export function offersTo(
  state: EngineState,
  book: Book,
  taker: Taker,
  limit: Decimal | null,
  standing: Decimal,
): Iterable<Offer> {
  if (hasSpread(state, book)) return offersOfBook(state, book, taker, limit);
  const market: Offer = { price: standing, quantity: null, maker: null };
  const resting = book.triggers.limitsAgainst(taker.side, standing);
  if (resting.length === 0) return [market];
  return [...resting.filter((maker) => isPrevented(taker, maker)).map(offerOf), market];
}

/** Found one by one: what was found before is traded with meanwhile. */
function* offersOfBook(
  state: EngineState,
  book: Book,
  taker: Taker,
  limit: Decimal | null,
): Generator<Offer> {
  const resting = book.triggers.limitsAgainst(taker.side, limit);
  const better = (a: Decimal, b: Decimal) => (taker.side === 'BUY' ? a.lt(b) : a.gt(b));
  for (const level of marketLevels(state, book, taker.side)) {
    while (resting[0] && better(resting[0].price, level.price)) yield offerOf(resting.shift()!);
    if (limit !== null && better(limit, level.price)) break;
    yield { ...level, maker: null };
  }
  for (const maker of resting) yield offerOf(maker);
}

/** Whether a taker meets anything down to its limit where the market has a spread. */
export function meetsOffer(state: EngineState, book: Book, taker: Taker, limit: Decimal): boolean {
  return offersOfBook(state, book, taker, limit).next().done !== true;
}

/** In `touch` a recorded best price has any quantity, as the price has without one. */
function marketLevels(state: EngineState, book: Book, side: Side): Iterable<Level> {
  if (state.model !== null) return levelsFor(state.model, book, side);
  return [{ price: side === 'BUY' ? book.top!.ask : book.top!.bid, quantity: null }];
}

/** Whether takers meet a spread, and so not simply the price. */
export function hasSpread(state: EngineState, book: Book): boolean {
  return state.model !== null || book.top !== null;
}

function offerOf(maker: OpenOrder): Offer {
  return { price: maker.price, quantity: maker.remaining, maker };
}

export function isPrevented(taker: Taker, maker: OpenOrder): boolean {
  return taker.selfTradePreventionMode !== 'NONE' && maker.record.account === taker.account;
}

/** What a taker would get of `quantity`, and for how much quote: prevented matches give nothing, or end it. */
export function quote(
  state: EngineState,
  book: Book,
  taker: Taker,
  quantity: Decimal,
  limit: Decimal | null,
  standing: Decimal,
): { quantity: Decimal; cost: Decimal } {
  let got = ZERO;
  let cost = ZERO;
  for (const offer of offersTo(state, book, taker, limit, standing)) {
    if (got.gte(quantity)) break;
    if (offer.maker !== null && isPrevented(taker, offer.maker)) {
      if (taker.selfTradePreventionMode === 'EXPIRE_MAKER') continue;
      break;
    }
    const part = offer.quantity === null ? quantity.minus(got) : min(quantity.minus(got), offer.quantity);
    got = got.plus(part);
    cost = cost.plus(part.times(offer.price));
  }
  return { quantity: got, cost };
}
