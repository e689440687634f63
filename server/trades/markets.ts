/** Which market a fill was traded in: a bot may change its symbol or account, and its old fills keep theirs. */
import { accountOf } from '../../bot/config/account.js';
import type { BotView } from '../../bot/files/view.js';
import { splitSymbol } from '../../exchange/paper/market/assets.js';

export interface Market {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
}

/** Where something was traded. */
export interface Place {
  readonly symbol: string;
  /** As `accountOf` names it. */
  readonly account: string;
}

type OfMarket = Partial<Place>;
type OfBot = Pick<BotView, 'symbol' | 'venue' | 'key'>;

/** What tells no symbol or account is of a bot that never traded on another. */
export const placeOf = (bot: OfBot, { symbol, account }: OfMarket): Place => ({
  symbol: symbol ?? bot.symbol,
  account: account ?? accountIn(bot),
});

/** That of a bot now. */
export const accountIn = ({ venue, key }: Pick<BotView, 'venue' | 'key'>): string =>
  accountOf(key === undefined ? { venue } : { venue, key });

export const venueOf = ({ account }: Pick<Place, 'account'>): string => account.split('/', 1)[0]!;

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

/** Places that stand in a history, once for each history. */
const named = new WeakMap<readonly OfMarket[], readonly OfMarket[]>();

function namedIn(history: readonly OfMarket[]): readonly OfMarket[] {
  let found = named.get(history);
  if (found === undefined) named.set(history, (found = distinct(history)));
  return found;
}

function distinct(places: readonly OfMarket[]): OfMarket[] {
  const found = new Map<string, OfMarket>();
  for (const { symbol, account } of places) {
    const key = `${account ?? ''} ${symbol ?? ''}`;
    if (!found.has(key)) found.set(key, { symbol, account });
  }
  return [...found.values()];
}

type OfTrader = OfBot & Pick<BotView, 'trades' | 'adjustments'>;

/** Once for each view: pages ask for those of every bot. */
const places = new WeakMap<OfTrader, readonly Place[]>();

/** All places that the bot trades or has traded, its own first. */
export function placesOf(bot: OfTrader): readonly Place[] {
  let found = places.get(bot);
  if (found !== undefined) return found;
  const all = [{}, ...namedIn(bot.trades), ...namedIn(bot.adjustments)].map((each) => placeOf(bot, each));
  places.set(bot, (found = distinct(all) as Place[]));
  return found;
}

/** All symbols that the bot trades or has traded, its own first. */
export function symbolsOf(bot: OfTrader): ReadonlySet<string> {
  return new Set(placesOf(bot).map(({ symbol }) => symbol));
}
