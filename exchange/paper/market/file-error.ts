/** A kline file that cannot be used. The message begins with `file:row:` (the row is the line number, 1-based). */
export class KlineFileError extends Error {
  override readonly name = 'KlineFileError';
  readonly code = 'KLINE_FILE';
  constructor(
    readonly file: string,
    /** Null where the file as a whole is wrong. */
    readonly row: number | null,
    problem: string,
  ) {
    super(row === null ? `${file}: ${problem}` : `${file}:${row}: ${problem}`);
  }
}

/** `2021-02-11T03:00Z`; seconds and milliseconds only where there are some. */
export function iso(time: number): string {
  const full = new Date(time).toISOString();
  return full.replace(':00.000Z', 'Z').replace('.000Z', 'Z');
}
