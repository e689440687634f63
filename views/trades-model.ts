/** What the page of trades is made of. */
import type { DecimalText } from '../core/decimal.js';
import type { TradeView } from '../bot/files/view.js';
import type { PageModel } from './model.js';

/** What was realized on a day, or in a month. */
export interface Span {
  /** `2024-03-07`, `2024-03`. */
  readonly name: string;
  /** In the summary's currency: what sales brought, less their cost and the commissions in quote. */
  readonly pnl: DecimalText;
  readonly buys: number;
  readonly sells: number;
}

/** A cycle that has ended, as far as statistics need it. */
export interface CycleResult {
  /** What was traded in it, and on which account; absent in older files: the bot's own. */
  readonly symbol: string;
  readonly account?: string;
  /** Market times (ms). */
  readonly openedAt: number;
  readonly closedAt: number;
  readonly number: number;
  /** Quote. */
  readonly pnl: string;
  /** Of its cost (%); a statistic. */
  readonly percent: number;
  readonly end: string | null;
}

export interface RankedCycle extends CycleResult {
  readonly bot: string;
}

/** How many cycles came to between `from` and `to` per cent of their cost; null is without end. */
export interface Bin {
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
}

export interface TradesSummary {
  /** Where that was traded which is summed; null without a fill. Each venue's money is summed for itself. */
  readonly venue: string | null;
  /** Where else there are fills that fit, with that one. */
  readonly venues: readonly string[];
  /** The quote asset that sums are in; null without a bot. Others are summed for themselves. */
  readonly currency: string | null;
  readonly currencies: readonly string[];
  readonly pnl: DecimalText;
  readonly buys: number;
  readonly sells: number;
  /** Commissions by asset, of all that fits the filter, in any currency. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  /** Oldest first; days without a fill are left out. */
  readonly days: readonly Span[];
  readonly months: readonly Span[];
  readonly cycles: {
    readonly count: number;
    readonly won: number;
    readonly averagePercent: number | null;
    readonly medianPercent: number | null;
    readonly bins: readonly Bin[];
    readonly best: readonly RankedCycle[];
    readonly worst: readonly RankedCycle[];
  };
}

export interface ShownFill extends TradeView {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** That of the account it was traded on. */
  readonly venue: string;
  readonly bot: {
    readonly id: string;
    readonly name: string;
    readonly venue: string;
    readonly symbol: string;
    readonly pricePrecision: number;
    readonly quantityPrecision: number;
  };
}

/** As typed: `bot`, `symbol`, `venue`, `side`, `tag`, `from`, `to`, `currency`, `month`. */
export type TradesQuery = Readonly<Record<string, string>>;

export interface TradesModel extends PageModel {
  readonly query: TradesQuery;
  /** Sentences by field, for what cannot be filtered by. */
  readonly problems: Readonly<Record<string, string>>;
  readonly choices: {
    readonly bots: readonly { readonly id: string; readonly name: string }[];
    readonly symbols: readonly string[];
    readonly venues: readonly string[];
    readonly tags: readonly string[];
  };
  readonly fills: readonly ShownFill[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
  /** Whether this is a page behind the first. */
  readonly later: boolean;
  /** Null while it is being summed. */
  readonly summary: TradesSummary | null;
}
