/** One bot of a run over all its lives, and one life of it: the real session on a simulated disk and line. */
import type { BotConfig } from '../../bot/config.js';
import { botFolder } from '../../bot/files/folder.js';
import { readHalt } from '../../bot/files/halt-file.js';
import { HaltWatch } from '../../bot/halt-watch.js';
import { Inbox, type Obey } from '../../bot/inbox.js';
import type { Loop } from '../../bot/loop.js';
import type { Output } from '../../bot/output.js';
import { Refusal, StorageRefusal } from '../../bot/refusal.js';
import { Session } from '../../bot/session.js';
import type { Event } from '../../core/events.js';
import type { Halt } from '../../core/halt.js';
import { parseClientOrderId } from '../../core/orders.js';
import type { Books } from '../../core/position.js';
import type { BotState } from '../../core/state.js';
import { CapsWatch } from './caps-invariants.js';
import { SimDisk } from './disk.js';
import { isFollower } from './follow-invariants.js';
import { checkKline } from './invariants.js';
import { Line } from './line.js';
import { haltOf, lineOf, obeyOf } from './mutant.js';
import { Replica } from './replica.js';
import type { Run } from './run.js';
import { Told } from './told.js';
import { Violation, type Owner } from './world.js';

const DATA = '/simulated';
/** In a minute; a bot with several unresolved orders asks some twenty times, one whose clock stands still more often. */
const MOST_WAKES = 600;
const HAMMERING_MS = 450;

export class SimBot {
  readonly disk = new SimDisk();
  /** Its folder `commands/`. */
  readonly inbox = new SimDisk();
  readonly told = new Told(this);
  readonly caps: CapsWatch;
  process: SimProcess | null = null;
  lives = 0;
  tag: string | null = null;
  /** Until when (ms) a fault that struck this bot may still be felt: what it does meanwhile is not measured. */
  troubledUntil = 0;
  private readonly refusals = new Map<string, number[]>();

  constructor(
    readonly run: Run,
    readonly account: string,
    public config: BotConfig,
  ) {
    this.caps = new CapsWatch(config.id);
  }

  start(): void {
    if (this.process?.alive === true) return;
    this.lives += 1;
    this.process = new SimProcess(this, `${this.config.id}.${this.lives}`);
    const { process } = this;
    this.run.world.after(0, () => void process.live(), process);
  }

  trouble(until: number): void {
    this.troubledUntil = Math.max(this.troubledUntil, until);
  }

  /** A refusal may be answered at once, a second one only after half a second, and then later each time. */
  countRefusal(method: string, id: string, message: string): void {
    const { now } = this.run.world;
    const slot = `${method} ${parseClientOrderId(id)?.slot ?? id}`;
    const before = (this.refusals.get(slot) ?? []).filter((at) => at > now - HAMMERING_MS);
    this.refusals.set(slot, [...before, now]);
    if (before.length >= 2)
      this.run.crash(
        new Violation(
          `${this.config.id} hammers: ${id} is the third refused within half a second, ${message}`,
        ),
      );
  }
}

interface Watcher {
  readonly folder: string;
  readonly listener: (event: string, file: string | null) => void;
}

export class SimProcess implements Owner {
  alive = true;
  phase: 'starting' | 'ready' | 'failed' = 'starting';
  state: BotState | null = null;
  /** Says that the state changed since it was last checked. */
  changed = false;
  /** What the books were last compared for. */
  readonly replica = new Replica(this);
  booksChecked: Books | null = null;
  cursorChecked: string | null = null;
  session: Session | null = null;
  line: Line;
  private wakes = { minute: 0, count: 0 };
  readonly folder: string;
  /** Folders that are watched for changes. */
  readonly watchers = new Set<Watcher>();
  private readonly inbox: Inbox;
  private obey: Obey | null = null;

  constructor(
    readonly bot: SimBot,
    readonly name: string,
  ) {
    const folder = botFolder(DATA, bot.config.id);
    this.folder = folder.folder;
    this.line = new Line(this);
    this.inbox = new Inbox(folder, this.output() as Output, () => this.obey);
  }

  get run(): Run {
    return this.bot.run;
  }
  get disk(): SimDisk {
    return this.bot.disk;
  }
  get slowDisk(): number {
    return this.run.weather.slowDisk;
  }

  /** The session's own, which nobody else is to see. */
  get loop(): Loop | undefined {
    return (this.session as unknown as { readonly loop: Loop } | null)?.loop;
  }

  trouble(until: number): void {
    this.bot.trouble(until);
  }

  /** Whether it is to die at this point. */
  dies(_point: string): boolean {
    return this.alive && this.run.dice.chance(this.run.weather.death);
  }

  /** True when it lives past this point. */
  reach(point: string): boolean {
    if (this.dies(point)) {
      this.run.world.say(`dies ${point}`);
      this.die();
    }
    return this.alive;
  }

  die(): void {
    if (!this.alive) return;
    this.alive = false;
    void this.line.close();
    this.run.died(this);
  }

