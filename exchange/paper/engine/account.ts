import { ZERO, dec, text, type Decimal } from '../../../core/decimal.js';
import type { Fees } from './commission.js';
import { History } from './history.js';
import type { Hold } from './state.js';
import { PaperError, type BalanceRecord } from './types.js';

interface Balance {
  readonly asset: string;
  free: Decimal;
  locked: Decimal;
  /** Changed since it was last told. */
  touched: boolean;
}

export const INSUFFICIENT = 'Account has insufficient balance for requested action.';

/** One account: what it owns, per asset free or locked by open orders, and its history. A balance is never negative. */
export class Account {
  readonly history = new History();
  private readonly holdings = new Map<string, Balance>();
  private touched: Balance[] = [];

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
    const balance = this.holdings.get(asset);
    this.setFree(balance ?? asset, (balance?.free ?? ZERO).plus(amount));
  }

  /** As `add`. */
  take(asset: string, amount: Decimal): Balance {
    const balance = this.holdings.get(asset);
    return this.setFree(balance ?? asset, (balance?.free ?? ZERO).minus(amount));
  }

  lock({ asset, amount }: Hold): void {
    const balance = this.take(asset, amount);
    balance.locked = balance.locked.plus(amount);
  }

  unlock({ asset, amount }: Hold): void {
    const balance = this.touch(this.holdings.get(asset) ?? asset);
    balance.locked = balance.locked.minus(amount);
    balance.free = balance.free.plus(amount);
  }

  /** The balances changed since the last call, as one event tells them. */
  takeTouched(): BalanceRecord[] {
    return this.untouch().map(recordOf);
  }

  /** Their assets alone. */
  takeTouchedAssets(): readonly string[] {
    return this.untouch().map(({ asset }) => asset);
  }

  balances(): BalanceRecord[] {
    return [...this.holdings.values()].map(recordOf);
  }

  restoreBalances(records: readonly BalanceRecord[]): void {
    for (const { asset, free, locked } of records)
      this.holdings.set(asset, { asset, free: dec(free), locked: dec(locked), touched: false });
  }

  /** Of a balance, or of an asset that there was none of so far. */
  private setFree(of: Balance | string, free: Decimal): Balance {
    if (free.sign < 0) throw new PaperError(-2010, INSUFFICIENT);
    const balance = this.touch(of);
    balance.free = free;
    return balance;
  }

  private touch(of: Balance | string): Balance {
    const balance = typeof of === 'string' ? this.begin(of) : of;
    if (balance.touched) return balance;
    balance.touched = true;
    this.touched.push(balance);
    return balance;
  }

  private begin(asset: string): Balance {
    const balance: Balance = { asset, free: ZERO, locked: ZERO, touched: false };
    this.holdings.set(asset, balance);
    return balance;
  }

  private untouch(): readonly Balance[] {
    const { touched } = this;
    if (touched.length === 0) return NONE;
    this.touched = [];
    for (const balance of touched) balance.touched = false;
    return touched;
  }
}

const NONE: readonly never[] = [];

function recordOf({ asset, free, locked }: Balance): BalanceRecord {
  return { asset, free: text(free), locked: text(locked) };
}
