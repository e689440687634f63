import { PaperError, type OrderType, type SymbolInfo } from './types.js';

const UNSUPPORTED: Partial<Record<OrderType, string>> = {
  MARKET: 'Market orders are not supported for this symbol.',
  STOP_LOSS: 'Stop loss orders are not supported for this symbol.',
  STOP_LOSS_LIMIT: 'Stop loss limit orders are not supported for this symbol.',
  TAKE_PROFIT: 'Take profit orders are not supported for this symbol.',
  TAKE_PROFIT_LIMIT: 'Take profit limit orders are not supported for this symbol.',
};

/** Whether there is such an order, and the symbol takes it. Errors: -1013, -1116, -1117. */
export function requireKind(
  info: SymbolInfo,
  order: { side: string; type: OrderType; icebergQty?: string; trailingDelta?: number },
  isType: boolean,
): void {
  const { side, type } = order;
  if (side !== 'BUY' && side !== 'SELL') throw new PaperError(-1117, 'Invalid side.');
  if (!isType) throw new PaperError(-1116, 'Invalid orderType.');
  if (!info.orderTypes.includes(type))
    throw new PaperError(-1013, UNSUPPORTED[type] ?? `${type} orders are not supported for this symbol.`);
  if (order.icebergQty !== undefined && info.icebergAllowed === false)
    throw new PaperError(-1013, 'Iceberg orders are not supported for this symbol.');
  if (order.trailingDelta !== undefined && info.allowTrailingStop === false)
    throw new PaperError(-1013, 'Trailing stop orders are not supported for this symbol.');
}
