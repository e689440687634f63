/** What a bot that is not made yet would do: plain data for the page and the API. */
import type { DecimalText } from '../core/decimal.js';

/** A price at which it would buy or sell. */
export interface DraftLine {
  readonly kind: 'entry' | 'target' | 'stop' | 'level';
  readonly name: string;
  readonly price: DecimalText;
  /** From the entry. */
  readonly percent: number;
  /** Base; null: all that is held then. */
  readonly quantity: DecimalText | null;
}

/** Its first trade; amounts in quote but for the quantity. */
export interface DraftTrade {
  readonly quantity: DecimalText;
  readonly spent: DecimalText;
  readonly entryFee: DecimalText;
  /** At the nearest target. */
  readonly exitFee: DecimalText;
  /** Assumed of every fill. */
  readonly commissionPercent: number;
}

export interface DraftPreview {
  readonly venue: string;
  readonly symbol: string;
  readonly interval: string;
  readonly base: string;
  readonly quote: string;
  readonly pricePrecision: number;
  /** The last one. */
  readonly price: DecimalText;
  readonly lines: readonly DraftLine[];
  readonly trade: DraftTrade | null;
}

/** What is known of a draft. */
export interface DraftReport {
  /** By field of the form, which is the path in the config; `form` for what belongs to none. */
  readonly errors: Readonly<Record<string, string>>;
  /** What keeps it from starting as things are. */
  readonly warnings: readonly string[];
  /** What it may cost, in sentences. */
  readonly worstCase: readonly string[];
  /** Null while it does not mean a bot, or its market does not answer. */
  readonly preview: DraftPreview | null;
}
