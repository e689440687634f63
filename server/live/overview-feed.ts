import { randomBytes } from 'node:crypto';
import type { BotView } from '../../bot/files/view.js';
import type { BotSource } from './seen-bots.js';
import type { StreamClient } from '../web/sse.js';
import { Blocks } from './blocks.js';
import { cellChanges } from './rows.js';

/** How the fleet's page is drawn; from `views/`, so that a push is the same markup as the page. */
export interface OverviewDrawing {
  /** One bot's row. */
  row(bot: BotView): string;
  /** A push that replaces a row; one that adds it; one that takes it away. */
  pushRow(id: string, row: string): string;
  pushNewRow(row: string): string;
  pushRemovedRow(id: string): string;
  /** A push of the page's whole content. */
  pushAll(rows: readonly Buffer[]): string;
  /** Everything that is no row (totals, health), each as a push by a name of its own. */
  others(): Readonly<Record<string, string>>;
}

/** Without a position to return to, a reader gets what changed while its page was on the way. */
const PAGE_ON_THE_WAY_MS = 20_000;
const OTHERS_MS = 1_000;

/** Rows are drawn for so long at a time; then others have their turn. */
const SLICE_MS = 4;
/** Where more have changed at once (a price that many trade at), they are told no more often than this. */
const MANY = 100;
const MANY_MS = 1_000;
/** So many rows a request brings up to date itself; what it asked for before is among them. */
const OF_A_REQUEST = 20;

interface Row {
  readonly view: BotView;
  readonly html: string;
  readonly bytes: Buffer;
  readonly seq: number;
  /** Local monotonic ms of the last change. */
  readonly at: number;
}

/**
 * The live fleet page: draws each changed bot once for all readers and tells them what changed. A reader that comes
 * back is brought up to date from the number of its last message; after a restart of the server it gets every row.
 */
export class OverviewFeed {
  readonly #store: BotSource;
  readonly #draw: OverviewDrawing;
  readonly #clients = new Set<StreamClient>();
  readonly #rows = new Map<string, Row>();
  readonly #others = new Map<string, string>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  /** Numbers of another run of the server mean nothing here. */
  readonly #run = randomBytes(4).toString('hex');
  #seq = 0;
  readonly #dirty = new Set<string>();
  #later: NodeJS.Timeout | NodeJS.Immediate | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;
  readonly #blocks = new Blocks();
  #listed: readonly BotView[] | null = null;
  /** When bots last came or went. */
  #set = { seq: 0, at: Number.NEGATIVE_INFINITY };

  constructor(store: BotSource, draw: OverviewDrawing) {
    this.#store = store;
    this.#draw = draw;
    for (const bot of store.all()) this.#remember(bot);
    this.#unsubscribe = store.onChange((changed) => this.#changed(changed));
    this.#timer = setInterval(() => this.#tellOthers(), OTHERS_MS);
    this.#timer.unref();
  }

