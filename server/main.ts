import type { Server as TlsServer } from 'node:https';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Histories } from '../bot/files/histories.js';
import { loadBotView } from '../bot/files/load.js';
import { botFolder, readStatus } from '../bot/files/folder.js';
import type { BotView } from '../bot/files/view.js';
import { readLog } from '../bot/files/log.js';
import { HandWatcher } from './live/hand-watcher.js';
import { marketOf } from '../exchange/connect.js';
import { logText } from '../exchange/log-text.js';
import { buildApp } from './app.js';
import { actor } from './audit/actor.js';
import type { AuditEvent } from './audit/log.js';
import { Auth } from './auth/auth.js';
import { Owners } from './auth/owners.js';
import { newSecret } from './auth/secrets.js';
import { BacktestRuns } from './backtests/runs.js';
import { distFolder } from './fleet/bundles.js';
import type { FleetActions } from './fleet-actions.js';
import type { Fleet } from './fleet/fleet.js';
import { botOrphan } from './fleet/orphans.js';
import { Day } from './live/day.js';
import { History } from './live/history.js';
import { addressToOpen, reachOf, refuseUnguarded, type ReachWish } from './reach.js';
import { keepTls } from './web/tls.js';
import { Markets, type ExchangeFor } from './markets.js';
import { BotStore, type LoadView } from './store.js';
import { readDecisions } from './store/decisions.js';
import { isLive, totals } from './web/equity.js';
import { EventStreams } from './web/sse.js';

const HISTORY_MS = 5_000;

export interface ServerOptions {
  /** The data folder. */
  readonly data: string;
  /** Where it listens and who may come; this machine alone if left out. */
  readonly reach?: ReachWish;
  /** 0 for any free one; the default is 3000. */
  readonly port?: number;
  readonly fleet: FleetActions & Pick<Fleet, 'processes' | 'keys'>;
  /** How a venue is reached; the data folder's own exchanges if left out. */
  readonly exchange?: ExchangeFor;
  readonly log?: (error: unknown) => void;
  /** A sentence that every page shows, such as that the market has ended; null normally. */
  readonly notice?: () => string | null;
  /** The host whose real prices paper trades on; null where they are made up or recorded. */
  readonly livePrices?: () => string | null;
  /** A link signs in without a password, as the user `demo`: for data that nothing depends on. */
  readonly demo?: boolean;
  /** How often a renewed certificate is looked for (ms). */
  readonly lookEveryMs?: number;
}

export interface RunningServer {
  readonly url: string;
  /** An API token of an admin's, good until the server ends. */
  readonly token: string;
  /** A link that lets the first one in: the set-up where there is no user yet, the demo's; null where users sign in. */
  readonly login: string | null;
  close(): Promise<void>;
}

