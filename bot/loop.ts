/**
 * Event → step → journal → save → perform. One event at a time, synchronously up to the moment an order leaves:
 * whatever is sent has been durably recorded before.
 */
import { step, wakeAt } from '../core/engine.js';
import type { Effect, Event } from '../core/events.js';
import type { BotState } from '../core/state.js';
import { planNamed } from '../strategies/registry.js';
import { checkpointText, writeCheckpoint } from './files/checkpoint.js';
import type { BotFolder } from './files/folder.js';
import type { Journal } from './files/journal.js';
import type { Trades } from './files/trades.js';
import { historyLines } from './files/trades.js';

const SEGMENT_BYTES = 8_000_000;
/** A clock that was set back stands still for a while: the bot must not spin meanwhile. */
const SHORTEST_WAIT_MS = 25;
/** Checkpoints follow each other at least this far apart; the journal has everything in between. */
const CHECKPOINT_PAUSE_MS = 100;

export interface LoopOptions {
  readonly folder: BotFolder;
  readonly journal: Journal;
  readonly trades: Trades;
  /** Exchange wall time (ms). */
  readonly wall: () => number;
  readonly perform: (effect: Effect) => void;
  readonly say: (state: BotState, effect: Effect) => void;
  /** The journal cannot be written: nothing may be sent that is not recorded. */
  readonly failed: (error: Error) => void;
  /** The journal entry that a sound checkpoint on the disk covers. */
  readonly covered: number;
  /** A journal grown beyond this goes on in a new file. */
  readonly segmentBytes?: number;
}

export class Loop {
  /** Market time of the latest event. */
  marketTime = 0;
  private checkpointed = 0;
  private saving: Promise<void> | null = null;
  private saveTimer: NodeJS.Timeout | null = null;
  private wakeTimer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    public state: BotState,
    private readonly options: LoopOptions,
  ) {
    this.checkpointed = options.covered;
  }

  dispatch(event: Event): void {
    if (this.closed) return;
    const { state, effects } = step(planNamed, this.state, event);
    this.marketTime = Math.max(this.marketTime, event.time);
    // What changed nothing is not part of the story.
    if (state === this.state && effects.length === 0) return this.scheduleWake(event.wall);
    const sends = effects.some((effect) => effect.type === 'place' || effect.type === 'cancel');
    try {
      this.options.journal.append(event, effects.filter(isRecorded), sends);
    } catch (error) {
      return this.fail(error as Error);
    }
    this.state = state;
    // Orders leave first; words and files can wait.
    for (const effect of effects) this.options.perform(effect);
    try {
      this.record(effects);
    } catch (error) {
      // The journal has them: the next start makes the file good.
      return this.fail(error as Error);
    }
    for (const effect of effects) this.options.say(state, effect);
    this.scheduleWake(event.wall);
    this.scheduleSave();
  }

  private record(effects: readonly Effect[]): void {
    const { trades, journal } = this.options;
    trades.append(historyLines(effects, journal.seq));
  }

  /** Something may be due by the clock: an unresolved order to ask for, a pause to end. */
  private scheduleWake(considered: number): void {
    this.stopWaiting();
    const at = wakeAt(this.state, considered);
    if (at !== null)
      this.wakeTimer = setTimeout(() => this.wake(), Math.max(SHORTEST_WAIT_MS, at - this.options.wall()));
  }

  private wake(): void {
    this.dispatch({ type: 'time', time: this.marketTime, wall: this.options.wall() });
  }

  private scheduleSave(): void {
    if (this.saveTimer !== null || this.saving !== null) return;
    this.saveTimer = setTimeout(() => {
      this.saveTimer = null;
      this.save().catch((error: Error) => this.fail(error));
    }, CHECKPOINT_PAUSE_MS);
  }

  /** Writes a checkpoint of the state as it is now, unless the last one is of it. */
  async save(): Promise<void> {
    if (this.saveTimer !== null) clearTimeout(this.saveTimer);
    this.saveTimer = null;
    while (this.saving !== null) await this.saving;
    if (this.checkpointed === this.options.journal.seq) return;
    this.saving = this.saveNow().finally(() => {
      this.saving = null;
    });
    await this.saving;
  }

  private async saveNow(): Promise<void> {
    const { folder, journal, trades } = this.options;
    const { seq } = journal;
    const covered = this.checkpointed;
    // A checkpoint must never be ahead of the journal, or a power cut leaves it counting entries that are gone.
    journal.sync();
    trades.sync();
    await writeCheckpoint(folder, checkpointText(this.state, seq, journal.position(), Date.now()));
    this.checkpointed = seq;
    if (this.closed) return;
    if (journal.seq > seq) this.scheduleSave();
    // A segment goes only when the checkpoint before this one covers it too: either of the two can then be recovered from.
    else journal.rotate(this.options.segmentBytes ?? SEGMENT_BYTES, covered);
  }

  private stopWaiting(): void {
    if (this.wakeTimer !== null) clearTimeout(this.wakeTimer);
    this.wakeTimer = null;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.stopWaiting();
    await this.save();
    this.closed = true;
    this.options.journal.close();
  }

  /** What follows would be recorded as if what could not be recorded had not happened: nothing may follow. */
  private fail(error: Error): void {
    if (this.closed) return;
    this.abandon();
    this.options.failed(error);
  }

  /** Ends at once and without saving: from here on nothing is recorded, and so nothing is sent. */
  abandon(): void {
    if (this.closed) return;
    this.closed = true;
    this.stopWaiting();
    if (this.saveTimer !== null) clearTimeout(this.saveTimer);
    this.saveTimer = null;
    this.options.journal.abandon();
  }
}

/** The verdict stands in the event already; what is said and decided follows from it. */
function isRecorded(effect: Effect): boolean {
  return effect.type !== 'decide' && effect.type !== 'notify';
}
