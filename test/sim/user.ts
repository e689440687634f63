/** The user at the page or the command line: tells bots what to trade, and throws the fleet's kill switch. */
import { HALT_FILE } from '../../bot/files/halt-file.js';
import type { Asked } from '../../bot/files/command-files.js';
import type { BotState } from '../../core/state.js';
import { type Dice, uuidOf } from './dice.js';
import { SimFile } from './disk.js';
import type { SimBot, SimProcess } from './process.js';
import type { Run } from './run.js';
import { Violation } from './world.js';

/** Whoever throws the switch may count on this (ms). */
const HALTED_WITHIN_MS = 1_000;

export class User {
  private halts = 0;

  constructor(
    private readonly run: Run,
    private readonly dice: Dice,
  ) {}

  /** One bot, whatever it does now, also one that is dead; sometimes twice, as by a double click. */
  tell(bot: SimBot): void {
    const { dice } = this;
    if (dice.chance(0.1)) return this.stop(bot);
    const asked = this.wish(bot.process?.state ?? null);
    this.give(bot, asked);
    if (dice.chance(0.15)) this.give(bot, asked);
  }

  /** A bot that is gone for long is told to do something meanwhile. */
  misses(bot: SimBot): void {
    const asked: Asked = this.dice.chance(0.5) ? { name: 'buy' } : { name: 'sell' };
    this.run.world.after(this.dice.between(0, 60_000), () => this.give(bot, asked));
  }

  /** A new day: mostly the bots are to trade again. */
  wakeUp(): void {
    for (const bot of this.run.bots) if (this.dice.chance(0.8)) this.give(bot, { name: 'resume' });
    if (this.dice.chance(0.7)) this.liftHalt();
  }

  private wish(state: BotState | null): Asked {
    const { dice } = this;
    const roll = dice.roll();
    if (roll < 0.12) return { name: 'pause' };
    if (roll < 0.35) return { name: 'resume' };
    if (roll < 0.6) return this.purchase(state);
    if (roll < 0.75) return { name: 'sell' };
    if (roll < 0.83) return { name: 'flatten' };
    const lots = state?.lots ?? [];
    if (roll < 0.9 && lots.length > 0) return { name: 'sell', batch: dice.pick(lots).id };
    const orders = state?.orders ?? [];
    if (orders.length === 0) return { name: 'cancel', order: 'protect' };
    const { id, slot } = dice.pick(orders);
    return { name: 'cancel', order: dice.chance(0.7) ? id : slot, again: dice.chance(0.7) };
  }

  private purchase(state: BotState | null): Asked {
    if (state === null || !this.dice.chance(0.3)) return { name: 'buy' };
    return { name: 'buy', amount: (Number(state.settings.budget) * this.dice.between(0.05, 1.1)).toFixed(2) };
  }

  /** Written durably, by another process than the bot's; a disk that takes nothing refuses it. */
  private give(bot: SimBot, asked: Asked): void {
    if (bot.disk.failing !== null) return;
    const { world } = this.run;
    const at = Math.round(world.now);
    const uuid = uuidOf(this.dice);
    world.say(`user: ${bot.config.id} ${JSON.stringify(asked)} ${uuid}`);
    bot.told.give({ uuid, asked, at });
    bot.inbox.set(`${uuid}.json`, written({ ...asked, at }));
    bot.inbox.syncNames();
    bot.process?.notice('commands', `${uuid}.json`);
  }

  /** As a process that is asked to end does it. */
  private stop({ process }: SimBot): void {
    if (process?.alive !== true || process.phase !== 'ready') return;
    this.run.world.after(0, () => process.session?.dropEntries(uuidOf(this.dice)), process);
  }

  get halted(): boolean {
    return this.run.shared.get(HALT_FILE) !== undefined;
  }

  /** Mostly when something is about to happen: a kline closes. */
  halt(): void {
    const { world, venue, scenario } = this.run;
    const { dice } = this;
    const close = (venue.running?.openTime ?? world.now) + scenario.intervalMs;
    if (dice.chance(0.3)) this.throwHalt();
    else world.at(close + dice.between(-50, 100), () => this.throwHalt());
  }

  /** For a while; sometimes by hand, with a file that says nothing. */
  private throwHalt(): void {
    const { run, dice } = this;
    const { world } = run;
    const before = run.shared.get(HALT_FILE);
    this.halts += 1;
    const halt = { id: `halt-${this.halts}`, since: Math.round(world.now), flatten: dice.chance(0.4) };
    const file = dice.chance(0.15) ? written('') : written(halt);
    world.say(`user: halts the fleet${halt.flatten ? ' and flattens' : ''}`);
    this.put(file);
    for (const { process } of run.bots)
      if (process?.phase === 'ready' && process.alive)
        world.after(HALTED_WITHIN_MS, () => this.checkHeeded(process, file), process);
    if (before === undefined) world.after(dice.skewed(1_000, 600_000), () => this.liftHalt());
  }

  liftHalt(): void {
    if (!this.halted) return;
    this.run.world.say('user: lifts the halt');
    this.put(null);
  }

  private put(file: SimFile | null): void {
    this.run.shared.set(HALT_FILE, file);
    for (const { process } of this.run.bots) process?.notice('simulated', HALT_FILE);
  }

  private checkHeeded(process: SimProcess, file: SimFile): void {
    if (this.run.shared.get(HALT_FILE) !== file || process.phase !== 'ready') return;
    const { state, name } = process;
    if (state === null) return;
    if (state.halt === null)
      return this.run.crash(new Violation(`${name} does not know of the halt in time`));
    process.bot.told.checkWithdrawn(process, state);
  }
}

function written(value: unknown): SimFile {
  const file = new SimFile();
  file.append(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  file.sync();
  return file;
}
