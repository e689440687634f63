import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { capsFile } from '../../bot/files/caps-file.js';
import { botFolder } from '../../bot/files/folder.js';
import { haltFile } from '../../bot/files/halt-file.js';
import {
  NOTED_WITHIN_MS,
  isNewerThanHistory,
  noteCapsByHand,
  noteConfigByHand,
  noteDeletionByHand,
  noteHaltByHand,
} from '../audit/by-hand.js';
import type { AuditLog } from '../audit/log.js';

export interface HandWatching {
  readonly audit: AuditLog;
  readonly log: (error: unknown) => void;
  /** How long after a change it is looked at, so that a writer of ours has noted what it wrote (ms). */
  readonly afterMs?: number;
  /** How often caps and the kill switch are looked at (ms). */
  readonly everyMs?: number;
}

/** Notes what is changed by hand in configs, caps and the kill switch, also what was while no server looked. */
export class HandWatcher {
  readonly #data: string;
  readonly #audit: AuditLog;
  readonly #log: (error: unknown) => void;
  readonly #afterMs: number;
  readonly #everyMs: number;
  /** When each config was last written, as far as was looked. */
  readonly #seen = new Map<string, number>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #stamps = new Map<string, string>();
  #timer: NodeJS.Timeout | null = null;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(data: string, { audit, log, afterMs = NOTED_WITHIN_MS, everyMs = 1_000 }: HandWatching) {
    this.#data = data;
    this.#audit = audit;
    this.#log = log;
    this.#afterMs = afterMs;
    this.#everyMs = everyMs;
  }

  /** Caps and the kill switch are looked at now and then; of bots it is told (`look`). */
  start(): void {
    this.#lookAtFiles();
    this.#timer = setInterval(() => this.#lookAtFiles(), this.#everyMs).unref();
  }

  /** What is being noted is noted to its end. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const timer of this.#due.values()) clearTimeout(timer);
    await this.#last;
  }

  /** Something in the bot's folder has changed. */
  look(id: string): void {
    this.#soon(id, () => this.#lookAt(id));
  }

  #lookAtFiles(): void {
    const looks = [
      [capsFile(this.#data), noteCapsByHand],
      [haltFile(this.#data), noteHaltByHand],
    ] as const;
    for (const [file, note] of looks) {
      const found = statSync(file, { throwIfNoEntry: false });
      const stamp = found === undefined ? '' : `${found.ino}:${found.ctimeMs}`;
      if (this.#stamps.get(file) === stamp) continue;
      this.#stamps.set(file, stamp);
      this.#soon(file, () => note(this.#data, this.#audit));
    }
  }

  /** One after the other: a thousand bots are looked at when the server comes. */
  #soon(name: string, work: () => Promise<void>): void {
    if (this.#due.has(name) || this.#closed) return;
    const timer = setTimeout(() => {
      this.#due.delete(name);
      this.#last = this.#last.then(work).catch(this.#log);
    }, this.#afterMs);
    this.#due.set(name, timer.unref());
  }

  async #lookAt(id: string): Promise<void> {
    if (this.#closed) return;
    const found = await stat(botFolder(this.#data, id).config).catch(() => null);
    const before = this.#seen.get(id);
    if (found === null) {
      if (this.#seen.delete(id)) await noteDeletionByHand(this.#data, id, this.#audit);
      return;
    }
    this.#seen.set(id, found.ctimeMs);
    if (before === found.ctimeMs) return;
    if (await isNewerThanHistory(this.#data, id)) await noteConfigByHand(this.#data, id, this.#audit);
  }
}
