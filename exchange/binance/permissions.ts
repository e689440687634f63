/** What an API key may do, as the venue itself says. */
import type { LiveVenue } from '../endpoints.js';
import type { VenueAddress } from '../venues.js';
import { createClient } from './client.js';

export interface Permissions {
  readonly reading: boolean;
  readonly spotTrading: boolean;
  readonly withdrawals: boolean;
  /** Null where the venue does not say. */
  readonly ipRestricted: boolean | null;
  /** What else it may do that no bot needs, in words. */
  readonly others: readonly string[];
}

/** Names of Binance's answer that a spot bot has no use for. */
const OTHER_RIGHTS = [
  ['enableInternalTransfer', 'transfers between accounts'],
  ['permitsUniversalTransfer', 'transfers between wallets'],
  ['enableMargin', 'margin trading'],
  ['enableFutures', 'futures trading'],
  ['enableVanillaOptions', 'options trading'],
  ['enablePortfolioMarginTrading', 'portfolio margin'],
] as const;

const WITHIN_MS = 10_000;
const WINDOW_MS = 5_000;

/**
 * Asks the venue. Binance: `GET /sapi/v1/account/apiRestrictions`; its testnet has no such page, and no withdrawals, so
 * there the account's `canTrade` counts. Errors: `ExchangeError`, of kind `auth` when the key is refused.
 */
export async function readPermissions(venue: LiveVenue, address: VenueAddress): Promise<Permissions> {
  const client = createClient(address, WITHIN_MS);
  try {
    await client.clock.sync();
    if (venue === 'binance-testnet') {
      const account = await client.readSigned((library) => library.accountInfo({ recvWindow: WINDOW_MS }));
      return {
        reading: true,
        spotTrading: account.canTrade === true,
        withdrawals: false,
        ipRestricted: null,
        others: [],
      };
    }
    const said = await client.readSigned((library) =>
      library.privateRequest('GET', '/sapi/v1/account/apiRestrictions', { recvWindow: WINDOW_MS }),
    );
    return {
      reading: said.enableReading === true,
      spotTrading: said.enableSpotAndMarginTrading === true,
      withdrawals: said.enableWithdrawals === true,
      ipRestricted: said.ipRestrict === true,
      others: OTHER_RIGHTS.filter(([name]) => said[name] === true).map(([, words]) => words),
    };
  } finally {
    client.close();
  }
}
