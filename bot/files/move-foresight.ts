/** What a changed symbol or account would do to what a bot holds, by the bot's own core on a copy of its state. */
import { parkedBooks } from '../../core/all-books.js';
import { dec, text, type DecimalText } from '../../core/decimal.js';
import { isOtherAccount } from '../../core/move.js';
import { step } from '../../core/engine.js';
import { isTerminal, type Order } from '../../core/orders.js';
import type { BotState, Settings } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';

/** What is held in one symbol, in its base asset. */
export interface HeldCoins {
  readonly symbol: string;
  readonly quantity: DecimalText;
  readonly base: string;
}

export interface MoveForesight {
  readonly symbol: string;
  readonly quote: string;
  /** The bot begins anew on another account. */
  readonly otherAccount: boolean;
  /** What is left of the old symbol; `dust`: too little to be sold, nothing protects it. */
  readonly parks: (HeldCoins & { readonly dust: boolean }) | null;
  /** What is parked of the new symbol, and is gone on with. */
  readonly takesUp: HeldCoins | null;
  /** What stays on the exchange for what is parked. */
  readonly protection: readonly Order[];
  /** Resting entries, which are taken back. */
  readonly cancels: readonly Order[];
  /** What the bot trades the new symbol with (quote). */
  readonly cash: DecimalText;
  readonly after: BotState;
}

/** Null where neither symbol nor account changes. Whether it is refused: core/move.ts. */
export function foreseeMove(state: BotState, settings: Settings): MoveForesight | null {
  const otherAccount = isOtherAccount(state, settings);
  const { symbol, instrument } = state.settings;
  if (!otherAccount && symbol === settings.symbol) return null;
  const time = state.lastDecision?.time ?? 0;
  const stamp = { time, wall: Date.now(), tradeCursor: null };
  const { state: after } = step(planNamed, state, { type: 'moved', ...stamp, settings });
  const left = otherAccount ? undefined : after.parked?.[symbol];
  const found = otherAccount ? undefined : state.parked?.[settings.symbol];
  const open = state.orders.filter(({ legs }) => legs.some(({ status }) => !isTerminal(status)));
  // Money that waits in a parked book for its entries to end comes free once they are taken back.
  const cash = parkedBooks(after).reduce((sum, [, { books }]) => sum.plus(books.cash), dec(after.books.cash));
  return {
    symbol: settings.symbol,
    quote: instrument.quote,
    otherAccount,
    parks:
      left === undefined || dec(left.books.quantity).eq(0)
        ? null
        : {
            ...{ symbol, base: instrument.base },
            quantity: left.books.quantity,
            dust: left.phase === 'flat',
          },
    takesUp:
      found === undefined
        ? null
        : {
            symbol: settings.symbol,
            base: found.settings.instrument.base,
            quantity: found.books.quantity,
          },
    protection: open.filter(({ side }) => side === 'SELL'),
    cancels: open.filter(({ side }) => side === 'BUY'),
    cash: text(cash),
    after,
  };
}
