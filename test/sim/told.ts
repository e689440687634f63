/** What one bot was told by its user, and what must come of it: each command done once, its answer kept, its word held. */
import type { Asked } from '../../bot/files/command-files.js';
import type { CommandAnswer } from '../../core/commands.js';
import type { BotState } from '../../core/state.js';
import { isFollower } from './follow-invariants.js';
import { journalEntries } from './invariants.js';
import type { SimBot, SimProcess } from './process.js';
import { Violation } from './world.js';

/** The core keeps so many answers. */
const KEPT = 50;
/** A market moves: a buy that waited for longer is refused. */
const BUY_FRESH_MS = 300_000;
const SOLD: ReadonlySet<string> = new Set(['selling', 'selling-followed', 'selling-already', 'flattening']);

export interface Given {
  readonly uuid: string;
  readonly asked: Asked;
  /** Wall time (ms). */
  readonly at: number;
}

/** What was promised by an answer, or by a halt that flattens. */
interface Promised {
  /** This cycle is sold, or only the lot of it. */
  readonly cycle: number | null;
  readonly lot: { readonly id: number; readonly bought: string } | null;
  /** This order is gone. */
  readonly order: string | null;
}

interface Answered {
  readonly text: string;
  readonly promised: Promised | null;
}

export class Told {
  private readonly given = new Map<string, Given>();
  private readonly answers = new Map<string, Answered>();
  /** Commands whose file the bot took away: these are done for ever. */
  private readonly taken = new Set<string>();
  private readonly flattened = new Map<string, Promised>();
  private seen: BotState | null = null;

  constructor(private readonly bot: SimBot) {}

  give(given: Given): void {
    this.given.set(given.uuid, given);
  }

  private fail(what: string): never {
    throw new Violation(`bot ${this.bot.config.id}: ${what}`);
  }

  /** The bot takes a command's file away. */
  took(file: string): void {
    const uuid = file.replace(/\.json$/, '');
    const { run, process } = this.bot;
    if (process?.state?.commands.some((answer) => answer.uuid === uuid) !== true)
      return run.crash(new Violation(`bot ${this.bot.config.id} takes command ${uuid} away unanswered`));
    this.taken.add(uuid);
  }

  /** A new life: what it remembers is what counts; what was taken away it must remember. */
  begins(state: BotState): void {
    const known = new Set(state.commands.map(({ uuid }) => uuid));
    const forgotten = [...this.taken].find((uuid) => !known.has(uuid));
    if (forgotten !== undefined && known.size < KEPT)
      this.bot.run.crash(new Violation(`bot ${this.bot.config.id} has forgotten command ${forgotten}`));
    for (const uuid of this.answers.keys()) if (!known.has(uuid)) this.answers.delete(uuid);
    for (const id of this.flattened.keys()) if (state.halt?.id !== id) this.flattened.delete(id);
    this.seen = null;
  }

  /** After each event of a bot that lives. */
  check(process: SimProcess, state: BotState): void {
    const before = this.seen;
    this.seen = state;
    if (before?.commands !== state.commands) for (const answer of state.commands) this.note(answer, state);
    if (before?.halt?.id !== state.halt?.id && state.halt?.flatten === true)
      this.flattened.set(state.halt.id, soldOut(state));
    this.checkPaused(state);
    this.checkWithdrawn(process, state);
  }

  private note(answer: CommandAnswer, state: BotState): void {
    const { uuid, name, code } = answer;
    const given = this.given.get(uuid) ?? this.fail(`answers command ${uuid}, which nobody gave`);
    if (given.asked.name !== name) this.fail(`was told to ${given.asked.name}, and does ${name}`);
    const text = JSON.stringify(answer);
    const before = this.answers.get(uuid);
    if (before !== undefined) {
      if (before.text !== text) this.fail(`answers command ${uuid} anew: ${before.text}, then ${text}`);
      return;
    }
    const age = this.bot.run.world.now - given.at;
    if (name === 'buy' && answer.done && age > BUY_FRESH_MS + 1_000)
      this.fail(`buys ${Math.round(age / 1_000)} s after it was told to`);
    this.answers.set(uuid, { text, promised: promisedBy(code, given.asked, state) });
  }

