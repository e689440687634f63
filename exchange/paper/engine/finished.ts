import type { Amendment, OrderListRecord, OrderRecord, PreventedMatch, TradeRecord } from './types.js';

/**
 * Records that do not change any more: orders and lists that have ended, and what is final from the start. They are
 * handed on once, so that a checkpoint costs what is new, not what has ever been.
 */
export interface Finished {
  readonly orders: OrderRecord[];
  readonly trades: TradeRecord[];
  readonly lists: OrderListRecord[];
  readonly prevented: (PreventedMatch & { readonly account: string })[];
  readonly amendments: (Amendment & { readonly account: string })[];
}

export function nothingFinished(): Finished {
  return { orders: [], trades: [], lists: [], prevented: [], amendments: [] };
}

export const FINISHED_KINDS = ['orders', 'trades', 'lists', 'prevented', 'amendments'] as const;

/** In portions of so many records, so that whoever writes them can let others in between. */
export function* portionsOf(finished: Finished, size: number): Generator<Finished> {
  for (const kind of FINISHED_KINDS) {
    const records = finished[kind];
    for (let from = 0; from < records.length; from += size)
      yield { ...nothingFinished(), [kind]: records.slice(from, from + size) };
  }
}
