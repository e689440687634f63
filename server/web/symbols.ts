import { dec, type DecimalText } from '../../core/decimal.js';
import type { Instrument } from '../../core/rules.js';
import type { DayTicker, VenueName } from '../../exchange/port.js';
import type { Markets } from '../markets.js';

export interface SymbolView {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly status: Instrument['status'];
  readonly minNotional: string;
  readonly tickSize: string;
  readonly stepSize: string;
  /** Last price and what was traded in 24 hours, in quote; null where the venue does not say. */
  readonly price: DecimalText | null;
  readonly quoteVolume: DecimalText | null;
  readonly changePercent: number | null;
}

type Tickers = ReadonlyMap<string, DayTicker>;
const NO_TICKERS: Tickers = new Map();

/**
 * Symbols that contain the text, those that begin with it first, then by what was traded; `/`, `-` and blanks are as good
 * as nothing, so "btc/usdt" finds BTCUSDT. Halted symbols come last.
 */
function findSymbols(
  all: readonly Instrument[],
  search: string,
  limit: number,
  tickers: Tickers = NO_TICKERS,
): SymbolView[] {
  const wanted = search.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  if (wanted === '' && search.trim() !== '') return [];
  const rank = (one: Instrument): number =>
    (one.status === 'trading' ? 0 : 10) + (one.base === wanted ? 0 : one.symbol.startsWith(wanted) ? 1 : 2);
  const volume = ({ symbol }: Instrument): number => Number(tickers.get(symbol)?.quoteVolume ?? 0);
  return all
    .filter((one) => one.symbol.includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || volume(b) - volume(a) || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, limit)
    .map((one) => viewOf(one, tickers.get(one.symbol)));
}

function viewOf(
  { symbol, base, quote, status, minNotional, tickSize, stepSize }: Instrument,
  ticker: DayTicker | undefined,
): SymbolView {
  const price = ticker === undefined || dec(ticker.last).eq(0) ? null : ticker.last;
  const { quoteVolume = null, changePercent = null } = ticker ?? {};
  return { symbol, base, quote, status, minNotional, tickSize, stepSize, price, quoteVolume, changePercent };
}

/** The same as its venue says now. Errors: `ExchangeError`; without its last day where only that is missing. */
export async function searchSymbols(
  markets: Pick<Markets, 'instruments' | 'tickers'>,
  { venue = 'paper', search, limit }: { venue?: VenueName; search: string; limit: number },
): Promise<SymbolView[]> {
  const [instruments, tickers] = await Promise.all([
    markets.instruments(venue),
    markets.tickers(venue).catch(() => NO_TICKERS),
  ]);
  return findSymbols(instruments, search, limit, tickers);
}
