import type { BotConfig } from '../../bot/config.js';
import { differencesOf } from '../../bot/config/differences.js';
import { capEntries, type CapChange } from '../../bot/config/caps.js';
import { configNow, noteConfig, noteEdition } from '../../bot/files/config-history.js';
import { readCaps } from '../../bot/files/caps-file.js';
import { whoAsks } from '../auth/context.js';
import { Owners } from '../auth/owners.js';
import type { CapsOverview } from '../fleet/caps.js';
import { readConfigText, type Cloning, type ConfigEdit } from '../fleet/configs.js';
import type { Commanded, Wanted } from '../fleet/commands.js';
import { Fleet, type FleetOptions, type Making } from '../fleet/fleet.js';
import type { Halted, Stopped } from '../fleet/outcomes.js';
import { actor } from './actor.js';
import { AuditLog } from './log.js';
import { recorded } from './recorded.js';
import { RecordedKeys } from './recorded-keys.js';

function untold(error: Error): void {
  process.stderr.write(`The history of settings cannot be written: ${error.message}\n`);
}

const pairOf = ({ key, amount }: { key: string; amount: string }) => [key, amount] as const;

/**
 * The fleet, which writes down who does what, and to whom a new bot belongs. The server and the command line both use
 * it, so that nothing is done past the log.
 */
export class RecordedFleet extends Fleet {
  readonly audit: AuditLog;
  readonly owners: Owners;
  override readonly keys: RecordedKeys;

  constructor(options: FleetOptions) {
    super(options);
    this.audit = new AuditLog(this.data);
    this.owners = new Owners(this.data);
    this.keys = new RecordedKeys(this.keyHost, this.audit);
  }

  override async create(config: unknown, options: Making = {}): Promise<BotConfig> {
    const id = String((config as { id?: unknown } | null)?.id ?? '');
    const made = await this.#recorded('bot.create', id, () => super.create(config), { config });
    await this.#noteConfig(id);
    await this.#giveToMaker(id);
    await this.startMade(id, options);
    return made;
  }

  override async clone(id: string, wanted: Cloning, options: Making = {}): Promise<BotConfig> {
    const made = await this.#recorded('bot.create', wanted.id, () => super.clone(id, wanted), { from: id });
    await this.#noteConfig(wanted.id);
    await this.#giveToMaker(wanted.id);
    await this.startMade(wanted.id, options);
    return made;
  }

  override async edit(id: string, edit: ConfigEdit): Promise<BotConfig> {
    const before = await readConfigText(this.data, id);
    const byHand = await configNow(this.data, id);
    const config = await this.#recorded(
      'bot.config',
      id,
      () => super.edit(id, edit),
      async () => ({ changes: differencesOf(before, await readConfigText(this.data, id)) }),
    );
    // What was written by hand, and seen by nobody yet, is kept beside the text that took its place.
    if (byHand !== null) await noteEdition(this.data, id, byHand).catch(untold);
    await this.#noteConfig(id);
    return config;
  }

  /** Who gave the password within the last minutes, and the command line, whose user has the files. */
  protected override isSure(): boolean {
    const who = whoAsks();
    return who === null || who.sureUntil > Date.now();
  }

  /** The history keeps nothing from being done: it is for looking back. */
  async #noteConfig(id: string): Promise<void> {
    const { user, via } = actor();
    await noteConfig(this.data, id, { user, via }).catch(untold);
  }

  override start(...[id, ...rest]: Parameters<Fleet['start']>): Promise<void> {
    return this.#recorded('bot.start', id, () => super.start(id, ...rest));
  }

  override stop(id: string): Promise<Stopped> {
    return this.#recorded('bot.stop', id, () => super.stop(id));
  }

  override restart(...[id, ...rest]: Parameters<Fleet['restart']>): Promise<void> {
    return this.#recorded('bot.restart', id, () => super.restart(id, ...rest));
  }

  override async delete(id: string, options: { force?: boolean } = {}): Promise<Stopped> {
    const stopped = await this.#recorded('bot.delete', id, () => super.delete(id, options));
    await this.owners.forget(id);
    return stopped;
  }

  override command(id: string, wanted: Wanted): Promise<Commanded> {
    const { name, ...rest } = wanted;
    return this.#recorded(`bot.${name}`, id, () => super.command(id, wanted), rest);
  }

  override halt(options: { flatten?: boolean } = {}): Promise<Halted> {
    return this.#recorded('fleet.halt', null, () => super.halt(options), options);
  }

  override resume(): Promise<boolean> {
    return this.#recorded('fleet.resume', null, () => super.resume());
  }

  override async setCaps(changes: readonly CapChange[]): Promise<CapsOverview> {
    const before = new Map(capEntries(await readCaps(this.data).catch(() => ({}))).map(pairOf));
    const details = changes.map(({ key, amount = null }) => ({
      key,
      before: before.get(key) ?? null,
      after: amount,
    }));
    return this.#recorded('fleet.caps', null, () => super.setCaps(changes), { changes: details });
  }

  override release(id: string): Promise<void> {
    return this.#recorded('fleet.release', id, () => super.release(id));
  }

  /** Of what a user made by a page or token; what is made at the command line belongs to the admins. */
  async #giveToMaker(id: string): Promise<void> {
    const who = whoAsks();
    await this.owners.set(id, { owner: who === null || who.via === 'run' ? null : who.id, shared: [] });
  }

  #recorded<Result>(
    action: string,
    about: string | null,
    work: () => Promise<Result>,
    details: object | (() => Promise<object>) = {},
  ): Promise<Result> {
    return recorded(this.audit, action, about, work, details);
  }
}
