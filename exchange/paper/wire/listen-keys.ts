/**
 * Listen keys, as user streams had them until 2026-02-20: a key names an account's stream, lives for an hour, and longer
 * when it is asked to. Off unless the exchange was started with them; then their paths answer 410, as Binance's do.
 */
import { randomBytes } from 'node:crypto';
import { PaperError } from '../engine/types.js';

const LIFE_MS = 3_600_000;
const LENGTH = 64;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

interface ListenKey {
  readonly account: string;
  ends: number;
}

export class ListenKeys {
  private readonly keys = new Map<string, ListenKey>();
  /** Told of a key that has run out, or was closed. */
  onEnd: (listenKey: string, account: string) => void = () => undefined;

  constructor(readonly enabled: boolean) {}

  /** An account has one at a time: asking again makes it live on. */
  start(account: string, now: number): string {
    this.forgetEnded(now);
    for (const [listenKey, known] of this.keys) {
      if (known.account !== account) continue;
      known.ends = now + LIFE_MS;
      return listenKey;
    }
    const listenKey = Array.from(randomBytes(LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
    this.keys.set(listenKey, { account, ends: now + LIFE_MS });
    return listenKey;
  }

  /** Errors: -1125. */
  keepAlive(listenKey: string, account: string, now: number): void {
    this.owned(listenKey, account, now).ends = now + LIFE_MS;
  }

  /** Errors: -1125. */
  close(listenKey: string, account: string, now: number): void {
    this.owned(listenKey, account, now);
    this.end(listenKey);
  }

  /** Null for what is no living key. */
  accountOf(listenKey: string, now: number): string | null {
    this.forgetEnded(now);
    return this.keys.get(listenKey)?.account ?? null;
  }

  private owned(listenKey: string, account: string, now: number): ListenKey {
    this.forgetEnded(now);
    const known = this.keys.get(listenKey);
    if (known?.account !== account) throw new PaperError(-1125, 'This listenKey does not exist.');
    return known;
  }

  private forgetEnded(now: number): void {
    for (const [listenKey, { ends }] of [...this.keys]) if (ends <= now) this.end(listenKey);
  }

  private end(listenKey: string): void {
    const known = this.keys.get(listenKey);
    if (known === undefined) return;
    this.keys.delete(listenKey);
    this.onEnd(listenKey, known.account);
  }
}

export function looksLikeListenKey(name: string): boolean {
  return name.length === LENGTH && /^[a-zA-Z0-9]+$/.test(name);
}
