/**
 * Real kills: a fleet under PM2 trades on a generated market while bots, the paper exchange, the server and the PM2
 * daemon are killed with SIGKILL at random instants, and their user gives commands and halts the fleet. Then the market stands still, everything recovers, and every bot's
 * books must equal the exchange's record to the last digit.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { botFolder } from '../bot/files/folder.js';
import type { BotView } from '../bot/files/view.js';
import { lockHolder } from '../exchange/lock.js';
import { JournalWatch, type Spans } from './chaos-journals.js';
import { judge, type Verdict } from './chaos-judge.js';
import { buyByHand } from './chaos-follow.js';
import { depositFor, eagerBot, follows } from './chaos-plans.js';
import { ChaosUser } from './chaos-user.js';
import { FleetRun } from './fleet-run.js';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly bots: number;
  readonly progress?: (line: string) => void;
}

export type Target = 'bot' | 'paper' | 'server' | 'daemon';

export interface ChaosResult extends Verdict {
  /** Processes that a signal reached. */
  readonly kills: Readonly<Record<Target, number>>;
  readonly minutes: number;
  readonly klines: number;
  /** What the user told bots meanwhile, and how often the fleet was halted. */
  readonly commands: number;
  readonly halts: number;
  readonly unprotected: Spans;
}

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
/** PM2 waits longer after each death; a bot that is gone for so long is started by its user. */
const PATIENCE_MS = 1_500;
/** Journals are read on so often, before old files of them are removed. */
const READ_EVERY = 25;

interface Storm {
  readonly fleet: FleetRun;
  readonly ids: readonly string[];
  readonly market: readonly string[];
  readonly random: () => number;
  readonly user: ChaosUser;
  readonly kills: Record<Target, number>;
  /** Since when a bot is seen dead. */
  readonly deadSince: Map<string, number>;
  readonly restarting: Map<string, Promise<unknown>>;
}

export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, progress = () => undefined } = options;
  const fleet = new FleetRun();
  const market = [
    ...`--synthetic --seed ${seed} --symbols ${SYMBOLS.join()} --interval 1m --speed manual`.split(' '),
    ...['--deposit', `USDT=${depositFor(options.bots)}`],
  ];
  try {
    await fleet.start(market);
    const ids = Array.from({ length: options.bots }, (_, index) => `bot${index}`);
    await Promise.all(ids.map((id, index) => create(fleet, id, index)));
    await Promise.all(ids.filter((_id, index) => follows(index)).map((id) => untilReady(fleet, id)));
    const random = mulberry32(seed);
    const storm: Storm = {
      fleet,
      ids,
      market,
      random,
      user: new ChaosUser(fleet.data, ids, mulberry32(seed + 1)),
      kills: { bot: 0, paper: 0, server: 0, daemon: 0 },
      deadSince: new Map(),
      restarting: new Map(),
    };
    const journals = ids.map((id) => new JournalWatch(fleet.data, id));
    const stepping = { on: true, klines: 0 };
    const stepper = stepOn(fleet, stepping);
    const began = performance.now();
    const minutes = () => (performance.now() - began) / 60_000;
    for (let done = 0; done < options.kills; done = killed(storm)) {
      await pause(10 + storm.random() * 150);
      await Promise.all([strike(storm), storm.user.act(), tradeByHand(storm)]);
      if (killed(storm) === done || killed(storm) % READ_EVERY !== 0) continue;
      for (const journal of journals) journal.read(false);
      const rate = Math.round(killed(storm) / minutes());
      progress(`${killed(storm)} of ${options.kills} kills, ${rate} a minute, ${stepping.klines} klines`);
    }
    const took = minutes();
    stepping.on = false;
    await Promise.all([stepper, storm.user.end(), ...storm.restarting.values()]);
    progress('the market stands; everything recovers');
    const verdict = await judgeCalm(storm, journals);
    return {
      kills: storm.kills,
      minutes: took,
      klines: stepping.klines,
      commands: storm.user.commands,
      halts: storm.user.halts.length,
      ...verdict,
      unprotected: spansOf(journals),
    };
  } finally {
    await fleet.end();
  }
}

/** Only what is traded from a follower's first start on is followed. */
async function untilReady(fleet: FleetRun, id: string): Promise<void> {
  for (const deadline = Date.now() + CALM_WITHIN_MS; Date.now() < deadline; await pause(200))
    if ((await fleet.look(id)).reconciled) return;
  throw new Error(`${id} is not ready after three minutes`);
}

/** The user of the followers. */
async function tradeByHand({ fleet, ids, random }: Storm): Promise<void> {
  const followers = ids.flatMap((_id, index) => (follows(index) ? [symbolOf(index)] : []));
  if (followers.length === 0 || random() > 0.4) return;
  await buyByHand(fleet, followers[Math.floor(random() * followers.length)]!, 5 + random() * 40);
}

/** Plans and symbols go round at different paces: bots of different plans share a symbol. */
function symbolOf(index: number): string {
  return SYMBOLS[(index + Math.floor(index / SYMBOLS.length)) % SYMBOLS.length]!;
}

async function create(fleet: FleetRun, id: string, index: number): Promise<void> {
  await fleet.json('bot', 'create', id, '--symbol', symbolOf(index), ...eagerBot(index), '--start');
}

