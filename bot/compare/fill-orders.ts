/** Fills put together by the order that they are of. */
import { dec, text, ZERO, type DecimalText } from '../../core/decimal.js';
import type { ReportedFill } from '../../core/events.js';
import { parseClientOrderId } from '../../core/orders.js';

/** What one order came to. Amounts are decimal text: quantity in base, `quote` = Σ price × quantity. */
export interface FilledOrder {
  readonly clientOrderId: string;
  readonly slot: string;
  readonly side: 'BUY' | 'SELL';
  /** Of the first fill, market time (ms). */
  readonly time: number;
  readonly quantity: DecimalText;
  readonly quote: DecimalText;
  /** By asset. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  readonly fills: number;
}

export function filledOrders(fills: readonly ReportedFill[]): FilledOrder[] {
  const byId = new Map<string, FilledOrder>();
  for (const fill of fills) {
    const known = byId.get(fill.clientOrderId);
    byId.set(fill.clientOrderId, known === undefined ? first(fill) : joined(known, fill));
  }
  // Those that are filled at once keep the order in which they were told.
  return [...byId.values()].sort((a, b) => a.time - b.time);
}

function first(fill: ReportedFill): FilledOrder {
  const { clientOrderId, side, time, quantity, price, fee, feeAsset } = fill;
  const slot = parseClientOrderId(clientOrderId)?.slot ?? '';
  const quote = text(dec(price).times(quantity));
  return { clientOrderId, slot, side, time, quantity, quote, fees: { [feeAsset]: fee }, fills: 1 };
}

function joined(order: FilledOrder, { quantity, price, fee, feeAsset }: ReportedFill): FilledOrder {
  return {
    ...order,
    quantity: text(dec(order.quantity).plus(quantity)),
    quote: text(dec(order.quote).plus(dec(price).times(quantity))),
    fees: { ...order.fees, [feeAsset]: text(dec(order.fees[feeAsset] ?? '0').plus(fee)) },
    fills: order.fills + 1,
  };
}

/** In quote; of several fills the average. */
export function priceOf({ quote, quantity }: FilledOrder): DecimalText {
  const price = dec(quantity).eq(0) ? ZERO : dec(quote).div(quantity);
  return text(price.round(10));
}
