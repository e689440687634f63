import { dec, text, ZERO } from '../../core/decimal.js';
import type { BotView, ProcessView } from '../../bot/files/view.js';
import type { Instrument } from '../../core/rules.js';
import type { ProcessStatus } from '../fleet/supervisor.js';

export { processView } from '../../bot/files/load.js';

/** Whether the figures have moved enough to be worth a new view: a fleet's worth of noise each second is not. */
export function differs(shown: ProcessView | null, status: ProcessStatus): boolean {
  if (shown === null) return true;
  return (
    shown.restarts !== status.restarts ||
    Math.abs(shown.uptimeMs - status.uptimeMs) >= 10_000 ||
    Math.abs(shown.memoryBytes - status.memoryBytes) >= 0.05 * shown.memoryBytes ||
    Math.abs(shown.cpuPercent - status.cpuPercent) >= 1
  );
}

/**
 * The view at a newer price: unrealized PnL = quantity × price − cost, equity = cash + quantity × price and what
 * parked books are worth, less what a follower's user has brought in. Everything else comes from the bot's own books and stays as it is.
 */
export function atPrice(view: BotView, price: string): BotView {
  if (view.price === price) return view;
  const quantity = dec(view.position.quantity);
  const worth = quantity.times(price);
  const parked = (view.parked ?? []).reduce((sum, book) => sum.plus(book.worth), ZERO);
  const unrealizedPnl = quantity.eq(0) ? view.position.unrealizedPnl : text(worth.minus(view.position.cost));
  return {
    ...view,
    price,
    position: { ...view.position, unrealizedPnl },
    equity: text(
      dec(view.cash)
        .plus(worth)
        .plus(parked)
        .minus(view.follow?.adopted ?? '0'),
    ),
  };
}

/** Quote assets of Binance's spot market, the longer ones first. */
const QUOTES = ['FDUSD', 'USDT', 'USDC', 'TUSD', 'BUSD', 'BTC', 'ETH', 'BNB', 'EUR', 'TRY', 'BRL', 'JPY'];

/**
 * The view with its assets and precision filled in from the exchange's rules, where the bot's files lack them (it never
 * ran). While the rules are not known either, the assets are read off the symbol, for display.
 */
export function withAssets(view: BotView, instrument: Instrument | undefined): BotView {
  if (view.quote !== '') return view;
  if (instrument === undefined) {
    const quote = QUOTES.find((asset) => view.symbol.endsWith(asset)) ?? '';
    return { ...view, quote, base: view.symbol.slice(0, view.symbol.length - quote.length) };
  }
  const { base, quote, tickSize, stepSize } = instrument;
  return { ...view, base, quote, pricePrecision: decimals(tickSize), quantityPrecision: decimals(stepSize) };
}

function decimals(step: string): number {
  return text(dec(step)).split('.')[1]?.length ?? 0;
}

/** What only a config tells, as it told last: a bot whose config was just broken trades on as what it was. */
export function withNames(view: BotView, before: BotView): BotView {
  const { name, venue, tags, dryRun } = before;
  return { ...view, name, venue, tags, dryRun };
}

/** A view without its trades, as lists and the overview answer it. */
export type BotSummary = Omit<BotView, 'trades' | 'past'>;

export function summary(view: BotView): BotSummary {
  const { trades: _trades, past: _past, ...rest } = view;
  return rest;
}
