import type { Account } from '../accounts.js';
import type { BookView } from '../book-view.js';
import type { PaperExchange } from '../exchange.js';
import type { HiddenOrders } from '../faults/hidden.js';
import type { Weights } from '../limits.js';
import type { Params } from '../params.js';

/** What a handler works with. Handlers change and read at once; their reply leaves when it is durable. */
export interface Request {
  readonly exchange: PaperExchange;
  readonly params: Params;
  readonly weights: Weights;
  readonly view: BookView;
  /** Orders that a fault keeps from queries. */
  readonly hidden: HiddenOrders;
  /** The server's clock, ms. */
  readonly now: number;
}
export interface SignedRequest extends Request {
  readonly account: Account;
}

interface Common {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PUT';
  readonly path: string;
  /** The same request in the WebSocket API. */
  readonly ws?: string;
  readonly weight: number | ((params: Params) => number);
  /** Names of its parameters; null where any are taken. */
  readonly known: ReadonlySet<string> | null;
  /** How many orders it places, for the order counts. */
  readonly orders?: number;
  /** Successful order requests cost no weight (Binance, 2026-04-02). */
  readonly freeOnSuccess?: boolean;
}
export interface PublicRoute extends Common {
  readonly security: 'none';
  readonly handle: (request: Request) => unknown;
}
export interface SignedRoute extends Common {
  readonly security: 'signed';
  readonly handle: (request: SignedRequest) => unknown;
}
export type Route = PublicRoute | SignedRoute;

export function names(list: string): ReadonlySet<string> {
  return new Set(list.split(' ').filter((name) => name !== ''));
}
