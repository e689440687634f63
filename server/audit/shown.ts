import { Readable } from 'node:stream';
import { z } from 'zod';
import { count } from '../web/check.js';
import { csvCell } from '../web/csv.js';
import type { AuditEntry } from './chain.js';
import type { AuditFilter } from './log.js';

const text = z.string().max(80).optional();

/** What a request may ask of the log: whose, which action (or all that begin with it), about what, how many. */
export const AUDIT_QUERY = z.strictObject({
  user: text,
  action: text,
  about: text,
  limit: count(200, 1_000),
});

/** Empty fields of a form ask for nothing. */
export function filterOf({ user, action, about }: z.output<typeof AUDIT_QUERY>): AuditFilter {
  return { ...(user ? { user } : {}), ...(action ? { action } : {}), ...(about ? { about } : {}) };
}

const COLUMNS = ['seq', 'time', 'user', 'via', 'address', 'action', 'about', 'outcome', 'details'] as const;

/** The entries as a table, one at a time: the log may be larger than memory. */
export function csvOf(entries: AsyncIterable<AuditEntry>): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield `${COLUMNS.join(',')}\r\n`;
    for await (const entry of entries)
      yield `${COLUMNS.map((column) => csvCell(shownIn(entry, column))).join(',')}\r\n`;
  }
  return Readable.from(lines());
}

function shownIn(entry: AuditEntry, column: (typeof COLUMNS)[number]): string {
  if (column === 'time') return new Date(entry.time).toISOString();
  if (column === 'details') return JSON.stringify(entry.details);
  return String(entry[column] ?? '');
}