/**
 * Opens the control server. It holds no trading state: closed or killed, the bots trade on. Errors: USAGE for what
 * would be open by mistake (`reachOf`), and the system's (EADDRINUSE) when the port is taken.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { port = 3000, fleet } = options;
  const data = resolve(options.data);
  const reach = reachOf(options.reach);
  const log = options.log ?? ((error: unknown) => console.error(logText(Date.now(), error)));
  const auth = new Auth({ data, now: () => Date.now() });
  refuseUnguarded(reach, auth.users.all(), options.demo);
  if (options.demo) await openDemo(auth);
  const markets = new Markets(options.exchange ?? ((venue) => marketOf(venue, data)));
  const histories = new Histories();
  const store: BotStore = new BotStore({
    data,
    load: loader(fleet, histories),
    processes: () => fleet.processes(),
    instrument: (venue, symbol) => markets.known(venue, symbol),
    wanted: (symbols) => markets.follow(symbols, store),
  });
  const backtests = new BacktestRuns({
    data,
    script: join(distFolder(), 'backtest.cjs'),
    now: () => Date.now(),
    log,
  });
  const history = { paper: new History(), live: new History() };
  const day = new Day(data);
  const sampling = sampleEquity(store, history);
  store.onChange((changed) => {
    for (const id of changed) {
      if (store.get(id) !== undefined) continue;
      day.forget(id);
      histories.forget(botFolder(data, id).trades);
    }
    day.note(store.all(), Date.now());
  });
  const hands = new HandWatcher(data, { audit: auth.audit, log });
  store.onChange((changed) => changed.forEach((id) => hands.look(id)));
  let actualPort = port;
  let app: FastifyInstance | null = null;
  let listens = false;
  const endings: (() => void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of endings) end();
    clearInterval(sampling);
    store.close();
    await app?.close();
    await backtests.close();
    await markets.close();
    await day.settled();
    await auth.sessions.settled();
    await hands.close();
    if (listens) await auth.audit.note(serverEvent('server.stop'));
  };
  try {
    await Promise.all([store.start(), backtests.open()]);
    app = buildApp({
      data,
      auth,
      keys: fleet.keys,
      owners: new Owners(data),
      store,
      markets,
      fleet,
      backtests,
      readLog,
      readDecisions,
      log,
      notice: options.notice ?? (() => null),
      livePrices: options.livePrices ?? (() => null),
      streams: new EventStreams(),
      history: (kind) => history[kind].points(),
      openings: () => day.openings,
      reach,
      port: () => actualPort,
      now: () => Date.now(),
    });
    await app.listen({ host: reach.host, port });
    const address = app.server.address();
    actualPort = typeof address === 'object' && address !== null ? address.port : port;
    if (reach.tls !== null)
      endings.push(keepTls(app.server as unknown as TlsServer, reach.tls.files, log, options.lookEveryMs));
    const url = addressToOpen(reach, actualPort);
    listens = true;
    hands.start();
    await auth.audit.note(
      serverEvent('server.start', { url, pid: process.pid, demo: options.demo ?? false }),
    );
    return { url, token: auth.runToken, login: firstLink(auth, url), close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** A start without a stop before it shows that the server was killed. */
const serverEvent = (
  action: 'server.start' | 'server.stop',
  details: Record<string, unknown> = {},
): AuditEvent => ({
  ...actor(),
  ...{ action, about: null, outcome: 'done', details },
});

/** The demo's user has no password: its link is its key. */
async function openDemo(auth: Auth): Promise<void> {
  if (auth.users.named('demo') === undefined)
    await auth.users.add({ name: 'demo', role: 'admin', password: null });
  auth.enterCode = newSecret();
}

function firstLink(auth: Auth, url: string): string | null {
  if (auth.enterCode !== null) return `${url}/enter?code=${auth.enterCode}`;
  return auth.users.all().length === 0 ? `${url}/setup?code=${auth.setupCode}` : null;
}

/** A bot that lives without its supervisor is not stopped: its lock tells. Looked for only where its status says it lives. */
function loader(fleet: ServerOptions['fleet'], histories: Histories): LoadView {
  return async (data, id, process, price) => {
    const view = await loadBotView(data, id, process, price, (...asked) => histories.of(...asked));
    if (process !== null) return view;
    const phase = (await readStatus(data, id))?.phase;
    if (phase === undefined || phase === 'stopped') return view;
    const orphan = await botOrphan(data, id, () => fleet.processes()).catch(() => null);
    return orphan === null ? view : { ...view, actual: 'lost' };
  };
}

function sampleEquity(store: BotStore, history: Record<'paper' | 'live', History>): NodeJS.Timeout {
  const sample = (kind: 'paper' | 'live', bots: readonly BotView[]): void => {
    const sums = totals(bots);
    if (sums === null) return;
    history[kind].add(Number(sums.gain));
  };
  const timer = setInterval(() => {
    const bots = store.all();
    sample(
      'paper',
      bots.filter((bot) => !isLive(bot)),
    );
    sample('live', bots.filter(isLive));
  }, HISTORY_MS);
  return timer.unref();
}