  /** What bot/process.ts does around a session, without files that nobody here edits. */
  async live(): Promise<void> {
    const { run } = this;
    await this.inbox.open();
    // It looks twice a second, which is worth its time only where somebody throws the switch.
    if (run.halts) new HaltWatch(DATA, (halt) => this.heed(halt));
    for (;;) {
      try {
        await this.line.connect();
        const { config } = this.bot;
        this.session = await Session.open({
          data: DATA,
          folder: botFolder(DATA, config.id),
          config,
          exchange: lineOf(this.line),
          output: this.output() as Output,
          failed: (error) => this.failed(error),
          segmentBytes: run.scenario.segmentBytes,
          commands: (obey) => this.work(obey),
          halt: haltOf(() => readHalt(DATA)),
        });
        if (this.bot.config !== config) await this.session.adopt(this.bot.config);
        if (this.phase === 'failed') throw new Violation(`${this.name} is ready, though its journal failed`);
        this.phase = 'ready';
        this.trouble(run.world.now);
        run.world.say('ready');
        return;
      } catch (error) {
        if (error instanceof Violation) return run.crash(error);
        if (this.phase === 'failed') return;
        if (!this.alive) return;
        if (error instanceof Refusal && !(error instanceof StorageRefusal))
          return run.refused(this, error.message);
        run.world.say(`does not start: ${(error as Error).message}`);
        await new Promise<void>((resolve) => run.world.after(2_000, resolve, this));
        this.line = new Line(this);
      }
    }
  }

  private work(obey: Obey): Promise<void> {
    this.obey = obeyOf(obey);
    return this.inbox.work();
  }

  private heed(halt: Halt | null): void {
    if (this.phase !== 'failed') this.session?.heed(halt);
  }

  /** Somebody changed a file in a folder; mostly whoever watches it is told. */
  notice(folder: string, file: string): void {
    const { world, dice } = this.run;
    for (const watcher of this.watchers)
      if (watcher.folder === folder && !dice.chance(0.2))
        world.after(dice.skewed(1, 40), () => watcher.listener('rename', file), this);
  }

  /** The journal could not be written: the bot stops trading until someone starts it again. */
  private failed(error: Error): void {
    this.run.world.say(`failed: ${error.message}`);
    if (this.phase === 'failed') return;
    this.phase = 'failed';
    this.obey = null;
    this.session?.closeStreams();
    this.run.world.after(this.run.dice.between(1_000, 30_000), () => this.die(), this);
  }

  private told: Event | null = null;

  /** Told of every step, before it is recorded. */
  observe(event: Event, state: BotState): void {
    if (this.state === null) this.bot.told.begins(state);
    this.bot.tag = state.tag;
    this.run.tags.add(state.tag);
    if (isFollower(this.bot.config)) this.run.venue.follow(this.bot.account, state.tag, state.tradeCursor);
    // What could not be recorded is considered once more, as if it had not been.
    if (event.type === 'kline' && event !== this.told)
      checkKline(this, event.kline, this.state?.lastKline ?? null);
    if (event.type === 'kline') this.told = event;
    this.watchCaps(event, state);
    this.state = state;
    this.changed = true;
    this.countWakes(event);
    if (event.type !== 'price')
      this.run.world.say(`${event.type}${aboutEvent(event)} → ${aboutState(state)}`);
  }

  private watchCaps(event: Event, state: BotState): void {
    try {
      this.bot.caps.saw(event, state);
    } catch (error) {
      this.run.crash(error as Error);
    }
  }

  /** A bot that the clock wakes again and again with nothing to do burns its machine. */
  private countWakes({ type }: Event): void {
    if (type !== 'time') return;
    const minute = Math.floor(this.run.world.now / 60_000);
    this.wakes =
      minute === this.wakes.minute ? { minute, count: this.wakes.count + 1 } : { minute, count: 1 };
    if (this.wakes.count > MOST_WAKES) this.run.crash(new Violation(`the clock woke ${this.name} too often`));
  }

  private output(): Pick<Output, 'line' | 'later'> {
    const { world } = this.run;
    return {
      later: (tell) => tell(),
      line: (level, code, message) => (level === 'info' ? undefined : world.say(`${code}: ${message}`)),
    };
  }
}

function aboutEvent(event: Event): string {
  switch (event.type) {
    case 'kline':
      return ` ${event.verdict.action} at ${event.kline.close}${event.late === true ? ' late' : ''}`;
    case 'report':
      return [
        ...event.reports.map((each) => ` ${each.clientOrderId} ${each.status} ${each.executed}`),
        ...event.fills.map((each) => ` fill ${each.tradeId} ${each.clientOrderId} ${each.quantity}`),
      ].join(',');
    case 'failed':
      return ` ${event.id} ${event.execution} ${event.kind}`;
    case 'cancel-failed':
      return ` ${event.id} ${event.kind}`;
    case 'absent':
      return ` ${event.id} at ${event.serverTime}`;
    case 'snapshot':
      return ` base ${event.baseBalance} quote ${event.quoteBalance} cursor ${event.tradeCursor}`;
    case 'config':
      return ` budget ${event.settings.budget} ${event.appliesTo}`;
    case 'command':
      return ` ${event.name} ${event.uuid}`;
    case 'halt':
      return event.halt === null ? ' lifted' : ` ${event.halt.id}`;
    default:
      return '';
  }
}

function aboutState({ phase, books, orders, recovering }: BotState): string {
  const live = orders.map(
    ({ seq, slot, legs }) => `${slot}#${seq.toString(36)} ${legs.map((leg) => leg.status).join('/')}`,
  );
  return `${phase}${recovering ? ' recovering' : ''} ${books.quantity} + ${books.cash} [${live.join(', ')}]`;
}
