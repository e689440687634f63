/** What the server's tests stand on: a data folder, a fleet without processes, and the real app around them. */
import { request } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { writeStatus, type BotStatus } from '../bot/files/folder.js';
import { loadBotView } from '../bot/files/load.js';
import { readLog } from '../bot/files/log.js';
import { buildApp } from './app.js';
import { Auth } from './auth/auth.js';
import { Owners } from './auth/owners.js';
import { Passwords } from './auth/passwords.js';
import type { Role, User } from './auth/users.js';
import { cookieName } from './web/cookies.js';
import { BacktestRuns } from './backtests/runs.js';
import { distFolder } from './fleet/bundles.js';
import { RecordedFleet } from './audit/recorded-fleet.js';
import { memorySupervisor, type MemorySupervisor } from './fleet/memory.js';
import { Markets, type ExchangeFor } from './markets.js';
import { BotStore, type LoadView } from './store.js';
import { readDecisions } from './store/decisions.js';
import type { AppDeps } from './deps.js';
import { reachOf, type Reach } from './reach.js';
import { EventStreams } from './web/sse.js';

export const CONFIG = {
  id: 'btc-dip',
  name: 'BTC dip',
  symbol: 'BTCUSDT',
  interval: '5m',
  budget: '1000',
  signal: { name: 'rsi', period: 14 },
  plan: { name: 'single' },
} as const;

export function writeConfig(data: string, config: Readonly<Record<string, unknown>>): void {
  const folder = join(data, 'bots', String(config['id']));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config, null, 2));
}

/** A fleet whose processes say ready at once, without there being any. */
export function fleetWithoutProcesses(data: string): { fleet: RecordedFleet; supervisor: MemorySupervisor } {
  let pid = 4_500_000; // the memory supervisor counts from here
  const supervisor = memorySupervisor({
    onStart: async (spec) => {
      pid += 1;
      const now = Date.now();
      const status: BotStatus = { phase: 'ready', pid, since: now, startedAt: now, errors: [] };
      await writeStatus(data, spec.name.replace(/^bot-/, ''), status);
    },
  });
  const script = join(data, 'bot.cjs');
  mkdirSync(data, { recursive: true });
  writeFileSync(script, '');
  return {
    supervisor,
    fleet: new RecordedFleet({ data, supervisor, scripts: { bot: script, paper: script } }),
  };
}

export const noExchange: ExchangeFor = () => {
  throw new Error('No exchange is set up here.');
};

/** Real scrypt, as cheap as it gets: tests sign in often. */
export const CHEAP = { logN: 4, r: 1, p: 1 };
export const PASSWORD = 'four words in a row';

export interface TestServer {
  /** Requests injected into it come from the admin `tester`, unless they bring a cookie or an Authorization header. */
  readonly app: FastifyInstance;
  readonly auth: Auth;
  readonly owners: Owners;
  /** The headers of a request from the admin `tester`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Makes a user (password: PASSWORD) and signs in; the answer are the headers of requests from there. */
  signIn(name: string, role: Role): Promise<{ user: User; headers: Record<string, string> }>;
  readonly store: BotStore;
  readonly fleet: RecordedFleet;
  readonly backtests: BacktestRuns;
  readonly failures: unknown[];
  /** How many processes were asked for. */
  started(): number;
  close(): Promise<void>;
}

/** The app with everything real but processes and exchange; injected requests reach it as `localhost:80`. */
export async function testServer(
  data: string,
  options: {
    exchange?: ExchangeFor;
    port?: () => number;
    streams?: number;
    load?: LoadView;
    onRoute?: AppDeps['onRoute'];
    reach?: Reach;
  } = {},
): Promise<TestServer> {
  const { fleet, supervisor } = fleetWithoutProcesses(data);
  const failures: unknown[] = [];
  const owners = new Owners(data);
  const port = options.port ?? (() => 80);
  const auth = new Auth({ data, now: () => Date.now(), passwords: new Passwords(CHEAP) });
  const signIn: TestServer['signIn'] = async (name, role) => {
    const user = auth.users.named(name) ?? (await auth.users.add({ name, role, password: PASSWORD }));
    const id = await auth.sessions.open(user, { address: '127.0.0.1', agent: 'test', sure: true });
    return { user, headers: { cookie: `${cookieName(port(), false)}=${id}` } };
  };
  const { headers } = await signIn('tester', 'admin');
  const markets = new Markets(options.exchange ?? noExchange);
  const store: BotStore = new BotStore({
    data,
    load: options.load ?? loadBotView,
    processes: () => fleet.processes(),
    instrument: (venue, symbol) => markets.known(venue, symbol),
    wanted: (symbols) => markets.follow(symbols, store),
  });
  const backtests = new BacktestRuns({
    data,
    script: join(distFolder(), 'backtest.cjs'),
    now: () => Date.now(),
    log: (error) => failures.push(error),
    slots: 1,
  });
  await Promise.all([store.start(), backtests.open()]);
  const app = buildApp({
    ...(options.onRoute === undefined ? {} : { onRoute: options.onRoute }),
    data,
    auth,
    keys: fleet.keys,
    owners,
    store,
    markets,
    fleet,
    backtests,
    readLog,
    readDecisions,
    streams: new EventStreams(options.streams),
    history: () => [],
    openings: () => new Map(),
    notice: () => null,
    livePrices: () => null,
    reach: options.reach ?? reachOf(),
    port,
    now: () => Date.now(),
    log: (error) => failures.push(error),
  });
  signed(app, headers);
  await app.ready();
  const close = async (): Promise<void> => {
    store.close();
    await app.close();
    await backtests.close();
    await auth.sessions.settled();
    await markets.close();
  };
  return {
    app,
    auth,
    owners,
    headers,
    signIn,
    store,
    fleet,
    backtests,
    failures,
    started: () => supervisor.started.length,
    close,
  };
}

/** Lets injected requests come from somebody, as all requests do that a browser sends. */
function signed(app: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  const inject = app.inject.bind(app) as (options: InjectOptions) => Promise<unknown>;
  const as = (given: InjectOptions | string): Promise<unknown> => {
    const options = typeof given === 'string' ? { url: given } : given;
    const known = Object.keys(options.headers ?? {}).some((name) => /^(cookie|authorization)$/i.test(name));
    return inject(known ? options : { ...options, headers: { ...headers, ...options.headers } });
  };
  app.inject = as as unknown as FastifyInstance['inject'];
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request with exactly these headers, over a real socket. */
export function rawRequest(
  port: number,
  path: string,
  options: { method?: string; headers?: string[]; body?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = ['Host', `127.0.0.1:${port}`], body = '' } = options;
    const sent = request({ host: '127.0.0.1', port, path, method, headers, setHost: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
      );
    });
    sent.on('error', reject).end(body);
  });
}
