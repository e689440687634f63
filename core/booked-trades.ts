/** Which trades are booked: each counts once, however often and in whatever order the exchange tells of it. */
import { isAfter } from './orders.js';

interface Booked {
  /** Up to this one all are. */
  readonly tradeCursor: string | null;
  /** Those beyond it. */
  readonly bookedTrades: readonly string[];
}

export function isBooked({ tradeCursor, bookedTrades }: Booked, tradeId: string): boolean {
  // Nearly always it is the newest: then no other needs to be looked at.
  const isNewest = bookedTrades.length === 0 || isAfter(tradeId, newestOf(bookedTrades));
  if (!isNewest && bookedTrades.includes(tradeId)) return true;
  return tradeCursor !== null && !isAfter(tradeId, tradeCursor);
}

export function withBooked({ bookedTrades }: Booked, tradeId: string): readonly string[] {
  const isNewest = bookedTrades.length === 0 || isAfter(tradeId, newestOf(bookedTrades));
  const newest = isNewest ? tradeId : last.newest;
  last.list = [...bookedTrades, tradeId];
  last.newest = newest;
  return last.list;
}

/** Of a list that is not empty. */
function newestOf(list: readonly string[]): string {
  if (last.list === list) return last.newest;
  let newest = list[0]!;
  for (const id of list) if (isAfter(id, newest)) newest = id;
  last.list = list;
  last.newest = newest;
  return newest;
}

/** The list that was asked about last: it is the next one to be asked about, and lists do not change. */
const last: { list: readonly string[]; newest: string } = { list: [], newest: '' };
