/** A market that takes no orders (halted, delisted, maintenance) is waited for: nothing is sent until it trades again. */
import type { Draft } from './draft.js';
import type { Instrument } from './rules.js';

export function applyMarket(draft: Draft, status: Instrument['status'], wall: number): void {
  const { market, settings } = draft.state;
  if (status === (market?.status ?? 'trading')) return;
  if (status === 'trading') {
    draft.set({ market: null });
    draft.notify('info', 'market-open', { symbol: settings.symbol });
    return;
  }
  draft.set({ market: { status, since: market?.since ?? wall } });
  if (market === null) draft.notify('warn', 'market-halted', { symbol: settings.symbol });
}
