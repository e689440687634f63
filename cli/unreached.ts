import type { ExchangeError, VenueName } from '../exchange/port.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { answeringPaper } from '../server/fleet/paper.js';

const TITLES: Readonly<Record<VenueName, string>> = {
  binance: 'Binance',
  'binance-testnet': 'Binance’s testnet',
  paper: 'The paper exchange',
};

/** Errors: VENUE_UNREACHED where the paper exchange of this data folder does not answer. */
export async function refuseWithoutPaper(data: string): Promise<void> {
  if ((await answeringPaper(data)) !== null) return;
  throw new FlotillaError('VENUE_UNREACHED', 'The paper exchange does not run here; flotilla up starts it.');
}

/** `kept`: a sentence with a space before it. */
export function unreached(venue: VenueName, { message }: ExchangeError, kept = ''): FlotillaError {
  return new FlotillaError(
    'VENUE_UNREACHED',
    `${TITLES[venue]} did not give the klines: ${message.replace(/\.$/, '')}. Try again later, or give files with --klines.${kept}`,
  );
}
