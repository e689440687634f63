/**
 * The exchange behind the wire: engine, market and accounts with their journal. A command changes the engine at once;
 * what it promises (reply, events) leaves only when it is durable. A restart is the snapshot, then the journal replayed
 * by walking the market to each command.
 */
import { createEngine, restoreEngine } from '../engine/engine.js';
import type { Engine, EngineEvent, EngineOptions } from '../engine/types.js';
import { KlineBook } from '../market/aggregate.js';
import { Schedule, type Course } from '../market/schedule.js';
import { TickSchedule } from '../market/tick-schedule.js';
import type { ClosedKline, MarketSource } from '../market/types.js';
import { Archive, readArchive } from './archive.js';
import { Accounts, type Account } from './accounts.js';
import { perform, symbolOf, type Command, type CommandResults } from './commands.js';
import { Journal } from './journal.js';
import {
  DamagedError,
  dropSegmentsBefore,
  readJournal,
  readSnapshot,
  writeSnapshot,
  type StoredSnapshot,
} from './stored.js';
import { Walker } from './walker.js';

export interface ExchangeOptions {
  readonly folder: string;
  readonly source: MarketSource;
  /** Whether the folder has been traded on before. */
  readonly resumed: boolean;
  readonly engine: EngineOptions;
  readonly onFailure: (error: Error) => void;
}

interface Built {
  readonly engine: Engine;
  readonly book: KlineBook;
  readonly walker: Walker;
  readonly accounts: Accounts;
}

/** A snapshot is taken when so much journal would have to be replayed. */
const SNAPSHOT_BYTES = 4_000_000;

export class PaperExchange {
  engine: Engine;
  walker: Walker;
  book: KlineBook;
  accounts = new Accounts();
  readonly journal: Journal;
  readonly source: MarketSource;
  /** Told of each event once it is durable, in order. */
  onEvents: (events: readonly EngineEvent[]) => void = () => undefined;
  /** Market time between two points, where real time shows it. */
  clock: (() => number) | null = null;
  private snapshotting: Promise<void> | null = null;
  private archive: Archive | null = null;

  constructor(private readonly options: ExchangeOptions) {
    const { source, folder } = options;
    this.source = source;
    const snapshot = readSnapshot(folder);
    const built = snapshot ? this.restored(snapshot) : this.begun();
    [this.engine, this.book, this.walker, this.accounts] = [
      built.engine,
      built.book,
      built.walker,
      built.accounts,
    ];
    const last = options.resumed ? this.replay(snapshot?.n ?? 0) : 0;
    this.journal = new Journal(folder, last, options.onFailure);
  }

  get exchangeFilters(): Record<string, unknown>[] {
    return this.options.engine.exchangeFilters ?? [];
  }

  /** Market time. */
  now(): number {
    const last = this.walker.now;
    if (this.clock === null) return last;
    const next = this.walker.peek();
    const limit = next === null ? last : next.time;
    return Math.max(last, Math.min(Math.floor(this.clock()), limit));
  }

  /** Changes something, at once; await `durable` before telling anybody. Errors: `PaperError`. */
  execute<K extends Command['k']>(command: Extract<Command, { k: K }>): CommandResults[K] {
    const time = this.timeFor(command);
    const at = this.walker.position();
    const result = perform(this.engine, this.accounts, command, time);
    this.journal.append({ at, t: time, c: command });
    this.tellWhenDurable();
    return result;
  }

  /** After engine calls of the walker: journals where the market stands if orders were struck. True if so. */
  noteStruck(): boolean {
    const events = this.engine.drain();
    if (events.length === 0) return false;
    this.journal.append({ at: this.walker.position(), t: this.walker.now });
    this.journal.after(() => this.onEvents(events));
    return true;
  }

  /** Remembers how far the market has come; written at least each second. */
  noteTime(): void {
    this.journal.remember({ at: this.walker.position(), t: this.now() });
  }

  /** Makes durable how far the market has come. */
  async saveTime(): Promise<void> {
    this.noteTime();
    this.journal.writeNote();
    await this.journal.durable();
  }

  finishPoint(): ClosedKline[] {
    const closed = this.walker.finish();
    this.noteTime();
    return closed;
  }

  /** Called often: takes a snapshot when the journal has grown long enough, between two points of the path. */
  maybeSnapshot(): void {
    if (this.journal.bytes >= SNAPSHOT_BYTES && this.snapshotting === null && this.walker.betweenPoints)
      void this.snapshot();
  }

  async snapshot(): Promise<void> {
    this.snapshotting ??= this.takeSnapshot().finally(() => (this.snapshotting = null));
    await this.snapshotting;
  }

  async close(): Promise<void> {
    await this.snapshotting;
    if (this.walker.betweenPoints) await this.snapshot();
    await this.journal.close();
  }

