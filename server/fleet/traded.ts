import { dec, rounded, text, ZERO } from '../../core/decimal.js';
import type { BotView } from '../../bot/files/view.js';

/** What was traded since `before`, as a sentence; null while it is under way. */
export function tradedWords(
  before: BotView,
  after: BotView,
  name: 'buy' | 'sell' | 'flatten',
): string | null {
  const side = name === 'buy' ? 'BUY' : 'SELL';
  if (after.phase === 'entering' || after.phase === 'exiting') return null;
  const trades = after.trades.slice(before.tradeCount).filter((trade) => trade.side === side);
  const market = after.openOrders.some((order) => order.side === side && order.type === 'MARKET');
  if (market) return null;
  if (trades.length === 0) return name === 'flatten' && before.phase === 'flat' ? '' : null;
  const quantity = trades.reduce((sum, trade) => sum.plus(trade.quantity), ZERO);
  const amount = trades.reduce((sum, trade) => sum.plus(dec(trade.price).times(trade.quantity)), ZERO);
  const price = rounded(amount.div(quantity), after.pricePrecision);
  const pnl = trades.reduce((sum, trade) => sum.plus(trade.pnl ?? '0'), ZERO);
  const result = side === 'BUY' ? '' : `, profit ${rounded(pnl, 2)} ${after.quote}`;
  const verb = side === 'BUY' ? 'Bought' : 'Sold';
  return ` ${verb} ${text(quantity)} ${after.base} at ${price} for ${rounded(amount, 2)} ${after.quote}${result}.`;
}
