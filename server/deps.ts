import type { RouteOptions } from 'fastify';
import type { DecisionView, LogLine } from '../bot/files/view.js';
import type { BacktestRuns } from './backtests/runs.js';
import type { FleetActions } from './fleet-actions.js';
import type { Auth } from './auth/auth.js';
import type { Keys } from './keys/keys.js';
import type { Reach } from './reach.js';
import type { Owners } from './auth/owners.js';
import type { EventStreams } from './web/sse.js';
import type { BotStore } from './store.js';
import type { Markets } from './markets.js';

/** Everything the routes work with; `main.ts` makes the real ones, tests their own. */
export interface ServerDeps {
  readonly data: string;
  readonly auth: Auth;
  readonly keys: Keys;
  readonly owners: Owners;
  /** The bots that whoever asks may see: there are no others for them. */
  readonly store: Pick<BotStore, 'all' | 'get' | 'fresh' | 'refresh' | 'refreshWithProcess'>;
  readonly markets: Markets;
  readonly fleet: FleetActions;
  readonly backtests: BacktestRuns;
  readonly streams: EventStreams;
  readonly readLog: (data: string, id: string, limit: number) => Promise<LogLine[]>;
  readonly readDecisions: (data: string, id: string, limit: number) => Promise<DecisionView[]>;
  /** Gain (equity − budgets) over time, oldest first: a new bot's budget is no gain. */
  readonly history: (kind: 'paper' | 'live') => readonly number[];
  /** Each bot's gain over all time when the UTC day began, by id. */
  readonly openings: () => ReadonlyMap<string, string>;
  /** Under which addresses it answers. */
  readonly reach: Reach;
  /** The port it listens on; known only once it does. */
  readonly port: () => number;
  /** A sentence that every page shows; null normally. */
  readonly notice: () => string | null;
  /** The host whose real prices paper trades on; null where they are made up or recorded. */
  readonly livePrices: () => string | null;
  /** Wall time (ms). */
  readonly now: () => number;
  /** Takes what went wrong in here; never shown to a client. */
  readonly log: (error: unknown) => void;
}

/** What the app is made of: the store is every bot, seen by nobody yet. */
export interface AppDeps extends Omit<ServerDeps, 'store'> {
  readonly store: BotStore;
  /** Told of every route as it is made. */
  readonly onRoute?: (route: RouteOptions) => void;
}
