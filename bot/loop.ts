/**
 * Event → step → journal → save → perform. One event at a time, synchronously up to the moment an order leaves:
 * whatever is sent has been durably recorded before.
 */
import { renameSync } from 'node:fs';
import { step, wakeAt } from '../core/engine.js';
import type { Effect, Event } from '../core/events.js';
import type { BotState } from '../core/state.js';
import { planNamed } from '../strategies/registry.js';
import { checkpointText, writeCheckpoint } from './files/checkpoint.js';
import type { BotFolder } from './files/folder.js';
import type { Journal } from './files/journal.js';
import type { Trades } from './files/trades.js';
import { historyLines } from './files/trades.js';
import { unguarded, type Guard } from './watchdog.js';

const SEGMENT_BYTES = 8_000_000;
/** A clock that was set back stands still for a while: the bot must not spin meanwhile. */
const SHORTEST_WAIT_MS = 25;
/** Checkpoints follow each other at least this far apart; the journal has everything in between. */
const CHECKPOINT_PAUSE_MS = 100;
/** A disk that failed is tried again this often. */
const RECOVER_EVERY_MS = 2_000;

export interface LoopOptions {
  readonly folder: BotFolder;
  readonly journal: Journal;
  readonly trades: Trades;
  /** Exchange wall time (ms). */
  readonly wall: () => number;
  readonly perform: (effect: Effect) => void;
  readonly say: (state: BotState, effect: Effect) => void;
  /** Nothing can be recorded anywhere: nothing may be sent that is not recorded. */
  readonly failed: (error: Error) => void;
  /** A file cannot be written, and what that means, as a sentence; null: all can be again. */
  readonly storage?: (sentence: string | null) => void;
  /** The journal entry that a sound checkpoint on the disk covers. */
  readonly covered: number;
  readonly guard?: Guard;
  /** Checkpoint files that prove nothing: kept aside before a sound one may take their place. */
  readonly damaged?: readonly string[];
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
  private recoverTimer: NodeJS.Timeout | null = null;
  private readonly waiting: Event[] = [];
  private started = false;
  private filesFailing = false;
  private readonly damaged: string[];
  private closed = false;

  constructor(
    public state: BotState,
    private readonly options: LoopOptions,
  ) {
    this.checkpointed = options.covered;
    // What is done before anything dated is heard must not count as of 1970: entries are counted by the hour.
    this.marketTime = state.lastDecision?.time ?? 0;
    this.damaged = [...(options.damaged ?? [])];
  }

  dispatch(event: Event): void {
    if (this.closed) return;
    this.tellFirst(event);
    const { state, effects } = this.step(event);
    this.marketTime = Math.max(this.marketTime, event.time);
    // What changed nothing is not part of the story.
    if (state === this.state && effects.length === 0) return this.scheduleWake(event.wall);
    const sends = effects.some((effect) => effect.type === 'place' || effect.type === 'cancel');
    try {
      this.options.journal.append(event, effects.filter(isRecorded), sends);
    } catch (error) {
      return this.unrecorded(event, error as Error);
    }
    this.state = state;
    // Orders leave first; words and files can wait.
    for (const effect of effects) this.options.perform(effect);
    this.record(effects);
    for (const effect of effects) this.options.say(state, effect);
    if (event.type === 'started') this.begin(event);
    this.scheduleWake(event.wall);
    this.scheduleSave();
  }

  private step(event: Event): ReturnType<typeof step> {
    const { guard = unguarded } = this.options;
    const { terms, settings } = this.state;
    const what = () => {
      const at = event.type === 'kline' ? event.kline.openTime : event.time;
      const { name } = (terms ?? settings.terms).plan;
      return `The plan "${name}" at a ${event.type} of ${new Date(at).toISOString()}`;
    };
    return guard(what, () => step(planNamed, this.state, event));
  }

  /** A bot that starts on a disk that takes nothing knows it before it acts on anything else. */
  private tellFirst(event: Event): void {
    const { failing } = this.options.journal;
    if (failing === null || isUnrecorded(this.state)) return;
    if (event.type !== 'storage' && event.type !== 'started') this.tellStorage(failing, event);
  }

  /** What waits until the bot recovers: before that the core would act on it at once. */
  onceStarted(event: Event): void {
    this.waiting.push(event);
  }

  private begin({ time, wall }: Event): void {
    this.started = true;
    const { failing } = this.options.journal;
    if (failing !== null) this.tellStorage(failing, { time, wall });
    for (const event of this.waiting.splice(0)) this.dispatch(event);
    if (isUnrecorded(this.state)) this.recoverLater();
  }

  private record(effects: readonly Effect[]): void {
    const { trades, journal } = this.options;
    trades.append(historyLines(effects, journal.seq));
  }

  /**
   * The journal does not take it. Entries go on in a spare place, and the event is considered again by a core that knows:
   * it buys nothing, but protects and sells as ever.
   */
  private unrecorded(event: Event, error: Error): void {
    const { journal } = this.options;
    if (journal.failing !== null) return this.fail(error);
    if (!this.giveWay(error)) return;
    // A start is told first: until it recovers the core must not act, whatever it hears.
    if (event.type !== 'started') this.tellStorage(error, event);
    if (event.type !== 'storage') this.dispatch(event);
  }

