/** What is said of a symbol that a venue does not trade. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suggestion } from '../../bot/config.js';
import { FlotillaError } from './errors.js';

/** `known`: what the venue does trade, one of which may be meant. */
export function symbolUnknown(
  data: string,
  venue: string,
  symbol: string,
  known: readonly string[],
): FlotillaError {
  const meant = suggestion(symbol, known);
  const trades = meant === null ? `, which trades ${listed(known)}.` : `. Did you mean ${meant}?`;
  const words =
    venue === 'paper' && followsPrices(data)
      ? `${notFollowed(symbol)}${meant === null ? '' : ` Or did you mean ${meant}?`}`
      : `${symbol} is not traded on ${venue}${trades}`;
  return new FlotillaError('SYMBOL_UNKNOWN', words, { field: 'symbol' });
}

/** Whether paper is on live prices: it takes up another symbol when it is asked to. */
export function followsPrices(data: string): boolean {
  return existsSync(join(data, 'paper', 'live', 'symbols.json'));
}

function notFollowed(symbol: string): string {
  return (
    `Prices of ${symbol} are not followed yet, so paper cannot trade it. ` +
    `End the server (Ctrl-C) and start it with flotilla up --live --symbols ${symbol}: ` +
    'it begins where the market then stands, with its history, and the others go on.'
  );
}

function listed(symbols: readonly string[]): string {
  return symbols.length <= 8
    ? symbols.join(', ')
    : `${symbols.slice(0, 8).join(', ')} and ${symbols.length - 8} more`;
}
