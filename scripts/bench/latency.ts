/**
 * `latency.klineToOrder`: the real bot program, a recording on which it enters at every close, and a tap between bot
 * and exchange. From the moment before the closed kline is written to the bot's socket until its order request has
 * been read from the bot's socket: kernel, event loops and the tap's own write and read are inside, and so is the
 * journal's fdatasync. The bot's other work of that close (log, files, lock step) goes on as always.
 */
import { fdatasyncSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { figure, percentile, type Figure } from './figure.js';
import { Place, step } from './place.js';
import { holdsClosedKline, isOrderRequest, Tap } from './tap.js';

const WARM_UP = 200;
const SAMPLES = 500;
/** Klines do not come back to back: a bot sleeps before each. */
const REST_MS = 5;
const FIVE_MINUTES = 300_000;
const BEGIN = Date.UTC(2024, 0, 1);

export async function latency({ bot }: { bot?: string }): Promise<Figure[]> {
  const place = new Place();
  let tap: Tap | null = null;
  try {
    const times = new Times();
    const address = await place.startPaper([
      ...['--klines', writeMarket(place.home), '--interval', '5m', '--speed', 'manual'],
      ...['--from', new Date(BEGIN + 400 * FIVE_MINUTES).toISOString()],
    ]);
    tap = await Tap.open(address, times);
    place.redirect(tap.address);
    place.writeBot('swift', {
      venue: 'paper',
      symbol: 'BTCUSDT',
      interval: '5m',
      budget: '1000',
      signal: { name: 'rsi', buyBelow: 99, sellAbove: 100 },
      plan: { name: 'single', takeProfitPercent: 0.4, stopLossPercent: 5 },
    });
    const run = await place.startBot('swift', bot);
    const disk = new Disk(place.home);
    for (let i = 0; i < WARM_UP + SAMPLES; i += 1) {
      await pause(REST_MS);
      disk.measure();
      await step(address.control, 1);
    }
    await run.stop();
    return figuresOf(times.taken.slice(WARM_UP), disk.taken.slice(WARM_UP));
  } finally {
    tap?.close();
    await place.end();
  }
}

function figuresOf(taken: readonly number[], syncs: readonly number[]): Figure[] {
  if (taken.length < 0.9 * SAMPLES)
    throw new Error(`only ${taken.length} of ${SAMPLES} klines led to an order`);
  return [
    figure('latency.klineToOrder.p50', percentile(taken, 0.5) * 1_000, 'µs', { atMost: 250 }),
    figure('latency.klineToOrder.p99', percentile(taken, 0.99), 'ms', { atMost: 5 }),
    figure('machine.fdatasync.p50', percentile(syncs, 0.5) * 1_000, 'µs'),
  ];
}

/** Pairs each closed kline with the first order request after it; times in ms. */
class Times {
  readonly taken: number[] = [];
  private closedAt: number | null = null;

  toBot(bytes: Buffer): void {
    if (holdsClosedKline(bytes)) this.closedAt = performance.now();
  }

  fromBot(bytes: Buffer): void {
    if (this.closedAt === null || !isOrderRequest(bytes)) return;
    this.taken.push(performance.now() - this.closedAt);
    this.closedAt = null;
  }
}

/** Each kline reaches the take profit of what was bought at its open, and closes where the next can buy again. */
function writeMarket(folder: string): string {
  const klines = join(folder, 'klines');
  mkdirSync(klines);
  const rows = Array.from({ length: 400 + WARM_UP + SAMPLES + 10 }, (_, index) => {
    const [open, close] = index % 2 === 0 ? [50_000, 50_050] : [50_050, 50_000];
    return [BEGIN + index * FIVE_MINUTES, open, 50_600.5, 49_990.25, close, '12.12345', '606172.5', 100].join(',');
  });
  const head = 'openTime,open,high,low,close,volume,quoteVolume,trades';
  writeFileSync(join(klines, 'BTCUSDT-5m.csv'), `${head}\n${rows.join('\n')}\n`);
  return klines;
}

/** What appending a journal line durably costs on this disk at this hour, in ms: other programs sync too. */
class Disk {
  readonly taken: number[] = [];
  private readonly line = Buffer.alloc(700, 'x');
  private readonly file: number;

  constructor(folder: string) {
    this.file = openSync(join(folder, 'sync'), 'a');
  }

  measure(): void {
    const began = performance.now();
    writeSync(this.file, this.line);
    fdatasyncSync(this.file);
    this.taken.push(performance.now() - began);
  }
}
