/** Figures of a whole fleet under PM2: what a bot weighs, and how soon all have decided after a close. */
import { writeFileSync } from 'node:fs';
import type { BotView } from '../../bot/files/view.js';
import { paperAddressFile } from '../../exchange/connect.js';
import { FleetRun } from '../../test/fleet-run.js';
import { Decisions } from './decisions.js';
import { figure, percentile, type Figure } from './figure.js';
import { privateMegabytes } from './machine.js';
import { step, writeBotConfig } from './place.js';
import { holdsClosedKline, Tap } from './tap.js';

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

const DECIDING_BOTS = 100;
const DECIDED_KLINES = 220;
/** The first rounds compile and warm up. */
const WARM_UP_KLINES = 20;

/**
 * `fleet.decided`: 100 bots on one symbol and interval, stepped. From the moment before the closed kline is written to
 * the first bot's socket until the last bot has logged its decision, which it does when it is journaled. Fails when a
 * bot missed a kline or decided on one twice.
 */
export async function decided(): Promise<Figure[]> {
  const fleet = new FleetRun();
  let tap: Tap | null = null;
  try {
    await fleet.start([...MARKET, '--symbols', 'BTCUSDT', '--deposit', 'USDT=1000000']);
    const closes = new Closes();
    tap = await Tap.open(fleet.paper, closes);
    writeFileSync(paperAddressFile(fleet.data), JSON.stringify(tap.address));
    await startBots(fleet, DECIDING_BOTS, () => 'BTCUSDT');
    for (let i = 0; i < DECIDED_KLINES; i += 1) await step(fleet.paper.control, 1);
    const last = new Map<number, number>();
    for (const { id } of await overview(fleet)) {
      const decisions = new Decisions(fleet.data, id);
      decisions.read();
      const [fault] = decisions.faults([...closes.sentAt.keys()]);
      if (fault !== undefined) throw new Error(fault);
      decisions.times.forEach((close, index) =>
        last.set(close, Math.max(last.get(close) ?? 0, decisions.loggedAt[index]!)),
      );
    }
    const taken = [...closes.sentAt].map(([close, sentAt]) => last.get(close)! - sentAt);
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

/** When each closed kline (by its close time) was first on its way to a bot: wall time (ms) of this machine. */
class Closes {
  readonly sentAt = new Map<number, number>();

  toBot(bytes: Buffer): void {
    if (!holdsClosedKline(bytes)) return;
    const close = Number(/"T":(\d+)/.exec(bytes.toString('latin1'))?.[1]);
    if (!this.sentAt.has(close)) this.sentAt.set(close, performance.timeOrigin + performance.now());
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
  const answer = await fleet.ask('/api/overview');
  return ((await answer.json()) as { bots: BotView[] }).bots;
}
