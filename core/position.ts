import { copyOfBooks } from './copy.js';
import type { Decimal, DecimalText } from './decimal.js';
import { ZERO, dec, text } from './decimal.js';

/**
 * One bot's books in one symbol. Only fills change them (design §4). `quantity` is net of commission paid in base;
 * `cost` is what that quantity cost in quote, the buys' quote commissions included; dust of earlier cycles keeps its
 * share of both. `cash` is what this bot may still spend. Always: cash + cost = budget + adopted + realizedPnl − adjusted;
 * where books are parked, over all of them (core/parked.ts).
 */
export interface Books {
  readonly quantity: DecimalText;
  readonly cost: DecimalText;
  readonly cash: DecimalText;
  readonly realizedPnl: DecimalText;
  /** Commissions by asset, all of them; those in base or quote are also in quantity, cost or cash. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  /** Gross base and quote of this cycle's entry fills: their quotient is the average price. */
  readonly entryQuantity: DecimalText;
  readonly entryQuote: DecimalText;
  /** Quote value, at cost, of coins and cash that were taken out of the books because the account lacked them. */
  readonly adjusted: DecimalText;
  /** Quote value of the coins (at cost) and the cash in them that the user's own trades brought; 0 if absent. */
  readonly adopted?: DecimalText;
}

export interface BookedFill {
  readonly side: 'BUY' | 'SELL';
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: string;
}

export function openBooks(budget: DecimalText): Books {
  return {
    quantity: '0',
    cost: '0',
    cash: budget,
    realizedPnl: '0',
    fees: {},
    entryQuantity: '0',
    entryQuote: '0',
    adjusted: '0',
  };
}

/** Volume-weighted price of this cycle's entry fills; null before the first. */
export function averagePrice(books: Books): DecimalText | null {
  const { entryQuantity, entryQuote } = books;
  if (last.entryQuantity !== entryQuantity || last.entryQuote !== entryQuote) {
    const bought = dec(entryQuantity);
    last.price = bought.gt(0) ? text(dec(entryQuote).div(bought)) : null;
    last.entryQuantity = entryQuantity;
    last.entryQuote = entryQuote;
  }
  return last.price;
}

/** Every event asks for it, and only buys change it. */
const last: { entryQuantity: DecimalText; entryQuote: DecimalText; price: DecimalText | null } = {
  entryQuantity: '0',
  entryQuote: '0',
  price: null,
};

/** Quote that a fill is worth, before commissions. Books and lots ask for it in turn: the last one is known. */
export function amountOf({ price, quantity }: Pick<BookedFill, 'price' | 'quantity'>): Decimal {
  if (worth.price !== price || worth.quantity !== quantity) {
    worth.amount = dec(price).times(quantity);
    worth.price = price;
    worth.quantity = quantity;
  }
  return worth.amount;
}

const worth = { price: '', quantity: '', amount: ZERO };

/** Quote that a buy took, commission in quote included. Asked for in turn too, and written down by both. */
export function paidFor(fill: BookedFill, quote: string): Decimal {
  const amount = amountOf(fill);
  if (fill.feeAsset !== quote) return amount;
  if (paid.amount !== amount || paid.fee !== fill.fee) {
    paid.sum = amount.plus(fill.fee);
    paid.amount = amount;
    paid.fee = fill.fee;
  }
  return paid.sum;
}

const paid = { amount: ZERO, fee: '', sum: ZERO };

/** Books one fill. `pnl` is what a sell realized in quote, null for a buy. */
export function book(
  books: Books,
  fill: BookedFill,
  base: string,
  quote: string,
): { books: Books; pnl: DecimalText | null } {
  const fees = withFee(books.fees, fill);
  const inBase = fill.feeAsset === base ? dec(fill.fee) : ZERO;
  const amount = amountOf(fill);
  if (fill.side === 'BUY') {
    const bought = copyOfBooks(books);
    const spent = paidFor(fill, quote);
    bought.fees = fees;
    bought.quantity = text(dec(books.quantity).plus(fill.quantity).minus(inBase));
    bought.cost = text(dec(books.cost).plus(spent));
    bought.cash = text(dec(books.cash).minus(spent));
    bought.entryQuantity = text(dec(books.entryQuantity).plus(fill.quantity));
    bought.entryQuote = text(dec(books.entryQuote).plus(amount));
    return { books: bought, pnl: null };
  }
  const before = dec(books.quantity);
  const left = before.minus(fill.quantity).minus(inBase);
  // The last unit takes all the cost that is left, so that no rounding remains on an empty position.
  const cost = dec(books.cost);
  const share = left.sign <= 0 ? cost : cost.times(before.minus(left)).div(before);
  const received = fill.feeAsset === quote ? amount.minus(fill.fee) : amount;
  const pnl = received.minus(share);
  const sold = copyOfBooks(books);
  sold.fees = fees;
  sold.quantity = text(left);
  sold.cost = text(cost.minus(share));
  sold.cash = text(dec(books.cash).plus(received));
  sold.realizedPnl = text(dec(books.realizedPnl).plus(pnl));
  return { books: sold, pnl: text(pnl) };
}

function withFee(before: Books['fees'], { feeAsset, fee }: BookedFill): Books['fees'] {
  const sum = before[feeAsset];
  const fees: Record<string, DecimalText> = hasOthers(before, feeAsset) ? { ...before } : {};
  fees[feeAsset] = text(sum === undefined ? dec(fee) : dec(sum).plus(fee));
  return fees;
}

/** Nearly always there are none, and nothing is to be copied. */
function hasOthers(fees: Books['fees'], feeAsset: string): boolean {
  for (const asset in fees) if (asset !== feeAsset) return true;
  return false;
}

/**
 * Takes coins and cash out of the books that the account does not have (an adjustment, never a trade). Coins leave with
 * their share of the cost; nothing is realized, for nobody knows what they brought, if anything; the money that the bot
 * works with shrinks by as much. The average price stays, so targets do not move.
 */
export function takeOut(books: Books, quantity: Decimal, cash: Decimal): { books: Books; cost: DecimalText } {
  const before = dec(books.quantity);
  const left = before.minus(quantity);
  const cost = left.lte(0) ? dec(books.cost) : dec(books.cost).times(quantity).div(before);
  const rest: Books = {
    ...books,
    quantity: text(left),
    cost: text(dec(books.cost).minus(cost)),
    cash: text(dec(books.cash).minus(cash)),
    adjusted: text(dec(books.adjusted).plus(cost).plus(cash)),
  };
  return { books: rest, cost: text(cost) };
}

/** A new cycle counts its average price from its own entries; dust of the old one keeps its cost. */
export function beginCycle(books: Books): Books {
  const begun = copyOfBooks(books);
  begun.entryQuantity = begun.entryQuote = '0';
  return begun;
}

/** cash + quantity × price, less what the user's own trades brought in. */
export function equity(books: Books, price: DecimalText | number | null): DecimalText {
  const held = price === null ? dec(books.cost) : dec(books.quantity).times(price);
  return text(
    dec(books.cash)
      .plus(held)
      .minus(books.adopted ?? '0'),
  );
}

/** quantity × price − cost. */
export function unrealizedPnl(books: Books, price: DecimalText | number | null): DecimalText | null {
  return price === null ? null : text(dec(books.quantity).times(price).minus(books.cost));
}