  /**
   * Thins what is long past of a live market. A snapshot comes first: nothing that a restart would walk again is touched.
   * Only where points are walked at once, as in real time.
   */
  async thin(): Promise<void> {
    const { live } = this.source;
    if (!live?.growsOld(this.walker.now)) return;
    await this.snapshot();
    if (!live.thin(this.walker.now)) return;
    const book = new KlineBook(this.source);
    const walker = new Walker(this.source, this.engine, this.course(book));
    walker.resume(this.walker.position(), this.walker.now);
    [this.book, this.walker] = [book, walker];
  }

  /** Everything as plain JSON. Only between two points. */
  state(): StoredSnapshot {
    return { ...this.place(), engine: this.engine.snapshot() };
  }

  /** Goes back, or on, to a state that `state` told, and makes that durable. Throws when this market has no such state. */
  async restore(state: StoredSnapshot): Promise<void> {
    const built = this.restored({ ...state, archive: undefined });
    // Another history from here on: what has ended is written anew.
    this.archive = null;
    this.engine = built.engine;
    this.book = built.book;
    this.walker = built.walker;
    this.accounts = built.accounts;
    await this.snapshotting;
    await this.snapshot();
  }

  private async takeSnapshot(): Promise<void> {
    this.noteTime();
    this.journal.writeNote();
    const { folder } = this.options;
    const { live, finished } = this.engine.checkpoint();
    const { n, at, t, accounts } = this.place();
    const rotated = this.journal.rotate();
    this.archive ??= Archive.begin(folder);
    const { archive } = this;
    await archive.append(finished);
    await rotated;
    await writeSnapshot(folder, { n, at, t, accounts, archive: archive.mark }, live);
    dropSegmentsBefore(folder, n + 1);
    archive.dropOthers();
  }

  private place(): Omit<StoredSnapshot, 'engine'> {
    return {
      n: this.journal.last,
      at: this.walker.position(),
      t: this.now(),
      accounts: this.accounts.keys(),
    };
  }

  private begun(): Built {
    const book = new KlineBook(this.source);
    const engine = createEngine(this.engineOptions());
    const walker = new Walker(this.source, engine, this.course(book));
    walker.begin();
    return { engine, book, walker, accounts: new Accounts() };
  }

  private restored(snapshot: StoredSnapshot): Built {
    const book = new KlineBook(this.source);
    const { folder } = this.options;
    const { archive } = snapshot;
    if (archive !== undefined) this.archive = Archive.reopen(folder, archive);
    const finished = archive === undefined ? [] : readArchive(folder, archive);
    const engine = restoreEngine(this.engineOptions(), snapshot.engine, finished);
    const walker = new Walker(this.source, engine, this.course(book));
    walker.resume(snapshot.at, snapshot.t);
    const accounts = new Accounts();
    for (const account of snapshot.accounts as Account[]) accounts.add(account);
    return { engine, book, walker, accounts };
  }

  private course(book: KlineBook): Course {
    const { source } = this;
    return source.ticks === undefined ? new Schedule(source, { book }) : new TickSchedule(source, { book });
  }

  private engineOptions(): EngineOptions {
    return { ...this.options.engine, averagePrice: (symbol, minutes) => this.averagePrice(symbol, minutes) };
  }

  /** Volume-weighted, up to where the path stands: the same again when the journal is replayed. */
  private averagePrice(symbol: string, minutes: number): number | null {
    const at = this.walker.position();
    const startTime = at.time - minutes * 60_000;
    const base = this.source.series(symbol).uniform ?? '1m';
    const klines = minutes > 0 ? this.book.klines(symbol, base, { startTime, limit: 1000 }, at) : [];
    let [volume, quote] = [0, 0];
    for (const kline of klines) {
      volume += kline.volume;
      quote += kline.quoteVolume;
    }
    return volume > 0 && quote > 0 ? quote / volume : null;
  }

  private timeFor(command: Command): number {
    const symbol = symbolOf(command);
    const now = this.now();
    return symbol !== null && this.engine.symbols.has(symbol) ? this.walker.timeOf(symbol, now) : now;
  }

  private tellWhenDurable(): void {
    const events = this.engine.drain();
    if (events.length > 0) this.journal.after(() => this.onEvents(events));
  }

  private replay(after: number): number {
    let last = after;
    for (const record of readJournal(this.options.folder, after)) {
      try {
        this.walker.walkTo(record.at);
        if (!record.c) this.walker.now = Math.max(this.walker.now, record.t);
        if (record.c) perform(this.engine, this.accounts, record.c as Command, record.t);
      } catch (error) {
        throw new DamagedError(
          this.options.folder,
          `record ${record.n} cannot be repeated (${(error as Error).message})`,
        );
      }
      // What it caused was told, or promised to nobody, before the restart.
      this.engine.drain();
      last = record.n;
    }
    return last;
  }
}
