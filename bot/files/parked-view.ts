/** What a bot still holds of symbols that it traded before, as the world sees it. */
import { parkedBooks } from '../../core/all-books.js';
import { dec, type DecimalText } from '../../core/decimal.js';
import { averagePrice, equity, unrealizedPnl } from '../../core/position.js';
import type { BotState } from '../../core/state.js';
import type { Phase } from '../../core/strategy.js';
import { differenceView, type DifferenceView } from './difference.js';
import { orderViews } from './order-view.js';
import type { OrderView } from './view.js';

export interface ParkedView {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** flat: what is left is too little to be sold. */
  readonly phase: Phase;
  readonly plan: string;
  /** The last close of its klines, in quote. */
  readonly price: DecimalText | null;
  readonly position: {
    readonly quantity: DecimalText;
    readonly averagePrice: DecimalText | null;
    readonly cost: DecimalText;
    readonly unrealizedPnl: DecimalText | null;
  };
  /** quantity × price, at cost where no price is known, and cash that waits for an order to end. */
  readonly worth: DecimalText;
  readonly openOrders: readonly OrderView[];
  readonly reconciled: boolean;
  /** What the account lacks of it; null when it covers it. */
  readonly difference: DifferenceView | null;
  /** Since when (wall time, ms) its stop does not rest on the exchange; null while it does, or none is needed. */
  readonly unprotectedSince: number | null;
}

export function parkedViews(state: BotState): ParkedView[] {
  return parkedBooks(state).map(([symbol, book]) => parkedView(symbol, book));
}

function parkedView(symbol: string, state: BotState): ParkedView {
  const { settings, books, phase, price, terms, divergence, recovering, unprotected } = state;
  return {
    symbol,
    base: settings.instrument.base,
    quote: settings.instrument.quote,
    phase,
    plan: (terms ?? settings.terms).plan.name,
    price,
    position: {
      quantity: books.quantity,
      averagePrice: phase === 'flat' ? null : averagePrice(books),
      cost: books.cost,
      unrealizedPnl: dec(books.quantity).eq(0) ? '0' : unrealizedPnl(books, price),
    },
    worth: equity(books, price),
    openOrders: state.orders.flatMap(orderViews),
    reconciled: !recovering && (divergence === null || divergence.ignored),
    difference: differenceView(state),
    unprotectedSince: unprotected?.alerted === true ? unprotected.since : null,
  };
}
