/** What the contract suite works with: a venue prepared for a fact, and small words for checking. */
import type { Test } from 'tap';
import { ceilTo, dec, floorTo, text, type Decimal } from '../core/decimal.js';
import type { Interval } from '../core/kline.js';
import type { Instrument } from '../core/rules.js';
import { ExchangeError, type Exchange, type Fill } from '../exchange/port.js';

export interface ContractVenue {
  /** Connected, its account holding some thousand of the quote asset and at least 0.5 of the base asset. */
  readonly exchange: Exchange;
  readonly symbol: string;
  readonly interval: Interval;
  /** The same exchange with a key whose secret is wrong. */
  readonly impostor: Exchange;
  /** Lets the market go on until at least this many klines of `interval` have closed. */
  advance(klines: number): Promise<void>;
}

export interface Setting extends ContractVenue {
  readonly rules: Instrument;
  /** A quantity worth about 50 of the quote asset, allowed by the rules. */
  readonly quantity: string;
  /** A price this fraction away from the last one, allowed by the rules. */
  away(fraction: number): Promise<string>;
  id(): string;
  now(): { timestamp: number };
}

/** Declares one fact, to be checked on a venue of its own. */
export type Fact = (name: string, run: (t: Test, setting: Setting) => Promise<void>) => void;

const WAIT_MS = 5_000;

export async function settle(venue: ContractVenue): Promise<Setting> {
  const { exchange, symbol } = venue;
  const rules = await exchange.instrument(symbol);
  const price = await exchange.price(symbol);
  let count = 0;
  return {
    ...venue,
    rules,
    quantity: text(ceilTo(dec(50).div(price), dec(rules.stepSize))),
    away: async (fraction) =>
      text(floorTo(dec(await exchange.price(symbol)).times(1 + fraction), dec(rules.tickSize))),
    id: () => `F0contract-${(++count).toString(36)}-entry`,
    now: () => ({ timestamp: exchange.now() }),
  };
}

export async function refused(
  t: Test,
  run: Promise<unknown>,
  expected: Partial<ExchangeError>,
): Promise<void> {
  const error = await run.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ExchangeError))
    t.fail(`expected an ExchangeError of ${JSON.stringify(expected)}`, { found: error });
  else t.match(error, expected, error.message);
}

export async function holdings(exchange: Exchange): Promise<(asset: string) => Decimal> {
  const balances = await exchange.balances();
  return (asset) => {
    const found = balances.find((each) => each.asset === asset);
    return found ? dec(found.free).plus(found.locked) : dec(0);
  };
}

export async function freeOf(exchange: Exchange, asset: string): Promise<Decimal> {
  return dec((await exchange.balances()).find((each) => each.asset === asset)?.free ?? '0');
}

export function sum(fills: readonly Fill[], field: 'quantity' | 'quote' | 'fee'): Decimal {
  return fills.reduce((total, fill) => total.plus(fill[field]), dec(0));
}

export function feesIn(fills: readonly Fill[], asset: string): Decimal {
  return sum(
    fills.filter(({ feeAsset }) => feeAsset === asset),
    'fee',
  );
}

/** What of a fill every source must tell alike. */
export function money({ tradeId, orderId, side, price, quantity, quote, fee, feeAsset }: Fill) {
  return { tradeId, orderId, side, price, quantity, quote, fee, feeAsset };
}

export async function until(what: string, holds: () => boolean, withinMs = WAIT_MS): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
