/** What of keys, and of the way to a live venue, is shown to people. */
import type { KeyInfo } from './vault.js';

/** What the keys of a data folder are locked with, and who uses which. */
export interface KeysView {
  readonly master: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'passphrase' } | null;
  /** Null where no agent is needed. */
  readonly locked: boolean | null;
  readonly keys: readonly (KeyInfo & { readonly bots: readonly string[] })[];
}

export interface PreflightLine {
  readonly what:
    'key' | 'permissions' | 'address' | 'clock' | 'symbol' | 'balance' | 'exposure' | 'caps' | 'neighbours';
  readonly verdict: 'ok' | 'warning' | 'refused';
  /** What was found; where it is not `ok`, with what to do. */
  readonly words: string;
}

/** What stands between a bot and its live venue, line by line. */
export interface Preflight {
  readonly ok: boolean;
  readonly lines: readonly PreflightLine[];
}
