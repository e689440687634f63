/** What a bot did, why, and what happened to it: its journal read again, from its first entry or from as far as it reaches back. */
import { parkedBooks } from '../../core/all-books.js';
import type { DecimalText } from '../../core/decimal.js';
import { step } from '../../core/engine.js';
import type { Effect, ReportedFill } from '../../core/events.js';
import type { Decision, Outcome, BotState, Settings } from '../../core/state.js';
import type { Verdict } from '../../core/strategy.js';
import { planNamed } from '../../strategies/registry.js';
import type { BotFolder } from '../files/folder.js';
import { journalAfter, journalFiles, readEntries, type Entry } from '../files/journal.js';
import { born } from '../files/restore.js';
import { readHistory } from '../files/trades.js';

/** How it decided on one kline. The outcome is null where the journal no longer tells enough to say. */
export interface Heard {
  readonly verdict: Verdict['action'];
  readonly late: boolean;
  readonly outcome: Outcome | null;
}

/** Something that a backtest knows nothing of. */
export interface Happening {
  /** Market time (ms). */
  readonly time: number;
  readonly what: 'config' | 'command' | 'halt' | 'start';
  /** The end of a sentence. */
  readonly words: string;
}

export interface Diary {
  /** By the open time of the kline. */
  readonly heard: ReadonlyMap<number, Heard>;
  readonly happenings: readonly Happening[];
  readonly fills: readonly ReportedFill[];
  /** Client order ids of what the user had it trade. */
  readonly byHand: ReadonlySet<string>;
  /** Whether the journal reaches back to the first entry, or to the last change of symbol or account. */
  readonly whole: boolean;
  /** The last change of symbol or account: nothing before it is in here. Null where it always traded the same. */
  readonly moved: { readonly cash: DecimalText; readonly parked: boolean } | null;
  readonly settings: Settings;
  readonly state: BotState | null;
}

/** Null when the bot never ran. Errors: `JournalDamaged`. */
export async function readDiary(folder: BotFolder): Promise<Diary | null> {
  const reader = new Reader();
  for (const entry of entriesOf(folder)) reader.take(entry);
  const { settings } = reader;
  if (settings === null) return null;
  const { heard, happenings, byHand, state, moved } = reader;
  const { trades } = await readHistory(folder.trades, reader.booked);
  const fills = moved === null ? trades : trades.filter(({ time }) => time >= moved.since);
  return { heard, happenings, fills, byHand, whole: state !== null, moved, settings, state };
}

/** From the first entry where it is there, else all that there is. */
function* entriesOf({ events }: BotFolder): Generator<Entry, void> {
  const [oldest] = journalFiles(events);
  if (oldest === undefined) return;
  const [first] = readEntries(oldest);
  if (first?.seq === 1) return yield* journalAfter(events, 0).entries;
  for (const file of journalFiles(events)) yield* readEntries(file);
}

class Reader {
  readonly heard = new Map<number, Heard>();
  readonly happenings: Happening[] = [];
  readonly byHand = new Set<string>();
  /** Entries with fills. */
  readonly booked: Entry[] = [];
  settings: Settings | null = null;
  state: BotState | null = null;
  moved: { since: number; cash: DecimalText; parked: boolean } | null = null;

  take(entry: Entry): void {
    const { event, effects } = entry;
    if (effects.some(({ type }) => type === 'booked')) this.booked.push(entry);
    if (event.type === 'born') {
      this.state = born(event);
      this.settings = event.settings;
      return;
    }
    const decided = this.follow(event);
    if (event.type === 'moved') return this.move(event);
    if (event.type === 'kline') {
      const { kline, verdict, late = false } = event;
      this.heard.set(kline.openTime, { verdict: verdict.action, late, outcome: decided?.outcome ?? null });
    }
    this.note(event);
    this.noteOrders(event, effects);
  }

  /** The step itself, taken again: it says what came of each verdict, which the journal does not hold. */
  private follow(event: Exclude<Entry['event'], { type: 'born' }>): Decision | null {
    if (this.state === null) return null;
    const { state, effects } = step(planNamed, this.state, event);
    this.state = state;
    this.settings = state.settings;
    return effects.find((effect) => effect.type === 'decide')?.decision ?? null;
  }

  /** Another symbol or another purse: what was before is no part of the life that is compared. */
  private move({ wall, settings }: Extract<Entry['event'], { type: 'moved' }>): void {
    this.heard.clear();
    this.happenings.length = 0;
    this.settings = settings;
    const { state } = this;
    // What was held before the journal begins nobody knows: it may be parked.
    this.moved = {
      since: wall,
      cash: state?.books.cash ?? settings.budget,
      parked: state === null || parkedBooks(state).length > 0,
    };
  }

  private note(event: Exclude<Entry['event'], { type: 'born' }>): void {
    const { time } = event;
    if (event.type === 'config') {
      this.settings ??= event.settings;
      this.happenings.push({ time, what: 'config', words: 'its config was changed' });
    } else if (event.type === 'command') {
      this.happenings.push({ time, what: 'command', words: `it was told to ${event.name}` });
    } else if (event.type === 'halt') {
      const words = event.halt === null ? 'the halt of the fleet ended' : 'the fleet was halted';
      this.happenings.push({ time, what: 'halt', words });
    } else if (event.type === 'started') {
      this.happenings.push({ time, what: 'start', words: 'it was started, or had lost its streams' });
    }
  }

  /** An order of an entry or exit that a command began belongs to the user, whatever event let it leave. */
  private noteOrders(event: Exclude<Entry['event'], { type: 'born' }>, effects: readonly Effect[]): void {
    const asked =
      (event.type === 'command' &&
        (event.name === 'buy' || event.name === 'sell' || event.name === 'flatten')) ||
      (this.state?.raised?.reasons[0]?.code.startsWith('user-') ?? false);
    for (const effect of effects) {
      if (effect.type !== 'place') continue;
      const { order } = effect;
      const isOwn = order.side === 'BUY' || order.type === 'market-sell';
      if (asked && isOwn) for (const leg of order.legs) this.byHand.add(leg.clientOrderId);
    }
  }
}
