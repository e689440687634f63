/** One way in for REST and the WebSocket API: weight, authentication, parameters, handler, error. */
import { PaperError } from '../engine/types.js';
import { type Account } from './accounts.js';
import type { PaperExchange } from './exchange.js';
import { LimitError, type Weights } from './limits.js';
import { Params, type Sent } from './params.js';
import { accountRoutes, stubRoutes } from './routes/account.js';
import { listRoutes } from './routes/lists.js';
import { marketRoutes } from './routes/market.js';
import { orderRoutes, ReplaceError } from './routes/orders.js';
import type { Route } from './routes/route.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** On order requests that succeeded. */
  readonly orderCounts?: { readonly short: number; readonly day: number };
  readonly retryAfterSeconds?: number;
}

export class Gateway {
  private readonly byPath = new Map<string, Route>();
  private readonly byMethod = new Map<string, Route>();

  constructor(
    readonly exchange: PaperExchange,
    readonly weights: Weights,
    private readonly ticks: ReadonlyMap<string, { tick: number; decimals: number }>,
    fee: string,
  ) {
    for (const route of [
      ...marketRoutes,
      ...orderRoutes,
      ...listRoutes,
      ...accountRoutes(fee),
      ...stubRoutes,
    ]) {
      this.byPath.set(`${route.method} ${route.path}`, route);
      if (route.ws) this.byMethod.set(route.ws, route);
    }
  }

  restRoute(method: string, path: string): Route | undefined {
    return this.byPath.get(`${method} ${path}`);
  }

  wsRoute(method: string): Route | undefined {
    return this.byMethod.get(method);
  }

  /** Never throws. `authenticate` answers the account of a signed request, or throws a `PaperError`. */
  answer(route: Route, sent: Sent, authenticate: (now: number) => Account): Answer {
    const now = Date.now();
    try {
      const params = new Params(sent);
      const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
      this.weights.spend(weight, now);
      return this.run(route, params, weight, now, authenticate);
    } catch (error) {
      return answerOf(error);
    }
  }

  private run(
    route: Route,
    params: Params,
    weight: number,
    now: number,
    authenticate: (now: number) => Account,
  ): Answer {
    const { exchange, weights, ticks } = this;
    const request = { exchange, params, weights, ticks, now };
    const account = route.security === 'signed' ? authenticate(now) : null;
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
    return { status: 429, body: errorBody(error), retryAfterSeconds: error.retryAfterSeconds };
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
