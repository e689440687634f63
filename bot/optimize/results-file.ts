/**
 * What every set gave, one line each and in order, so that a run that was interrupted goes on where it stopped. The first
 * line says what the results are of: other klines or settings are refused, never mixed.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, truncateSync, writeSync } from 'node:fs';
import { wholeLines } from '../files/journal-read.js';
import type { Outcome } from './job.js';
import { BacktestRefused } from '../backtest/refused.js';

/** Counts up when lines come to mean something else. */
const FORMAT = 1;

/** What the results follow from. */
export type Header = Readonly<Record<string, unknown>>;

/** One line: the outcome of set `set` in part `part` of the work (0: all of it; then the windows of a walk forward). */
export interface Line {
  readonly part: number;
  readonly set: number;
  readonly values: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
}

/** Where results are kept, and those that are there already. */
export interface Results {
  known(): Iterable<Line>;
  add(line: Line): void;
  close(): void;
}

/** For a run that keeps none. */
export const noResults: Results = { known: () => [], add: () => undefined, close: () => undefined };

export class ResultsFile implements Results {
  private fd: number | null = null;
  /** Bytes of whole lines. */
  private size = 0;

  private constructor(
    private readonly file: string,
    private readonly first: string,
  ) {}

  /** Errors: `BacktestRefused` where the file is of something else. Nothing is written before the first result. */
  static open(file: string, header: Header): ResultsFile {
    const results = new ResultsFile(
      file,
      `${JSON.stringify({ flotilla: 'optimize', format: FORMAT, ...header })}\n`,
    );
    if (existsSync(file)) results.check();
    return results;
  }

  private check(): void {
    const { file, first } = this;
    const [line] = wholeLines(file, 0, () => undefined);
    if (line === undefined || `${line}\n` === first) return;
    const other = difference(line, first);
    throw new BacktestRefused(
      `${file} holds ${other}. Name another file with --results, or remove this one if its results are not needed.`,
    );
  }

  *known(): Generator<Line, void> {
    if (!existsSync(this.file)) return;
    let number = 0;
    for (const text of wholeLines(this.file, 0, () => undefined)) {
      number += 1;
      if (number > 1) yield this.read(text, number);
      this.size += Buffer.byteLength(text) + 1;
    }
  }

  private read(text: string, number: number): Line {
    try {
      const line = JSON.parse(text) as Line;
      if (typeof line.set === 'number' && typeof line.outcome === 'object') return line;
    } catch {
      // Told below.
    }
    throw new BacktestRefused(
      `${this.file}:${number}: this line is no result. Cut the file off before it, and the run goes on from there.`,
    );
  }

  add(line: Line): void {
    this.fd ??= this.begin();
    if (fstatSync(this.fd).size !== this.size)
      throw new BacktestRefused(`Somebody else writes ${this.file} too. Let only one of them run.`);
    this.write(this.fd, `${JSON.stringify(line)}\n`);
  }

  /** A torn last line is cut off: its set is tried again. */
  private begin(): number {
    const fd = openSync(this.file, 'a', 0o644);
    truncateSync(this.file, this.size);
    if (this.size === 0) this.write(fd, this.first);
    return fd;
  }

  private write(fd: number, text: string): void {
    this.size += writeSync(fd, text);
  }

  close(): void {
    if (this.fd === null) return;
    fsyncSync(this.fd);
    closeSync(this.fd);
    this.fd = null;
  }
}

/** What is not the same, in words. */
function difference(theirs: string, ours: string): string {
  try {
    const [there, here] = [theirs, ours].map((text) => JSON.parse(text) as Record<string, unknown>);
    if (there!.flotilla !== 'optimize') return 'something else than results of an optimizer';
    const names = [...new Set([...Object.keys(here!), ...Object.keys(there!)])];
    const other = names.filter((name) => JSON.stringify(here![name]) !== JSON.stringify(there![name]));
    return `results of other ${other.join(', ')}`;
  } catch {
    return 'something else than results of an optimizer';
  }
}
