import type { BotView } from '../../bot/files/view.js';
import { accountOf } from '../../bot/config/account.js';
import { chosen, dayOf, isOnDay, type TradeFilter } from './filter.js';
import { mergedFills } from './fills.js';
import { marketOf, symbolOf, symbolsOf } from './markets.js';
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
  const markets = new Map<string, { symbol: string; bots: BotView[] }>();
  for (const bot of chosen(bots, filter)) {
    for (const symbol of symbolsOf(bot)) {
      if (filter.symbol !== undefined && filter.symbol !== symbol) continue;
      const key = `${accountOf(accountIn(bot))} ${symbol}`;
      const market = markets.get(key) ?? { symbol, bots: [] };
      market.bots.push(bot);
      markets.set(key, market);
    }
  }
  for (const key of [...markets.keys()].sort()) {
    const { symbol, bots: trading } = markets.get(key)!;
    yield* marketRows(symbol, trading, filter);
  }
}

const accountIn = ({ venue, key }: BotView): { venue: string; key?: string } =>
  key === undefined ? { venue } : { venue, key };

function* marketRows(symbol: string, bots: readonly BotView[], filter: TradeFilter): Generator<LotRow> {
  const { base, quote } = marketOf(bots.find((bot) => bot.symbol === symbol) ?? bots[0]!, symbol);
  const account = accountOf(accountIn(bots[0]!));
  const book = new LotBook(base, quote);
  for (const event of eventsOf(symbol, bots)) {
    const isMeant = isOnDay(filter, dayOf(event.time));
    if (filter.to !== undefined && dayOf(event.time) > filter.to) return;
    for (const disposal of book.take(event)) if (isMeant) yield { ...disposal, account, symbol, base, quote };
  }
}

/** Fills, and between them the coins that left the books otherwise. */
function* eventsOf(symbol: string, bots: readonly BotView[]): Generator<LotEvent> {
  const outs = bots
    .flatMap((bot) =>
      bot.adjustments
        .filter((each) => symbolOf(bot, each) === symbol)
        .map(({ time, quantity }) => ({ id: bot.id, time, quantity })),
    )
    .sort((a, b) => a.time - b.time);
  let next = 0;
  const until = function* (time: number): Generator<LotEvent> {
    for (let out = outs[next]; out !== undefined && out.time < time; out = outs[++next])
      yield { kind: 'out', bot: out.id, time: out.time, quantity: out.quantity };
  };
  for (const { bot, tradeId, time, side, price, quantity, fee, feeAsset } of mergedFills(
    bots,
    { symbol },
    'oldest',
  )) {
    yield* until(time);
    yield { kind: 'fill', bot: bot.id, tradeId, time, side, price, quantity, fee, feeAsset };
  }
  yield* until(Infinity);
}
