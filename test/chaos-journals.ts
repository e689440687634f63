/** Follows the journal of one bot through a storm of kills: what it meant to send, and how long it stood unprotected. */
import { botFolder } from '../bot/files/folder.js';
import { entriesAfter, type Entry } from '../bot/files/journal.js';
import { replay } from '../bot/files/restore.js';
import { dec } from '../core/decimal.js';
import { isResting } from '../core/orders.js';
import type { BotState } from '../core/state.js';
import { planNamed } from '../strategies/registry.js';

/** Milliseconds of the exchange's wall clock. */
export interface Spans {
  /** No kill in between. */
  readonly clean: number[];
  /** The bot was killed meanwhile, or before it had recovered. */
  readonly killed: number[];
}

export class JournalWatch {
  state: BotState | null = null;
  /** Client ids of every leg that was meant to be sent, each with the id of its order. */
  readonly intents = new Map<string, string>();
  /** Orders whose intent is followed by a start at once: killed before anything was heard of them. */
  readonly unheard: { readonly id: string; readonly legs: readonly string[] }[] = [];
  /** Sentences: a number twice, a gap, another state than was recorded. A second copy would leave one. */
  readonly breaches: string[] = [];
  /** How often each command stands in it, by its uuid. */
  readonly commands = new Map<string, number>();
  /** Entries that were meant to be sent, and when (the exchange's wall time, ms). */
  readonly buys: { readonly id: string; readonly wall: number }[] = [];
  /** Of these, those that the halt of the fleet held back. */
  readonly heldBack = new Set<string>();
  readonly spans: Spans = { clean: [], killed: [] };
  private seq = 0;
  private last: Entry | null = null;
  private bare: { readonly since: number; readonly killed: boolean } | null = null;
  private readonly file: string;

  constructor(
    data: string,
    readonly id: string,
  ) {
    this.file = botFolder(data, id).events;
  }

  /** Reads on. While processes write and die a read may fail; the last one, when all is calm, must not. */
  read(final: boolean): void {
    let entries: Entry[];
    try {
      entries = [...entriesAfter(this.file, this.seq)];
    } catch (error) {
      if (final) this.breaches.push(`${this.id}: ${(error as Error).message}`);
      return;
    }
    for (const entry of entries) this.take(entry);
  }

  private take(entry: Entry): void {
    try {
      this.state = replay(planNamed, this.state, [entry], this.file);
    } catch (error) {
      this.breaches.push(`${this.id}: ${(error as Error).message}`);
    }
    const started = entry.event.type === 'started';
    this.noteUser(entry);
    for (const effect of entry.effects) {
      if (effect.type !== 'place') continue;
      for (const { clientOrderId } of effect.order.legs) {
        if (this.intents.has(clientOrderId))
          this.breaches.push(`${this.id}: its journal means to send ${clientOrderId} twice`);
        this.intents.set(clientOrderId, effect.order.id);
      }
    }
    if (started) this.noteUnheard();
    this.measure(entry, started);
    this.seq = entry.seq;
    this.last = entry;
  }

  /** What the user's commands and halts came to. */
  private noteUser({ event, effects }: Entry): void {
    if (event.type === 'born') return;
    if (event.type === 'command') this.commands.set(event.uuid, (this.commands.get(event.uuid) ?? 0) + 1);
    if (event.type === 'failed' && event.kind === 'fleet-halted') this.heldBack.add(event.id);
    for (const effect of effects)
      if (effect.type === 'place' && effect.order.side === 'BUY')
        this.buys.push({ id: effect.order.id, wall: event.wall });
  }

  private noteUnheard(): void {
    for (const effect of this.last?.effects ?? [])
      if (effect.type === 'place')
        this.unheard.push({ id: effect.order.id, legs: effect.order.legs.map((leg) => leg.clientOrderId) });
  }

  /** From the entry before it was known that something is held without a stop until a stop is known to rest, or it is sold. */
  private measure({ event }: Entry, started: boolean): void {
    if (this.state === null || event.type === 'born') return;
    const before = this.last?.event.wall ?? event.wall;
    if (isBare(this.state)) {
      // After a start nobody knows yet what rests: it counts from the last word before the kill.
      this.bare ??= { since: before, killed: this.state.recovering };
      if (started) this.bare = { ...this.bare, killed: true };
    } else if (this.bare !== null) {
      const { since, killed } = this.bare;
      this.spans[killed || started ? 'killed' : 'clean'].push(Math.max(0, event.wall - since));
      this.bare = null;
    }
  }
}

/** Holds what could be sold, and no stop is known to rest. */
function isBare({ books, orders, phase, price, settings }: BotState): boolean {
  if (phase === 'flat') return false;
  const worth = dec(books.quantity).times(price ?? '0');
  if (worth.lt(dec(settings.instrument.minNotional).times('1.05'))) return false;
  return !orders.some((order) => order.side === 'SELL' && order.type !== 'market-sell' && isResting(order));
}
