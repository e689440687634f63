import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import type { Kline } from '../core/kline.js';
import type { Settings } from '../core/state.js';
import type { Verdict } from '../core/strategy.js';
import type { Effect } from '../core/events.js';
import { connectLockstep, type Lockstep } from '../exchange/lockstep-client.js';
import { exchangeFor, readPaperAddress } from '../exchange/connect.js';
import { acquireLock, type Lock } from '../exchange/lock.js';
import type {
  Exchange,
  MarketEvent,
  MarketSubscription,
  StreamSpec,
  Subscription,
  UserEvent,
} from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import { ConfigError, parseConfig, problemLine, type BotConfig } from './config.js';
import { ConfigWatch } from './config-watch.js';
import { Feed } from './feed.js';
import type { BotFolder, BotStatus } from './files/folder.js';
import { botFolder, readDesired, writeStatus } from './files/folder.js';
import { Journal } from './files/journal.js';
import { born, restore } from './files/restore.js';
import { Trades } from './files/trades.js';
import { Loop } from './loop.js';
import { Output } from './output.js';
import { performer, type Performer, legReport, reportedFill } from './perform.js';
import { catchUp, reconcile } from './reconcile.js';
import { say } from './sayings.js';
import { settingsOf } from './settings.js';
import { Settle } from './settle.js';

/** Reconciled this often, plus up to a tenth, so that a fleet does not ask all at once. */
const RECONCILE_EVERY_MS = 300_000;
/** Fills that a report promised come by the stream; after this long they are fetched. */
const FILLS_LATE_MS = 1_000;
const RETRY_MS = 2_000;

/** Why a bot lives but does not trade; it watches its files and tries again when they change. */
class Refusal extends Error {}

/** The life of one bot: config → lock → recover → loop, until it is stopped. */
export class BotProcess {
  private readonly folder: BotFolder;
  private readonly output: Output;
  private readonly startedAt = Date.now();
  private lock: Lock | null = null;
  private exchange: Exchange | null = null;
  private config: BotConfig | null = null;
  private loop: Loop | null = null;
  private feed: Feed | null = null;
  private actions: Performer | null = null;
  private settle: Settle | null = null;
  private lockstep: Lockstep | null = null;
  private market: MarketSubscription | null = null;
  private user: Subscription | null = null;
  private watch: ConfigWatch | null = null;
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Requests and fetches under way. */
  private pending = 0;
  private queries: Promise<void>[] = [];
  private reconciling: Promise<void> | null = null;
  /** Klines that closed while the books were being reconciled: decided on afterwards. */
  private readonly held: (() => void)[] = [];
  private stopping = false;

  constructor(
    private readonly data: string,
    private readonly id: string,
  ) {
    this.folder = botFolder(data, id);
    this.output = new Output(this.folder.log);
  }

  /** Resolves when the bot is ready to trade, or refuses to and says why. Errors: `LockedError` for a second copy. */
  async start(): Promise<void> {
    await mkdir(this.folder.folder, { recursive: true, mode: 0o700 });
    this.lock = await acquireLock(this.folder.folder, `bot ${this.id}`);
    await this.status('starting');
    this.watch = new ConfigWatch(this.folder, () => void this.configChanged());
    try {
      await this.begin();
    } catch (error) {
      await this.refuse(error as Error);
    }
  }

  private async begin(): Promise<void> {
    const config = (this.config = await this.readConfig());
    const exchange = (this.exchange = await this.connect(config));
    const settings = settingsOf(config, await exchange.instrument(config.symbol));
    this.loop = await this.openLoop(config, settings, exchange);
    this.actions = performer({
      exchange,
      symbol: config.symbol,
      marketTime: () => this.loop?.marketTime ?? 0,
      dispatch: (event) => this.loop?.dispatch(event),
    });
    this.settle = new Settle({
      busy: () => this.busy(),
      flush: () => this.loop?.save() ?? Promise.resolve(),
      settled: (hold) => this.lockstep?.settled(hold),
    });
    this.feed = this.newFeed(config, exchange);
    await this.subscribe(config, exchange);
    await this.reconcileUntilDone();
    await this.feed.start(this.loop.state.lastKline);
    await this.joinLockstep(config);
    this.repeat(RECONCILE_EVERY_MS * (1 + Math.random() / 10), () => void this.reconcileUntilDone());
    this.repeat(FILLS_LATE_MS, () => this.fetchLateFills());
    this.repeat(20_000, () => void this.track(() => this.feed?.catchUp() ?? Promise.resolve()));
    await this.loop.save();
    await this.status('ready');
    const { symbol, interval, signal, plan, venue } = config;
    this.output.line(
      'info',
      'ready',
      `Ready: ${symbol} ${interval}, ${signal.name} × ${plan.name} on ${venue}, budget ${config.budget}`,
    );
  }

