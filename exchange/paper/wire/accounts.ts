import { createHash, randomBytes } from 'node:crypto';

/** A key and the account that it opens. An account may have several, each with its own rights. */
export interface Account {
  readonly id: string;
  readonly key: string;
  /** Of HMAC keys; empty where `publicKey` is given. */
  readonly secret: string;
  /** PEM, of Ed25519 and RSA keys. */
  readonly publicKey?: string;
  /** May query, not trade. */
  readonly readOnly?: boolean;
  /** Its rights name withdrawals, though there is nothing here to withdraw to: a client should refuse such a key. */
  readonly withdrawals?: boolean;
  /** Only from these IP addresses; from anywhere when absent. */
  readonly addresses?: readonly string[];
  /** Wall clock, ms. */
  readonly expires?: number;
}

/** Who may trade, by key. */
export class Accounts {
  private readonly byKey = new Map<string, Account>();
  private readonly byId = new Map<string, Account>();

  add(account: Account): void {
    this.byKey.set(account.key, account);
    if (!this.byId.has(account.id)) this.byId.set(account.id, account);
  }

  withKey(key: string): Account | null {
    return this.byKey.get(key) ?? null;
  }

  /** With the key that it was opened with. */
  withId(id: string): Account | null {
    return this.byId.get(id) ?? null;
  }

  all(): Account[] {
    return [...this.byId.values()];
  }

  /** Every key; each account's first one comes first. */
  keys(): Account[] {
    return [...this.byKey.values()];
  }
}

/** 64 letters and digits, as Binance's keys and secrets are. */
export function randomKey(): string {
  return randomBytes(96)
    .toString('base64')
    .replace(/[^a-zA-Z0-9]/g, '')
    .slice(0, 64)
    .padEnd(64, '0');
}

/** Binance numbers its users; ours are named, and the number follows from the name. */
export function uidOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0);
}
