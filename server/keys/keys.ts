/** What a user may do with exchange keys: the same for the command line, the API and the pages. */
import { parseConfig } from '../../bot/config.js';
import { readConfigFile } from '../../bot/files/config-text.js';
import { botFolder, listBotIds } from '../../bot/files/folder.js';
import { readPermissions, type Permissions } from '../../exchange/binance/permissions.js';
import { endpointsOf, isRedirected, type LiveVenue } from '../../exchange/endpoints.js';
import { askAgent } from '../../exchange/keys/agent-client.js';
import { credentialsOf, openerOf } from '../../exchange/keys/credentials.js';
import { VaultError, type VaultProblem } from '../../exchange/keys/errors.js';
import { readVault, vaultFile } from '../../exchange/keys/vault-file.js';
import {
  createVault,
  keyOf,
  listKeys,
  masterFrom,
  notePermissions,
  openerWith,
  removeKey,
  replaceKey,
  rotateMaster,
  storeKey,
  vaultOf,
  type Credentials,
  type KeyInfo,
  type MasterChoice,
  type Opener,
} from '../../exchange/keys/vault.js';
import type { KeysView } from '../../exchange/keys/shown.js';
import { LockedError } from '../../exchange/lock.js';
import { ExchangeError } from '../../exchange/port.js';
import { FlotillaError, type FleetErrorCode } from '../fleet/errors.js';
import { bringAgentUp, type AgentHost } from './key-process.js';

export interface NewKey {
  readonly id: string;
  /** What people call it; the id if left out. */
  readonly label?: string;
  readonly venue: LiveVenue;
  /** The user it belongs to; null: the administrators. */
  readonly owner: string | null;
  readonly credentials: Credentials;
}

/** A key, and what its owner should better change. */
export interface Checked {
  readonly key: KeyInfo;
  readonly warnings: readonly string[];
}

export class Keys {
  constructor(private readonly host: AgentHost) {}

  private get data(): string {
    return this.host.data;
  }

  /** The stored keys, without who uses them. Errors: KEYS_UNSAFE. */
  async list(): Promise<readonly KeyInfo[]> {
    return told(() => listKeys(this.data));
  }

  /** Everything that may be shown. Errors: KEYS_UNSAFE. */
  async view(): Promise<KeysView> {
    return told(async () => {
      const vault = await readVault(this.data);
      const users = await this.users();
      const keys = (await listKeys(this.data)).map((key) => ({ ...key, bots: users.get(key.id) ?? [] }));
      if (vault === null) return { master: null, locked: null, keys };
      if (vault.master.kind === 'file')
        return { master: { kind: 'file', path: vault.master.path }, locked: null, keys };
      const status = await askAgent(this.data, vault, { ask: 'status' }).catch(() => null);
      return { master: { kind: 'passphrase' }, locked: status?.locked ?? true, keys };
    });
  }

  /**
   * Stores a key after the venue has said what it may do; one that may withdraw is refused. The first one makes the
   * vault, with a key file unless `master` says otherwise. Errors: KEY_REFUSED, KEYS_LOCKED, KEYS_UNSAFE, VENUE_UNREACHED.
   */
  async add({ id, label = id, venue, owner, credentials }: NewKey, master?: MasterChoice): Promise<Checked> {
    const now = Date.now();
    return told(async () => {
      // Asked first: a key that is refused makes no vault.
      const permissions = await this.permissions(venue, credentials);
      const opener = await this.opener(master);
      const draft = {
        id,
        label,
        venue,
        owner,
        credentials,
        permissions: { ...permissions, askedAt: now },
        now,
      };
      return this.checked(await storeKey(this.data, opener, draft));
    });
  }

  /** New credentials behind the same name. Errors as `add`, and KEY_NOT_FOUND. */
  async replace(id: string, credentials: Credentials): Promise<Checked> {
    const now = Date.now();
    return told(async () => {
      const vault = await vaultOf(this.data);
      const { venue } = keyOf(vault, id);
      const permissions = { ...(await this.permissions(venue, credentials)), askedAt: now };
      const opener = await openerOf(this.data, vault);
      return this.checked(await replaceKey(this.data, opener, id, { credentials, permissions, now }));
    });
  }

  /** Asks the venue again what the key may do. Errors as `add`. */
  async check(id: string): Promise<Checked> {
    const now = Date.now();
    return told(async () => {
      const { venue } = keyOf(await vaultOf(this.data), id);
      const credentials = await credentialsOf(this.data, id, venue);
      const permissions = { ...(await this.permissions(venue, credentials)), askedAt: now };
      return this.checked(await notePermissions(this.data, id, permissions));
    });
  }

  /** `isNamed`: the bots that who asks may know of. Errors: KEY_IN_USE while a bot names it, KEY_NOT_FOUND. */
  async remove(id: string, isNamed: (bot: string) => boolean = () => true): Promise<void> {
    await told(async () => {
      keyOf(await vaultOf(this.data), id);
      const bots = (await this.users()).get(id) ?? [];
      if (bots.length > 0)
        throw new FlotillaError(
          'KEY_IN_USE',
          `The key "${id}" is used by ${namedBots(bots, isNamed)}. Delete ${bots.length === 1 ? 'that bot' : 'those bots'} first, or put another key behind the name with flotilla key replace ${id}.`,
        );
      await removeKey(this.data, id);
    });
  }

