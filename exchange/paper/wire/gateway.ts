/** One way in for REST and the WebSocket API: limits, authentication, parameters, handler, error. */
import { PaperError, type EngineEvent } from '../engine/types.js';
import type { Account } from './accounts.js';
import type { BookView } from './book-view.js';
import type { PaperExchange } from './exchange.js';
import { Faults, type RequestSubject } from './faults/faults.js';
import { HiddenOrders } from './faults/hidden.js';
import { ListenKeys } from './listen-keys.js';
import { LimitError, type Weights } from './limits.js';
import { Params, type Sent } from './params.js';
import { accountRoutes } from './routes/account.js';
import { listRoutes } from './routes/lists.js';
import { marketRoutes } from './routes/market.js';
import { orderRoutes } from './routes/orders.js';
import { ReplaceError, replaceRoutes } from './routes/replace.js';
import { sapiRoutes, stubRoutes } from './routes/sapi.js';
import type { Route } from './routes/route.js';
import { tickerRoutes } from './routes/tickers.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** On order requests that succeeded. */
  readonly orderCounts?: { readonly short: number; readonly day: number };
  readonly retryAfterSeconds?: number;
}

/** Answers the account of a signed request, or throws a `PaperError`. `trades`: it changes something. */
export type Authenticate = (now: number, trades: boolean) => Account;

export class Gateway {
  readonly faults = new Faults();
  readonly hidden = new HiddenOrders();
  private readonly byPath = new Map<string, Route>();
  private readonly byMethod = new Map<string, Route>();

  constructor(
    readonly exchange: PaperExchange,
    readonly weights: Weights,
    private readonly view: BookView,
    readonly listenKeys = new ListenKeys(false),
  ) {
    for (const route of [
      ...marketRoutes,
      ...tickerRoutes,
      ...orderRoutes,
      ...replaceRoutes,
      ...listRoutes,
      ...accountRoutes,
      ...sapiRoutes,
      ...stubRoutes,
    ]) {
      this.byPath.set(`${route.method} ${route.path}`, route);
      if (route.ws) this.byMethod.set(route.ws, route);
    }
  }

  /** The server's clock: the wall's, but for a fault that sets it wrong. */
  now(): number {
    return Date.now() + this.faults.skewMs;
  }

  restRoute(method: string, path: string): Route | undefined {
    return this.byPath.get(`${method} ${path}`);
  }

  wsRoute(method: string): Route | undefined {
    return this.byMethod.get(method);
  }

  /** Whether a stream connection may be opened now; to the WebSocket API that costs weight 2. */
  admits(isApi: boolean): boolean {
    const now = this.now();
    try {
      if (isApi) this.weights.spend(2, now);
      return now >= this.weights.banEnds && this.weights.connect(now);
    } catch {
      return false;
    }
  }

  /** An order that fills for the first time makes room for others: a taker for one, a maker for five. */
  countFills(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.type !== 'execution' || event.trade === null) continue;
      if (event.order.executedQty !== event.trade.qty) continue;
      this.weights.countOrders(event.account, event.trade.isMaker ? -5 : -1, this.now());
    }
  }

  /** What fault rules see of a request. */
  subjectOf(route: Route, sent: Sent, key: string | undefined): RequestSubject {
    const { method, path, ws, orders = 0 } = route;
    const account = key === undefined ? undefined : this.exchange.accounts.withKey(key)?.id;
    return { method, path, ws, symbol: sent.get('symbol'), account, placesOrders: orders > 0 };
  }

  /** Never throws. */
  answer(route: Route, sent: Sent, authenticate: Authenticate): Answer {
    const now = this.now();
    try {
      this.weights.request(now);
      const params = new Params(sent);
      const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
      this.weights.spend(weight, now);
      return this.run(route, params, weight, now, authenticate);
    } catch (error) {
      return answerOf(error);
    }
  }

  /** Checks who asks as of now, and answers what executes it later. Throws `PaperError`. */
  prepare(route: Route, sent: Sent, authenticate: Authenticate): () => Answer {
    const account = route.security === 'signed' ? authenticate(this.now(), route.method !== 'GET') : null;
    return () => this.answer(route, sent, () => account!);
  }

  private run(route: Route, params: Params, weight: number, now: number, authenticate: Authenticate): Answer {
    const { exchange, weights, view, hidden } = this;
    const request = { exchange, params, weights, view, hidden, now };
    const account = route.security === 'signed' ? authenticate(now, route.method !== 'GET') : null;
    if (route.known !== null) params.requireKnown(route.known);
    if (route.security === 'none') return { status: 200, body: route.handle(request) };
    const owner = account!;
    const { orders = 0 } = route;
    if (orders > 0) weights.requireRoom(owner.id, orders, now);
    const body = route.handle({ ...request, account: owner });
    if (route.freeOnSuccess) weights.giveBack(weight, now);
    return orders > 0
      ? { status: 200, body, orderCounts: weights.countOrders(owner.id, orders, now) }
      : { status: 200, body };
  }
}

export function answerOf(error: unknown): Answer {
  if (error instanceof LimitError)
    return { status: error.status, body: errorBody(error), retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof ReplaceError)
    return { status: error.code === -2021 ? 409 : 400, body: { ...errorBody(error), data: error.data } };
  if (error instanceof PaperError)
    return { status: error.code === -2014 || error.code === -2015 ? 401 : 400, body: errorBody(error) };
  // A bug: the client learns Binance's "unknown", the log the rest.
  console.error(error);
  const msg = 'An unknown error occurred while processing the request.';
  return { status: 500, body: { code: -1000, msg } };
}

function errorBody(error: PaperError): { code: number; msg: string } {
  return { code: error.code, msg: error.message };
}
