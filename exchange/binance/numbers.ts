import { dec, text, type DecimalText } from '../../core/decimal.js';

const PLAIN = /^-?\d+(\.\d+)?$/;

/** Binance's `"0.00100000"` (or a number) as plain decimal text without trailing zeros: `"0.001"`. */
export function plain(value: unknown): DecimalText {
  if (typeof value !== 'string')
    return value === undefined || value === null ? '0' : text(dec(String(value)));
  if (!PLAIN.test(value)) return text(dec(value));
  if (!value.includes('.')) return value;
  let end = value.length;
  while (value.charCodeAt(end - 1) === 48) end--;
  if (value.charCodeAt(end - 1) === 46) end--;
  return value.slice(0, end);
}
