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
    this.setFree(asset, this.free(asset).plus(amount));
  }

  /** As `add`. */
  take(asset: string, amount: Decimal): void {
    this.setFree(asset, this.free(asset).minus(amount));
  }

  lock({ asset, amount }: Hold): void {
    const balance = this.setFree(asset, this.free(asset).minus(amount));
    balance.locked = balance.locked.plus(amount);
  }

  unlock(hold: Hold): void {
    const balance = this.touch(hold.asset);
    balance.locked = balance.locked.minus(hold.amount);
    balance.free = balance.free.plus(hold.amount);
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

  private setFree(asset: string, free: Decimal): Balance {
    if (free.sign < 0) throw new PaperError(-2010, INSUFFICIENT);
    const balance = this.touch(asset);
    balance.free = free;
    return balance;
  }

  private touch(asset: string): Balance {
    let balance = this.holdings.get(asset);
    if (balance === undefined) {
      balance = { asset, free: ZERO, locked: ZERO, touched: false };
      this.holdings.set(asset, balance);
    }
    if (balance.touched) return balance;
    balance.touched = true;
    this.touched.push(balance);
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
