import { ONE, ZERO, cutTo, dec, floorTo, min, type Decimal } from '../../../core/decimal.js';
import { INSUFFICIENT, type Account } from './account.js';
import type { Book } from './book.js';
import { countOpen, openBuys } from './counting.js';
import { checkCounts, checkOrder, checkPosition, type Average, type OpenCounts } from './filters.js';
import { holdOf } from './holding.js';
import { isConditional, isMarketable, trailedStop, unfilledReason, wouldTrigger } from './matching.js';
import { hasSpread, isPrevented, meetsOffer, offersTo, quote, type Taker } from './meeting.js';
import type { Draft } from './orders.js';
import type { EngineState, Hold } from './state.js';
import { PaperError } from './types.js';

/* What a new order is checked for, changing nothing. */

/** What an accepted order does at once; `standing` is where a market without spread meets it. */
export type Decision =
  { type: 'take'; standing: Decimal } | { type: 'rest' } | { type: 'expire'; reason: string };

export function requireTrading(book: Book): void {
  if (!book.trading || !book.started) throw new PaperError(-2010, 'Market is closed.');
}

/** The filters that look at one order alone. */
export function checkFilters(state: EngineState, book: Book, draft: Draft, quantity: Decimal): void {
  const average: Average = (minutes) => {
    const known = minutes > 0 ? state.averagePrice?.(book.info.symbol, minutes) : null;
    return known === null || known === undefined ? book.current : dec(known);
  };
  checkOrder(book.rules, draft, quantity, average);
}

/** What is open of the account, with what is asked for, against the filters that count. */
export function checkOpen(state: EngineState, account: Account, book: Book, adding: OpenCounts): void {
  const { counts } = book.rules;
  const { history } = account;
  const symbol = history.symbol(book.info.symbol);
  // Nothing is counted higher than the orders themselves.
  if (symbol.open.size + MOST_ADDED > counts.least) checkCounts(counts, countOpen([symbol]), adding, '');
  const { exchangeLimits } = state;
  if (exchangeLimits.least < Infinity)
    checkCounts(exchangeLimits, countOpen(history.symbols.values()), adding, 'EXCHANGE_');
}

/** Orders of the longest list. */
const MOST_ADDED = 3;

export function checkMaxPosition(account: Account, book: Book, side: Draft['side'], quantity: Decimal): void {
  if (side === 'SELL' || book.rules.maxPosition === null) return;
  const { baseAsset, symbol } = book.info;
  checkPosition(book.rules, account.total(baseAsset), openBuys(account.history.symbol(symbol)), quantity);
}

/** What one order adds. A market order never rests: an exit is not refused because many orders do. */
export function countsOf(draft: Draft): OpenCounts {
  return {
    orders: draft.type === 'MARKET' ? 0 : 1,
    algoOrders: isConditional(draft.type) ? 1 : 0,
    icebergOrders: draft.icebergQty.sign > 0 ? 1 : 0,
    lists: 0,
  };
}

export function requireNewClientId(account: Account, book: Book, clientOrderId: string | null): void {
  if (clientOrderId === null) return;
  if (account.history.symbol(book.info.symbol).openByClientId(clientOrderId) !== null)
    throw new PaperError(-2010, 'Duplicate order sent.');
}

export function requireFree(account: Account, hold: Hold): void {
  if (account.free(hold.asset).lt(hold.amount)) throw new PaperError(-2010, INSUFFICIENT);
}

export function takerOf(account: Account, draft: Draft): Taker {
  const { side, selfTradePreventionMode } = draft;
  return { account: account.id, side, selfTradePreventionMode };
}

/**
 * The quantity that `quoteOrderQty` buys or sells, in whole steps. Where commissions are charged in quote, a buy's
 * commission is part of the amount, so that it never costs more than was asked for.
 */
