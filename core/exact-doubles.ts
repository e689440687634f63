/** Integers in doubles, as far as they are exact: up to 2^53. */

export const SAFE = Number.MAX_SAFE_INTEGER;
/** Powers of ten that are exact as doubles. */
export const TENS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** Splits a double into two halves of 26 bits: Dekker's 2^27 + 1. */
const SPLITTER = 134_217_729;

export function areSafe(a: number, b: number, result: number): boolean {
  return a <= SAFE && a >= -SAFE && b <= SAFE && b >= -SAFE && result <= SAFE && result >= -SAFE;
}

/** What rounding took from a product of two doubles: exactly (Dekker). */
export function lostBy(a: number, b: number, product: number): number {
  const wideA = SPLITTER * a;
  const wideB = SPLITTER * b;
  const highA = wideA - (wideA - a);
  const highB = wideB - (wideB - b);
  const lowA = a - highA;
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

export function isSafe(value: number): boolean {
  return value <= SAFE && value >= -SAFE;
}

/** Beyond the exact ones any answer will do that leaves the safe range, as long as zero stays zero. */
export function ten(power: number): number {
  return power < TENS.length ? TENS[power]! : 1e300;
}

/**
 * How many whole times `part` goes into `value`, towards zero, both safe: up to 2^53 a quotient is nearer to itself than to
 * the next integer. A remainder of doubles takes ten times as long as this.
 */
export function wholeTimes(value: number, part: number): number {
  return Math.trunc(value / part);
}
