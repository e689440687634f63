/** Which market a fill was traded in: a bot may change its symbol, and its old fills keep theirs. */
import type { BotView, TradeView } from '../../bot/files/view.js';
import { splitSymbol } from '../../exchange/paper/market/assets.js';

export interface Market {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
}

type OfMarket = Pick<TradeView, 'symbol'>;

/** What tells no symbol is of a bot that never traded another. */
export const symbolOf = (bot: Pick<BotView, 'symbol'>, { symbol = bot.symbol }: OfMarket): string => symbol;

/** The assets of a symbol that this bot trades or has traded. */
export function marketOf(bot: Pick<BotView, 'symbol' | 'base' | 'quote' | 'parked'>, symbol: string): Market {
  if (symbol === bot.symbol) return { symbol, base: bot.base, quote: bot.quote };
  const parked = bot.parked?.find((each) => each.symbol === symbol);
  if (parked !== undefined) return { symbol, base: parked.base, quote: parked.quote };
  // A bot keeps its quote asset where it keeps its account.
  const { quote } = bot;
  if (quote !== '' && symbol.length > quote.length && symbol.endsWith(quote))
    return { symbol, base: symbol.slice(0, -quote.length), quote };
  return { symbol, ...(splitSymbol(symbol) ?? { base: symbol, quote: '' }) };
}

/** Symbols that stand in a history, once for each history; undefined: the bot's own. */
const named = new WeakMap<readonly OfMarket[], ReadonlySet<string | undefined>>();

function namedIn(history: readonly OfMarket[]): ReadonlySet<string | undefined> {
  let found = named.get(history);
  if (found === undefined) named.set(history, (found = new Set(history.map(({ symbol }) => symbol))));
  return found;
}

/** All symbols that the bot trades or has traded, its own first. */
export function symbolsOf(bot: Pick<BotView, 'symbol' | 'trades' | 'adjustments'>): ReadonlySet<string> {
  const all = [...namedIn(bot.trades), ...namedIn(bot.adjustments)];
  return new Set([bot.symbol, ...all.map((symbol) => symbol ?? bot.symbol)]);
}
