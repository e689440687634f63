import { dec, rounded, text, ZERO } from '../../core/decimal.js';
import { passesByItself } from '../../core/backoff.js';
import type { HoldUps } from '../../bot/files/hold-ups.js';
import type { BotView, LogLine } from '../../bot/files/view.js';

type Trading = 'buy' | 'sell' | 'flatten';

/** A refusal of what buys (or sells) that came after `before`; null where there is none. */
export function refusedSince(
  before: BotView,
  after: BotView,
  name: Trading,
): HoldUps['backOff'][number] | null {
  const waits = (bot: BotView) =>
    bot.holdUps?.backOff.find(({ side }) => side === (name === 'buy' ? 'BUY' : 'SELL'));
  const [was, is] = [waits(before), waits(after)];
  return is === undefined || is.until === was?.until ? null : is;
}

/** That refusal as a sentence, in the words of the log; null where there is none. */
export function refusedWords(
  before: BotView,
  after: BotView,
  name: Trading,
  log: readonly LogLine[],
): string | null {
  const refused = refusedSince(before, after, name);
  if (refused === null) return null;
  const said = log.findLast(({ code }) => code === 'order-refused')?.message;
  const why = said ?? `The exchange refused the order (${refused.code})`;
  if (name === 'buy' && !passesByItself(refused.code))
    return ` Not bought: ${why}. It does not try again by itself: repeat it when that is mended.`;
  return ` Not ${name === 'buy' ? 'bought' : 'sold'} yet: ${why}. It tries again by itself; its page and log say what becomes of it.`;
}

/** What was traded since `before`, as a sentence; null while it is under way. */
export function tradedWords(before: BotView, after: BotView, name: Trading): string | null {
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
