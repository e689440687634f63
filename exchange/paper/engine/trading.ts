import { dec, floorTo, max, min, text, ZERO, type Decimal, type DecimalText } from '../../../core/decimal.js';
import type { Book } from './book.js';
import { commission } from './commission.js';
import { holdFor, separate, startWorking, takeOff } from './execution.js';
import type { EngineState, OpenOrder } from './state.js';
import { tellExecution } from './telling.js';
import type { TradeRecord } from './types.js';

interface At {
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly maker: boolean;
}

/** A resting limit trades so much with the market, at its own price, and stays with the rest of its quantity. */
export function tradeResting(state: EngineState, book: Book, order: OpenOrder, most: Decimal): void {
  separate(state, book, order, book.time);
  const { price } = order;
  const quantity = min(min(order.remaining, most), sliceAt(state, book, price));
  book.served.add(order.record.orderId);
  holdFor(book, order, order.remaining.minus(quantity));
  trade(state, book, order, ++book.lastTradeId, { price, quantity, maker: true }, book.time);
}

/** A taker trades with the market, in as many trades as slices are needed. Its money must be free. */
export function tradeTaking(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  { price, quantity }: { price: Decimal; quantity: Decimal },
  time: number,
): TradeRecord[] {
  const trades: TradeRecord[] = [];
  const slice = sliceAt(state, book, price);
  if (quantity.lte(slice)) {
    trades.push(trade(state, book, order, ++book.lastTradeId, { price, quantity, maker: false }, time));
    return trades;
  }
  for (let left = quantity; left.gt(0); left = left.minus(min(left, slice))) {
    const at = { price, quantity: min(left, slice), maker: false };
    trades.push(trade(state, book, order, ++book.lastTradeId, at, time));
  }
  return trades;
}

/** A taker trades with another resting limit, at that one's price: one trade, told to both. */
export function tradeBetween(
  state: EngineState,
  book: Book,
  taker: OpenOrder,
  maker: OpenOrder,
  quantity: Decimal,
  time: number,
): TradeRecord {
  const id = ++book.lastTradeId;
  const { price } = maker;
  separate(state, book, maker, time);
  const taken = trade(state, book, taker, id, { price, quantity, maker: false }, time);
  holdFor(book, maker, maker.remaining.minus(quantity));
  trade(state, book, maker, id, { price, quantity, maker: true }, time);
  return taken;
}

const WHOLE = dec('1e30');

/** The most that one fill may have: whole steps, one at least. */
function sliceAt(state: EngineState, book: Book, price: Decimal): Decimal {
  if (state.maxSlice === null) return WHOLE;
  return max(book.step, floorTo(state.maxSlice.div(price), book.step));
}

function trade(
  state: EngineState,
  book: Book,
  order: OpenOrder,
  id: number,
  at: At,
  time: number,
): TradeRecord {
  const { record } = order;
  const quote = at.price.times(at.quantity);
  const fee = exchangeAssets(state, book, order, at, quote);
  const isWhole = order.remaining.eq(at.quantity);
  const made: TradeRecord = {
    account: record.account,
    symbol: record.symbol,
    id,
    orderId: record.orderId,
    orderListId: record.orderListId,
    side: record.side,
    price: text(at.price),
    qty: text(at.quantity),
    quoteQty: text(quote),
    commission: text(fee.amount),
    commissionAsset: fee.asset,
    isMaker: at.maker,
    time,
  };
  order.remaining = isWhole ? ZERO : order.remaining.minus(at.quantity);
  record.executedQty = sum(record.executedQty, at.quantity);
  record.cummulativeQuoteQty = sum(record.cummulativeQuoteQty, quote);
  record.status = isWhole ? 'FILLED' : 'PARTIALLY_FILLED';
  if (!record.isWorking) startWorking(order, time);
  record.updateTime = time;
  if (isWhole) takeOff(state, book, order);
  order.account.history.symbol(record.symbol).trades.push(made);
  state.finished.trades.push(made);
  tellExecution(state, 'TRADE', order, time, { trade: made });
  return made;
}

/** Most orders fill at once: their sums are the texts that the trade has already. */
function sum(before: DecimalText, amount: Decimal): DecimalText {
  return before === '0' ? text(amount) : text(dec(before).plus(amount));
}

/** Gives and receives, and pays the commission. */
function exchangeAssets(state: EngineState, book: Book, order: OpenOrder, at: At, quote: Decimal) {
  const { account } = order;
  const { baseAsset, quoteAsset } = book.info;
  const { side } = order.record;
  const { quantity, maker } = at;
  if (side === 'BUY') {
    account.add(baseAsset, quantity);
    account.take(quoteAsset, quote);
  } else {
    account.take(baseAsset, quantity);
    account.add(quoteAsset, quote);
  }
  const fee = commission(state, account, book.info, { side, quantity, quote, maker });
  account.take(fee.asset, fee.amount);
  return fee;
}
