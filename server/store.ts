import { join } from 'node:path';
import type { BotView } from '../bot/files/view.js';
import { botsFolder, byBotId, isBotId } from '../bot/files/folder.js';
import type { Instrument } from '../core/rules.js';
import type { ProcessStatus } from './fleet/supervisor.js';
import { atPrice, differs, processView, withAssets, withNames } from './store/overlay.js';
import { FolderWatch, isOwnFolder, stampOf } from './store/watch.js';

/** Notices of one write come in bursts (temp file, rename): they are gathered for this long before a bot is read. */
const DEBOUNCE_MS = 40;
const PROCESSES_MS = 1_000;
/** Changes are told at most this often, so that a busy market does not become a busy browser. */
const COALESCE_MS = 250;
const READS_AT_ONCE = 16;

export type LoadView = (
  data: string,
  id: string,
  process: ProcessStatus | null,
  price: string | null,
) => Promise<BotView>;

export interface StoreOptions {
  readonly data: string;
  readonly load: LoadView;
  /** What the supervisor runs; a failure means "unknown", and what was known before stays. */
  readonly processes: () => Promise<readonly ProcessStatus[]>;
  /** A symbol's rules where they are known already: a bot that never ran does not know its assets. */
  readonly instrument?: (venue: string, symbol: string) => Instrument | undefined;
  /** Told which symbols of which venues are in use, whenever that changes. */
  readonly wanted?: (symbols: ReadonlyMap<string, ReadonlySet<string>>) => void;
}

export type ChangeListener = (changed: ReadonlySet<string>, setChanged: boolean) => void;
export type LogListener = (id: string) => void;

interface Entry {
  /** As read from the files, at the bot's own last price. */
  read: BotView;
  /** With the live price and process. */
  view: BotView;
  stamp: string;
}

/**
 * The read side of the server: every bot's view in memory, kept true by watching the folders, asking the supervisor
 * and listening to the market. The server holds no trading state; all of this can be dropped and read again.
 */
