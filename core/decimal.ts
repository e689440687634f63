import { Decimal, readDecimal } from './fixed-point.js';

/** Money, prices and quantities; see `fixed-point.ts`. A decimal never changes: every operation makes a new one. */
export type { Decimal };

/** A decimal number as plain text without exponent, as files and the wire carry it: `"0.0152"`. */
export type DecimalText = string;

export const ZERO: Decimal = Decimal.of(0);
export const ONE: Decimal = Decimal.of(1);
const HUNDREDTH: Decimal = Decimal.of('0.01');

/** Reads a decimal; a number is read by its shortest text, so 0.1 is exactly 0.1. Throws on anything else. */
export function dec(value: DecimalText | number | Decimal): Decimal {
  return typeof value === 'string' ? readDecimal(value) : Decimal.of(value);
}

/** Plain text, no exponent, no trailing zeros. */
export function text(value: Decimal | number): DecimalText {
  return typeof value === 'number' ? Decimal.of(value).toFixed() : value.toFixed();
}

export function min(a: Decimal, b: Decimal): Decimal {
  return a.cmp(b) < 0 ? a : b;
}

export function max(a: Decimal, b: Decimal): Decimal {
  return a.cmp(b) > 0 ? a : b;
}

/** Nothing where it is less than that. */
export function atLeastZero(value: Decimal): Decimal {
  return value.sign < 0 ? ZERO : value;
}

/** The largest multiple of `step` not above `value`; a step of zero means "any" (Binance disables a rule so). */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  // Ticks and steps are powers of ten nearly everywhere: cutting digits off is the same.
  const decimals = step.asStep;
  if (decimals !== null) return value.round(decimals);
  return step.sign === 0 ? value : value.div(step).round().times(step);
}

/** Cut to so many decimals, never rounded up. */
export function cutTo(value: Decimal, decimals: number): Decimal {
  return value.round(decimals);
}

/** For reading: so many decimals, half away from zero, never "-0.00". Money itself is never rounded. */
export function rounded(value: DecimalText | Decimal, decimals: number): DecimalText {
  return dec(value).toRounded(decimals);
}

/** The smallest multiple of `step` not below `value`. */
export function ceilTo(value: Decimal, step: Decimal): Decimal {
  const floor = floorTo(value, step);
  return floor.lt(value) ? floor.plus(step) : floor;
}

/** A per cent figure as a fraction: `percent(2)` is 0.02. */
export function percent(value: number | DecimalText): Decimal {
  return dec(value).times(HUNDREDTH);
}
