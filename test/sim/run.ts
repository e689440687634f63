/** One seed: storms and calms over a scenario, and what is found. */
import { parseClientOrderId } from '../../core/orders.js';
import type { BotState } from '../../core/state.js';
import type { PlaceOcoRequest, PlaceRequest } from '../../exchange/port.js';
import { Dice } from './dice.js';
import { Exposure, type Spans } from './exposure.js';
import { isFollower } from './follow-invariants.js';
import { checkBot, checkSettled } from './invariants.js';
import { SimDisk } from './disk.js';
import { Manual } from './manual.js';
import { diskMutant } from './mutant.js';
import { forgetEdits, noteEdit } from './plan-invariants.js';
import { SimBot, type SimProcess } from './process.js';
import { editOf, scenarioOf, type Scenario } from './scenario.js';
import { forgetFiles } from './seams/fs.js';
import { hush } from './signal.js';
import { Market, Venue } from './venue.js';
import { User } from './user.js';
import { CALM, storm, type Weather } from './weather.js';
import { EPOCH, enter, Violation, World } from './world.js';

/** Longer than an unresolved order takes, and than the bots' own rounds of reconciliation. */
const SETTLE_MS = 400_000;
/** An order without an answer is given up so long after it was signed, and clocks jump by ten minutes at most. */
const UNRESOLVED_MS = 30_000;
const MOST_LATE = 300;
/** Following a journal beside its bot costs as much as the bot: one seed in so many has it, by its number. */
const REPLICA_EVERY = 4;
/** A user who is followed acts this often by hand. */
const FOLLOWED_EVERY_MS = 90_000;
/** Some bots are started again by their user, and late. */
const LONG_GONE_MS = [300_000, 900_000] as const;
/** The longest pause of a bot whose exits were refused. */
const AFTER_HALT_MS = 8_000;

export interface Outcome {
  readonly seed: number;
  /** Of everything that happened, and of the final books. */
  readonly hash: string;
  readonly violation: string | null;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly trades: number;
  readonly lives: number;
  readonly simulatedMs: number;
  /** How long holdings stood without a stop (ms). */
  readonly unprotected: Spans;
}

export class Run {
  readonly world: World;
  readonly dice: Dice;
  readonly venue: Venue;
  readonly tags = new Set<string>();
  readonly scenario: Scenario;
  weather: Weather = CALM;
  private readonly climate: Weather;
  private readonly market: Market;
  private readonly manual: Manual;
  private readonly user: User;
  readonly bots: readonly SimBot[];
  /** The data folder, as far as it is no bot's. */
  readonly shared = new SimDisk();
  private readonly exposure: Exposure;
  private readonly sentIds = new Set<string>();
  private storming = 0;
  /** Whether the journals are followed line by line; not where a mutant writes them late. */
  private readonly followed: boolean;
  /** The first thing that must not happen, found outside of the run's own thread of calls. */
  private found: Error | null = null;

  constructor(
    readonly seed: number,
    trace: boolean,
  ) {
    this.followed = seed % REPLICA_EVERY === 0 && diskMutant().saveAfterMs === undefined;
    this.world = enter(new World(seed, trace));
    this.dice = Dice.of(seed, 'faults');
    const dice = Dice.of(seed, 'scenario');
    this.scenario = scenarioOf(dice, seed);
    this.climate = storm(dice);
    const { info, engine, tick, start, volatility, intervalMs, bots } = this.scenario;
    this.venue = new Venue(this.world, info, engine);
    this.venue.addAccount('main', {
      USDT: '20000',
      SIM: (10_000 / start).toFixed(3),
      BNB: dice.chance(0.5) ? '10' : '0.01',
    });
    this.venue.engine.setBnbBurn('main', this.scenario.bnbBurn);
    this.market = new Market(this.venue, Dice.of(seed, 'market'), { tick, start, volatility, intervalMs });
    this.bots = bots.map(({ account, config }) => new SimBot(this, account, config));
    this.exposure = new Exposure(this);
    this.venue.onNobody = (tag) => this.botOf(tag)?.trouble(this.world.now);
    // What its user bought stands without a stop, by the user's own wish.
    this.venue.onOrder = (tag) => this.venue.followers.has(tag) || this.exposure.look(tag);
    this.manual = new Manual(this.venue, Dice.of(seed, 'manual'), this.scenario.hostile);
    this.user = new User(this, Dice.of(seed, 'user'));
    hush(false);
    forgetFiles();
    forgetEdits();
  }

