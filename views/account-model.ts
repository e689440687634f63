/** What the page of accounts is made of. */
import type { DecimalText } from '../core/decimal.js';
import type { PageModel } from './model.js';

/** One asset of an account. Amounts of the exchange are null where it has not answered yet. */
export interface AssetView {
  readonly asset: string;
  /** Free and locked in orders, as the exchange says. */
  readonly total: DecimalText | null;
  readonly locked: DecimalText | null;
  /** What bots hold of it as coins, by their books. */
  readonly inBots: DecimalText;
  /** What is set aside for bots and not spent. */
  readonly reserved: DecimalText;
  /** What no bot holds or may spend. */
  readonly free: DecimalText | null;
}

export interface AccountBot {
  readonly id: string;
  readonly name: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly quantity: DecimalText;
  /** Digits of its symbol's price and quantity. */
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
  /** What the coins cost, and what they are worth at the last price (quote). */
  readonly cost: DecimalText;
  readonly worth: DecimalText | null;
  /** What is set aside for it; null where nothing is. */
  readonly reserved: DecimalText | null;
  readonly fees: Readonly<Record<string, DecimalText>>;
  /** What it still holds of symbols that it traded before. */
  readonly parked: readonly AccountParked[];
}

/** Coins of a symbol that a bot traded before. */
export interface AccountParked {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly quantity: DecimalText;
  readonly cost: DecimalText;
  readonly worth: DecimalText | null;
}

/** An order that rests in the account. */
export interface AccountOrder {
  /** bot: of one that you see; flotilla: of another bot, or one that is gone; other: by hand, or of another program. */
  readonly origin: 'bot' | 'flotilla' | 'other';
  readonly bot: string | null;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: string;
  readonly price: DecimalText | null;
  readonly quantity: DecimalText;
  readonly executed: DecimalText;
}

export interface AccountView {
  /** As configs name it: `paper`, `binance/main`. */
  readonly account: string;
  readonly venue: string;
  readonly key: string | null;
  /** Whether who asks may see what is in it; else only their bots are told. */
  readonly isOpen: boolean;
  /** When the exchange was asked last (wall time, ms); null: not yet. */
  readonly at: number | null;
  /** Why it has not answered, as a sentence. */
  readonly problem: string | null;
  readonly assets: readonly AssetView[];
  readonly bots: readonly AccountBot[];
  readonly orders: readonly AccountOrder[];
  /** Commissions that these bots paid, by asset. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  /** How many bots of others trade on it; none are told where the account is not open. */
  readonly otherBots: number;
}

export interface AccountModel extends PageModel {
  readonly accounts: readonly AccountView[];
  /** Every bot and order stands there, however many; else the first of them. */
  readonly whole?: boolean;
  readonly said?: string;
  readonly problem?: string;
}
