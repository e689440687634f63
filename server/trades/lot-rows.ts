import type { BotView } from '../../bot/files/view.js';
import { chosen, dayOf, isOnDay, isThere, type TradeFilter } from './filter.js';
import { mergedFills } from './fills.js';
import { marketOf, placeOf, placesOf, type Place } from './markets.js';
import { LotBook, type Disposal, type LotEvent } from './lots.js';

export interface LotRow extends Disposal {
  /** As `accountOf` names it. */
  readonly account: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
}

/**
 * What was given away, market by market, in order of time: coins of one account and symbol share their lots, whichever bot
 * bought them. The days of the filter choose disposals; what was acquired before them counts. Sides do not matter.
 */
export function* lotRows(bots: readonly BotView[], filter: TradeFilter): Generator<LotRow> {
  const markets = new Map<string, { place: Place; bots: BotView[] }>();
  for (const bot of chosen(bots, filter)) {
    for (const place of placesOf(bot)) {
      if (!isThere(filter, place)) continue;
      const key = keyOf(place);
      const market = markets.get(key) ?? { place, bots: [] };
      market.bots.push(bot);
      markets.set(key, market);
    }
  }
  for (const key of [...markets.keys()].sort()) {
    const { place, bots: trading } = markets.get(key)!;
    yield* marketRows(place, trading, filter);
  }
}

const keyOf = ({ account, symbol }: Place): string => `${account} ${symbol}`;

function* marketRows(place: Place, bots: readonly BotView[], filter: TradeFilter): Generator<LotRow> {
  const { account, symbol } = place;
  const { base, quote } = marketOf(bots.find((bot) => bot.symbol === symbol) ?? bots[0]!, symbol);
  const book = new LotBook(base, quote);
  for (const event of eventsOf(place, bots)) {
    const isMeant = isOnDay(filter, dayOf(event.time));
    if (filter.to !== undefined && dayOf(event.time) > filter.to) return;
    for (const disposal of book.take(event)) if (isMeant) yield { ...disposal, account, symbol, base, quote };
  }
}

/** Fills, and between them the coins that left the books otherwise. */
function* eventsOf(place: Place, bots: readonly BotView[]): Generator<LotEvent> {
  const { symbol } = place;
  const isHere = (there: Place): boolean => keyOf(there) === keyOf(place);
  const outs = bots
    .flatMap((bot) =>
      bot.adjustments
        .filter((each) => isHere(placeOf(bot, each)))
        .map(({ time, quantity }) => ({ id: bot.id, time, quantity })),
    )
    .sort((a, b) => a.time - b.time);
  let next = 0;
  const until = function* (time: number): Generator<LotEvent> {
    for (let out = outs[next]; out !== undefined && out.time < time; out = outs[++next])
      yield { kind: 'out', bot: out.id, time: out.time, quantity: out.quantity };
  };
  for (const fill of mergedFills(bots, { symbol }, 'oldest')) {
    if (!isHere(fill)) continue;
    const { bot, tradeId, time, side, price, quantity, fee, feeAsset } = fill;
    yield* until(time);
    yield { kind: 'fill', bot: bot.id, tradeId, time, side, price, quantity, fee, feeAsset };
  }
  yield* until(Infinity);
}