  async play(): Promise<Outcome> {
    let violation: string | null = null;
    const die = (reason: unknown) => this.crash(new Violation(`nobody caught ${(reason as Error).stack}`));
    process.on('unhandledRejection', die);
    try {
      this.begin();
      for (const length of this.scenario.storms) {
        await this.storm(length);
        await this.settle();
      }
    } catch (error) {
      violation = error instanceof Violation ? error.message : `${(error as Error).stack}`;
    } finally {
      process.off('unhandledRejection', die);
    }
    const { world, venue, seed } = this;
    for (const bot of this.bots) world.say(`books ${JSON.stringify(bot.process?.state?.books)}`);
    return {
      seed,
      hash: world.digest(),
      violation,
      trace: world.lines,
      steps: world.steps,
      trades: [...venue.ledgers.values()].reduce((sum, { trades }) => sum + trades, 0),
      lives: this.bots.reduce((sum, { lives }) => sum + lives, 0),
      simulatedMs: world.now - EPOCH,
      unprotected: this.exposure.spans,
    };
  }

  botOf(tag: string): SimBot | undefined {
    return this.bots.find((bot) => bot.tag === tag);
  }

  /** Whether the kill switch is thrown in this run. */
  get halts(): boolean {
    return this.climate.switchEvery > 0;
  }

  /** The user took what the bots hold or reserved. */
  get disturbed(): boolean {
    return this.manual.disturbed;
  }

  private begin(): void {
    this.market.onClose = (kline) => {
      for (const { process } of this.bots) if (process?.alive) process.line.hearKline(kline);
    };
    this.market.onPrice = (price) => {
      for (const { process } of this.bots) if (process?.alive) process.line.hearPrice(price);
    };
    this.market.begin();
    for (const bot of this.bots) this.world.after(this.dice.between(0, 3_000), () => bot.start());
  }

  /** Whoever has a follower trades by hand. */
  private get manualEvery(): number {
    const { manualEvery } = this.climate;
    if (!this.bots.some(({ config }) => isFollower(config))) return manualEvery;
    return manualEvery === 0 ? FOLLOWED_EVERY_MS : Math.min(manualEvery, FOLLOWED_EVERY_MS);
  }

  private async storm(length: number): Promise<void> {
    this.storming += 1;
    this.market.frozen = false;
    hush(false);
    this.weather = this.climate;
    this.world.say(`storm ${JSON.stringify(this.climate)}`);
    const round = this.storming;
    if (round > 1) this.user.wakeUp();
    this.again(round, this.climate.disconnectEvery, () => this.aLiving()?.line.disconnect());
    this.again(round, this.climate.crashEvery, () => this.aLiving()?.die());
    this.again(round, this.climate.diskErrorEvery, () => this.breakDisk());
    this.again(round, this.manualEvery, () => this.manual.act());
    this.again(round, this.climate.configEvery, () => this.edit());
    this.again(round, this.climate.commandEvery, () => this.user.tell(this.dice.pick(this.bots)));
    this.again(round, this.climate.switchEvery, () => this.user.halt());
    this.again(round, this.climate.haltEvery, () => this.haltMarket());
    this.again(round, this.climate.clockEvery, () => this.aLiving()?.line.jump());
    await this.advance(length);
  }

  /** Faults end, the market stands, everything is told: now books and exchange must be equal. */
  private async settle(): Promise<void> {
    this.storming += 1;
    this.weather = CALM;
    this.world.say('calm');
    hush(true);
    this.market.frozen = true;
    this.openMarket();
    for (const bot of this.bots) {
      bot.disk.mend();
      if (bot.process === null || !bot.process.alive) bot.start();
    }
    await this.advance(SETTLE_MS);
    for (let tries = 0; tries < MOST_LATE && this.bots.some((bot) => this.isLate(bot)); tries += 1)
      await this.advance(1_000);
    for (const bot of this.bots) checkSettled(bot, this.manual.disturbed);
  }

  /** A periodic round of reconciliation may just be under way; what a clock signed ahead of its time is waited for. */
  private isLate({ process }: SimBot): boolean {
    const { recovering = false, orders = [] } = process?.state ?? {};
    return recovering || orders.some(({ signedAt }) => signedAt > this.world.now - UNRESOLVED_MS);
  }

  private async advance(ms: number): Promise<void> {
    await this.world.run(this.world.now + ms, () => {
      if (this.found !== null) throw this.found;
      for (const { process } of this.bots) {
        if (process === null || !process.changed || !process.alive || process.phase === 'failed') continue;
        process.changed = false;
        if (process.state === null) continue;
        checkBot(process, process.state);
        // While the journal cannot be written its entries stand elsewhere, and follow later.
        const recorded = process.disk.failing === null && (process.state.unrecorded ?? null) === null;
        if (this.followed && recorded) process.replica.check();
      }
    });
  }

  private again(round: number, every: number, act: () => void): void {
    if (every === 0) return;
    const next = () =>
      void this.world.after(this.dice.between(0, 2 * every), () => {
        if (round !== this.storming) return;
        act();
        next();
      });
    next();
  }