export class BotStore {
  readonly #options: StoreOptions;
  readonly #watch: FolderWatch;
  readonly #entries = new Map<string, Entry>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #dirty = new Set<string>();
  readonly #changed = new Set<string>();
  /** Bots whose assets were read off their symbol. */
  readonly #guessed = new Set<string>();
  readonly #changeListeners = new Set<ChangeListener>();
  readonly #logListeners = new Set<LogListener>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #processes = new Map<string, ProcessStatus>();
  readonly #prices = new Map<string, string>();
  #sorted: readonly BotView[] | null = null;
  #order: readonly string[] | null = null;
  #setChanged = false;
  #debounce: NodeJS.Timeout | null = null;
  #coalesce: NodeJS.Timeout | null = null;
  #closed = false;
  #marketsChanged = true;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#watch = new FolderWatch(botsFolder(options.data), {
      changed: (id) => this.#noticed(id),
      logged: (id) => this.#logListeners.forEach((listener) => listener(id)),
    });
  }

  /** Reads every bot once; afterwards the views follow by themselves. */
  async start(): Promise<void> {
    await this.#pollProcesses();
    this.#watch.start();
    await this.#readDirty();
    this.#repeat(PROCESSES_MS, () => this.#pollProcesses());
  }

  close(): void {
    this.#closed = true;
    this.#watch.close();
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#debounce !== null) clearTimeout(this.#debounce);
    if (this.#coalesce !== null) clearTimeout(this.#coalesce);
  }

  /** All bots by id, from memory. */
  all(): readonly BotView[] {
    this.#order ??= [...this.#entries.keys()].sort(byBotId);
    this.#sorted ??= this.#order.flatMap((id) => this.#entries.get(id)?.view ?? []);
    return this.#sorted;
  }

  get(id: string): BotView | undefined {
    return this.#entries.get(id)?.view;
  }

  /** One bot, never older than its files: they are compared by stat and read again when they are newer. */
  async fresh(id: string): Promise<BotView | undefined> {
    if (!isBotId(id)) return undefined;
    const entry = this.#entries.get(id);
    const stamp = stampOf(this.#folder(id));
    if (entry === undefined || entry.stamp !== stamp) await this.refresh(id);
    return this.get(id);
  }

  /** Reads one bot again (after an action), waiting for a read under way so that the answer includes the action. */
  async refresh(id: string): Promise<void> {
    await this.#reading.get(id);
    await this.#read(id);
  }

  /** As `refresh`, with the supervisor asked first: what an action on a process answers. */
  async refreshWithProcess(id: string): Promise<BotView | undefined> {
    await this.#pollProcesses();
    await this.refresh(id);
    return this.get(id);
  }

  /** Takes market prices of one venue; views follow within the coalescing time. */
  setPrice(venue: string, symbol: string, price: string): void {
    const key = `${venue} ${symbol}`;
    if (this.#prices.get(key) === price) return;
    this.#prices.set(key, price);
    this.#scheduleEmit();
  }

  /** Forgets a venue's prices (its stream was lost); views show the bots' own last prices from their next read on. */
  clearPrices(venue: string): void {
    for (const key of this.#prices.keys()) if (key.startsWith(`${venue} `)) this.#prices.delete(key);
  }

  /** The symbols of a venue are known now: views that lack their assets are made anew. */
  instrumentsKnown(venue: string): void {
    for (const id of this.#guessed) if (this.#entries.get(id)?.read.venue === venue) this.#noticed(id);
  }

  onChange(listener: ChangeListener): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onLog(listener: LogListener): () => void {
    this.#logListeners.add(listener);
    return () => this.#logListeners.delete(listener);
  }

  #folder(id: string): string {
    return join(botsFolder(this.#options.data), id);
  }

  #repeat(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work().finally(() => {
        if (!this.#closed) this.#repeat(ms, work);
      });
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }

  #noticed(id: string): void {
    this.#dirty.add(id);
    this.#debounce ??= setTimeout(() => {
      this.#debounce = null;
      void this.#readDirty();
    }, DEBOUNCE_MS);
  }

  async #readDirty(): Promise<void> {
    const ids = [...this.#dirty];
    this.#dirty.clear();
    const next = async (): Promise<void> => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) await this.#read(id);
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, next));
  }

  /** One read at a time for each bot; whoever comes meanwhile shares it. */
  #read(id: string): Promise<void> {
    const running = this.#reading.get(id);
    if (running !== undefined) return running;
    const reading = this.#readNow(id).finally(() => this.#reading.delete(id));
    this.#reading.set(id, reading);
    return reading;
  }

  async #readNow(id: string): Promise<void> {
    const { data, load } = this.#options;
    // Stamped before reading: a write during the read makes the stamp old, never the view wrongly new.
    const stamp = stampOf(this.#folder(id));
    if (!stamp.includes(':') || !isOwnFolder(this.#folder(id))) return this.#forget(id);
    const loaded = await load(data, id, this.#processes.get(`bot-${id}`) ?? null, null).catch(() => null);
    if (this.#closed) return;
    if (loaded === null) return this.#forget(id);
    const before = this.#entries.get(id)?.read;
    const named = loaded.venue === '' && before !== undefined ? withNames(loaded, before) : loaded;
    const instrument = this.#options.instrument?.(named.venue, named.symbol);
    const read = withAssets(named, instrument);
    if (loaded.quote === '' && instrument === undefined) this.#guessed.add(id);
    else this.#guessed.delete(id);
    this.#entries.set(id, { read, view: this.#live(read), stamp });
    if (before === undefined) this.#setOfBotsChanged();
    if (before?.symbol !== read.symbol || before.venue !== read.venue) this.#marketsChanged = true;
    this.#touch(id);
  }

  #forget(id: string): void {
    this.#guessed.delete(id);
    if (!this.#entries.delete(id)) return;
    this.#setOfBotsChanged();
    this.#marketsChanged = true;
    this.#touch(id);
  }

  #setOfBotsChanged(): void {
    this.#setChanged = true;
    this.#order = null;
  }

  #live(read: BotView): BotView {
    const price = this.#prices.get(`${read.venue} ${read.symbol}`);
    return price === undefined ? read : atPrice(read, price);
  }

  #touch(id: string): void {
    this.#sorted = null;
    this.#changed.add(id);
    this.#scheduleEmit();
  }

  #scheduleEmit(): void {
    if (this.#closed) return;
    this.#coalesce ??= setTimeout(() => {
      this.#coalesce = null;
      this.#emit();
    }, COALESCE_MS);
  }

  #emit(): void {
    if (this.#marketsChanged) this.#reportWanted();
    this.#applyPrices();
    if (this.#changed.size === 0) return;
    const changed = new Set(this.#changed);
    const setChanged = this.#setChanged;
    this.#changed.clear();
    this.#setChanged = false;
    for (const listener of this.#changeListeners) listener(changed, setChanged);
  }

  #applyPrices(): void {
    for (const [id, entry] of this.#entries) {
      const price = this.#prices.get(`${entry.read.venue} ${entry.read.symbol}`);
      if (price === undefined || price === entry.view.price) continue;
      entry.view = atPrice({ ...entry.read, process: entry.view.process }, price);
      this.#sorted = null;
      this.#changed.add(id);
    }
  }

  async #pollProcesses(): Promise<void> {
    const list = await this.#options.processes().catch(() => null);
    if (list === null || this.#closed) return;
    const before = this.#processes;
    this.#processes = new Map(list.map((status) => [status.name, status]));
    for (const [id, entry] of this.#entries) {
      const now = this.#processes.get(`bot-${id}`) ?? null;
      const then = before.get(`bot-${id}`) ?? null;
      // Its state decides what the files mean (`actual`), so the view is made anew; mere figures are laid over it.
      if (now?.status !== then?.status || now?.pid !== then?.pid) this.#noticed(id);
      else if (now !== null) this.#setProcess(entry, now);
    }
  }

  /** Figures of a process are no news for the fleet's page, so nobody is told; they stand in the next answer. */
  #setProcess(entry: Entry, status: ProcessStatus): void {
    if (!differs(entry.view.process, status)) return;
    entry.view = { ...entry.view, process: processView(status) };
    this.#sorted = null;
  }

  #reportWanted(): void {
    this.#marketsChanged = false;
    const symbols = new Map<string, Set<string>>();
    for (const { read } of this.#entries.values()) {
      if (read.symbol === '' || read.venue === '') continue;
      const known = symbols.get(read.venue) ?? new Set();
      symbols.set(read.venue, known.add(read.symbol));
    }
    this.#options.wanted?.(symbols);
  }
}
