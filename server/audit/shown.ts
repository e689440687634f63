import { Readable } from 'node:stream';
import { z } from 'zod';
import { auditWords } from '../../views/audit-words.js';
import { DAY_MS, dayFrom } from '../trades/filter.js';
import { count } from '../web/check.js';
import { csvCell } from '../web/csv.js';
import type { AuditEntry } from './chain.js';
import type { AuditFilter } from './log.js';

const text = z.string().max(80).optional();

const day = z
  .string()
  .refine((value) => value === '' || dayFrom(value) !== null, 'must be a day like 2026-03-07 (UTC)')
  .optional();

/** What a request may ask of the log: whose, which action (or all that begin with it), about what, on which UTC days, how many. */
export const AUDIT_QUERY = z.strictObject({
  user: text,
  action: text,
  about: text,
  from: day,
  to: day,
  limit: count(200, 1_000),
});

/** Empty fields of a form ask for nothing. */
export function filterOf({ user, action, about, from, to }: z.output<typeof AUDIT_QUERY>): AuditFilter {
  const [first, last] = [dayFrom(from ?? ''), dayFrom(to ?? '')];
  return {
    ...(user ? { user } : {}),
    ...(action ? { action } : {}),
    ...(about ? { about } : {}),
    ...(first === null ? {} : { from: first * DAY_MS }),
    ...(last === null ? {} : { to: (last + 1) * DAY_MS - 1 }),
  };
}

/** For programs, which show it to people. */
export const withWords = (entry: AuditEntry): AuditEntry & { words: string } => ({
  ...entry,
  words: auditWords(entry),
});

const COLUMNS = [
  'seq',
  'time',
  'user',
  'via',
  'address',
  'action',
  'about',
  'outcome',
  'details',
  'words',
] as const;

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
  if (column === 'words') return auditWords(entry);
  if (column === 'details') return JSON.stringify(entry.details);
  return String(entry[column] ?? '');
}
