/**
 * The recording of a live market, in files that `--klines` reads: what is shown was written before, and is on the disk.
 * A file begins with each UTC day, and behind each stretch that is known by the minute only.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { openTimeAt, type Interval, type Kline } from '../../../core/kline.js';
import { syncFolder } from '../wire/journal.js';
import { fileName, HEADER, rowOf, stamp } from './rows.js';

interface Current {
  readonly handle: FileHandle;
  readonly interval: Interval;
  readonly day: number;
}

export type Rows = ReadonlyMap<string, readonly Kline[]>;

export class Recorder {
  private readonly current = new Map<string, Current>();

  constructor(private readonly folder: string) {}

  /** On the disk when it resolves. Rows ascend, and lie behind those before. */
  async append(interval: Interval, rows: Rows): Promise<void> {
    await Promise.all([...rows].map(([symbol, klines]) => this.appendTo(symbol, interval, klines)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.current.values()].map(({ handle }) => handle.close()));
    this.current.clear();
  }

  private async appendTo(symbol: string, interval: Interval, klines: readonly Kline[]): Promise<void> {
    for (let from = 0; from < klines.length;) {
      const day = openTimeAt(klines[from]!.openTime, '1d');
      let to = from + 1;
      while (to < klines.length && openTimeAt(klines[to]!.openTime, '1d') === day) to += 1;
      const part = klines.slice(from, to);
      const file = await this.fileFor(symbol, interval, day, part[0]!.openTime);
      await file.handle.appendFile(part.map(rowOf).join(''));
      await file.handle.datasync();
      from = to;
    }
  }

  private async fileFor(symbol: string, interval: Interval, day: number, first: number): Promise<Current> {
    const known = this.current.get(symbol);
    if (known?.interval === interval && known.day === day) return known;
    await known?.handle.close();
    // A file that is there already is one that was begun, and nothing of it was kept.
    const handle = await open(join(this.folder, fileName(symbol, interval, stamp(first))), 'w', 0o600);
    await handle.appendFile(HEADER);
    syncFolder(this.folder);
    const current = { handle, interval, day };
    this.current.set(symbol, current);
    return current;
  }
}
