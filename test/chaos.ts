/**
 * Real kills: a fleet under PM2 trades on a generated market while bots, the paper exchange, the server and the PM2
 * daemon are killed with SIGKILL at random instants. Then the market stands still, everything recovers, and every bot's
 * books must equal the exchange's record to the last digit.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { botFolder } from '../bot/files/folder.js';
import { entriesAfter, type Entry } from '../bot/files/journal.js';
import type { BotView } from '../bot/files/view.js';
import { lockHolder } from '../exchange/lock.js';
import { checkAccount, checkBooks } from './books-check.js';
import { FleetRun } from './fleet-run.js';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly bots: number;
  readonly progress?: (line: string) => void;
}

export interface ChaosResult {
  readonly kills: Readonly<Record<Target, number>>;
  readonly trades: number;
  readonly orders: number;
  /** Kills that left an intent in the journal of which the process never learned what became. */
  readonly betweenSaveAndAnswer: number;
  /** Sentences; empty when all is as it must be. */
  readonly differences: readonly string[];
}

type Target = 'bot' | 'paper' | 'server' | 'daemon';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
/** Trades on nearly every kline, so that most kills find an order on its way. */
const EAGER = [
  '--signal',
  'rsi',
  '--set',
  'signal.period=2',
  '--set',
  'signal.buyBelow=55',
  '--set',
  'signal.sellAbove=60',
  '--plan',
  'single',
  '--set',
  'plan.stopLossPercent=0.3',
  '--set',
  'plan.takeProfitPercent=0.4',
];

export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, bots, progress = () => undefined } = options;
  const random = mulberry32(seed);
  const fleet = new FleetRun();
  const market = [
    '--synthetic',
    '--seed',
    String(seed),
    '--symbols',
    SYMBOLS.join(','),
    '--interval',
    '1m',
    '--speed',
    'manual',
  ];
  const kills: Record<Target, number> = { bot: 0, paper: 0, server: 0, daemon: 0 };
  try {
    await fleet.start(market);
    const ids = Array.from({ length: bots }, (_, index) => `bot${index}`);
    for (const [index, id] of ids.entries()) {
      await fleet.json(
        'bot',
        'create',
        id,
        '--symbol',
        SYMBOLS[index % SYMBOLS.length]!,
        '--interval',
        '1m',
        '--budget',
        '1000',
        ...EAGER,
        '--start',
      );
    }
    const stepping = { on: true };
    const stepper = stepOn(fleet, stepping);
    for (let count = 0; count < options.kills; count += 1) {
      await pause(50 + random() * 300);
      const target = pick(random());
      kills[target] += 1;
      await strike(fleet, target, ids, random, market);
      if ((count + 1) % 25 === 0) progress(`${count + 1} kills`);
    }
    stepping.on = false;
    await stepper;
    const views = await calm(fleet, ids, market);
    return { kills, ...(await judge(fleet, views)) };
  } finally {
    await fleet.end();
  }
}

function pick(dice: number): Target {
  if (dice < 0.8) return 'bot';
  if (dice < 0.9) return 'paper';
  return dice < 0.96 ? 'server' : 'daemon';
}

/** Kills one process; what nobody restarts by itself (server, daemon, a bot in a long pause) is started again. */
async function strike(
  fleet: FleetRun,
  target: Target,
  ids: readonly string[],
  random: () => number,
  market: readonly string[],
): Promise<void> {
  if (target === 'bot') {
    const id = ids[Math.floor(random() * ids.length)]!;
    const holder = await lockHolder(botFolder(fleet.data, id).folder);
    if (holder === null) await fleet.cli('bot', 'restart', id);
    else kill(holder.pid);
    return;
  }
  if (target === 'paper') {
    const holder = await lockHolder(join(fleet.data, 'paper'));
    if (holder !== null) kill(holder.pid);
    return;
  }
  if (target === 'daemon') kill(Number(readFileSync(join(fleet.pm2Home, 'pm2.pid'), 'utf8')));
  await fleet.stopServer('SIGKILL');
  await pause(random() * 500);
  await fleet.start(market);
}

/** The market goes on whatever is killed; a step that fails was answered by a dead exchange. */
async function stepOn(fleet: FleetRun, state: { on: boolean }): Promise<void> {
  while (state.on) {
    await fleet.step(1).catch(() => pause(50));
    await pause(5);
  }
}

/** Until every bot is there, recovered and without an order in flight. */
async function calm(fleet: FleetRun, ids: readonly string[], market: readonly string[]): Promise<BotView[]> {
  await fleet.stopServer('SIGKILL');
  await fleet.start(market);
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await pause(500)) {
    const views = await Promise.all(ids.map((id) => fleet.show(id)));
    const settled = (view: BotView) =>
      view.actual === 'online' &&
      view.reconciled &&
      view.openOrders.every((order) => order.status === 'open');
    if (views.every(settled)) return views;
    for (const view of views)
      if (view.actual === 'errored' || view.actual === 'stopped') await fleet.cli('bot', 'restart', view.id);
  }
  const views = await Promise.all(ids.map((id) => fleet.show(id)));
  throw new Error(
    `not calm after two minutes: ${JSON.stringify(views.map(({ id, actual, reconciled, errors, openOrders }) => ({ id, actual, reconciled, errors, openOrders })))}`,
  );
}

async function judge(fleet: FleetRun, views: readonly BotView[]): Promise<Omit<ChaosResult, 'kills'>> {
  const differences: string[] = [];
  for (const view of views) differences.push(...(await checkBooks(fleet, view)).differences);
  differences.push(...(await checkAccount(fleet, views, { USDT: '10000' })));
  const journals = views.map((view) => entriesAfter(botFolder(fleet.data, view.id).events, 0));
  return {
    trades: views.reduce((sum, view) => sum + view.trades.length, 0),
    orders: journals.reduce((sum, entries) => sum + placedBy(entries), 0),
    betweenSaveAndAnswer: journals.reduce((sum, entries) => sum + lostAnswers(entries), 0),
    differences,
  };
}

function placedBy(entries: readonly Entry[]): number {
  return entries.reduce(
    (sum, entry) => sum + entry.effects.filter((effect) => effect.type === 'place').length,
    0,
  );
}

/** An intent directly followed by a start: the process died before it heard anything of it. */
function lostAnswers(entries: readonly Entry[]): number {
  return entries.filter(
    (entry, index) =>
      entry.effects.some((effect) => effect.type === 'place') && entries[index + 1]?.event.type === 'started',
  ).length;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was dying already.
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
