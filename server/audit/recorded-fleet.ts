import type { BotConfig } from '../../bot/config.js';
import { differencesOf } from '../../bot/config/differences.js';
import { whoAsks } from '../auth/context.js';
import { Owners } from '../auth/owners.js';
import { readConfigText, type Cloning, type ConfigEdit } from '../fleet/configs.js';
import type { Commanded, Wanted } from '../fleet/commands.js';
import { Fleet, type FleetOptions } from '../fleet/fleet.js';
import type { Halted, Stopped } from '../fleet/outcomes.js';
import { actor } from './actor.js';
import { AuditLog, type AuditEvent } from './log.js';

/**
 * The fleet, which writes down who does what, and to whom a new bot belongs. The server and the command line both use
 * it, so that nothing is done past the log.
 */
export class RecordedFleet extends Fleet {
  readonly audit: AuditLog;
  readonly owners: Owners;

  constructor(options: FleetOptions) {
    super(options);
    this.audit = new AuditLog(this.data);
    this.owners = new Owners(this.data);
  }

  override async create(config: unknown, options: { start?: boolean } = {}): Promise<BotConfig> {
    const id = String((config as { id?: unknown } | null)?.id ?? '');
    const made = await this.#recorded('bot.create', id, () => super.create(config), { config });
    await this.#giveToMaker(id);
    if (options.start) await this.start(id);
    return made;
  }

  override async clone(id: string, wanted: Cloning, options: { start?: boolean } = {}): Promise<BotConfig> {
    const made = await this.#recorded('bot.create', wanted.id, () => super.clone(id, wanted), { from: id });
    await this.#giveToMaker(wanted.id);
    if (options.start) await this.start(wanted.id);
    return made;
  }

  override async edit(id: string, edit: ConfigEdit): Promise<BotConfig> {
    const before = await readConfigText(this.data, id);
    const config = await this.#recorded(
      'bot.config',
      id,
      () => super.edit(id, edit),
      async () => ({ changes: differencesOf(before, await readConfigText(this.data, id)) }),
    );
    return config;
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

  /** Of what a user made by a page or token; what is made at the command line belongs to the admins. */
  async #giveToMaker(id: string): Promise<void> {
    const who = whoAsks();
    await this.owners.set(id, { owner: who === null || who.via === 'run' ? null : who.id, shared: [] });
  }

  /** Does it, and writes down what became of it. */
  async #recorded<Result>(
    action: string,
    about: string | null,
    work: () => Promise<Result>,
    details: object | (() => Promise<object>) = {},
  ): Promise<Result> {
    const said = async (): Promise<object> => (typeof details === 'function' ? details() : details);
    try {
      const result = await work();
      await this.#note({ action, about, outcome: 'done', details: { ...(await said().catch(() => ({}))) } });
      return result;
    } catch (error) {
      const { code = 'FAILED', message } = error as { code?: string; message: string };
      await this.#note({
        action,
        about,
        outcome: 'failed',
        details: { code, message: message.slice(0, 300) },
      });
      throw error;
    }
  }

  /** A log that cannot be written must not keep a sale or a halt from being done. */
  async #note(event: Omit<AuditEvent, 'user' | 'userId' | 'via' | 'address'>): Promise<void> {
    await this.audit.record({ ...actor(), ...event }).catch((error: Error) => {
      process.stderr.write(`The audit log cannot be written: ${error.message}\n`);
    });
  }
}
