/** One line of JSON there, one back, for each connection. */
import type { Credentials } from './vault.js';
import type { VaultProblem } from './errors.js';
import type { StoredKey } from './vault-file.js';

export type Ask =
  | { readonly ask: 'status' }
  | { readonly ask: 'unlock'; readonly passphrase: string }
  | { readonly ask: 'lock' }
  /** The credentials of one key, which the agent reads from the vault itself. */
  | { readonly ask: 'open'; readonly id: string }
  | {
      readonly ask: 'seal';
      readonly id: string;
      readonly key: Pick<StoredKey, 'venue' | 'owner'>;
      readonly credentials: Credentials;
    };

export interface AgentStatus {
  readonly pid: number;
  readonly locked: boolean;
}

export interface Answers {
  readonly status: AgentStatus;
  readonly unlock: AgentStatus;
  readonly lock: AgentStatus;
  readonly open: Credentials;
  readonly seal: string;
}

export type Said<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | {
      readonly ok: false;
      readonly problem: VaultProblem;
      readonly message: string;
      readonly field: string | null;
    };

export const LONGEST_LINE = 64 * 1024;
