import Big from 'big.js';

/**
 * Money, prices and quantities. big.js is exact for sums and products; a quotient is cut to 30 decimals,
 * far beyond any exchange's precision. Chosen by benchmark over decimal.js and bignumber.js (ARCHITECTURE.md).
 */
export type Decimal = Big;

/** A decimal number as plain text without exponent, as files and the wire carry it: `"0.0152"`. */
export type DecimalText = string;

// Quotients are cut, never rounded up: a share of a holding can then not exceed the holding.
Big.DP = 30;
Big.RM = Big.roundDown;

export const ZERO: Decimal = new Big(0);
export const ONE: Decimal = new Big(1);
const HUNDREDTH: Decimal = new Big('0.01');

/** Reads a decimal; a number is read by its shortest text, so 0.1 is exactly 0.1. Throws on anything else. */
export function dec(value: DecimalText | number | Decimal): Decimal {
  // A decimal never changes: every operation makes a new one.
  return typeof value === 'object' ? value : new Big(value);
}

/** Plain text, no exponent, no trailing zeros. */
export function text(value: Decimal | number): DecimalText {
  return (typeof value === 'number' ? new Big(value) : value).toFixed();
}

export function min(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b;
}

export function max(a: Decimal, b: Decimal): Decimal {
  return a.gt(b) ? a : b;
}

/** The largest multiple of `step` not above `value`; a step of zero means "any" (Binance disables a rule so). */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  if (step.eq(0)) return value;
  // Ticks and steps are powers of ten nearly everywhere: cutting digits off is the same, and fifteen times as fast.
  if (step.e <= 0 && step.c.length === 1 && step.c[0] === 1) return value.round(-step.e, Big.roundDown);
  const units = value.div(step).round(0, Big.roundDown);
  return units.times(step);
}

/** Cut to so many decimals, never rounded up. */
export function cutTo(value: Decimal, decimals: number): Decimal {
  return value.round(decimals, Big.roundDown);
}

/** For reading: so many decimals, half away from zero, never "-0.00". Money itself is never rounded. */
export function rounded(value: DecimalText | Decimal, decimals: number): DecimalText {
  const text = dec(value).toFixed(decimals, Big.roundHalfUp);
  return Number(text) === 0 ? text.replace('-', '') : text;
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