function killed({ kills }: Storm): number {
  return kills.bot + kills.paper + kills.server + kills.daemon;
}

function spansOf(journals: readonly JournalWatch[]): Spans {
  return {
    clean: journals.flatMap(({ spans }) => spans.clean),
    killed: journals.flatMap(({ spans }) => spans.killed),
  };
}

function pick(dice: number): Target {
  if (dice < 0.88) return 'bot';
  if (dice < 0.95) return 'paper';
  return dice < 0.98 ? 'server' : 'daemon';
}

/** Kills one process, if it lives; what nobody restarts by itself (server, daemon) is started again. */
async function strike(storm: Storm): Promise<void> {
  const { fleet, ids, market, random, kills } = storm;
  const target = pick(random());
  if (target === 'bot') {
    const id = ids[Math.floor(random() * ids.length)]!;
    if (await killHolder(botFolder(fleet.data, id).folder)) {
      kills.bot += 1;
      storm.deadSince.set(id, performance.now());
    } else restartLate(storm, id);
    return;
  }
  if (target === 'paper') {
    if (await killHolder(join(fleet.data, 'paper'))) kills.paper += 1;
    return;
  }
  if (target === 'daemon' && kill(Number(readFileSync(join(fleet.pm2Home, 'pm2.pid'), 'utf8'))))
    kills.daemon += 1;
  if (target === 'server') kills.server += 1;
  await fleet.stopServer('SIGKILL');
  await pause(random() * 500);
  await startAgain(fleet, market);
}

const STARTS = 10;

/** While PM2 still waits to restart a killed exchange the command may fail with a sentence; its user tries again. */
async function startAgain(fleet: FleetRun, market: readonly string[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fleet.start(market);
    } catch (error) {
      if (tries === STARTS) throw error;
      await fleet.stopServer('SIGKILL');
      await pause(1_000);
    }
  }
}

async function killHolder(folder: string): Promise<boolean> {
  const holder = await lockHolder(folder);
  return holder !== null && kill(holder.pid);
}

/** As a user would who sees it down; the storm goes on meanwhile. */
function restartLate({ fleet, deadSince, restarting }: Storm, id: string): void {
  const since = deadSince.get(id) ?? performance.now();
  deadSince.set(id, since);
  if (performance.now() - since < PATIENCE_MS || restarting.has(id)) return;
  const done = fleet.cli('bot', 'restart', id).finally(() => restarting.delete(id));
  restarting.set(id, done);
}

/** Bots that are killed in a step are waited for until their connections are seen to be gone. */
const STEP_WITHIN_MS = 20_000;

/** The market goes on whatever is killed; a step that fails was answered by a dead exchange. */
async function stepOn(fleet: FleetRun, state: { on: boolean; klines: number }): Promise<void> {
  while (state.on) {
    const step = fleet.step(1).catch(() => null);
    const stepped = await Promise.race([step, pause(STEP_WITHIN_MS).then(() => null)]);
    state.klines += stepped?.klines ?? 0;
    await pause(stepped === null ? 50 : 5);
  }
}

const CALM_WITHIN_MS = 180_000;
/** The bots ask for klines that they did not hear of this often; what they then decide is still to be waited for. */
const QUIET_MS = 25_000;

/**
 * Until every bot is there, recovered, and has said nothing new for a while: then views and records are of one moment.
 * A bot that missed a kline in the storm may still decide on it, and would make a comparison of two moments.
 */
async function judgeCalm(storm: Storm, journals: readonly JournalWatch[]): Promise<Verdict> {
  const { fleet, ids, market, user } = storm;
  await fleet.stopServer('SIGKILL');
  await startAgain(fleet, market);
  let quietSince = performance.now();
  let said = '';
  for (const deadline = Date.now() + CALM_WITHIN_MS; Date.now() < deadline; await pause(1_000)) {
    const views = await Promise.all(ids.map((id) => fleet.look(id)));
    for (const view of views)
      if (view.actual === 'errored' || view.actual === 'stopped') await fleet.cli('bot', 'restart', view.id);
    const saying = JSON.stringify(
      views.map(({ trades, openOrders, position }) => [trades.length, openOrders, position.quantity]),
    );
    if (saying !== said || !views.every(isSettled)) quietSince = performance.now();
    said = saying;
    if (performance.now() - quietSince < QUIET_MS) continue;
    for (const journal of journals) journal.read(true);
    return judge(fleet, views, journals, user);
  }
  const views = await Promise.all(ids.map((id) => fleet.look(id)));
  const facts = views.map(({ id, actual, reconciled, errors, openOrders }) => ({
    id,
    actual,
    reconciled,
    errors,
    openOrders,
  }));
  throw new Error(`not calm after three minutes: ${JSON.stringify(facts)}`);
}

function isSettled({ actual, reconciled, openOrders }: BotView): boolean {
  return actual === 'online' && reconciled && openOrders.every(({ status }) => status === 'open');
}

/** False when it was dying already. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A small seeded generator (mulberry32, public domain): the same seed kills in the same order. */
function mulberry32(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let x = Math.imul(a ^ (a >>> 15), a | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}
