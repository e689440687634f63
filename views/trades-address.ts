import type { TradesQuery } from './trades-model.js';

/** The address of a page with what was asked for, and some of it otherwise. */
export function addressWith(path: string, query: TradesQuery, over: TradesQuery = {}): string {
  const given = Object.entries({ ...query, ...over }).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${String(new URLSearchParams(given))}`;
}
