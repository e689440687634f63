import { text } from '../core/decimal.js';
import type { Effect, Event } from '../core/events.js';
import type { Halt } from '../core/halt.js';
import { INTERVAL_MS } from '../core/kline.js';
import { moveRefused } from '../core/move.js';
import { claimsOf } from '../core/shortage.js';
import type { BotState } from '../core/state.js';
import type { MarketEvent, UserEvent } from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import { Book, type BookOptions } from './book.js';
import type { BotConfig } from './config.js';
import { settingsOf } from './config/settings.js';
import { Decisions } from './decisions.js';
import { answerWords } from './files/answers.js';
import { LockstepMember } from './lockstep-member.js';
import type { Loop } from './loop.js';
import { Minutes } from './minutes.js';
import { openLoop } from './open.js';
import type { OthersBooks } from './others.js';
import { ParkedBooks } from './parked-books.js';
import type { Reserver } from './reserver.js';
import { say } from './sayings.js';
import { SessionCommands } from './session-commands.js';
import type { SessionOptions } from './session-options.js';
import { SessionStreams } from './session-streams.js';
import { Settle } from './settle.js';
import { Work } from './work.js';

/** A stream is stale only if REST has a kline that it did not deliver: asked this often. */
const KLINES_EVERY_MS = 20_000;
/** A kline this much later than its interval is a reason to ask whether the market trades. */
const SILENCE_MS = 60_000;

/** A bot at work on one exchange: streams in, decisions, orders out. Made by `Session.open`, ended by `close`. */
export class Session {
  private loop!: Loop;
  private readonly book: Book;
  private parked!: ParkedBooks;
  private readonly work = new Work(() => this.settle.check());
  private readonly settle: Settle;
  private readonly lockstep: LockstepMember | null;
  private config: BotConfig;
  private readonly decisions: Decisions;
  /** Null where the plan watches none. */
  private readonly minutes: Minutes | null;
  private readonly streams: SessionStreams;
  private readonly commands: SessionCommands;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly reserver: Reserver | undefined;

  private constructor(private readonly options: SessionOptions) {
    const { config, data, output } = options;
    this.config = config;
    this.book = new Book({
      ...this.bookOptions(),
      symbol: config.symbol,
      state: () => this.loop.state,
      dispatch: (event) => this.dispatch(event),
      ended: () => this.reconciled(),
      say: (message) => output.line('warn', 'reconcile', message),
      trouble: (sentence) => options.trouble?.(sentence),
      others: options.others && ((base, quote) => this.othersThan('', base, quote)),
    });
    this.reserver = options.reserve?.({
      config: () => this.config,
      state: () => this.loop.state,
      tell: (reservation) => this.dispatch({ type: 'reservation', ...this.stamp(), reservation }),
      track: (work) => this.work.track(work),
    });
    this.settle = new Settle({
      busy: () => this.isBusy(),
      settled: (hold) => this.lockstep?.settled(hold),
    });
    const again = () => this.settle.again();
    this.lockstep =
      config.venue === 'paper' ? new LockstepMember({ data, bot: config.id, output, again }) : null;
    this.decisions = new Decisions({
      exchange: options.exchange,
      guard: options.guard,
      config: () => this.config,
      state: () => this.loop.state,
      waits: () => this.book.busy,
      wall: () => this.wall(),
      dispatch: (event) => this.dispatch(event),
      note: (message) => output.line('warn', 'klines', message),
      track: (work) => this.work.track(work),
    });
    this.minutes = Minutes.areWatched(config) ? this.newMinutes(config) : null;
    this.streams = new SessionStreams({
      exchange: options.exchange,
      config: () => this.config,
      state: () => this.loop.state,
      onMarket: (event) => this.onMarket(event),
      onUser: (event) => this.onUser(event),
      settle: this.settle,
    });
    this.commands = new SessionCommands({
      loop: () => this.loop,
      book: this.book,
      parked: () => this.parked,
      dispatch: (event) => this.dispatch(event),
      stamp: () => this.stamp(),
    });
  }

