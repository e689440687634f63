import { ConfigError } from '../bot/config.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { systemWords } from './system-words.js';

/** Exit codes (design §8). */
export const DONE = 0;
export const FAILED = 1;
export const WRONG_INPUT = 2;
/** Ended by Ctrl-C, as shells say it. */
export const INTERRUPTED = 130;

/** Where a command speaks: stdout carries the result (JSON with --json), stderr what people read meanwhile. */
export class Output {
  readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  /** The result: `value` on one line with --json, else `words`. */
  result(value: unknown, words: string): void {
    console.log(this.json ? JSON.stringify(value) : forTerminals(words));
  }

  /** A word on the way, for people. */
  say(words: string): void {
    console.error(forTerminals(words));
  }

  /** A failure as one sentence on stderr and, with --json, as an object on stdout. Answers the exit code. */
  failure(error: unknown): number {
    const { code, message, field, exitCode } = told(error);
    if (this.json) console.log(JSON.stringify({ error: { code, message, field } }));
    console.error(forTerminals(message));
    return exitCode;
  }
}

/** Names, exchanges and log lines say no more to a terminal than words: nothing moves its cursor or sets its title. */
function forTerminals(words: string): string {
  return words.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly exitCode: number;
}

/** Errors of other folders that are the user's to mend, by name. */
const MISTAKES: Readonly<Record<string, { code: string; exitCode: number }>> = {
  PaperOptionError: { code: 'USAGE', exitCode: WRONG_INPUT },
  KlineFileError: { code: 'KLINES_INVALID', exitCode: WRONG_INPUT },
  KlinesMissing: { code: 'KLINES_MISSING', exitCode: WRONG_INPUT },
  BacktestRefused: { code: 'BACKTEST_REFUSED', exitCode: WRONG_INPUT },
  ExchangeError: { code: 'VENUE_UNREACHED', exitCode: FAILED },
  NoPricesError: { code: 'VENUE_UNREACHED', exitCode: FAILED },
  LockedError: { code: 'DATA_IN_USE', exitCode: FAILED },
};

/** What a user is told of any failure. A bug is not dressed up: it shows its stack. */
export function told(error: unknown): Told {
  if (error instanceof FlotillaError) {
    const { code, message, field } = error;
    return { code, message, field: field ?? null, exitCode: error.isInput ? WRONG_INPUT : FAILED };
  }
  if (error instanceof ConfigError) {
    const field = error.problems[0]?.path || null;
    return { code: error.code, message: error.message, field, exitCode: WRONG_INPUT };
  }
  const mistake = MISTAKES[(error as Error).name];
  if (mistake !== undefined) {
    return { ...mistake, message: (error as Error).message, field: null };
  }
  const { code, message, stack } = error as NodeJS.ErrnoException;
  const known = typeof code === 'string';
  return {
    code: known ? code : 'FAILED',
    message: known ? (systemWords(error as NodeJS.ErrnoException) ?? message) : (stack ?? String(error)),
    field: null,
    exitCode: FAILED,
  };
}

/** Columns as wide as their widest cell; numbers are told by the caller's own padding. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
