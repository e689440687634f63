/**
 * `latency.klineToOrder`: the real bot program, a recording on which it enters at every close, and a tap between bot
 * and exchange. From the moment before the closed kline is written to the bot's socket until its order request has
 * been read from the bot's socket: kernel, event loops and the tap's own write and read are inside, and so is the
 * journal's fdatasync. The bot's other work of that close (log, files, lock step) goes on as always.
 */
import { fdatasyncSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { botFolder } from '../../bot/files/folder.js';
import { journalFiles, readEntries } from '../../bot/files/journal.js';
import { unprotectedTimes } from '../../core/protection.js';
import { figure, percentile, type Figure } from './figure.js';
import { Place } from './place.js';
import { holdsClosedKline, isOrderRequest, Tap } from './tap.js';

const WARM_UP = 100;
const SAMPLES = 400;
/** In market time; slow enough that what is bought at the open has its take profit resting before the high. */
const EVERY_MS = 60;
const FIVE_MINUTES = 300_000;
/** Where the market begins; what lies before is history. */
const HISTORY = 400;
const BEGIN = Date.UTC(2024, 0, 1);

export async function latency({ bot }: { bot?: string }): Promise<Figure[]> {
  const place = new Place();
  let tap: Tap | null = null;
  try {
    const times = new Times();
    const address = await place.startPaper([
      ...[
        '--klines',
        writeMarket(place.home),
        '--interval',
        '5m',
        '--speed',
        String(FIVE_MINUTES / EVERY_MS),
      ],
      ...['--from', new Date(BEGIN + HISTORY * FIVE_MINUTES).toISOString()],
    ]);
    tap = await Tap.open(address, times);
    place.redirect(tap.address);
    place.writeBot('swift', {
      venue: 'paper',
      symbol: 'BTCUSDT',
      interval: '5m',
      budget: '1000',
      signal: { name: 'rsi', buyBelow: 99, sellAbove: 100 },
      plan: { name: 'single', takeProfitPercent: 0.4, stopLossPercent: 1 },
    });
    const run = await place.startBot('swift', bot);
    const disk = new Disk(place.home);
    while (times.taken.length < WARM_UP + SAMPLES && !times.overdue()) {
      await pause(EVERY_MS);
      disk.measure();
    }
    await run.stop();
    return [
      ...figuresOf(times.taken.slice(WARM_UP), disk.taken.slice(WARM_UP)),
      ...unprotected(botFolder(place.data, 'swift').events),
    ];
  } finally {
    tap?.close();
    await place.end();
  }
}

function figuresOf(taken: readonly number[], syncs: readonly number[]): Figure[] {
  if (taken.length < SAMPLES)
    throw new Error(`only ${taken.length} klines led to an order; ${SAMPLES} were expected`);
  const [median, sync] = [percentile(taken, 0.5) * 1_000, percentile(syncs, 0.5) * 1_000];
  return [
    figure('latency.klineToOrder.p50', median, 'µs', { atMost: 250 }),
    figure('latency.klineToOrder.p99', percentile(taken, 0.99), 'ms', { atMost: 5 }),
    // The order waits for the disk: on a slow one the target cannot be met, and what is left tells the program's part.
    figure('machine.fdatasync.p50', sync, 'µs'),
    figure('latency.klineToOrder.besideDisk.p50', median - sync, 'µs'),
  ];
}

/** From a buy's fill until its stop rests: of each of the bot's trades, by its own journal. */
function unprotected(journal: string): Figure[] {
  const entries = journalFiles(journal).flatMap((file) => [...readEntries(file)]);
  const times = unprotectedTimes(entries.flatMap(({ effects }) => effects));
  return [
    figure('unprotected.p50', percentile(times, 0.5), 'ms'),
    figure('unprotected.p99', percentile(times, 0.99), 'ms', { atMost: 2_000 }),
  ];
}

/** Pairs each closed kline with the first order request after it; times in ms. */
class Times {
  readonly taken: number[] = [];
  private closedAt: number | null = null;
  private lastAt = performance.now();

  toBot(bytes: Buffer): void {
    if (holdsClosedKline(bytes)) this.closedAt = performance.now();
  }

  fromBot(bytes: Buffer): void {
    if (this.closedAt === null || !isOrderRequest(bytes)) return;
    this.lastAt = performance.now();
    this.taken.push(this.lastAt - this.closedAt);
    this.closedAt = null;
  }

  /** No order for long: the bot has stopped buying, or the market has ended. */
  overdue(): boolean {
    return performance.now() - this.lastAt > 10_000;
  }
}

/** Each kline reaches the take profit of what was bought at its open, and closes where the next can buy again. */
function writeMarket(folder: string): string {
  const klines = join(folder, 'klines');
  mkdirSync(klines);
  const rows = Array.from({ length: HISTORY + 4 * (WARM_UP + SAMPLES) }, (_, index) => {
    const [open, close] = index % 2 === 0 ? [50_000, 50_050] : [50_050, 50_000];
    return [BEGIN + index * FIVE_MINUTES, open, 50_600.5, 49_990.25, close, '12.12345', '606172.5', 100].join(
      ',',
    );
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
