/**
 * First in, first out: which coins were sold, what they had cost, and what that came to. Decimal and exact: what is divided
 * is cut to 18 decimals, and the last piece takes the rest, so that pieces add up to the whole to the last digit.
 */
import { cutTo, dec, min, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';

/** What changes the coins of one market on one account, in order of time. */
export type LotEvent =
  | {
      readonly kind: 'fill';
      readonly bot: string;
      readonly tradeId: string;
      /** Market time (ms). */
      readonly time: number;
      readonly side: 'BUY' | 'SELL';
      readonly price: DecimalText;
      readonly quantity: DecimalText;
      readonly fee: DecimalText;
      readonly feeAsset: string;
    }
  /** Coins that left the books without being sold. */
  | { readonly kind: 'out'; readonly bot: string; readonly time: number; readonly quantity: DecimalText };

/** Coins of one lot that were given away at one moment. */
export interface Disposal {
  readonly bot: string;
  /** Null: more was sold than is known to have been bought. */
  readonly acquired: { readonly time: number; readonly price: DecimalText; readonly tradeId: string } | null;
  /** Price and trade are null where the coins were not sold, but were missing in the account. */
  readonly disposed: {
    readonly time: number;
    readonly price: DecimalText | null;
    readonly tradeId: string | null;
  };
  /** Base. */
  readonly quantity: DecimalText;
  /** Quote, with the commission of the buy where that was paid in quote; one paid in base is in the quantity. */
  readonly cost: DecimalText;
  /** Quote, less the commission of the sale where that was paid in quote. */
  readonly proceeds: DecimalText;
  /** Its share of the commissions of both trades, by asset. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  /** proceeds − cost; null where the coins' cost, or what they brought, is not known. */
  readonly gain: DecimalText | null;
}

interface Lot {
  readonly time: number;
  readonly price: DecimalText;
  readonly tradeId: string;
  readonly feeAsset: string;
  quantity: Decimal;
  cost: Decimal;
  fee: Decimal;
}

const DECIMALS = 18;

/** A part's share of an amount; all of it for the whole. */
function share(amount: Decimal, part: Decimal, whole: Decimal): Decimal {
  return part.gte(whole) ? amount : cutTo(amount.times(part).div(whole), DECIMALS);
}

export class LotBook {
  readonly #base: string;
  readonly #quote: string;
  readonly #lots: Lot[] = [];

  constructor(base: string, quote: string) {
    this.#base = base;
    this.#quote = quote;
  }

  /** What is held still: base, and what it cost (quote). */
  get open(): { readonly quantity: DecimalText; readonly cost: DecimalText } {
    const sum = (of: (lot: Lot) => Decimal): DecimalText =>
      text(this.#lots.reduce((total, lot) => total.plus(of(lot)), ZERO));
    return { quantity: sum(({ quantity }) => quantity), cost: sum(({ cost }) => cost) };
  }

  /** Takes the next event; answers what it gave away, the oldest lot first. */
  take(event: LotEvent): Disposal[] {
    if (event.kind === 'out') return this.#give(event, dec(event.quantity), null);
    const fee = dec(event.fee);
    const [inBase, inQuote] = [
      event.feeAsset === this.#base ? fee : ZERO,
      event.feeAsset === this.#quote ? fee : ZERO,
    ];
    const amount = dec(event.price).times(event.quantity);
    if (event.side === 'SELL')
      return this.#give(event, dec(event.quantity).plus(inBase), amount.minus(inQuote));
    const { time, price, tradeId, feeAsset } = event;
    const quantity = dec(event.quantity).minus(inBase);
    this.#lots.push({ time, price, tradeId, feeAsset, quantity, cost: amount.plus(inQuote), fee });
    return [];
  }

  #give(event: LotEvent, quantity: Decimal, proceeds: Decimal | null): Disposal[] {
    const sale = event.kind === 'fill' ? event : null;
    const left = { quantity, proceeds: proceeds ?? ZERO, fee: dec(sale?.fee ?? '0') };
    const given: Disposal[] = [];
    while (left.quantity.gt(0)) {
      const lot = this.#lots[0];
      const part = lot === undefined ? left.quantity : min(lot.quantity, left.quantity);
      const brought = share(left.proceeds, part, left.quantity);
      const sellFee = share(left.fee, part, left.quantity);
      left.proceeds = left.proceeds.minus(brought);
      left.fee = left.fee.minus(sellFee);
      left.quantity = left.quantity.minus(part);
      const from = lot === undefined ? null : this.#cut(lot, part);
      const fees: Record<string, DecimalText> = {};
      if (from !== null && lot !== undefined) add(fees, lot.feeAsset, from.fee);
      if (sale !== null) add(fees, sale.feeAsset, sellFee);
      given.push({
        bot: event.bot,
        acquired: lot === undefined ? null : { time: lot.time, price: lot.price, tradeId: lot.tradeId },
        disposed: { time: event.time, price: sale?.price ?? null, tradeId: sale?.tradeId ?? null },
        quantity: text(part),
        cost: text(from?.cost ?? ZERO),
        proceeds: text(brought),
        fees,
        gain: from === null || proceeds === null ? null : text(brought.minus(from.cost)),
      });
    }
    return given;
  }

  #cut(lot: Lot, part: Decimal): { cost: Decimal; fee: Decimal } {
    const cost = share(lot.cost, part, lot.quantity);
    const fee = share(lot.fee, part, lot.quantity);
    lot.cost = lot.cost.minus(cost);
    lot.fee = lot.fee.minus(fee);
    lot.quantity = lot.quantity.minus(part);
    if (!lot.quantity.gt(0)) this.#lots.shift();
    return { cost, fee };
  }
}

function add(fees: Record<string, DecimalText>, asset: string, amount: Decimal): void {
  if (amount.gt(0)) fees[asset] = text(dec(fees[asset] ?? '0').plus(amount));
}
