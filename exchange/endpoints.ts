/**
 * Where a live venue is reached. Binance's own addresses, unless `venues.json` of the data folder says otherwise: for a
 * regional exchange that speaks the same protocol, a proxy, or a paper exchange that stands in for the live one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ENDPOINTS, type Endpoints } from './binance/addresses.js';
import type { VenueName } from './port.js';

export type LiveVenue = Exclude<VenueName, 'paper'>;

const endpoints = z.strictObject({
  rest: z.url({ protocol: /^https?$/ }),
  ws: z.url({ protocol: /^wss?$/ }),
  wsApi: z.url({ protocol: /^wss?$/ }),
});
const file = z.strictObject({ 'binance-testnet': endpoints.optional(), binance: endpoints.optional() });

export const venuesFile = (data: string): string => join(data, 'venues.json');

/** Whether `venues.json` names other addresses than the venue's own. */
export function isRedirected(data: string, venue: LiveVenue): boolean {
  const [found, own] = [endpointsOf(data, venue), ENDPOINTS[venue]];
  return found.rest !== own.rest || found.ws !== own.ws || found.wsApi !== own.wsApi;
}

/** Errors: a sentence when `venues.json` is there and cannot be read as it should be. */
export function endpointsOf(data: string, venue: LiveVenue): Endpoints {
  const path = venuesFile(data);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ENDPOINTS[venue];
    throw new Error(`${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  return parsed(path, text)[venue] ?? ENDPOINTS[venue];
}

function parsed(path: string, text: string): z.infer<typeof file> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
  const result = file.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(
    `${path}: "${issue!.path.join('.')}" ${issue!.message}. Expected is {"binance": {"rest": "https://…", "ws": "wss://…/ws", "wsApi": "wss://…/ws-api/v3"}}; remove the file to reach the venues at their own addresses.`,
  );
}
