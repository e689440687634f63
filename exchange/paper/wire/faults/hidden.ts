/** Orders that queries do not show yet, as Binance's database lags behind its engine (BINANCE.md 2.9). */
export class HiddenOrders {
  private readonly until = new Map<number, number>();

  hide(orderIds: readonly number[], ms: number): void {
    for (const id of orderIds) this.until.set(id, Date.now() + ms);
  }

  has(orderId: number): boolean {
    if (this.until.size === 0) return false;
    const until = this.until.get(orderId);
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    this.until.delete(orderId);
    return false;
  }
}

/** The ids of the orders that a successful reply tells of: of an order, a list, or a cancel-replace. */
export function orderIdsOf(body: unknown): number[] {
  if (typeof body !== 'object' || body === null) return [];
  const { orderId, orders, newOrderResponse } = body as Record<string, unknown>;
  if (typeof orderId === 'number') return [orderId];
  if (Array.isArray(orders)) return orders.flatMap(orderIdsOf);
  return orderIdsOf(newOrderResponse);
}
