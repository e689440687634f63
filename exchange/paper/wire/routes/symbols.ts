import { PaperError, type SymbolInfo } from '../../engine/types.js';
import type { Params } from '../params.js';
import type { Request } from './route.js';

const STATUSES = ['TRADING', 'HALT', 'BREAK', 'END_OF_DAY', 'CANCEL_ONLY'] as const;

/** Errors: -1121; -1220 where `symbolStatus` asks for another status. */
export function requireSymbol(
  { exchange, params }: Pick<Request, 'exchange' | 'params'>,
  symbol: string,
): string {
  const info = exchange.engine.symbols.get(symbol);
  if (info === undefined) throw new PaperError(-1121, 'Invalid symbol.');
  if (!hasStatus(params, info))
    throw new PaperError(-1220, "The symbol's status does not match the requested symbolStatus.");
  return symbol;
}

/** Whether the symbol has the status that is asked for; any where none is. Errors: -1122. */
export function hasStatus(params: Params, info: SymbolInfo): boolean {
  const asked = params.oneOf('symbolStatus', STATUSES, -1122, 'Invalid symbolStatus.');
  return asked === undefined || asked === info.status;
}

/** One symbol's answer is an object, that of several or of all a list. */
export function perSymbol(request: Request, make: (symbol: string) => unknown): unknown {
  const { params, exchange } = request;
  const one = params.has('symbol');
  const asked = params.symbols();
  const all = [...exchange.engine.symbols.values()].filter((info) => hasStatus(params, info));
  const symbols = asked ?? all.map(({ symbol }) => symbol);
  const answers = symbols.map((symbol) => make(requireSymbol(request, symbol)));
  return one ? answers[0] : answers;
}
