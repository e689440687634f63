/**
 * Stands in for `node-fetch` inside binance-api-node: the build aliases it (scripts/build.mjs), unbundled
 * `library.ts` plants it. Each client has a handle as its base URL, so that a request finds its own transport,
 * gate and error classes whatever the address.
 */

import { ExchangeError } from '../port.js';

/** As much of a `Response` as the library uses. Without `url` it leaves its process-wide header record alone. */
export interface ShimResponse {
  readonly ok: true;
  text(): Promise<string>;
}
export type ShimRequest = (
  method: string,
  path: string,
  headers: Record<string, string>,
) => Promise<ShimResponse>;

const SCHEME = 'flotilla:';
const clients = new Map<string, ShimRequest>();
let count = 0;

/** Registers a client; `base` is to be given to the library as `httpBase`. */
export function registerClient(request: ShimRequest): { base: string; release(): void } {
  const handle = String(++count);
  clients.set(handle, request);
  return { base: `${SCHEME}${handle}`, release: () => void clients.delete(handle) };
}

export default function fetchShim(
  url: string,
  options: { method: string; headers: Record<string, string> },
): Promise<ShimResponse> {
  const slash = url.indexOf('/');
  const request = clients.get(url.slice(SCHEME.length, slash));
  if (!request) return Promise.reject(closedError());
  return request(options.method, url.slice(slash), options.headers);
}

export function closedError(): ExchangeError {
  const details = { kind: 'network', execution: 'none' } as const;
  return new ExchangeError('Not sent: this exchange client is closed.', details);
}
