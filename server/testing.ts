/** What the server's tests stand on: a data folder, a fleet without processes, and the real app around them. */
import { request } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { writeStatus, type BotStatus } from '../bot/files/folder.js';
import { loadBotView } from '../bot/files/load.js';
import { readLog } from '../bot/files/log.js';
import { buildApp } from './app.js';
import { Fleet } from './fleet/fleet.js';
import { memorySupervisor, type MemorySupervisor } from './fleet/memory.js';
import { Markets, type ExchangeFor } from './markets.js';
import { BotStore, type LoadView } from './store.js';
import { readDecisions } from './store/decisions.js';
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
export function fleetWithoutProcesses(data: string): { fleet: Fleet; supervisor: MemorySupervisor } {
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
  return { supervisor, fleet: new Fleet({ data, supervisor, scripts: { bot: script, paper: script } }) };
}

export const noExchange: ExchangeFor = () => {
  throw new Error('No exchange is set up here.');
};

export interface TestServer {
  readonly app: FastifyInstance;
  readonly store: BotStore;
  readonly fleet: Fleet;
  readonly failures: unknown[];
  /** How many processes were asked for. */
  started(): number;
  close(): Promise<void>;
}

/** The app with everything real but processes and exchange; injected requests reach it as `localhost:80`. */
export async function testServer(
  data: string,
  options: { exchange?: ExchangeFor; port?: () => number; streams?: number; load?: LoadView } = {},
): Promise<TestServer> {
  const { fleet, supervisor } = fleetWithoutProcesses(data);
  const failures: unknown[] = [];
  const markets = new Markets(options.exchange ?? noExchange);
  const store: BotStore = new BotStore({
    data,
    load: options.load ?? loadBotView,
    processes: () => fleet.processes(),
    instrument: (venue, symbol) => markets.known(venue, symbol),
    wanted: (symbols) => markets.follow(symbols, store),
  });
  await store.start();
  const app = buildApp({
    data,
    store,
    markets,
    fleet,
    readLog,
    readDecisions,
    streams: new EventStreams(options.streams),
    history: () => [],
    openings: () => new Map(),
    notice: () => null,
    port: options.port ?? (() => 80),
    now: () => Date.now(),
    log: (error) => failures.push(error),
  });
  await app.ready();
  const close = async (): Promise<void> => {
    store.close();
    await app.close();
    await markets.close();
  };
  return { app, store, fleet, failures, started: () => supervisor.started.length, close };
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
