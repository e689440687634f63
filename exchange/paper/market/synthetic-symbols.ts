import { splitSymbol, stepOf } from './assets.js';
import { hash } from './prng.js';
import type { MarketSymbol } from './types.js';

/** What a synthetic symbol is like. Steps are counted in decimals. */
export interface Profile extends MarketSymbol {
  readonly price: number;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** Deviation of one minute's return, as a fraction, in calm times. */
  readonly volatility: number;
  /** Quote asset traded in an average minute. */
  readonly turnover: number;
}

/** Price level, decimals of tick and step size (Binance spot, 2025), volatility and turnover per minute. */
const KNOWN: Readonly<Record<string, readonly [number, number, number, number, number]>> = {
  BTCUSDT: [62_000, 2, 5, 0.0008, 900_000],
  ETHUSDT: [3_100, 2, 4, 0.0009, 600_000],
  SOLUSDT: [150, 2, 3, 0.0011, 250_000],
  BNBUSDT: [580, 2, 3, 0.0008, 150_000],
  XRPUSDT: [2.1, 4, 1, 0.001, 180_000],
  DOGEUSDT: [0.16, 5, 0, 0.0012, 120_000],
  ADAUSDT: [0.62, 4, 1, 0.0011, 60_000],
};

export const SYNTHETIC_SYMBOLS: readonly string[] = Object.keys(KNOWN);

/** Any other name gets a price from its hash, between 0.01 and 1,000 of the quote asset, in five digits. */
export function profileOf(symbol: string): Profile {
  const assets = splitSymbol(symbol);
  if (!assets) throw new Error(`${symbol} ends with no known quote asset; name a symbol like BTCUSDT`);
  const [price, priceDecimals, quantityDecimals, volatility, turnover] = KNOWN[symbol] ?? unknown(symbol);
  return {
    symbol,
    ...assets,
    tickSize: stepOf(priceDecimals),
    stepSize: stepOf(quantityDecimals),
    price,
    priceDecimals,
    quantityDecimals,
    volatility,
    turnover,
  };
}

function unknown(symbol: string): readonly [number, number, number, number, number] {
  const code = hash(symbol);
  const digits = code % 5;
  const price = Number((1 + ((code >>> 8) % 9_000) / 1_000 + 0.0001).toFixed(4)) * 10 ** (digits - 2);
  const priceDecimals = 6 - digits;
  return [Number(price.toFixed(priceDecimals)), priceDecimals, digits, 0.0008 + (code % 7) / 20_000, 80_000];
}
