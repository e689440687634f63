/** Which exchange a venue is, for a data folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binanceExchange } from './binance/adapter.js';
import type { AdapterLogger } from './binance/logger.js';
import type { Exchange, VenueName } from './port.js';
import type { PaperAddress } from './venues.js';

/** Where the paper exchange of a data folder writes how it is reached. */
export function paperAddressFile(dataFolder: string): string {
  return join(dataFolder, 'paper', 'address.json');
}

/** Errors: a sentence when there is no paper exchange, or its address cannot be read. */
export function readPaperAddress(dataFolder: string): PaperAddress {
  const file = paperAddressFile(dataFolder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`No paper exchange is set up here: ${file} is missing. Start it with "flotilla up".`);
  }
  try {
    const address = JSON.parse(text) as PaperAddress;
    for (const name of ['rest', 'ws', 'wsApi', 'control', 'key', 'secret'] as const) {
      if (typeof address[name] !== 'string') throw new Error(`"${name}" is missing`);
    }
    return address;
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`${file} cannot be read: ${reason}. Remove it and start "flotilla up" again.`, {
      cause: error,
    });
  }
}

/**
 * The exchange of a venue, not yet connected. Live venues are refused until keys can be stored encrypted (design §11);
 * their addresses are ready in `binance/addresses.ts`.
 */
export function exchangeFor(
  venue: VenueName,
  dataFolder: string,
  options: { logger?: AdapterLogger } = {},
): Exchange {
  if (venue !== 'paper') {
    throw new Error(
      `The venue "${venue}" is refused: keys cannot be stored encrypted yet. Use the venue "paper".`,
    );
  }
  return binanceExchange({ venue, address: readPaperAddress(dataFolder), ...options });
}
