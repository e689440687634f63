import { open, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { inTurn } from '../fleet/turns.js';
import { BEGINNING, headOf, lineOf, linkOf, type AuditEntry } from './chain.js';

/** What happened; the log adds the number, the time and the chain. */
export type AuditEvent = Omit<AuditEntry, 'seq' | 'time'>;

export interface AuditFilter {
  readonly user?: string;
  /** An action or the beginning of one: `bot`, `bot.start`. */
  readonly action?: string;
  readonly about?: string;
  readonly from?: number;
  readonly to?: number;
}

export interface Verified {
  readonly lines: number;
  /** The hash of the last line: noted elsewhere, it shows later whether the log was rewritten. */
  readonly head: string;
  /** The first thing that is wrong; null when nothing is. */
  readonly fault: string | null;
}

const TAIL_BYTES = 256 * 1024;

interface End {
  readonly size: number;
  readonly seq: number;
  readonly hash: string;
}

/**
 * `data/audit.ndjson`: who did what, appended and never changed, each line holding the hash of the one before. The server
 * and the command line both write; a line torn by a kill is taken away, and that is noted.
 */
export class AuditLog {
  readonly file: string;
  readonly #turn: string;
  readonly #now: () => number;
  #end: End = { size: -1, seq: 0, hash: BEGINNING };
  #last: Promise<unknown> = Promise.resolve();

  constructor(data: string, now: () => number = Date.now) {
    this.file = join(resolve(data), 'audit.ndjson');
    this.#turn = join(resolve(data), '.turns', 'audit');
    this.#now = now;
  }

  /** When this resolves the line is on the disk. Errors: the system's, where it cannot be written. */
  record(event: AuditEvent): Promise<void> {
    const recorded = this.#last.then(() =>
      inTurn(this.#turn, 'writing the audit log', () => this.#append(event)),
    );
    this.#last = recorded.catch(() => undefined);
    return recorded;
  }

  /** As `record`; a log that cannot be written is said, and keeps nothing (a sale, a halt) from being done. */
  async note(event: AuditEvent): Promise<void> {
    await this.record(event).catch((error: Error) => {
      process.stderr.write(`The audit log cannot be written: ${error.message}\n`);
    });
  }

  /** The last `limit` entries that fit, newest first; the size of the log does not matter to memory. */
  async list(filter: AuditFilter, limit: number): Promise<AuditEntry[]> {
    const found: AuditEntry[] = [];
    for await (const entry of this.entries(filter)) {
      found.push(entry);
      if (found.length > 2 * limit) found.splice(0, found.length - limit);
    }
    return found.slice(-limit).reverse();
  }

  /** Every entry that fits, oldest first. */
  async *entries(filter: AuditFilter): AsyncGenerator<AuditEntry> {
    for await (const line of this.#lines()) {
      const entry = linkOf(line, { seq: 0, hash: '' })?.entry;
      if (entry !== undefined && fits(entry, filter)) yield entry;
    }
  }

  /** Walks the whole chain. `noted`: a head of before, which must be a line of this log. */
  async verify(noted?: string): Promise<Verified> {
    let before = { seq: 0, hash: BEGINNING };
    let lines = 0;
    let fault: string | null = null;
    let known = noted === undefined || noted === BEGINNING;
    for await (const line of this.#lines()) {
      lines += 1;
      const link = linkOf(line, before);
      fault ??=
        link === null
          ? `Line ${lines} is no line of this log.`
          : link.fault && `Line ${lines} ${link.fault}.`;
      before = { seq: link?.entry.seq ?? before.seq + 1, hash: link?.hash ?? headOf(line) };
      known ||= before.hash === noted;
    }
    if (!known)
      fault ??= `The head ${noted} is not in this log: it was rewritten or cut since that was noted, or is another log.`;
    return { lines, head: before.hash, fault };
  }

  /** The hash of the last line. */
  async head(): Promise<string> {
    const handle = await open(this.file, 'r').catch(missing);
    if (handle === null) return BEGINNING;
    return (await endOf(handle).finally(() => handle.close())).hash;
  }

  async #append(event: AuditEvent): Promise<void> {
    const handle = await open(this.file, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      if (size !== this.#end.size) this.#end = await endOf(handle);
      let text = '';
      let { seq, hash } = this.#end;
      const add = (each: AuditEvent): void => {
        seq += 1;
        const made = lineOf({ seq, time: this.#now(), ...each }, hash);
        text += `${made.line}\n`;
        hash = made.hash;
      };
      if (size > this.#end.size) {
        await handle.truncate(this.#end.size);
        add({ ...NOBODY, action: 'audit.mended', details: { tornBytes: size - this.#end.size } });
      }
      add(event);
      await handle.appendFile(text);
      await handle.datasync();
      this.#end = { size: this.#end.size + Buffer.byteLength(text), seq, hash };
    } catch (error) {
      this.#end = { ...this.#end, size: -1 };
      throw error;
    } finally {
      await handle.close();
    }
  }

  async *#lines(): AsyncGenerator<string> {
    const handle = await open(this.file, 'r').catch(missing);
    if (handle === null) return;
    const { size } = await endOf(handle).finally(() => handle.close());
    if (size === 0) return;
    const input = createReadStream(this.file, { encoding: 'utf8', end: size - 1 });
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  }
}

const NOBODY = {
  user: 'flotilla',
  userId: null,
  via: 'server',
  address: null,
  about: null,
  outcome: 'done',
} as const;

function fits({ user, action, about, time }: AuditEntry, filter: AuditFilter): boolean {
  if (filter.user !== undefined && user !== filter.user) return false;
  if (filter.action !== undefined && action !== filter.action && !action.startsWith(`${filter.action}.`))
    return false;
  if (filter.about !== undefined && about !== filter.about) return false;
  return time >= (filter.from ?? 0) && time <= (filter.to ?? Number.POSITIVE_INFINITY);
}

/** Where the last whole line ends, and what it says. */
async function endOf(handle: FileHandle): Promise<End> {
  const { size } = await handle.stat();
  for (let bytes = TAIL_BYTES; ; bytes *= 4) {
    const start = Math.max(0, size - bytes);
    const chunk = Buffer.alloc(size - start);
    await handle.read(chunk, 0, chunk.length, start);
    const end = chunk.lastIndexOf(10);
    const begin = end > 0 ? chunk.lastIndexOf(10, end - 1) : -1;
    if (end < 0 && start === 0) return { size: 0, seq: 0, hash: BEGINNING };
    if (end < 0 || (begin < 0 && start > 0)) continue;
    const line = chunk.subarray(begin + 1, end).toString('utf8');
    const seq = linkOf(line, { seq: 0, hash: '' })?.entry.seq ?? 0;
    return { size: start + end + 1, seq, hash: headOf(line) };
  }
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
