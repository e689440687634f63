/**
 * What a bot says: structured lines in its own `log.ndjson`, the same in words on stdout for `pm2 logs`.
 * Written without a library: pino costs each bot 2.5 MB of private memory, and this needs no more than a line.
 */
import { appendFileSync, renameSync, statSync } from 'node:fs';

const LEVELS = { info: 30, warn: 40, error: 50 } as const;
export type Level = keyof typeof LEVELS;

/** The file is turned over at this size; the one before is kept. */
const MAX_BYTES = 5_000_000;

/**
 * Lines wait until the event that they tell of has been dealt with: its orders leave first, and one write holds them all.
 */
export class Output {
  private size: number;
  private readonly waiting: (() => void)[] = [];
  private timer: NodeJS.Immediate | null = null;
  private entries = '';
  private words = '';
  /** The file takes nothing; said once. */
  private failing = false;

  constructor(private readonly file: string) {
    this.size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    // When the supervisor's pipe breaks the bot trades on; it only speaks to its file then.
    process.stdout.on('error', () => undefined);
    process.stderr.on('error', () => undefined);
    process.on('exit', this.flush);
  }

  line(level: Level, code: string, message: string, details: Readonly<Record<string, unknown>> = {}): void {
    const entry = { level: LEVELS[level], time: Date.now(), code, msg: message, ...details };
    this.later(() => this.add(level, entry));
  }

  /** `tell` may call `line`: finding words takes time too. */
  later(tell: () => void): void {
    this.waiting.push(tell);
    this.timer ??= setImmediate(this.flush);
  }

  private add(level: Level, entry: { readonly msg: string }): void {
    this.entries += `${JSON.stringify(entry)}\n`;
    this.words += `${level === 'info' ? '' : `${level.toUpperCase()} `}${printable(entry.msg)}\n`;
  }

  private readonly flush = (): void => {
    for (const tell of this.waiting.splice(0)) {
      this.hear(tell);
      // What was told on the way stands in its place.
      for (const line of this.waiting.splice(0)) line();
    }
    this.timer = null;
    if (this.words === '') return;
    this.write(this.entries);
    process.stdout.write(this.words);
    this.entries = this.words = '';
  };

  /** Words that cannot be found must not stop the trading. */
  private hear(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.line('error', 'words', (error as Error).stack ?? String(error));
    }
  }

  /** A log that cannot be written must not stop the trading. */
  private write(lines: string): void {
    try {
      if (this.size > MAX_BYTES) {
        renameSync(this.file, this.file.replace(/\.ndjson$/, '.previous.ndjson'));
        this.size = 0;
      }
      appendFileSync(this.file, lines, { mode: 0o600 });
      this.size += Buffer.byteLength(lines);
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        process.stdout.write(`ERROR the log cannot be written: ${(error as Error).message}\n`);
      this.failing = true;
    }
  }
}

/** One line stays one line, whatever text an exchange or a file put into it. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
}