  /** Resolves when it is recovered, subscribed and ready. Errors: `Refusal`, `ExchangeError`. */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    try {
      await session.begin();
      return session;
    } catch (error) {
      session.closeStreams();
      throw error;
    }
  }

  private async begin(): Promise<void> {
    const { config, exchange, folder, output, segmentBytes } = this.options;
    const silence = INTERVAL_MS[config.interval] + SILENCE_MS;
    let broken: Error | null = null;
    const failed = (error: Error) => {
      broken = error;
      this.options.failed(error);
    };
    const instrument = await exchange.instrument(config.symbol);
    this.loop = await openLoop({
      folder,
      settings: settingsOf(config, instrument),
      exchange,
      output,
      appliesTo: config.appliesTo ?? 'next-cycle',
      perform: (effect) =>
        (effect.book === undefined ? this.book : this.parked.get(effect.book))?.perform(effect),
      say: (state, effect) => this.say(state, effect),
      failed,
      storage: this.options.storage,
      guard: this.options.guard,
      segmentBytes,
      alone: this.options.alone,
    });
    this.parked = new ParkedBooks({
      state: () => this.loop.state,
      bookOptions: (symbol) => this.parkedOptions(symbol),
      dispatch: (event) => this.dispatch(event),
    });
    // Recovery comes first: what follows is noted, but nothing is sent on what was last known.
    this.loop.dispatch({ type: 'started', ...this.stamp() });
    this.loop.dispatch({ type: 'market', ...this.stamp(), status: instrument.status });
    this.parked.begin(() => this.stamp());
    this.beginAnew();
    this.heed(this.options.halt?.() ?? null);
    await this.options.commands?.((command) => this.commands.obeyEarly(command));
    await this.reserver?.begin();
    const minutes = this.minutes === null ? [] : [this.minutes.stream];
    await this.streams.open([...minutes, ...this.parked.streams()]);
    // The bot's own last: when it may trade again, all else is known.
    await this.parked.untilDone();
    await this.book.untilDone();
    await this.options.commands?.((command) => this.commands.obey(command));
    await this.decisions.begin();
    await this.minutes?.start(this.loop.state);
    await this.lockstep?.join();
    this.book.start(silence);
    this.parked.start(SILENCE_MS);
    this.every(KLINES_EVERY_MS, () => this.catchUpKlines());
    await this.loop.save();
    // A journal that failed on the way ended the loop: this session could hear, but never act.
    if (broken !== null) throw broken;
  }

  /** The user had stopped it and has now started it again. */
  private beginAnew(): void {
    const { stopped, seq } = this.loop.state;
    if (stopped)
      this.loop.dispatch({ type: 'command', ...this.stamp(), uuid: `start-${seq}`, name: 'start' });
  }

  private newMinutes(config: BotConfig): Minutes {
    return new Minutes({
      exchange: this.options.exchange,
      config,
      closed: ({ openTime, closeTime, close }) =>
        this.loop.dispatch({
          type: 'minute',
          time: closeTime,
          wall: this.wall(),
          openTime,
          close: text(close),
        }),
      note: (message) => this.options.output.line('warn', 'minutes', message),
    });
  }

  private bookOptions(): Pick<BookOptions, 'exchange' | 'marketTime' | 'work' | 'halt' | 'heed'> {
    return {
      exchange: this.options.exchange,
      marketTime: () => this.loop.marketTime,
      work: this.work,
      halt: () => this.options.halt?.() ?? null,
      heed: (halt) => this.heed(halt),
    };
  }

  private parkedOptions(symbol: string): Omit<BookOptions, 'symbol' | 'state' | 'dispatch'> {
    const { output, trouble } = this.options;
    return {
      ...this.bookOptions(),
      ended: () => this.settle.check(),
      say: (message) => output.line('warn', 'reconcile', `${symbol}, parked: ${message}`),
      trouble: (sentence) => trouble?.(sentence),
      others: this.options.others && ((base, quote) => this.othersThan(symbol, base, quote)),
    };
  }

  /** What the account is to cover beside one book: those of other bots, and the bot's other ones. */
  private async othersThan(book: string, base: string, quote: string): Promise<OthersBooks> {
    const others = (await this.options.others?.(base, quote)) ?? { base: '0', quote: '0' };
    const { state } = this.loop;
    return {
      base: text(claimsOf(state, base, book).plus(others.base)),
      quote: text(claimsOf(state, quote, book).plus(others.quote)),
    };
  }

  private isBusy(): boolean {
    const books = this.book.busy || this.parked.busy;
    return this.work.busy || books || this.decisions.busy || this.minutes?.busy === true;
  }

  private say(state: BotState, effect: Effect): void {
    const { output } = this.options;
    const of = effect.book === undefined ? state : this.parked.stateOf(effect.book);
    // A parked book decides nothing: its klines tell it the price.
    if (of === null || (effect.book !== undefined && effect.type === 'decide')) return;
    output.later(() => say(output, of, effect));
  }

  private wall(): number {
    return Math.round(this.options.exchange.now());
  }

  private onMarket(event: MarketEvent): void {
    if (event.type !== 'gap' && event.symbol !== this.config.symbol)
      this.parked.hearMarket(event, { marketTime: this.loop.marketTime, wall: this.wall() });
    else if (event.type === 'kline' && event.closed && event.interval !== this.config.interval)
      this.minutes?.hear(event.kline);
    else if (event.type === 'kline' && event.closed) {
      this.book.looks.hear();
      this.decisions.hear(event.kline);
    } else if (event.type === 'price') {
      this.dispatch({ type: 'price', time: this.loop.marketTime, wall: this.wall(), price: event.bid });
    }
    if (event.type === 'gap') this.catchUpKlines();
    this.settle.check();
  }

  private catchUpKlines(): void {
    void this.work.track(() => this.decisions.catchUp());
    const { minutes } = this;
    if (minutes !== null) void this.work.track(() => minutes.catchUp());
  }

  private onUser(event: UserEvent): void {
    this.book.hear(event);
    this.parked.hear(event);
    this.settle.check();
  }

  /** The kill switch was thrown, or taken back; told again, it changes nothing. */
  heed(halt: Halt | null): void {
    const { halt: known } = this.loop.state;
    if (known?.id !== halt?.id) this.dispatch({ type: 'halt', ...this.stamp(), halt });
  }

  private reconciled(): void {
    this.decisions.release();
    this.settle.check();
  }

  private stamp(): { time: number; wall: number } {
    return { time: this.loop.marketTime, wall: this.wall() };
  }

  private dispatch(event: Event): void {
    this.loop.dispatch(event);
    this.decisions.look();
    this.book.awaitFills();
    this.parked.look();
    this.reserver?.look();
  }

  /** Why it cannot go on with a changed symbol or account now, as a sentence; null when it can. Errors: `ExchangeError`. */
  async moveRefused(config: BotConfig): Promise<string | null> {
    const { state } = this.loop;
    const same = config.symbol === state.settings.symbol || config.venue !== this.config.venue;
    const { instrument } = state.settings;
    const market = same ? instrument : await this.options.exchange.instrument(config.symbol);
    const refused = moveRefused(planNamed, state, settingsOf(config, market));
    return refused === null ? null : answerWords(refused.code, refused.values);
  }

  /** A changed config that is valid: plan and limits through the core, a changed signal warmed up anew. */
  async adopt(config: BotConfig): Promise<void> {
    this.config = config;
    const settings = settingsOf(config, this.loop.state.settings.instrument);
    const appliesTo = config.appliesTo ?? 'next-cycle';
    this.dispatch({
      type: 'config',
      time: this.loop.marketTime,
      wall: this.wall(),
      settings,
      appliesTo,
    });
    await this.decisions.renewed;
    await this.streams.renew();
  }

  /** The user's stop: resting entries are cancelled, protection stays. */
  dropEntries(uuid: string): void {
    this.commands.dropEntries(uuid);
  }

  /** Ends cleanly: waits for answers until `deadline` (ms), then saves. Orders stay where they are. */
  async close(deadline: number): Promise<void> {
    while (this.work.busy && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    this.silence();
    await this.loop.close();
  }

  /** Ends at once, without saving: after this nothing is heard, recorded or sent. */
  closeStreams(): void {
    this.silence();
    // Undefined when it could not even be opened. A loop that lived on would write into the journal of the next.
    (this.loop as Loop | undefined)?.abandon();
  }

  private silence(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.book.close();
    // Undefined when the books could not even be opened.
    (this.parked as ParkedBooks | undefined)?.close();
    this.reserver?.close();
    this.lockstep?.leave();
    this.decisions.close();
    this.minutes?.close();
    this.streams.close();
    void this.options.exchange.close();
  }

  private every(ms: number, work: () => void): void {
    this.timers.push(setInterval(work, ms));
  }
}