  private aLiving(): SimProcess | null {
    const { process } = this.dice.pick(this.bots);
    return process?.alive === true ? process : null;
  }

  private breakDisk(): void {
    const bot = this.dice.pick(this.bots);
    const { disk } = bot;
    const error = this.dice.pick(['ENOSPC', 'EIO', 'EROFS', 'EMFILE'] as const);
    const operations = this.dice.chance(0.5) ? 0 : this.dice.whole(1, 30);
    disk.failFrom(operations, error);
    this.world.say(`disk fails: ${error} from operation ${operations} on`);
    const length = this.dice.skewed(100, 30_000);
    bot.trouble(this.world.now + length);
    this.world.after(length, () => {
      disk.mend();
      this.world.say('disk works again');
    });
  }

  private edit(): void {
    const bot = this.dice.pick(this.bots);
    bot.config = editOf(this.dice, bot.config);
    noteEdit(bot.config.id);
    const { process } = bot;
    if (process?.phase !== 'ready' || !process.alive) return;
    this.world.after(0, () => void process.session?.adopt(bot.config), process);
  }

  private haltMarket(): void {
    const { engine, symbol } = this.venue;
    engine.setStatus(symbol, 'HALT');
    this.world.say('the market is halted');
    const length = this.dice.skewed(1_000, 300_000);
    for (const bot of this.bots) bot.trouble(this.world.now + length + AFTER_HALT_MS);
    this.world.after(length, () => this.openMarket());
  }

  private openMarket(): void {
    this.venue.engine.setStatus(this.venue.symbol, 'TRADING');
    this.world.say('the market is open');
  }

  /** A process is gone: what its machine kept of its files is what the next one finds. */
  died(process: SimProcess): void {
    const { bot } = process;
    // What stands in shared memory is lost with the machine; the bot then refuses, as it should.
    const power = this.dice.chance(0.4) && !bot.disk.inRefuge;
    this.world.after(0, () => {
      if (power) for (const disk of [bot.disk, bot.inbox]) disk.cutPower(this.dice);
      this.damageCheckpoint(bot);
      this.world.say(`${process.name} is dead${power ? ', its power cut' : ''}`);
    });
    const long = this.dice.chance(0.03);
    const gone = long ? this.dice.between(...LONG_GONE_MS) : this.dice.skewed(20, 40_000);
    if (long) this.user.misses(bot);
    this.world.after(gone, () => bot.start());
  }

  /** Checkpoints may be lost, emptied, cut or old: the journal makes up for it. */
  private damageCheckpoint({ disk }: SimBot): void {
    const now = disk.get('position.json');
    const previous = disk.get('position.previous.json');
    if (now === undefined || !this.dice.chance(0.15)) return;
    const how = this.dice.pick(['missing', 'empty', 'cut', 'garbage', 'old'] as const);
    this.world.say(`checkpoint ${how}`);
    if (how === 'missing') disk.set('position.json', null);
    if (how === 'empty') now.truncate(0);
    if (how === 'cut') now.truncate(this.dice.whole(0, now.size));
    if (how === 'garbage') now.content.fill(this.dice.whole(0, 255), this.dice.whole(0, now.size - 1));
    if (how === 'old' && previous !== undefined) disk.set('position.json', previous.copy());
    disk.syncNames();
  }

  /** Every id that leaves is counted. */
  sent(process: SimProcess, ids: readonly string[], request: PlaceRequest | PlaceOcoRequest): void {
    if (!process.alive) return;
    for (const id of ids) {
      if (this.sentIds.has(id)) return this.crash(new Violation(`id ${id} is sent twice`));
      this.sentIds.add(id);
    }
    const own = parseClientOrderId(ids[0]!);
    const settings = process.state?.settings;
    if (own === null || settings === undefined) return this.crash(new Violation(`id ${ids[0]} is not ours`));
    if (request.side === 'BUY') this.checkLeaving(ids[0]!, process.state!);
    const ledger = this.venue.ledger(own.tag);
    if (request.side === 'BUY') ledger.budgets.set(ids[0]!, settings.budget);
    if (
      request.side === 'BUY' &&
      'type' in request &&
      request.type === 'MARKET' &&
      request.quantity !== undefined
    )
      this.venue.fixedQuantity.add(own.tag);
  }

  /** The last moment before an entry is on its way. */
  private checkLeaving(id: string, { paused, stopped }: BotState): void {
    if (this.user.halted) this.crash(new Violation(`entry ${id} leaves, though the fleet is halted`));
    if (paused || stopped) this.crash(new Violation(`entry ${id} leaves, though the bot is to buy nothing`));
  }

  refused(process: SimProcess, message: string): void {
    this.crash(new Violation(`${process.name} refuses to start: ${message}`));
  }

  get failed(): boolean {
    return this.found !== null;
  }

  crash(error: Error): void {
    this.found ??= error;
  }
}
