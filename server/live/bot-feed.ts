import { randomBytes } from 'node:crypto';
import type { BotView, DecisionView, LogLine } from '../../bot/files/view.js';
import type { BotStore } from '../store.js';
import type { StreamClient } from '../web/sse.js';
import { ageless } from './rows.js';

/** How a bot's page is drawn; from `views/`. Each part is a push by a name of its own. */
export interface BotDrawing {
  parts(bot: BotView): Readonly<Record<string, string>>;
  /** How the exchange is heard. */
  health(): string;
  decisions(decisions: readonly DecisionView[]): string;
  /** The whole log; and one line on top of it. */
  log(lines: readonly LogLine[]): string;
  /** What a timeline shows of it, newest first. */
  events(lines: readonly LogLine[]): string;
  logLine(line: LogLine): string;
  /** Leads away from the page of a bot that was deleted. */
  gone(): string;
}

export interface BotSources {
  readonly decisions: (bot: BotView) => Promise<DecisionView[]>;
  readonly log: (id: string) => Promise<LogLine[]>;
  readonly events: (id: string) => Promise<LogLine[]>;
}

/** Figures that move without news (memory, uptime) are looked at this often. */
const LOOK_AGAIN_MS = 2_000;
const LOG_MS = 250;

interface Room {
  readonly clients: Set<StreamClient>;
  readonly shown: Map<string, string>;
  lastKline: number | null;
  lastLine: LogLine | null;
  logTimer: NodeJS.Timeout | null;
}

/** The live pages of single bots: only bots that somebody looks at cost anything. */
export class BotFeed {
  readonly #store: BotStore;
  readonly #draw: BotDrawing;
  readonly #sources: BotSources;
  readonly #rooms = new Map<string, Room>();
  readonly #endings: (() => void)[];
  readonly #timer: NodeJS.Timeout;
  readonly #run = randomBytes(4).toString('hex');
  #seq = 0;
  #health = '';

  constructor(store: BotStore, draw: BotDrawing, sources: BotSources) {
    this.#store = store;
    this.#draw = draw;
    this.#sources = sources;
    this.#endings = [
      store.onChange((changed) => changed.forEach((id) => this.#changed(id))),
      store.onLog((id) => this.#logged(id)),
    ];
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_AGAIN_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const end of this.#endings) end();
    for (const room of this.#rooms.values()) if (room.logTimer !== null) clearTimeout(room.logTimer);
    this.#rooms.clear();
  }

  /** Sends the page's live parts whole at first (what changed while the page was on its way is among them). */
  async add(id: string, client: StreamClient): Promise<void> {
    const room = this.#rooms.get(id) ?? this.#open(id);
    room.clients.add(client);
    const bot = this.#store.get(id);
    if (bot === undefined) return client.send(this.#id(), this.#draw.gone());
    const [decisions, log, events] = await Promise.all([
      this.#decisions(bot),
      this.#log(id),
      this.#sources.events(id).catch(() => []),
    ]);
    room.lastLine ??= log.at(-1) ?? null;
    // As it stands after the reading: meanwhile it may have been pushed.
    this.#changed(id);
    const parts = Object.values(this.#draw.parts(this.#store.get(id) ?? bot)).join('');
    // Newer than any answer that was drawn before it.
    this.#seq++;
    const told = this.#draw.decisions(decisions) + this.#draw.events([...events].reverse());
    client.send(this.#id(), parts + told + this.#draw.log([...log].reverse()));
  }

  remove(id: string, client: StreamClient): void {
    const room = this.#rooms.get(id);
    room?.clients.delete(client);
    if (room === undefined || room.clients.size > 0) return;
    if (room.logTimer !== null) clearTimeout(room.logTimer);
    this.#rooms.delete(id);
  }

  /**
   * Tells what has changed of it now: pushes say what differs from what was told last, so an answer must not show more.
   * What else changes is told when the store says so, and may by then be as it was.
   */
  tell(id: string): void {
    this.#changed(id);
  }

  /** Names what an answer that is drawn now shows: pushes of later numbers are newer. */
  position(): string {
    return this.#id();
  }

  #open(id: string): Room {
    const bot = this.#store.get(id);
    const shown = new Map(
      Object.entries(bot === undefined ? {} : this.#draw.parts(bot)).map(([name, html]) => [
        name,
        ageless(html),
      ]),
    );
    const room: Room = {
      clients: new Set(),
      shown,
      lastKline: bot?.lastKline ?? null,
      lastLine: null,
      logTimer: null,
    };
    this.#rooms.set(id, room);
    return room;
  }

  #id(): string {
    return `${this.#run}-${this.#seq}`;
  }

  #decisions(bot: BotView): Promise<DecisionView[]> {
    return this.#sources.decisions(bot).catch(() => []);
  }

  #log(id: string): Promise<LogLine[]> {
    return this.#sources.log(id).catch(() => []);
  }

  #lookAgain(): void {
    if (this.#rooms.size === 0) return;
    const health = this.#draw.health();
    for (const [id, room] of this.#rooms) {
      if (this.#store.get(id) === undefined) continue;
      this.#changed(id);
      if (health !== this.#health) this.#send(room, health);
    }
    this.#health = health;
  }

  #changed(id: string): void {
    const room = this.#rooms.get(id);
    if (room === undefined) return;
    const bot = this.#store.get(id);
    if (bot === undefined) return this.#send(room, this.#draw.gone());
    let push = '';
    for (const [name, html] of Object.entries(this.#draw.parts(bot))) {
      const comparable = ageless(html);
      if (room.shown.get(name) === comparable) continue;
      room.shown.set(name, comparable);
      push += html;
    }
    this.#send(room, push);
    if (bot.lastKline !== room.lastKline) void this.#klineClosed(room, bot);
  }

  async #klineClosed(room: Room, bot: BotView): Promise<void> {
    room.lastKline = bot.lastKline;
    for (const client of room.clients) client.signal(this.#id(), 'kline');
    this.#send(room, this.#draw.decisions(await this.#decisions(bot)));
  }

  #logged(id: string): void {
    const room = this.#rooms.get(id);
    if (room === undefined) return;
    room.logTimer ??= setTimeout(() => {
      room.logTimer = null;
      void this.#tellLog(id, room);
    }, LOG_MS);
  }

  async #tellLog(id: string, room: Room): Promise<void> {
    const lines = await this.#log(id);
    const known = room.lastLine;
    const from =
      known === null
        ? 0
        : lines.findLastIndex((line) => line.time === known.time && line.message === known.message) + 1;
    room.lastLine = lines.at(-1) ?? known;
    this.#send(
      room,
      lines
        .slice(from)
        .map((line) => this.#draw.logLine(line))
        .join(''),
    );
  }

  #send(room: Room, push: string): void {
    if (push === '') return;
    this.#seq++;
    for (const client of room.clients) client.send(this.#id(), push);
  }
}