  close(): void {
    this.#unsubscribe();
    clearInterval(this.#timer);
    this.#dirty.clear();
  }

  /** The rows of all bots as they stand, one after the other, as bytes of UTF-8. */
  rows(): readonly Buffer[] {
    const bots = this.#store.all();
    if (bots !== this.#listed) this.#drawFew(bots);
    this.#listed = bots;
    return this.#blocks.of(bots.map((bot) => (this.#rows.get(bot.id) ?? this.#remember(bot)).bytes));
  }

  /**
   * Names what `rows` holds: a stream that begins after it misses nothing and repeats nothing. Of an answer that is drawn now,
   * pushes of later numbers are newer.
   */
  position(): string {
    return this.#id();
  }

  /** Tells now what has changed of this bot: pushes say what differs from what was told last, so an answer must not show more. */
  tell(id: string): void {
    const bot = this.#store.get(id);
    if (bot === undefined || this.#rows.size === 0 || this.#rows.get(id)?.view === bot) return;
    this.#dirty.delete(id);
    this.#seq++;
    this.#broadcast(this.#change(id));
  }

  /** Sends from now on, after what was missed since the message `last`. */
  add(client: StreamClient, last: string | null): void {
    this.#clients.add(client);
    const missed = this.#missed(last);
    client.send(this.#id(), missed);
  }

  remove(client: StreamClient): void {
    this.#clients.delete(client);
  }

  /** Whether somebody looks at it now. */
  get isWatched(): boolean {
    return this.#clients.size > 0;
  }

  #id(): string {
    return `${this.#run}-${this.#seq}`;
  }

  #remember(bot: BotView): Row {
    const html = this.#draw.row(bot);
    // No page can have been drawn before: nobody missed it.
    const row: Row = {
      view: bot,
      html,
      bytes: Buffer.from(html),
      seq: this.#seq,
      at: Number.NEGATIVE_INFINITY,
    };
    this.#rows.set(bot.id, row);
    return row;
  }

  #changed(ids: ReadonlySet<string>): void {
    for (const id of ids) this.#dirty.add(id);
    if (this.#later !== null) return;
    const since = performance.now() - this.#drawnAt;
    if (this.#dirty.size <= MANY || since >= MANY_MS) return this.#drawSome();
    this.#later = setTimeout(() => this.#drawSome(), MANY_MS - since).unref();
  }

  /** Draws what has changed, for a few milliseconds; the rest after whatever else waits. */
  #drawSome(): void {
    const began = performance.now();
    this.#later = null;
    this.#drawnAt = began;
    this.#seq++;
    const wasEmpty = this.#rows.size === 0;
    let push = '';
    for (const id of this.#dirty) {
      this.#dirty.delete(id);
      push += this.#change(id);
      if (performance.now() - began > SLICE_MS) break;
    }
    const done = this.#dirty.size === 0;
    if (!done) this.#later = setImmediate(() => this.#drawSome());
    // The page of an empty fleet is another page.
    if (wasEmpty !== (this.#rows.size === 0)) push = this.#draw.pushAll(this.rows());
    if (this.#clients.size === 0) return;
    // In the same message, so that the totals never contradict the rows.
    this.#broadcast(push + (done ? this.#changedOthers('totals') : ''));
  }

  /** What a request may see of changes that are not told yet: a few rows at once, where it is few that changed. */
  #drawFew(bots: readonly BotView[]): void {
    const old = bots.filter((bot) => this.#rows.get(bot.id)?.view !== bot);
    if (old.length > OF_A_REQUEST || this.#later !== null) return;
    for (const { id } of old) this.#dirty.add(id);
    if (old.length > 0) this.#drawSome();
  }

  #change(id: string): string {
    const bot = this.#store.get(id);
    const before = this.#rows.get(id)?.html;
    if (bot === undefined) return before === undefined ? '' : this.#drop(id);
    const html = this.#draw.row(bot);
    if (html === before) {
      const row = this.#rows.get(id);
      if (row !== undefined) this.#rows.set(id, { ...row, view: bot });
      return '';
    }
    this.#rows.set(id, { view: bot, html, bytes: Buffer.from(html), seq: this.#seq, at: performance.now() });
    if (before !== undefined) return cellChanges(id, before, html) ?? this.#draw.pushRow(id, html);
    this.#setChanged();
    return this.#draw.pushNewRow(html);
  }

  #drop(id: string): string {
    this.#rows.delete(id);
    this.#setChanged();
    return this.#draw.pushRemovedRow(id);
  }

  #setChanged(): void {
    this.#set = { seq: this.#seq, at: performance.now() };
  }

  #tellOthers(): void {
    if (this.#clients.size === 0) return;
    this.#seq++;
    this.#broadcast(this.#changedOthers());
  }

  /** What is no row and has changed: all of it, or one part. */
  #changedOthers(only?: string): string {
    let push = '';
    for (const [name, html] of Object.entries(this.#draw.others())) {
      if (this.#others.get(name) === html || (only !== undefined && only !== name)) continue;
      this.#others.set(name, html);
      push += html;
    }
    return push;
  }

  #broadcast(push: string): void {
    if (push === '') return;
    for (const client of this.#clients) client.send(this.#id(), push);
  }

  #missed(last: string | null): string {
    const since = this.#since(last);
    const after = performance.now() - PAGE_ON_THE_WAY_MS;
    const isMissed = ({ seq, at }: { seq: number; at: number }): boolean =>
      since === null ? at > after : seq > since;
    const others = Object.values(this.#draw.others()).join('');
    if (since === -1 || isMissed(this.#set)) return this.#draw.pushAll(this.rows()) + others;
    const rows = [...this.#rows].filter(([, row]) => isMissed(row));
    return rows.map(([id, row]) => this.#draw.pushRow(id, row.html)).join('') + others;
  }

  /** The number after which things were missed; −1 for everything, null when the reader does not say. */
  #since(last: string | null): number | null {
    if (last === null) return null;
    const [run, seq] = last.split('-');
    return run === this.#run && /^\d+$/.test(seq ?? '') ? Number(seq) : -1;
  }
}
