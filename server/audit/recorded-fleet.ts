import type { BotConfig } from '../../bot/config.js';
import { differencesOf } from '../../bot/config/differences.js';
import { capEntries, type CapChange } from '../../bot/config/caps.js';
import { configHistoryFile, configNow, noteConfig, noteEdition } from '../../bot/files/config-history.js';
import { capsFile, readCaps } from '../../bot/files/caps-file.js';
import { botFolder } from '../../bot/files/folder.js';
import { whoAsks } from '../auth/context.js';
import { Owners } from '../auth/owners.js';
import type { CapsOverview } from '../fleet/caps.js';
import { readConfigText, type Cloning, type ConfigEdit } from '../fleet/configs.js';
import type { Commanded, Wanted } from '../fleet/commands.js';
import { Fleet, type FleetOptions, type Making } from '../fleet/fleet.js';
import type { Down, Halted, Stopped } from '../fleet/outcomes.js';
import { actor } from './actor.js';
import { isSettled, noteCaps, noteCapsByHand, noteConfigByHand, noteHalt } from './by-hand.js';
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
    const create = (): Promise<BotConfig> => this.#noting(id, super.create(config));
    const made = await this.#recorded('bot.create', id, create, { config });
    await this.#giveToMaker(id);
    await this.startMade(id, options);
    return made;
  }

  override async clone(id: string, wanted: Cloning, options: Making = {}): Promise<BotConfig> {
    const clone = (): Promise<BotConfig> => this.#noting(wanted.id, super.clone(id, wanted));
    const made = await this.#recorded('bot.create', wanted.id, clone, { from: id });
    await this.#giveToMaker(wanted.id);
    await this.startMade(wanted.id, options);
    return made;
  }

  override async edit(id: string, edit: ConfigEdit): Promise<BotConfig> {
    const before = await readConfigText(this.data, id);
    if (await isSettled(botFolder(this.data, id).config))
      await noteConfigByHand(this.data, id, this.audit).catch(untold);
    const byHand = await configNow(this.data, id);
    const change = async (): Promise<BotConfig> => {
      const config = await super.edit(id, edit);
      // What was written by hand, and seen by nobody yet, is kept beside the text that took its place.
      if (byHand !== null) await noteEdition(configHistoryFile(this.data, id), byHand).catch(untold);
      return this.#noting(id, Promise.resolve(config));
    };
    return this.#recorded('bot.config', id, change, async () => ({
      changes: differencesOf(before, await readConfigText(this.data, id)),
    }));
  }

  /** Who gave the password within the last minutes, and the command line, whose user has the files. */
  protected override isSure(): boolean {
    const who = whoAsks();
    return who === null || who.sureUntil > Date.now();
  }

  /** Whose the new text is stands beside it right away, before anybody looks. The history keeps nothing from being done. */
  async #noting<Result>(id: string, written: Promise<Result>): Promise<Result> {
    const result = await written;
    const { user, via } = actor();
    await noteConfig(this.data, id, { user, via }).catch(untold);
    return result;
  }

  override start(...[id, ...rest]: Parameters<Fleet['start']>): Promise<void> {
    const realMoney = rest[0]?.realMoney === true ? { realMoney: true } : {};
    return this.#recorded('bot.start', id, () => super.start(id, ...rest), realMoney);
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

  /** At once: a halt waits for its bots longer than a change by hand is waited with. */
  protected override async switched(): Promise<void> {
    const { user, via } = actor();
    await noteHalt(this.data, { user, via }).catch(untold);
  }

  override async setCaps(changes: readonly CapChange[]): Promise<CapsOverview> {
    const before = new Map(capEntries(await readCaps(this.data).catch(() => ({}))).map(pairOf));
    const details = changes.map(({ key, amount = null }) => ({
      key,
      before: before.get(key) ?? null,
      after: amount,
    }));
    if (await isSettled(capsFile(this.data))) await noteCapsByHand(this.data, this.audit).catch(untold);
    const set = async (): Promise<CapsOverview> => {
      const overview = await super.setCaps(changes);
      const { user, via } = actor();
      await noteCaps(this.data, { user, via }).catch(untold);
      return overview;
    };
    return this.#recorded('fleet.caps', null, set, { changes: details });
  }

  override release(id: string): Promise<void> {
    return this.#recorded('fleet.release', id, () => super.release(id));
  }

  /** Where nothing ran, nothing was done. */
  override async downAll(): Promise<Down> {
    const event = { ...actor(), action: 'fleet.down', about: null } as const;
    try {
      const down = await super.downAll();
      const { bots, paper, keys } = down;
      if (bots.length > 0 || paper || keys)
        await this.audit.note({ ...event, outcome: 'done', details: { bots, paper, keys } });
      return down;
    } catch (error) {
      const message = (error as Error).message.slice(0, 300);
      await this.audit.note({ ...event, outcome: 'failed', details: { message } });
      throw error;
    }
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
