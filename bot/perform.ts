/** Effects on the exchange, and what came of them as events. */
import type { Event, LegReport, ReportedFill } from '../core/events.js';
import type { Leg, Order } from '../core/orders.js';
import { isTerminal } from '../core/orders.js';
import type { Exchange, Fill, OcoLeg, OrderReport, PlaceRequest } from '../exchange/port.js';
import { ExchangeError } from '../exchange/port.js';

export interface Performer {
  place(order: Order): Promise<void>;
  cancel(order: {
    readonly id: string;
    readonly clientOrderId: string;
    readonly list: boolean;
  }): Promise<void>;
  query(order: Order): Promise<void>;
}

export interface PerformerOptions {
  readonly exchange: Exchange;
  readonly symbol: string;
  readonly marketTime: () => number;
  readonly dispatch: (event: Event) => void;
}

export function performer({ exchange, symbol, marketTime, dispatch }: PerformerOptions): Performer {
  const stamp = () => ({ time: marketTime(), wall: exchange.now() });

  function report(reports: readonly OrderReport[], fills: readonly Fill[]): void {
    const time = Math.max(marketTime(), ...reports.map((each) => each.time));
    dispatch({
      type: 'report',
      time,
      wall: exchange.now(),
      reports: reports.map(legReport),
      fills: fills.flatMap(reportedFill),
    });
  }

  return {
    async place(order) {
      try {
        const options = { timestamp: order.signedAt };
        const placed =
          order.type === 'oco'
            ? await exchange.placeOco(ocoRequest(symbol, order), options)
            : await exchange.place(placeRequest(symbol, order), options);
        report(placed.reports, placed.fills);
      } catch (error) {
        const failure = asExchangeError(error);
        // An id of ours is sent once: that the exchange has it already means that this very order arrived.
        const execution = failure.kind === 'duplicate' || failure.execution !== 'none' ? 'unknown' : 'none';
        const { kind, message, retryAfterMs, filter } = failure;
        const broken = filter === null ? {} : { filter };
        dispatch({
          type: 'failed',
          ...stamp(),
          id: order.id,
          execution,
          kind,
          message,
          retryAfterMs,
          ...broken,
        });
      }
    },

    async cancel({ id, clientOrderId, list }) {
      try {
        const options = { timestamp: Math.round(exchange.now()) };
        const reports = list
          ? await exchange.cancelList(symbol, id, options)
          : [await exchange.cancel(symbol, clientOrderId, options)];
        report(reports, []);
      } catch (error) {
        const { kind, message } = asExchangeError(error);
        dispatch({ type: 'cancel-failed', ...stamp(), id, kind, message });
      }
    },

    async query(order) {
      try {
        // The clock is read before asking: only a round begun after the window can prove absence.
        const serverTime = await exchange.syncTime();
        const reports = await findLegs(exchange, symbol, order.legs);
        if (reports.length > 0) report(reports, []);
        else dispatch({ type: 'absent', ...stamp(), id: order.id, serverTime });
      } catch (error) {
        // Not an answer: the core has noted when to ask again.
        asExchangeError(error);
      }
    },
  };
}

/** Asks for each leg by id; only if none is known, for all open and all recent orders of the symbol. */
async function findLegs(exchange: Exchange, symbol: string, legs: readonly Leg[]): Promise<OrderReport[]> {
  const live = legs.filter((leg) => !isTerminal(leg.status));
  const byId = await Promise.all(live.map((leg) => exchange.order(symbol, leg.clientOrderId)));
  const found = byId.filter((each) => each !== null);
  if (found.length > 0) return found;
  const ids = new Set(live.map((leg) => leg.clientOrderId));
  const [open, all] = await Promise.all([exchange.openOrders(symbol), exchange.allOrders(symbol)]);
  return [...open, ...all].filter((each) => ids.has(each.clientOrderId));
}

function placeRequest(symbol: string, order: Order): PlaceRequest {
  const [leg] = order.legs;
  if (leg === undefined) throw new Error(`order ${order.id} has no leg`);
  return {
    symbol,
    clientOrderId: leg.clientOrderId,
    side: order.side,
    type: leg.type,
    ...(order.quantity !== null ? { quantity: order.quantity } : { quoteQuantity: order.quote ?? '0' }),
    ...(leg.price !== null ? { price: leg.price } : {}),
    ...(leg.stopPrice !== null ? { stopPrice: leg.stopPrice } : {}),
  };
}

function ocoRequest(symbol: string, order: Order) {
  const [above, below] = order.legs;
  if (above === undefined || below === undefined || order.quantity === null)
    throw new Error(`OCO ${order.id} is not whole`);
  return {
    symbol,
    listClientOrderId: order.id,
    side: order.side,
    quantity: order.quantity,
    above: ocoLeg(above),
    below: ocoLeg(below),
  };
}

function ocoLeg({ clientOrderId, type, price, stopPrice }: Leg): OcoLeg {
  if (type === 'MARKET' || type === 'LIMIT') throw new Error(`${type} cannot be part of an OCO`);
  return {
    clientOrderId,
    type,
    ...(price !== null ? { price } : {}),
    ...(stopPrice !== null ? { stopPrice } : {}),
  };
}

export function legReport({
  clientOrderId,
  orderId,
  status,
  executed,
  reason,
  working,
}: OrderReport): LegReport {
  return {
    clientOrderId,
    orderId,
    status,
    executed,
    ...(reason !== undefined ? { reason } : {}),
    ...(working !== undefined ? { working } : {}),
  };
}

/** None when it is not known whose order it was: the recovery joins such a trade by its order id. */
export function reportedFill({
  tradeId,
  clientOrderId,
  side,
  price,
  quantity,
  fee,
  feeAsset,
  time,
}: Fill): ReportedFill[] {
  return clientOrderId === null
    ? []
    : [{ tradeId, clientOrderId, side, price, quantity, fee, feeAsset, time }];
}

function asExchangeError(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error;
  // A bug of ours says nothing about what the exchange did.
  const message = error instanceof Error ? error.message : String(error);
  return new ExchangeError(message, { kind: 'venue', execution: 'unknown', cause: error });
}
