import { createHash } from 'node:crypto';

/** What was done, by whom, from where. Never holds a secret. */
export interface AuditEntry {
  /** Counts from 1. */
  readonly seq: number;
  /** Wall time (ms). */
  readonly time: number;
  /** A user's name; of the command line the operating system's. */
  readonly user: string;
  /** The user's id; null where it was no user of this fleet. */
  readonly userId: string | null;
  /** How: a session, an API token, the token of this run, the command line. */
  readonly via: string;
  /** The client's; null on the command line. */
  readonly address: string | null;
  /** `bot.start`, `login`, `user.add`, … */
  readonly action: string;
  /** The bot or user it was done to; null for none. */
  readonly about: string | null;
  readonly outcome: 'done' | 'failed';
  readonly details: Readonly<Record<string, unknown>>;
}

/** Before the first line. */
export const BEGINNING = '0'.repeat(64);

const HASH = /^(.*),"hash":"([0-9a-f]{64})"\}$/s;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** One line of the log: it names the hash of the line before, and ends with its own (SHA-256 of all that precedes it). */
export function lineOf(entry: AuditEntry, previous: string): { line: string; hash: string } {
  const body = JSON.stringify({ ...entry, previous }).slice(0, -1);
  const hash = hashOf(body);
  return { line: `${body},"hash":"${hash}"}`, hash };
}

/** What the next line names: the hash that a line ends with; one that ends with none is named by its text. */
export function headOf(line: string): string {
  return HASH.exec(line)?.[2] ?? hashOf(line);
}

export interface Link {
  readonly entry: AuditEntry;
  readonly hash: string;
  /** Why it does not belong where it stands; null when it does. */
  readonly fault: string | null;
}

/** A line as it stands in the chain after `before`; null for what is no line of a log at all. */
export function linkOf(line: string, before: { readonly seq: number; readonly hash: string }): Link | null {
  const [, body = '', hash = ''] = HASH.exec(line) ?? [];
  const read = parsed(line);
  if (read === null || hash === '') return null;
  const { previous, hash: _, ...entry } = read;
  return { entry, hash, fault: faultOf() };

  function faultOf(): string | null {
    if (hashOf(body) !== hash) return 'was changed after it was written: its hash is another';
    if (previous !== before.hash)
      return 'does not follow the line before it: lines are missing or were changed';
    return entry.seq === before.seq + 1 ? null : `has the number ${entry.seq} instead of ${before.seq + 1}`;
  }
}

function parsed(line: string): (AuditEntry & { previous: string; hash: string }) | null {
  try {
    const value = JSON.parse(line) as AuditEntry & { previous: string; hash: string };
    return typeof value.seq === 'number' && typeof value.action === 'string' ? value : null;
  } catch {
    return null;
  }
}
