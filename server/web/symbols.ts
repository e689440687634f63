import type { Instrument } from '../../core/rules.js';

export interface SymbolView {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly status: Instrument['status'];
  readonly minNotional: string;
  readonly tickSize: string;
  readonly stepSize: string;
}

/**
 * Symbols that contain the text, those that begin with it first; `/`, `-` and blanks are as good as nothing, so
 * "btc/usdt" finds BTCUSDT. Halted symbols come last.
 */
export function findSymbols(all: readonly Instrument[], search: string, limit: number): SymbolView[] {
  const wanted = search.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  if (wanted === '' && search.trim() !== '') return [];
  const rank = (one: Instrument): number =>
    (one.status === 'trading' ? 0 : 10) + (one.base === wanted ? 0 : one.symbol.startsWith(wanted) ? 1 : 2);
  return all
    .filter((one) => one.symbol.includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, limit)
    .map(({ symbol, base, quote, status, minNotional, tickSize, stepSize }) => ({
      symbol,
      base,
      quote,
      status,
      minNotional,
      tickSize,
      stepSize,
    }));
}
