import { createHash, randomBytes } from 'node:crypto';

/** One account and the HMAC key that opens it. */
export interface Account {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

/** Who may trade, by key. */
export class Accounts {
  private readonly byKey = new Map<string, Account>();
  private readonly byId = new Map<string, Account>();

  add(account: Account): void {
    this.byKey.set(account.key, account);
    this.byId.set(account.id, account);
  }

  withKey(key: string): Account | null {
    return this.byKey.get(key) ?? null;
  }

  withId(id: string): Account | null {
    return this.byId.get(id) ?? null;
  }

  all(): Account[] {
    return [...this.byId.values()];
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
