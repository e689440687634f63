/** User stream payloads, raw as the exchange sends them (Binance user-data-stream). */
import type { Fill, OrderReport, UserEvent } from '../port.js';
import type { Json } from './library.js';
import { plain } from './numbers.js';
import { listIdOf, reasonOf, statusOf } from './reports.js';

/** Null for events that nobody here needs. */
export function userEvent(event: Json): UserEvent | null {
  if (event.e === 'executionReport') return { type: 'order', report: reportOf(event), fill: fillOf(event) };
  // A deposit or withdrawal: how much is free then is told by the account alone.
  if (event.e === 'balanceUpdate') return { type: 'balances', balances: [] };
  if (event.e !== 'outboundAccountPosition') return null;
  const balances = event.B.map((each: Json) => ({
    asset: each.a,
    free: plain(each.f),
    locked: plain(each.l),
  }));
  return { type: 'balances', balances };
}

/** On CANCELED, `c` names the cancel request and `C` the order. */
function clientOrderIdOf(event: Json): string {
  return event.x === 'CANCELED' && event.C ? event.C : event.c;
}

function reportOf(event: Json): OrderReport {
  const reason = reasonOf(event.X, event.r) ?? reasonOf(event.X, event.eR);
  return {
    symbol: event.s,
    clientOrderId: clientOrderIdOf(event),
    orderId: String(event.i),
    orderListId: listIdOf(event.g),
    side: event.S,
    type: event.o,
    status: statusOf(event.X),
    price: plain(event.p),
    stopPrice: plain(event.P),
    quantity: plain(event.q),
    executed: plain(event.z),
    executedQuote: plain(event.Z),
    time: Number(event.T),
    ...(reason === undefined ? {} : { reason }),
    ...(typeof event.w === 'boolean' ? { working: event.w } : {}),
  };
}

function fillOf(event: Json): Fill | null {
  if (event.x !== 'TRADE') return null;
  return {
    tradeId: String(event.t),
    orderId: String(event.i),
    clientOrderId: event.c,
    symbol: event.s,
    side: event.S,
    price: plain(event.L),
    quantity: plain(event.l),
    quote: plain(event.Y),
    fee: plain(event.n),
    feeAsset: event.N ?? '',
    maker: Boolean(event.m),
    time: Number(event.T),
  };
}
