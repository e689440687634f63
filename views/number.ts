/**
 * Decimal texts for the eye. Amounts arrive as exact decimal text and never become floats here: they are scaled to
 * whole numbers, so that what is shown is the amount, rounded half away from zero at the digits asked for.
 */
const PLAIN = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** The minus sign of typography: as wide as the plus. */
export const MINUS = '\u2212';

/** Printed where there is no value. */
export const ABSENT = '—';

interface Scaled {
  readonly units: bigint;
  readonly decimals: number;
}

function parse(value: string): Scaled | null {
  const match = PLAIN.exec(value);
  if (!match) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  const units = BigInt(whole + fraction);
  return { units: sign === '-' ? -units : units, decimals: fraction.length };
}

function rescale({ units, decimals }: Scaled, digits: number): bigint {
  if (digits >= decimals) return units * 10n ** BigInt(digits - decimals);
  const divisor = 10n ** BigInt(decimals - digits);
  const half = units < 0n ? -divisor / 2n : divisor / 2n;
  return (units + half) / divisor;
}

function print(units: bigint, digits: number): string {
  const padded = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  const whole = padded.slice(0, padded.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  return digits === 0 ? whole : `${whole}.${padded.slice(-digits)}`;
}

/** `fixed('64210.499', 1)` is `64,210.5`; text that is no decimal is given back as it is. */
export function fixed(value: string, digits: number): string {
  const scaled = parse(value);
  if (!scaled) return value;
  const units = rescale(scaled, digits);
  return (units < 0n ? MINUS : '') + print(units, digits);
}

/** A sentence whose figures are written as the tables beside it write them: `close 58,416.55`. */
export function readable(sentence: string): string {
  return sentence.replace(/(?<![\w.,:/@-])\d{4,15}\.\d+(?!\w|[.:]\d)/g, (figure) => {
    const [whole = '', fraction = ''] = figure.split('.');
    return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
  });
}

/** How many digits a decimal text has behind its point. */
export function decimalsOf(value: string): number {
  return parse(value)?.decimals ?? 0;
}

/** Like `fixed`, with its sign always shown; a value that rounds to zero has none. */
export function signed(value: string, digits: number): string {
  const scaled = parse(value);
  if (!scaled) return value;
  const units = rescale(scaled, digits);
  const sign = units > 0n ? '+' : units < 0n ? MINUS : '';
  return sign + print(units, digits);
}

/** −1, 0 or 1, as seen at that many digits: a loss of 0.001 is no loss at two digits. */
export function signAt(value: string, digits: number): -1 | 0 | 1 {
  const scaled = parse(value);
  if (!scaled) return 0;
  const units = rescale(scaled, digits);
  return units > 0n ? 1 : units < 0n ? -1 : 0;
}

const LARGE = [
  ['bn', 9],
  ['m', 6],
  ['k', 3],
] as const;

/** An amount whose digits do not matter: `1234567890` is `1.2 bn`, `950` is `950`. */
export function compact(value: string): string {
  const whole = /^\d+/.exec(value)?.[0] ?? '';
  const [unit, zeros] = LARGE.find(([, zeros]) => whole.length > zeros) ?? ['', 0];
  if (zeros === 0) return fixed(value, 0);
  const [lead, rest] = [whole.slice(0, -zeros), whole.slice(-zeros)];
  return `${fixed(`${lead}.${rest}`, lead.length === 1 ? 1 : 0)} ${unit}`;
}

/** Whether a decimal text is exactly zero. */
export function isZero(value: string): boolean {
  return parse(value)?.units === 0n;
}

/** The exact sum of two decimal texts. */
export function sum(a: string, b: string): string {
  const [x, y] = [parse(a), parse(b)];
  if (!x || !y) return a;
  const digits = Math.max(x.decimals, y.decimals);
  const units = rescale(x, digits) + rescale(y, digits);
  const text = print(units, digits).replaceAll(',', '');
  return units < 0n ? `-${text}` : text;
}

/** What part of `whole` the amount is, in per cent; a statistic, not money. Null where there is nothing to divide by. */
export function percentOf(amount: string, whole: string): number | null {
  const divisor = Number(whole);
  const result = (Number(amount) / divisor) * 100;
  return Number.isFinite(result) ? result : null;
}

/** `+0.59 %`. */
export function signedPercent(value: number): string {
  const digits = Math.abs(value) >= 10 ? 1 : 2;
  return `${signed(value.toFixed(digits), digits)} %`;
}

/** `38.2 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
