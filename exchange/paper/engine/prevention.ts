import { ZERO, dec, min, text, type Decimal } from '../../../core/decimal.js';
import type { Book } from './book.js';
import { holdFor, separate, takeOff } from './execution.js';
import type { EngineState, OpenOrder } from './state.js';
import { tellExecution } from './telling.js';
import type { PreventedMatch } from './types.js';

/**
 * Keeps an account from trading with itself: by the taker's mode, one of the two orders or both lose what is left of
 * them, or both lose what would have traded (faqs/stp_faq.md).
 */
export function prevent(
  state: EngineState,
  book: Book,
  taker: OpenOrder,
  maker: OpenOrder,
  time: number,
): PreventedMatch {
  const mode = taker.record.selfTradePreventionMode;
  const common = min(taker.remaining, maker.remaining);
  const decrement = mode === 'DECREMENT';
  const lost = {
    taker: decrement ? common : mode === 'EXPIRE_MAKER' ? ZERO : taker.remaining,
    maker: decrement ? common : mode === 'EXPIRE_TAKER' ? ZERO : maker.remaining,
  };
  const match: PreventedMatch = {
    symbol: book.info.symbol,
    preventedMatchId: ++book.lastPreventedMatchId,
    takerOrderId: taker.record.orderId,
    makerOrderId: maker.record.orderId,
    selfTradePreventionMode: mode,
    price: text(maker.price),
    ...(lost.taker.gt(0) ? { takerPreventedQuantity: text(lost.taker) } : {}),
    ...(lost.maker.gt(0) ? { makerPreventedQuantity: text(lost.maker) } : {}),
    transactTime: time,
  };
  const { account } = taker;
  account.history.symbol(match.symbol).prevented.push(match);
  state.finished.prevented.push({ ...match, account: account.id });
  const would = { price: maker.price, quantity: common };
  if (lost.maker.gt(0)) {
    separate(state, book, maker, time);
    lose(state, book, maker, lost.maker, { match, would, counter: taker }, time);
  }
  if (lost.taker.gt(0)) lose(state, book, taker, lost.taker, { match, would, counter: maker }, time);
  return match;
}

interface Prevented {
  readonly match: PreventedMatch;
  readonly would: { readonly price: Decimal; readonly quantity: Decimal };
  readonly counter: OpenOrder;
}

function lose(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  quantity: Decimal,
  { match, would, counter }: Prevented,
  time: number,
): void {
  const { record } = order;
  order.remaining = order.remaining.minus(quantity);
  record.preventedMatchId = match.preventedMatchId;
  record.preventedQuantity = text(dec(record.preventedQuantity ?? '0').plus(quantity));
  record.updateTime = time;
  if (order.remaining.eq(0)) {
    record.status = 'EXPIRED_IN_MATCH';
    takeOff(state, book, order);
  } else if (order.hold !== null) holdFor(book, order, order.remaining);
  tellExecution(state, 'TRADE_PREVENTION', order, time, {
    prevention: {
      preventedMatchId: match.preventedMatchId,
      lastPreventedQuantity: text(quantity),
      counterOrderId: counter.record.orderId,
      counterSymbol: counter.record.symbol,
      price: text(would.price),
      quantity: text(would.quantity),
      quoteQuantity: text(would.price.times(would.quantity)),
    },
  });
}
