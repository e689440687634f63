import { dec } from '../../../core/decimal.js';

/** An amount as Binance sends it: eight decimals, never an exponent. More decimals are cut. */
export function eight(value: string | number): string {
  const plain = typeof value === 'number' ? plainNumber(value) : value;
  const dot = plain.indexOf('.');
  if (dot < 0) return `${plain}.00000000`;
  const decimals = plain.length - dot - 1;
  return decimals >= 8 ? plain.slice(0, dot + 9) : plain + '0'.repeat(8 - decimals);
}

function plainNumber(value: number): string {
  const short = String(value);
  return short.includes('e') ? dec(value).toFixed() : short;
}