  private checkPaused({ paused, commands }: BotState): void {
    const last = commands.findLast(({ name }) => name === 'pause' || name === 'flatten' || name === 'resume');
    if (last === undefined && commands.length === KEPT) return;
    const expected = last !== undefined && last.name !== 'resume';
    if (paused !== expected)
      this.fail(`is ${paused ? '' : 'not '}paused, its user's last word was ${last?.name}`);
  }

  /** What rests to buy is taken back at once when the fleet is halted, or the bot paused or stopped. */
  checkWithdrawn({ line }: SimProcess, state: BotState): void {
    const { halt, paused, stopped, recovering, refusal, market, exitBackOff, orders } = state;
    if ((halt === null && !paused && !stopped) || recovering || refusal !== null || market !== null) return;
    if (exitBackOff !== null && exitBackOff.until > line.now() - 1_000) return;
    for (const { id, side, legs, cancelling, askAt } of orders) {
      const rests = legs.some(({ status }) => status === 'open' || status === 'partial');
      if (side === 'BUY' && rests && !cancelling && askAt === null)
        this.fail(
          `${id} rests to buy, though ${halt === null ? 'nothing is to be bought' : 'the fleet is halted'}`,
        );
    }
  }

  /** All is calm: every command has its answer, and what was promised has happened. */
  checkSettled(state: BotState): void {
    const journal = commandsIn(this.bot);
    for (const { uuid, asked } of [...this.given.values()].slice(-KEPT)) {
      const answers = state.commands.filter((answer) => answer.uuid === uuid).length;
      if (answers !== 1) this.fail(`told to ${asked.name} it has ${answers} answers`);
      if (this.bot.inbox.get(`${uuid}.json`) !== undefined) this.fail(`command ${uuid} still lies there`);
      const done = journal.filter((each) => each === uuid).length;
      if (done > 1) this.fail(`${asked.name} ${uuid} was done ${done} times`);
    }
    if (this.bot.run.disturbed) return;
    for (const { promised } of this.answers.values()) if (promised !== null) this.checkKept(promised, state);
    for (const promised of this.flattened.values()) this.checkKept(promised, state);
  }

  private checkKept({ cycle, lot, order }: Promised, state: BotState): void {
    if (order !== null && state.orders.some(({ id }) => id === order))
      this.fail(`order ${order}, which was to be cancelled, is still there`);
    // A follower has no cycles: it sells what it took in, and follows on.
    if (isFollower(this.bot.config)) return;
    if (cycle === null || state.cycle !== cycle || state.phase === 'flat') return;
    if (lot === null) this.fail(`cycle ${cycle} was to be sold, but it is ${state.phase}`);
    const { id, bought } = lot;
    const rest = state.lots.find((each) => each.id === id);
    // What came late is a new purchase.
    if (rest !== undefined && !rest.completed && rest.bought === bought)
      this.fail(`batch ${id} was to be sold, but ${rest.remaining} remain`);
  }
}

function soldOut({ cycle }: BotState): Promised {
  return { cycle, lot: null, order: null };
}

function promisedBy(code: string, asked: Asked, state: BotState): Promised | null {
  if (SOLD.has(code)) return soldOut(state);
  if (code.startsWith('batch-selling') && asked.name === 'sell') {
    const lot = state.lots.find(({ id }) => id === asked.batch);
    return lot === undefined ? null : { ...soldOut(state), lot };
  }
  if (asked.name !== 'cancel' || !['entry-dropped', 'level-dropped', 'exit-renewed'].includes(code))
    return null;
  // A slot may be used again; an id is not.
  return { cycle: null, lot: null, order: asked.order };
}

function commandsIn({ disk }: SimBot): string[] {
  return journalEntries(disk).flatMap(({ event }) => (event.type === 'command' ? [event.uuid] : []));
}