  private async readConfig(): Promise<BotConfig> {
    const text = await readFile(this.folder.config, 'utf8').catch((error: Error) => {
      throw new Refusal(`${this.folder.config} cannot be read: ${error.message}`);
    });
    return parseConfig(text, this.folder.config, { id: this.id });
  }

  /** Waits for an exchange that is not up yet: the bot starts before it, or together with it. */
  private async connect(config: BotConfig): Promise<Exchange> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const exchange = exchangeFor(config.venue, this.data);
        await exchange.connect();
        return exchange;
      } catch (error) {
        if (config.venue !== 'paper') throw new Refusal((error as Error).message);
        const message = `The exchange cannot be reached: ${(error as Error).message}`;
        if (attempt === 1) this.output.line('warn', 'unreachable', `${message} Trying on.`);
        if (attempt % 5 === 0) await this.status('starting', [message]);
        await new Promise((resolve) => setTimeout(resolve, Math.min(250 * attempt, RETRY_MS)));
        if (this.stopping) throw new Refusal('stopped');
      }
    }
  }

  private async openLoop(config: BotConfig, settings: Settings, exchange: Exchange): Promise<Loop> {
    const restored = await restore(this.folder, planNamed).catch((error: Error) => {
      throw new Refusal(error.message);
    });
    for (const note of restored?.notes ?? []) this.output.line('warn', 'recovered', note);
    const journal = Journal.open(this.folder.events, restored?.seq ?? 0);
    const trades = new Trades(this.folder.trades);
    trades.recover(restored?.replayed ?? []);
    const state = restored?.state ?? (await this.bear(journal, settings, exchange));
    this.refuseOtherMarket(state.settings, settings, state.phase !== 'flat');
    const loop = new Loop(state, {
      folder: this.folder,
      journal,
      trades,
      wall: () => Math.round(exchange.now()),
      perform: (effect) => this.perform(effect),
      say: (at, effect) => say(this.output, at, effect),
      failed: (error) => void this.refuse(new Error(`The journal cannot be written: ${error.message}`)),
    });
    if (JSON.stringify(state.settings) !== JSON.stringify(settings))
      this.applySettings(loop, settings, config.appliesTo ?? 'next-cycle');
    return loop;
  }

  private async bear(journal: Journal, settings: Settings, exchange: Exchange) {
    const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
    const tag = [...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join('');
    let tradeCursor: string | null = null;
    for (
      let page = await exchange.fills(settings.symbol, null);
      page.length > 0;
      page = await exchange.fills(settings.symbol, tradeCursor)
    ) {
      tradeCursor = page.at(-1)?.tradeId ?? tradeCursor;
    }
    const birth = { type: 'born', tag, settings, tradeCursor, wall: Math.round(exchange.now()) } as const;
    journal.append(birth, [], true);
    return born(birth);
  }

  private refuseOtherMarket(before: Settings, after: Settings, holding: boolean): void {
    if (before.symbol === after.symbol || !holding) return;
    throw new Refusal(
      `${this.folder.config}: the symbol was changed from ${before.symbol} to ${after.symbol} while the bot holds ${before.instrument.base}. Set it back, sell first, then change it.`,
    );
  }

  private applySettings(loop: Loop, settings: Settings, appliesTo: 'now' | 'next-cycle'): void {
    loop.dispatch({
      type: 'config',
      time: loop.marketTime,
      wall: Math.round(this.exchange?.now() ?? 0),
      settings,
      appliesTo,
    });
  }

  private newFeed(config: BotConfig, exchange: Exchange): Feed {
    return new Feed({
      exchange,
      config,
      decided: (kline, verdict, late) => this.decide(kline, verdict, late),
      note: (message) => this.output.line('warn', 'klines', message),
    });
  }

  private decide(kline: Kline, verdict: Verdict, late: boolean): void {
    if (this.reconciling !== null) {
      this.held.push(() => this.decide(kline, verdict, late));
      return;
    }
    const wall = Math.round(this.exchange?.now() ?? 0);
    this.loop?.dispatch({
      type: 'kline',
      time: kline.closeTime,
      wall,
      kline,
      verdict,
      ...(late ? { late } : {}),
    });
  }

  private async subscribe(config: BotConfig, exchange: Exchange): Promise<void> {
    const { symbol, interval } = config;
    const watches = planNamed(config.plan.name).watchesPrice(config.plan);
    const specs: StreamSpec[] = [
      { type: 'kline', symbol, interval },
      ...(watches ? [{ type: 'price', symbol } as const] : []),
    ];
    this.user = await exchange.userStream({
      event: (event) => this.onUser(event),
      barrier: (payload) => this.settle?.userBarrier(payload),
    });
    this.market = exchange.marketStream([], {
      event: (event) => this.onMarket(event),
      barrier: (payload) => this.settle?.marketBarrier(payload),
    });
    await this.market.add(specs);
  }

  private onMarket(event: MarketEvent): void {
    switch (event.type) {
      case 'kline':
        if (event.closed) this.feed?.closed(event.kline);
        break;
      case 'price':
        this.loop?.dispatch({
          type: 'price',
          time: this.loop.marketTime,
          wall: Math.round(this.exchange?.now() ?? 0),
          price: event.bid,
        });
        break;
      case 'gap':
        void this.track(() => this.feed?.catchUp() ?? Promise.resolve());
        break;
      case 'ticker':
        break;
    }
    this.settle?.check();
  }

  private onUser(event: UserEvent): void {
    if (event.type === 'resync') void this.reconcileUntilDone();
    if (event.type !== 'order' || event.report.symbol !== this.config?.symbol) return;
    const fills = event.fill === null ? [] : reportedFill(event.fill);
    const wall = Math.round(this.exchange?.now() ?? 0);
    this.loop?.dispatch({
      type: 'report',
      time: event.report.time,
      wall,
      reports: [legReport(event.report)],
      fills,
    });
    this.settle?.check();
  }

  private perform(effect: Effect): void {
    const { actions } = this;
    if (actions === null) return;
    if (effect.type === 'place') void this.track(() => actions.place(effect.order));
    if (effect.type === 'cancel') void this.track(() => actions.cancel(effect));
    if (effect.type === 'query') {
      const order = this.loop?.state.orders.find((each) => each.id === effect.id);
      if (order !== undefined) this.queries.push(this.track(() => actions.query(order)));
    }
  }

  /** Counts what is under way: while anything is, a hold of the market is not settled. */
  private async track(work: () => Promise<void>): Promise<void> {
    this.pending += 1;
    try {
      await work();
    } finally {
      this.pending -= 1;
      this.settle?.check();
    }
  }

  private busy(): boolean {
    return this.pending > 0 || this.reconciling !== null || (this.feed?.busy ?? false);
  }

  /** Reconciles, again and again until the exchange has answered everything; one at a time. */
  private reconcileUntilDone(): Promise<void> {
    this.reconciling ??= this.reconcileAgain().finally(() => {
      this.reconciling = null;
      for (const decide of this.held.splice(0)) decide();
      this.settle?.check();
    });
    return this.reconciling;
  }

  private async reconcileAgain(): Promise<void> {
    const { exchange, loop } = this;
    if (exchange === null || loop === null) return;
    const options = {
      exchange,
      state: () => loop.state,
      marketTime: () => loop.marketTime,
      dispatch: loop.dispatch.bind(loop),
      queriesAnswered: async () => {
        await Promise.all(this.queries.splice(0));
      },
    };
    while (!this.stopping) {
      try {
        await reconcile(options);
        return;
      } catch (error) {
        this.output.line('warn', 'reconcile', `Reconciling failed: ${(error as Error).message} Trying on.`);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private fetchLateFills(): void {
    const { exchange, loop } = this;
    if (exchange === null || loop === null || this.reconciling !== null) return;
    const late = loop.state.orders.some((order) =>
      order.legs.some(
        (leg) =>
          leg.executed !== leg.booked &&
          leg.status !== 'intended' &&
          Number(leg.executed) > Number(leg.booked),
      ),
    );
    if (!late) return;
    const options = {
      exchange,
      state: () => loop.state,
      marketTime: () => loop.marketTime,
      dispatch: loop.dispatch.bind(loop),
      queriesAnswered: () => Promise.resolve(),
    };
    void this.track(() =>
      catchUp(options).then(
        () => undefined,
        () => undefined,
      ),
    );
  }

  private async joinLockstep(config: BotConfig): Promise<void> {
    if (config.venue !== 'paper') return;
    const { control, key } = readPaperAddress(this.data);
    try {
      this.lockstep = await connectLockstep({ control, bot: this.id, account: key });
      this.lockstep.onClose(() => this.rejoinLockstep(config));
      this.settle?.again();
    } catch (error) {
      this.output.line('warn', 'lockstep', (error as Error).message);
      this.rejoinLockstep(config);
    }
  }

  private rejoinLockstep(config: BotConfig): void {
    this.lockstep = null;
    if (!this.stopping) setTimeout(() => void this.joinLockstep(config), 500).unref();
  }

  /** A valid edit is applied; an invalid one changes nothing and is shown until it is mended. */
  private async configChanged(): Promise<void> {
    if (this.stopping) return;
    if (this.loop === null || this.exchange === null || this.config === null) return this.beginAgain();
    try {
      const config = await this.readConfig();
      const moved = (['symbol', 'venue', 'interval'] as const).find(
        (name) => config[name] !== this.config?.[name],
      );
      if (moved !== undefined)
        throw new Refusal(
          `${this.folder.config}: a new ${moved} counts after a restart of the bot, and only while it holds nothing. Until then it trades ${this.config.symbol} ${this.config.interval}.`,
        );
      await this.adopt(config);
      await this.status('ready');
    } catch (error) {
      const errors = sentences(error as Error);
      for (const each of errors) this.output.line('error', 'config', each);
      await this.status('ready', errors);
    }
  }

  private async adopt(config: BotConfig): Promise<void> {
    const { loop, exchange } = this;
    if (loop === null || exchange === null || JSON.stringify(config) === JSON.stringify(this.config)) return;
    const signalChanged = JSON.stringify(config.signal) !== JSON.stringify(this.config?.signal);
    this.config = config;
    this.applySettings(
      loop,
      settingsOf(config, loop.state.settings.instrument),
      config.appliesTo ?? 'next-cycle',
    );
    if (signalChanged) {
      const feed = this.newFeed(config, exchange);
      await feed.start(loop.state.lastKline);
      this.feed = feed;
    }
    await this.ensurePrices(config);
    this.output.line('info', 'config', 'The changed config is in force');
  }

  private async ensurePrices(config: BotConfig): Promise<void> {
    if (planNamed(config.plan.name).watchesPrice(config.plan))
      await this.market?.add([{ type: 'price', symbol: config.symbol }]);
  }

  private async beginAgain(): Promise<void> {
    await this.status('starting');
    this.closeStreams();
    await this.begin().catch((error: Error) => this.refuse(error));
  }

  /** Lives on without trading, shows why, and tries again when its config changes. */
  private async refuse(error: Error): Promise<void> {
    if (this.stopping) return;
    const errors = sentences(error);
    for (const each of errors) this.output.line('error', 'refused', each);
    this.closeStreams();
    this.loop = null;
    await this.status('refused', errors);
  }

  private closeStreams(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.timers.clear();
    this.lockstep?.close();
    this.market?.close();
    this.user?.close();
    void this.exchange?.close();
    this.exchange = null;
    this.config = null;
  }

  /** The user's stop cancels resting entries and keeps protection; a restart keeps both. Never longer than 3 s. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    const { loop } = this;
    const deadline = Date.now() + 2_000;
    if (loop !== null && (await readDesired(this.data, this.id)) === 'stopped') {
      const uuid = randomBytes(8).toString('hex');
      loop.dispatch({
        type: 'command',
        time: loop.marketTime,
        wall: Math.round(this.exchange?.now() ?? 0),
        uuid,
        name: 'stop',
      });
    }
    while (this.pending > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    this.stopping = true;
    this.watch?.close();
    await loop?.close();
    this.closeStreams();
    this.output.line('info', 'stopped', 'Stopped; position and protective orders stay as they are');
    await this.status('stopped');
    this.lock?.release();
  }

  private repeat(ms: number, work: () => void): void {
    this.timers.add(setInterval(work, ms));
  }

  private async status(phase: BotStatus['phase'], errors: readonly string[] = []): Promise<void> {
    const status: BotStatus = {
      phase,
      pid: process.pid,
      since: Date.now(),
      startedAt: this.startedAt,
      errors,
    };
    await writeStatus(this.data, this.id, status).catch((error: Error) =>
      this.output.line('error', 'status', error.message),
    );
  }
}

function sentences(error: Error): string[] {
  return error instanceof ConfigError ? error.problems.map(problemLine) : [error.message];
}
