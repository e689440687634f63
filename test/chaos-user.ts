/** The user in a storm: tells bots to trade, and halts the fleet, through the files that server and command line write. */
import { readdirSync } from 'node:fs';
import { writeCommand, type Asked } from '../bot/files/command-files.js';
import { botFolder } from '../bot/files/folder.js';
import { removeHalt, writeHalt } from '../bot/files/halt-file.js';
import type { JournalWatch } from './chaos-journals.js';

/** Within a second of a halt no entry leaves. */
const HALTED_WITHIN_MS = 1_000;

interface Halted {
  readonly from: number;
  until: number;
}

export class ChaosUser {
  readonly halts: Halted[] = [];
  private readonly given: { readonly id: string; readonly uuid: string; readonly name: string }[] = [];
  private lifting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly data: string,
    private readonly ids: readonly string[],
    private readonly random: () => number,
  ) {}

  get commands(): number {
    return this.given.length;
  }

  /** Between two kills: mostly nothing. */
  async act(): Promise<void> {
    const roll = this.random();
    if (roll < 0.02) return this.halt();
    if (roll > 0.2) return;
    const id = this.ids[Math.floor(this.random() * this.ids.length)]!;
    const asked = this.wish(this.random());
    await this.tell(id, asked);
    // Or the storm would soon be over for this bot.
    if (asked.name === 'pause' || asked.name === 'flatten') await this.tell(id, { name: 'resume' });
  }

  private wish(roll: number): Asked {
    if (roll < 0.35) return { name: 'buy' };
    if (roll < 0.6) return { name: 'sell' };
    if (roll < 0.7) return { name: 'sell', batch: 1 + Math.floor(this.random() * 20) };
    if (roll < 0.8) return { name: 'flatten' };
    if (roll < 0.9) return { name: 'pause' };
    return { name: 'cancel', order: 'protect', again: true };
  }

  private async tell(id: string, asked: Asked): Promise<void> {
    this.given.push({ id, name: asked.name, uuid: await writeCommand(this.data, id, asked) });
  }

  /** For some seconds, while the killing goes on. */
  private async halt(): Promise<void> {
    await this.lifting;
    const flatten = this.random() < 0.5;
    const length = 1_000 + this.random() * 4_000;
    await writeHalt(this.data, { flatten });
    const halted = { from: Date.now(), until: Infinity };
    this.halts.push(halted);
    this.lifting = new Promise((resolve) => setTimeout(resolve, length)).then(() => this.lift(halted));
  }

  private async lift(halted: Halted): Promise<void> {
    halted.until = Date.now();
    await removeHalt(this.data);
  }

  /** The storm is over. */
  async end(): Promise<void> {
    await this.lifting;
  }

  /** Commands that were not done exactly once, and entries that left while the fleet was halted. */
  faults(journals: readonly JournalWatch[]): string[] {
    return [
      ...journals.flatMap((journal) => this.commandFaults(journal)),
      ...journals.flatMap((journal) => this.haltFaults(journal)),
    ];
  }

  private commandFaults({ id, commands }: JournalWatch): string[] {
    const waiting = readdirSync(botFolder(this.data, id).commands).filter((name) => name.endsWith('.json'));
    const told = this.given.filter((each) => each.id === id);
    return [
      ...waiting.map((name) => `${id}: the command ${name} was never done`),
      ...told.flatMap(({ uuid, name }) => {
        const times = commands.get(uuid) ?? 0;
        return times === 1 ? [] : [`${id}: ${name} ${uuid} was done ${times} times`];
      }),
    ];
  }

  private haltFaults({ id, buys, heldBack }: JournalWatch): string[] {
    return buys.flatMap((buy) => {
      const halted = this.halts.some(
        ({ from, until }) => buy.wall > from + HALTED_WITHIN_MS && buy.wall < until,
      );
      return halted && !heldBack.has(buy.id) ? [`${id}: ${buy.id} was sent while the fleet was halted`] : [];
    });
  }
}