  /** Starts the agent where needed, and gives it the passphrase. Errors: KEY_REFUSED for a wrong one. */
  async unlock(passphrase: string): Promise<void> {
    await told(async () => {
      const vault = await vaultOf(this.data);
      // Said before an agent is started for nothing.
      if (vault.master.kind === 'file') await masterFrom(vault, passphrase);
      await bringAgentUp(this.host);
      await askAgent(this.data, vault, { ask: 'unlock', passphrase });
    });
  }

  /** The agent forgets the master key; bots that run keep what they have. */
  async lock(): Promise<void> {
    await told(async () => askAgent(this.data, await vaultOf(this.data), { ask: 'lock' }));
  }

  /** Seals all keys under another master key. `passphrase`: the present one, where there is one. */
  async rotateMaster(choice: MasterChoice, passphrase: string | null): Promise<void> {
    await told(async () => {
      const vault = await vaultOf(this.data);
      const opener =
        vault.master.kind === 'passphrase' && passphrase !== null
          ? openerWith(await masterFrom(vault, passphrase))
          : await openerOf(this.data, vault);
      await rotateMaster(this.data, opener, choice);
      if (choice.kind === 'passphrase') await this.unlock(choice.passphrase);
    });
  }

  private async opener(master: MasterChoice | undefined): Promise<Opener> {
    const present = await readVault(this.data);
    if (present !== null && master !== undefined)
      throw new VaultError(
        'invalid',
        `${vaultFile(this.data)} is there already; "flotilla key master" changes how it is locked.`,
      );
    const vault = present ?? (await createVault(this.data, master ?? { kind: 'file' }));
    if (master?.kind === 'passphrase') await this.unlock(master.passphrase);
    return openerOf(this.data, vault);
  }

  /** Errors: KEY_REFUSED, VENUE_UNREACHED. */
  private async permissions(venue: LiveVenue, credentials: Credentials): Promise<Permissions> {
    const permissions = await this.ask(venue, credentials);
    if (permissions.withdrawals)
      throw new FlotillaError(
        'KEY_REFUSED',
        `This key may withdraw money, and no bot needs that: whoever got hold of it could empty the account. Take the permission away at ${venue} (or make a key without it), and add it again.`,
        { field: 'key' },
      );
    return permissions;
  }

  private async ask(venue: LiveVenue, credentials: Credentials): Promise<Permissions> {
    try {
      return await readPermissions(venue, { ...endpointsOf(this.data, venue), ...credentials });
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      if (error.kind === 'auth')
        throw new FlotillaError(
          'KEY_REFUSED',
          `This key is refused by ${venue}: ${error.message.replace(/\.$/, '')}.`,
          { field: 'key' },
        );
      throw new FlotillaError(
        'VENUE_UNREACHED',
        `What this key may do cannot be asked at ${venue} now, so it is not stored: ${error.message.replace(/\.$/, '')}. Try again later.`,
      );
    }
  }

  private checked(key: KeyInfo): Checked {
    return { key, warnings: warningsOf(key, isRedirected(this.data, key.venue)) };
  }

  /** Which bots name which key. A config that cannot be read names none. */
  private async users(): Promise<Map<string, string[]>> {
    const users = new Map<string, string[]>();
    for (const bot of await listBotIds(this.data)) {
      const key = await keyIn(this.data, bot);
      if (key !== null) users.set(key, [...(users.get(key) ?? []), bot]);
    }
    return users;
  }
}

function namedBots(bots: readonly string[], isNamed: (bot: string) => boolean): string {
  const named = bots.filter(isNamed);
  const others = bots.length - named.length;
  const rest = others === 0 ? [] : [others === 1 ? '1 other bot' : `${others} other bots`];
  return [...(named.length === 0 ? [] : [named.join(', ')]), ...rest].join(' and ');
}

async function keyIn(data: string, bot: string): Promise<string | null> {
  const { config } = botFolder(data, bot);
  try {
    return parseConfig(await readConfigFile(config), config, { id: bot }).key ?? null;
  } catch {
    return null;
  }
}

/** What is lawful, but better changed. */
export function warningsOf({ id, venue, permissions }: KeyInfo, redirected: boolean): string[] {
  if (permissions === null) return [`It is not known what ${id} may do. Run: flotilla key check ${id}`];
  const { spotTrading, reading, ipRestricted, others } = permissions;
  return [
    ...(spotTrading
      ? []
      : [`It may not trade: a bot could look, but place no order. Allow spot trading at ${venue}.`]),
    ...(reading ? [] : [`It may not read the account. Allow reading at ${venue}.`]),
    ...(ipRestricted === false
      ? [
          `It works from any address. Restrict it to this machine's at ${venue}: a stolen key is worthless then.`,
        ]
      : []),
    ...(others.length === 0
      ? []
      : [`It also allows ${others.join(', ')}, which no bot needs. Take that away at ${venue}.`]),
    ...(redirected ? [`venues.json sends ${venue} to another address than the exchange's own.`] : []),
  ];
}

const CODES: Readonly<Record<VaultProblem, FleetErrorCode>> = {
  missing: 'KEY_NOT_FOUND',
  locked: 'KEYS_LOCKED',
  unsafe: 'KEYS_UNSAFE',
  invalid: 'KEY_REFUSED',
};

/** Failures of the vault as the fleet tells failures. */
async function told<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LockedError) throw new FlotillaError('DATA_IN_USE', error.message, { cause: error });
    if (!(error instanceof VaultError)) throw error;
    const { problem, message, field } = error;
    throw new FlotillaError(CODES[problem], message, field === null ? {} : { field });
  }
}
