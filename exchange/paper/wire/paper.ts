/** The paper exchange as a running server: everything put together, in this process. */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from 'node:http';
import writeFileAtomic from 'write-file-atomic';
import { INTERVAL_MS } from '../../../core/kline.js';
import { acquireLock } from '../../lock.js';
import type { EngineOptions } from '../engine/types.js';
import type { PaperAddress } from '../../venues.js';
import type { RulesUse } from '../live/rules-watch.js';
import { acceptSockets } from './accepting.js';
import { randomKey, type Account } from './accounts.js';
import { BookView } from './book-view.js';
import { readDeposit } from './control-fields.js';
import { Control } from './control.js';
import { PaperExchange } from './exchange.js';
import { Feed } from './feed.js';
import { Gateway } from './gateway.js';
import { createHttpServer } from './http.js';
import { Weights } from './limits.js';
import { ListenKeys } from './listen-keys.js';
import { Lockstep } from './lockstep.js';
import {
  DEFAULT_DEPOSIT,
  DEFAULT_LIMITS,
  PaperOptionError,
  type PaperOptions,
  type Speed,
} from './options.js';
import { ticksOf, type Tick } from './price-ticks.js';
import { rulesOf } from './recorded-rules.js';
import { Runner, type StepResult } from './runner.js';
import { Sockets } from './sockets.js';
import { openMarket, type OpenMarket } from './source.js';
import { prepareFolder, readJsonFile } from './stored.js';
import { UserStreams } from './user-streams.js';

export interface Paper {
  readonly address: PaperAddress;
  /** Sentences about the market data: gaps, repaired rows. */
  readonly notes: readonly string[];
  /** Ends it cleanly; accounts and market time are kept. */
  stop(): Promise<void>;
  /** `--speed manual`: advances by so many klines of the step interval. */
  step(klines: number): Promise<StepResult>;
  /** Resolves when it has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
}

/** A short while for replies and closing handshakes. */
const GOODBYE_MS = 300;
/** A live market without a network begins where it stood. */
const CATCH_UP_MS = 8_000;

/** Accepts connections when it resolves. Errors: sentences for the user (`PaperOptionError`, `KlineFileError`, `DamagedError`, `LockedError`). */
export async function startPaper(options: PaperOptions): Promise<Paper> {
  const lock = await acquireLock(options.folder, 'paper exchange');
  try {
    prepareFolder(options.folder, options.reset === true);
    return await open(options, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function open(options: PaperOptions, release: () => void): Promise<Paper> {
  const market = await openMarket(options);
  const { source } = market;
  const notes = [...(source.unused ?? []), ...source.notes];
  const { folder } = options;
  const engine = engineOptions(options, market);
  const exchange = new PaperExchange({ folder, source, resumed: market.resumed, engine, onFailure: giveUp });
  const account = openDefaultAccount(exchange, options);
  const speed = options.speed ?? 1;
  const lockstep = new Lockstep(speed === 'max' || speed === 'manual');
  const ticks = ticksOf(exchange);
  const view = new BookView(exchange, ticks);
  const feed = new Feed(exchange, lockstep, view);
  const users = new UserStreams(lockstep);
  const sockets = new Sockets();
  const runner = new Runner({
    exchange,
    lockstep,
    feed,
    speed: multiple(speed, market),
    stepInterval: market.stepInterval,
    waitFor: options.waitFor ?? 0,
    anchor: anchorOf(options, market, exchange),
    ticks,
    cutMarketStreams: () => sockets.of('market').forEach((link) => link.cut()),
  });
  const gateway = openGateway(options, exchange, view);
  lockstep.pingAll = (payload) => sockets.pingAll(payload);
  exchange.onEvents = (events) => {
    gateway.countFills(events);
    users.tell(events);
  };
  gateway.listenKeys.onEnd = (listenKey, account) =>
    users.tellRaw(account, () => ({ e: 'listenKeyExpired', E: Date.now(), listenKey }));

  let stopping: Promise<void> | null = null;
  let tellStopped = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (tellStopped = resolve));
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      rules?.close();
      await follower?.close();
      await runner.stop();
      await exchange.close();
      sockets.close();
      await closeServer(server);
      release();
      tellStopped();
    })();
    return stopping;
  };
  const control = new Control({
    exchange,
    gateway,
    runner,
    lockstep,
    users,
    sockets,
    speed,
    notes,
    stop: () => void stop(),
  });
  const server = createHttpServer(gateway, (request, path, query, body) =>
    control.answer(request, path, query, body),
  );
  acceptSockets(server, { gateway, feed, users, lockstep, sockets });
  await exchange.journal.durable();
  if (source.live) source.live.onGrown = () => runner.wake();
  const follower = market.follow?.(giveUp);
  const rules = market.watchRules?.(rulesUse(exchange, ticks));
  if (follower) {
    // What happened while it was away comes first: nobody is to trade at prices, or by rules, of then.
    runner.start();
    await Promise.race([
      Promise.all([follower.firstRound(), rules?.first]),
      sleep(CATCH_UP_MS, undefined, { ref: false }),
    ]);
    while (exchange.walker.peek() !== null) await sleep(5);
  }
  const port = await listen(server, options).catch(async (error: unknown) => {
    rules?.close();
    await follower?.close();
    await runner.stop();
    throw error;
  });
  const address = addressOf(port, account);
  // A copy of the folder has this file too: it must not lead the copy's bots to this exchange.
  const kept: PaperAddress = { ...address, folder: await realpath(folder) };
  await writeFileAtomic(join(folder, 'address.json'), `${JSON.stringify(kept)}\n`, { mode: 0o600 });
  if (!follower) runner.start();
  return { address, notes, stop, step: (klines) => runner.step(klines), stopped };
}

