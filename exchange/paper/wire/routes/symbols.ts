import { PaperError } from '../../engine/types.js';
import type { Request } from './route.js';

/** Errors: -1121. */
export function requireSymbol({ exchange }: Request, symbol: string): string {
  if (!exchange.engine.symbols.has(symbol)) throw new PaperError(-1121, 'Invalid symbol.');
  return symbol;
}

/** One symbol's answer is an object, that of several or of all a list. */
export function perSymbol(request: Request, make: (symbol: string) => unknown): unknown {
  const one = request.params.has('symbol');
  const symbols = request.params.symbols() ?? [...request.exchange.engine.symbols.keys()];
  const answers = symbols.map((symbol) => make(requireSymbol(request, symbol)));
  return one ? answers[0] : answers;
}
