/** Which exchange a venue is, for a data folder. */
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { binanceExchange } from './binance/adapter.js';
import type { AdapterLogger } from './binance/logger.js';
import { endpointsOf } from './endpoints.js';
import type { Exchange, VenueName } from './port.js';
import type { PaperAddress } from './venues.js';

/** Where the paper exchange of a data folder writes how it is reached. */
export function paperAddressFile(dataFolder: string): string {
  return join(dataFolder, 'paper', 'address.json');
}

/**
 * Errors: a sentence when there is no paper exchange, its address cannot be read, or it is that of another data folder:
 * a copy of one has the address and the key of the original's exchange, and two fleets of the same bots would trade on
 * one account.
 */
export function readPaperAddress(dataFolder: string): PaperAddress {
  const file = paperAddressFile(dataFolder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`No paper exchange is set up here: ${file} is missing. Start it with "flotilla up".`);
  }
  const address = parseAddress(file, text);
  if (address.folder !== undefined && address.folder !== realpathSync(dirname(file)))
    throw new Error(
      `${file} is from ${address.folder}: this data folder was copied or moved, and that exchange is not its own. Start its own with "flotilla up".`,
    );
  return address;
}

function parseAddress(file: string, text: string): PaperAddress {
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

/** A venue, and the stored key that signs there; paper has a key of its own. */
export interface Account {
  readonly venue: VenueName;
  readonly key?: string;
}

/**
 * The exchange of an account, not yet connected. Errors: a sentence when the paper exchange was never started;
 * `VaultError` when the key is missing, locked, unsafe, or one of another venue.
 */
export async function exchangeFor(
  { venue, key }: Account,
  dataFolder: string,
  options: { logger?: AdapterLogger } = {},
): Promise<Exchange> {
  if (venue === 'paper') return binanceExchange({ venue, address: readPaperAddress(dataFolder), ...options });
  if (key === undefined) throw new Error(`The venue "${venue}" needs a stored key, and none is named.`);
  const { credentialsOf } = await import('./keys/credentials.js');
  const credentials = await credentialsOf(dataFolder, key, venue);
  return binanceExchange({
    venue,
    address: { ...endpointsOf(dataFolder, venue), ...credentials },
    ...options,
  });
}

/** A venue for who only looks: prices, klines and symbols need no key. Errors as `exchangeFor`. */
export function marketOf(
  venue: VenueName,
  dataFolder: string,
  options: { logger?: AdapterLogger } = {},
): Exchange {
  if (venue === 'paper') return binanceExchange({ venue, address: readPaperAddress(dataFolder), ...options });
  const address = { ...endpointsOf(dataFolder, venue), key: '', secret: '' };
  return binanceExchange({ venue, address, ...options });
}