  private giveWay(error: Error): boolean {
    try {
      this.options.journal.giveWay(error);
    } catch (failure) {
      this.fail(failure as Error);
      return false;
    }
    this.recoverLater();
    return true;
  }

  private tellStorage(error: Error, { time, wall }: { readonly time: number; readonly wall: number }): void {
    const failing = unrecordedWords(this.options.folder, error);
    if (!isUnrecorded(this.state)) this.dispatch({ type: 'storage', time, wall, failing });
    this.options.storage?.(failing);
  }

  private recoverLater(): void {
    this.recoverTimer ??= setTimeout(() => {
      this.recoverTimer = null;
      this.recover();
    }, RECOVER_EVERY_MS);
  }

  /** Once the journal takes entries again it gets those that it lacks, and the bot buys again. */
  private recover(): void {
    const { journal } = this.options;
    if (this.closed) return;
    if ((journal.failing !== null && !journal.recover()) || !this.started) return this.recoverLater();
    this.dispatch({ type: 'storage', time: this.marketTime, wall: this.options.wall(), failing: null });
    if (!isUnrecorded(this.state)) this.options.storage?.(null);
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

  private scheduleSave(pauseMs = CHECKPOINT_PAUSE_MS): void {
    if (this.saveTimer !== null || this.saving !== null || this.closed) return;
    this.saveTimer = setTimeout(() => {
      this.saveTimer = null;
      void this.save();
    }, pauseMs);
  }

  /** Writes a checkpoint of the state as it is now, unless the last one is of it. Where that fails it is tried again. */
  async save(): Promise<void> {
    if (this.saveTimer !== null) clearTimeout(this.saveTimer);
    this.saveTimer = null;
    while (this.saving !== null) await this.saving;
    if (this.checkpointed === this.options.journal.seq || !this.syncs()) return;
    let pauseMs: number | null = null;
    this.saving = this.saveNow()
      .then((more) => {
        pauseMs = more ? CHECKPOINT_PAUSE_MS : null;
        this.filesAreWell();
      })
      .catch((error: Error) => {
        pauseMs = RECOVER_EVERY_MS;
        this.filesFail(error);
      })
      .finally(() => {
        this.saving = null;
      });
    await this.saving;
    if (pauseMs !== null) this.scheduleSave(pauseMs);
  }

  /** A checkpoint must never be ahead of the journal, or a power cut leaves it counting entries that are gone. */
  private syncs(): boolean {
    const { journal, wall } = this.options;
    if (this.closed || journal.failing !== null) return false;
    try {
      journal.sync();
      return true;
    } catch (error) {
      if (this.giveWay(error as Error) && this.started)
        this.tellStorage(error as Error, { time: this.marketTime, wall: wall() });
      return false;
    }
  }

  /** Whether there is more to save already. */
  private async saveNow(): Promise<boolean> {
    const { folder, journal, trades } = this.options;
    const { seq } = journal;
    const covered = this.checkpointed;
    trades.sync();
    for (const file of this.damaged.splice(0)) this.putAside(file);
    await writeCheckpoint(folder, checkpointText(this.state, seq, journal.position(), Date.now()));
    this.checkpointed = seq;
    if (this.closed) return false;
    if (journal.seq > seq) return true;
    // A segment goes only when the checkpoint before this one covers it too: either of the two can then be recovered from.
    journal.rotate(this.options.segmentBytes ?? SEGMENT_BYTES, covered);
    return false;
  }

  private putAside(file: string): void {
    try {
      renameSync(file, `${file}.damaged`);
    } catch (error) {
      this.damaged.push(file);
      throw error;
    }
  }

  /** Checkpoint and trades follow from the journal: without them it trades on, and they are made good. */
  private filesFail(error: Error): void {
    if (this.filesFailing || this.closed) return;
    this.filesFailing = true;
    this.options.storage?.(
      `Files in ${this.options.folder.folder} cannot be written: ${error.message}. The journal can, so the bot trades on; make room or mend the disk.`,
    );
  }

  private filesAreWell(): void {
    if (!this.filesFailing) return;
    this.filesFailing = false;
    if (!isUnrecorded(this.state)) this.options.storage?.(null);
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
    if (this.saveTimer !== null) clearTimeout(this.saveTimer);
    if (this.recoverTimer !== null) clearTimeout(this.recoverTimer);
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
    if (this.recoverTimer !== null) clearTimeout(this.recoverTimer);
    this.saveTimer = this.recoverTimer = null;
    this.options.journal.abandon();
  }
}

/** The verdict stands in the event already; what is said and decided follows from it. */
export function isRecorded(effect: Effect): boolean {
  return effect.type !== 'decide' && effect.type !== 'notify';
}

function isUnrecorded(state: BotState): boolean {
  return (state.unrecorded ?? null) !== null;
}

function unrecordedWords({ folder }: BotFolder, { message }: Error): string {
  return (
    `Nothing can be recorded in ${folder} as it should be (${message}). Until that is mended the bot buys nothing; ` +
    'it protects and sells what it holds, and resumes by itself. Make room on the disk, or make the folder writable.'
  );
}
