import { ZERO, dec, text, type Decimal } from '../../../core/decimal.js';
import type { Fees } from './commission.js';
import { History } from './history.js';
import type { Hold } from './state.js';
import { PaperError, type BalanceRecord } from './types.js';

interface Balance {
  free: Decimal;
  locked: Decimal;
}

export const INSUFFICIENT = 'Account has insufficient balance for requested action.';

/** One account: what it owns, per asset free or locked by open orders, and its history. A balance is never negative. */
export class Account {
  readonly history = new History();
  private readonly holdings = new Map<string, Balance>();
  private touched = new Set<string>();

  /** Pays commissions in BNB where it can. */
  bnbBurn = false;

  constructor(
    readonly id: string,
    public fees: Fees,
  ) {}

  free(asset: string): Decimal {
    return this.holdings.get(asset)?.free ?? ZERO;
  }

  /** Free and locked. */
  total(asset: string): Decimal {
    const balance = this.holdings.get(asset);
    return balance === undefined ? ZERO : balance.free.plus(balance.locked);
  }

  /** Adds to (or with a negative amount takes from) what is free. Errors: -2010 when there is not enough. */
  add(asset: string, amount: Decimal): void {
    const free = this.free(asset).plus(amount);
    if (free.lt(0)) throw new PaperError(-2010, INSUFFICIENT);
    this.touch(asset).free = free;
  }

  lock(hold: Hold): void {
    this.add(hold.asset, hold.amount.neg());
    const balance = this.touch(hold.asset);
    balance.locked = balance.locked.plus(hold.amount);
  }

  unlock(hold: Hold): void {
    const balance = this.touch(hold.asset);
    balance.locked = balance.locked.minus(hold.amount);
    balance.free = balance.free.plus(hold.amount);
  }

  /** The balances changed since the last call, as one event tells them. */
  takeTouched(): BalanceRecord[] {
    if (this.touched.size === 0) return [];
    const records = [...this.touched].map((asset) => this.balance(asset));
    this.touched = new Set();
    return records;
  }

  balances(): BalanceRecord[] {
    return [...this.holdings.keys()].map((asset) => this.balance(asset));
  }

  restoreBalances(records: readonly BalanceRecord[]): void {
    for (const { asset, free, locked } of records)
      this.holdings.set(asset, { free: dec(free), locked: dec(locked) });
  }

  private balance(asset: string): BalanceRecord {
    const balance = this.holdings.get(asset);
    return { asset, free: text(balance?.free ?? ZERO), locked: text(balance?.locked ?? ZERO) };
  }

  private touch(asset: string): Balance {
    this.touched.add(asset);
    let balance = this.holdings.get(asset);
    if (balance === undefined) {
      balance = { free: ZERO, locked: ZERO };
      this.holdings.set(asset, balance);
    }
    return balance;
  }
}