/** Without a disk nothing can be promised: the process ends and the next one starts from what is durable. */
function giveUp(error: Error): void {
  console.error(`The paper exchange cannot write its files (${error.message}); it stops to lose nothing.`);
  process.exit(1);
}

/** The account that bots use: the one with the given key, else the first there is, else a new one. */
function openDefaultAccount(exchange: PaperExchange, options: PaperOptions): Account {
  const { key, secret } = options;
  const known = key === undefined ? exchange.accounts.all()[0] : exchange.accounts.withKey(key);
  if (known) return known;
  const first = exchange.accounts.all().length === 0;
  const account = {
    id: first ? 'main' : `account-${exchange.accounts.all().length + 1}`,
    key: key ?? randomKey(),
    secret: secret ?? randomKey(),
  };
  const deposit = readDeposit(options.deposit ?? DEFAULT_DEPOSIT);
  exchange.execute<'account'>({
    k: 'account',
    a: account.id,
    key: account.key,
    secret: account.secret,
    deposit,
  });
  return account;
}

function engineOptions(options: PaperOptions, { source, rules }: OpenMarket): EngineOptions {
  const fee = options.fee ?? '0.001';
  return {
    symbols: source.symbols.map((symbol) => rulesOf(symbol, rules)),
    exchangeFilters: [...rules.exchangeFilters],
    makerFee: fee,
    takerFee: fee,
    profile: options.profile ?? 'touch',
    book: options.book,
  };
}

function openGateway(options: PaperOptions, exchange: PaperExchange, view: BookView): Gateway {
  const { weightLimit, limits, faults = [] } = options;
  const weight = weightLimit === undefined ? {} : { weightPerMinute: weightLimit };
  const gateway = new Gateway(
    exchange,
    new Weights({ ...DEFAULT_LIMITS, ...limits, ...weight }),
    view,
    new ListenKeys(options.listenKeys === true),
  );
  try {
    gateway.faults.add(faults);
  } catch (error) {
    throw new PaperOptionError(`--faults: ${(error as Error).message}`);
  }
  return gateway;
}

/** Rules that change are a command like any other: journaled before anybody trades by them, and repeated where they were. */
function rulesUse(exchange: PaperExchange, ticks: Map<string, Tick>): RulesUse {
  return {
    now: (symbol) => exchange.engine.symbols.get(symbol),
    change(info) {
      exchange.execute<'rules'>({ k: 'rules', info });
      for (const [symbol, tick] of ticksOf(exchange)) ticks.set(symbol, tick);
    },
  };
}

function multiple(speed: Speed, { baseInterval }: OpenMarket): number | 'max' | 'manual' {
  return speed === 'demo' ? INTERVAL_MS[baseInterval] / 1_000 : speed;
}

/**
 * Where market time goes on. A recording goes on from where it stood: nothing is traded while the exchange is down.
 * A synthetic market in real time is a stand-in for the real one and catches up with the wall clock.
 */
function anchorOf(options: PaperOptions, { source }: OpenMarket, exchange: PaperExchange): number {
  if (source.live) return Date.now();
  const made = options.klines === undefined && options.trades === undefined;
  const live = made && (options.speed ?? 1) === 1 && options.start === undefined;
  return live ? Math.max(Date.now(), source.start) : exchange.now();
}

/** The port asked for, or the one of last time if it is free, or any. */
async function listen(server: Server, options: PaperOptions): Promise<number> {
  const wanted = options.port ?? lastPort(options.folder);
  try {
    return await tryListen(server, wanted);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') throw error;
    if (options.port !== undefined)
      throw new Error(
        `Port ${options.port} is in use by another program; choose another with --port, or stop that one.`,
      );
    return tryListen(server, 0);
  }
}

function lastPort(folder: string): number {
  try {
    return Number(new URL(String(readJsonFile(folder, 'address.json')?.rest)).port) || 0;
  } catch {
    return 0;
  }
}

function tryListen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as { port: number }).port);
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), GOODBYE_MS);
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS * 2))]);
  clearTimeout(late);
}

function addressOf(port: number, { key, secret }: Account): PaperAddress {
  const host = `127.0.0.1:${port}`;
  return {
    rest: `http://${host}`,
    ws: `ws://${host}/ws`,
    wsApi: `ws://${host}/ws-api/v3`,
    control: `http://${host}/control`,
    key,
    secret,
  };
}
