import { symbolUnknown } from '../fleet/symbol-unknown.js';
import type { Markets } from '../markets.js';
import type { BacktestSettings } from './types.js';

/** A venue that does not trade the symbol has no klines of it: said at once. One that does not answer is not asked. Errors: SYMBOL_UNKNOWN. */
export async function refuseUnknownSymbol(
  { data, markets }: { readonly data: string; readonly markets: Pick<Markets, 'instruments'> },
  settings: BacktestSettings,
): Promise<BacktestSettings> {
  const { source, symbol } = settings;
  if (source !== 'paper' && source !== 'binance') return settings;
  const all = await markets.instruments(source).catch(() => null);
  if (all === null || all.some((each) => each.symbol === symbol)) return settings;
  const known = all.map((each) => each.symbol);
  throw symbolUnknown(data, source, symbol, known);
}
