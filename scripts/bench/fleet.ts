/** Figures of a whole fleet under PM2: what a bot weighs, and how soon all have decided after a close. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { BotView } from '../../bot/files/view.js';
import { paperAddressFile } from '../../exchange/connect.js';
import { FleetRun } from '../../test/fleet-run.js';
import { closedKlines, Decisions } from './decisions.js';
import { figure, percentile, type Figure } from './figure.js';
import { step, writeBotConfig } from './place.js';
import { controlMessages, holdsClosedKline, pingPayload, Tap } from './tap.js';
import { holdOf } from '../../exchange/lockstep.js';

const WEIGHED_BOTS = 20;
const WEIGHED_AFTER_KLINES = 600;
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'DOGEUSDT'];
const MARKET = ['--synthetic', '--seed', '7', '--interval', '5m', '--speed', 'manual'];

/** `memory.botPrivateMB`: the mean private memory of bots that have traded, as Linux counts it. */
export async function memory(): Promise<Figure[]> {
  const fleet = new FleetRun();
  try {
    await fleet.start([...MARKET, '--symbols', SYMBOLS.join(','), '--deposit', 'USDT=100000']);
    await startBots(fleet, WEIGHED_BOTS, (index) => SYMBOLS[index % SYMBOLS.length]!);
    await fleet.step(WEIGHED_AFTER_KLINES);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const bots = await overview(fleet);
    const traded = bots.filter((bot) => bot.tradeCount > 0).length;
    if (traded < WEIGHED_BOTS / 2) throw new Error(`only ${traded} of ${WEIGHED_BOTS} bots have traded`);
    const weights = bots.map((bot) => privateMegabytes(bot.process!.pid!));
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    return [figure('memory.botPrivateMB', mean, 'MB', { atMost: 15 })];
  } finally {
    await fleet.end();
  }
}

/** USS: pages that would be free if the process ended. */
function privateMegabytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map((match) => Number(match[1]));
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1_024;
}

const DECIDING_BOTS = 100;
const DECIDED_KLINES = 120;
/** The first rounds compile and warm up. */
const WARM_UP_KLINES = 20;

/**
 * `fleet.decided`: 100 bots on one symbol and interval, in lock step. From the moment before the closed kline is
 * written to the first bot's socket until the last bot has said that it is settled, which it says when its decision is
 * journaled. Fails when a bot missed a kline or decided on one twice.
 */
export async function decided(): Promise<Figure[]> {
  const fleet = new FleetRun();
  let tap: Tap | null = null;
  try {
    await fleet.start([...MARKET, '--symbols', 'BTCUSDT', '--deposit', 'USDT=1000000']);
    const rounds = new Rounds();
    tap = await Tap.open(fleet.paper, rounds);
    writeFileSync(paperAddressFile(fleet.data), JSON.stringify(tap.address));
    await startBots(fleet, DECIDING_BOTS, () => 'BTCUSDT');
    const { time } = (await (await fetch(`${fleet.paper.control}/state`)).json()) as { time: number };
    const taken: number[] = [];
    for (let i = 0; i < DECIDED_KLINES; i += 1) {
      rounds.begin();
      await step(fleet.paper.control, 1);
      taken.push(rounds.end());
    }
    const klines = await closedKlines(fleet.paper.rest, 'BTCUSDT', '5m', time);
    for (const { id } of await overview(fleet)) {
      const decisions = new Decisions(fleet.data, id);
      decisions.read();
      const [fault] = decisions.faults(klines);
      if (fault !== undefined) throw new Error(fault);
    }
    const settled = taken.slice(WARM_UP_KLINES);
    return [
      figure('fleet.decided.p50', percentile(settled, 0.5), 'ms'),
      figure('fleet.decided.p99', percentile(settled, 0.99), 'ms', { atMost: 250 }),
    ];
  } finally {
    tap?.close();
    await fleet.end();
  }
}

/** One close at a time: when it was first sent, the hold that follows it, and when that hold was last settled. */
class Rounds {
  private closedAt: number | null = null;
  private hold: number | null = null;
  private settledAt: number | null = null;

  begin(): void {
    this.closedAt = this.hold = this.settledAt = null;
  }

  toBot(bytes: Buffer): void {
    if (holdsClosedKline(bytes)) this.closedAt ??= performance.now();
    if (this.closedAt !== null) this.hold ??= holdOf(pingPayload(bytes) ?? '');
  }

  fromBot(bytes: Buffer): void {
    if (this.hold === null) return;
    const now = performance.now();
    for (const message of controlMessages(bytes)) {
      const { type, lastEvent } = JSON.parse(message) as { type: string; lastEvent?: number };
      if (type === 'settled' && lastEvent === this.hold) this.settledAt = now;
    }
  }

  end(): number {
    if (this.closedAt === null || this.settledAt === null) throw new Error('a close was not settled');
    return this.settledAt - this.closedAt;
  }
}

async function startBots(fleet: FleetRun, count: number, symbol: (index: number) => string): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `bot${index}`);
  ids.forEach((id, index) =>
    writeBotConfig(fleet.data, id, {
      venue: 'paper',
      symbol: symbol(index),
      interval: '5m',
      budget: '1000',
      signal: { name: 'rsi-macd-bollinger' },
      plan: { name: 'single' },
    }),
  );
  const started = await fleet.cli('bot', 'start', ...ids);
  if (started.code !== 0) throw new Error(started.stderr);
}

async function overview(fleet: FleetRun): Promise<BotView[]> {
  const answer = await fetch(`${fleet.url}/api/overview`);
  return ((await answer.json()) as { bots: BotView[] }).bots;
}
