import type { AgentHost } from '../keys/key-process.js';
import { Keys, type Checked, type NewKey } from '../keys/keys.js';
import type { Credentials, MasterChoice } from '../../exchange/keys/vault.js';
import type { AuditLog } from './log.js';
import { recorded } from './recorded.js';

/** The exchange keys, with who changed which written down; never a secret. */
export class RecordedKeys extends Keys {
  readonly #audit: AuditLog;

  constructor(host: AgentHost, audit: AuditLog) {
    super(host);
    this.#audit = audit;
  }

  override add(key: NewKey, master?: MasterChoice): Promise<Checked> {
    const { id, venue, owner, credentials } = key;
    const details = { venue, owner, lastFour: credentials.key.slice(-4) };
    return recorded(this.#audit, 'key.add', id, () => super.add(key, master), details);
  }

  override replace(id: string, credentials: Credentials): Promise<Checked> {
    const details = { lastFour: credentials.key.slice(-4) };
    return recorded(this.#audit, 'key.replace', id, () => super.replace(id, credentials), details);
  }

  override remove(...[id, isNamed]: Parameters<Keys['remove']>): Promise<void> {
    return recorded(this.#audit, 'key.remove', id, () => super.remove(id, isNamed));
  }

  override unlock(passphrase: string): Promise<void> {
    return recorded(this.#audit, 'key.unlock', null, () => super.unlock(passphrase));
  }

  override lock(): Promise<void> {
    return recorded(this.#audit, 'key.lock', null, () => super.lock());
  }

  override rotateMaster(choice: MasterChoice, passphrase: string | null): Promise<void> {
    const details = { kind: choice.kind };
    return recorded(this.#audit, 'key.master', null, () => super.rotateMaster(choice, passphrase), details);
  }
}