export function quantityFor(state: EngineState, account: Account, book: Book, draft: Draft): Decimal {
  if (!book.info.quoteOrderQtyMarketAllowed)
    throw new PaperError(-1013, 'Quote order qty market orders are not support for this symbol.');
  const spends = draft.side === 'BUY' && account.fees.asset === 'quote';
  const factor = spends ? ONE.plus(account.fees.taker) : ONE;
  const taker = takerOf(account, draft);
  let left = draft.quoteOrderQty;
  let found = ZERO;
  for (const offer of offersTo(state, book, taker, null, book.current)) {
    if (left.sign <= 0) break;
    if (offer.maker !== null && isPrevented(taker, offer.maker)) continue;
    const each = offer.price.times(factor);
    const affordable = left.div(each);
    const part = offer.quantity === null ? affordable : min(affordable, offer.quantity);
    found = found.plus(part);
    left = left.minus(part.times(each));
  }
  const { lot, marketLot } = book.rules;
  const exact = cutTo(found, book.info.baseAssetPrecision);
  const quantity = floorTo(floorTo(exact, lot?.step ?? ZERO), marketLot?.step ?? ZERO);
  if (quantity.eq(0) || (lot !== null && quantity.lt(lot.min)))
    throw new PaperError(-2010, 'Order book liquidity is less than `LOT_SIZE` filter minimum quantity.');
  return quantity;
}

export function decide(
  state: EngineState,
  account: Account,
  book: Book,
  draft: Draft,
  quantity: Decimal,
): Decision {
  const { side, type, price, stopPrice, timeInForce } = draft;
  const { current } = book;
  if (type === 'MARKET') return { type: 'take', standing: current };
  if (isConditional(type)) {
    // A trailing stop whose stop price is met begins to trail at once.
    if (draft.trailingDelta === null && wouldTrigger(side, type, stopPrice, current))
      throw new PaperError(-2010, 'Order would trigger immediately.');
    return { type: 'rest' };
  }
  if (!wouldTake(state, account, book, draft)) return restOrExpire(draft);
  if (type === 'LIMIT_MAKER') throw new PaperError(-2010, 'Order would immediately match and take.');
  const prior = book.priorClose;
  // Only the coming open touches it: it rests until then, and gets its own price.
  const early = prior !== null && !isMarketable(side, price, prior);
  if (early && timeInForce === 'GTC') return { type: 'rest' };
  const standing = early ? price : current;
  if (timeInForce === 'FOK') {
    const { quantity: all } = quote(state, book, takerOf(account, draft), quantity, price, standing);
    if (all.lt(quantity)) return { type: 'expire', reason: unfilledReason(draft) };
  }
  return { type: 'take', standing };
}

function wouldTake(state: EngineState, account: Account, book: Book, draft: Draft): boolean {
  if (!hasSpread(state, book)) return isMarketable(draft.side, draft.price, book.current);
  return meetsOffer(state, book, takerOf(account, draft), draft.price);
}

function restOrExpire(draft: Draft): Decision {
  return draft.timeInForce === 'GTC' ? { type: 'rest' } : { type: 'expire', reason: unfilledReason(draft) };
}

/** What must be free for the order: to hold while it rests, or to spend at once. */
export function needOf(
  state: EngineState,
  account: Account,
  book: Book,
  draft: Draft,
  quantity: Decimal,
): Hold {
  const { fees } = account;
  if (draft.type !== 'MARKET' || draft.side === 'SELL')
    return holdOf(fees, book.info, draft.side, pricedOf(book, draft), quantity);
  const { cost } = quote(state, book, takerOf(account, draft), quantity, null, book.current);
  // A market order is a taker for sure: nothing is set aside for a higher maker's commission.
  const factor = fees.asset === 'quote' ? ONE.plus(fees.taker) : ONE;
  return { asset: book.info.quoteAsset, amount: cost.times(factor) };
}

/** A pair holds once for both, as only one of them can fill: on a buy, what the dearer one needs. */
export function needOfPair(
  account: Account,
  book: Book,
  pair: readonly [Draft, Draft],
  quantity: Decimal,
): Hold {
  const first = holdOf(account.fees, book.info, pair[0].side, pricedOf(book, pair[0]), quantity);
  const second = holdOf(account.fees, book.info, pair[1].side, pricedOf(book, pair[1]), quantity);
  return first.amount.gt(second.amount) ? first : second;
}

function pricedOf(book: Book, draft: Draft): Parameters<typeof holdOf>[3] {
  return { type: draft.type, price: draft.price, stopPrice: stopOf(book, draft) };
}

/** Where a trailing stop without a stop price would fire now. */
function stopOf(book: Book, { side, stopPrice, trailingDelta }: Draft): Decimal {
  if (stopPrice.sign > 0 || trailingDelta === null) return stopPrice;
  return trailedStop(side, trailingDelta, book.priorClose ?? book.current, book.tick);
}
