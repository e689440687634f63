/** From files to state: the newest sound checkpoint, and the journal replayed from there. */
import { statSync } from 'node:fs';
import { step } from '../../core/engine.js';
import type { Bot, BotState } from '../../core/state.js';
import { initialState, upToDate } from '../../core/state.js';
import type { Checkpoint } from './checkpoint.js';
import { readCheckpoint } from './checkpoint.js';
import type { BotFolder } from './folder.js';
import type { Birth, Entry } from './journal.js';
import { JournalDamaged, holdsEntries, journalAfter, journalFiles, type Kept } from './journal.js';
import { historyLines } from './trades.js';
import { refuseUnknown } from './versions.js';

export interface Restored {
  readonly state: BotState;
  /** The last journal entry it contains. */
  readonly seq: number;
  /** How many entries were replayed after the checkpoint. */
  readonly count: number;
  /** Those of them that belong into the history of trades. */
  readonly replayed: readonly Entry[];
  /** Sentences: a damaged checkpoint that the journal made up for. */
  readonly notes: readonly string[];
  /** The entry that the sound checkpoint covers; 0 when there is none. */
  readonly covered: number;
  /** What stands in spare places, which the journal takes over. */
  readonly kept: Kept;
  /** Checkpoint files that prove nothing. They must not take the place of a sound one. */
  readonly damaged: readonly string[];
}

/**
 * Null when the bot has never run. Errors: `JournalDamaged`, or an Error with a sentence, when the state cannot be
 * proved: it is never assumed.
 */
export async function restore(folder: BotFolder, planNamed: Bot['planNamed']): Promise<Restored | null> {
  const { checkpoint, damaged, reasons } = await newestCheckpoint(folder);
  const notes = reasons.map((reason) => `${reason}; recovered from the journal.`);
  if (checkpoint !== null && journalFiles(folder.events).length === 0) {
    throw new Error(
      `${folder.events} is missing, but ${folder.position} counts ${checkpoint.journalSeq} entries in it. Restore it from a backup, or move the bot's folder away and create the bot anew.`,
    );
  }
  if (checkpoint === null && !holdsEntries(folder.events)) {
    if (damaged.length > 0)
      throw new Error(
        `${reasons.join('; ')}; and ${folder.events} holds nothing to recover from. Restore the folder from a backup, or move it away and create the bot anew.`,
      );
    refuseLost(folder);
    return null;
  }
  const covered = checkpoint?.journalSeq ?? 0;
  const replayed: Entry[] = [];
  let seq = covered;
  function* noted(entries: Iterable<Entry>): Generator<Entry, void> {
    for (const entry of entries) {
      seq = entry.seq;
      if (historyLines(entry.effects, seq).length > 0) replayed.push(entry);
      yield entry;
    }
  }
  const { entries, kept } = journalAfter(folder.events, covered, checkpoint?.journal);
  const state = replay(planNamed, checkpoint?.state ?? null, noted(entries), folder.events);
  return { state, seq, count: seq - covered, replayed, notes, covered, kept, damaged };
}

/** A bot that has traded is never born again: its orders and its position would be nobody's. */
function refuseLost({ events, position, trades }: BotFolder): void {
  const traded = statSync(trades, { throwIfNoEntry: false });
  if (traded === undefined || traded.size === 0) return;
  throw new Error(
    `${events} and ${position} are gone or empty, but ${trades} tells of trades. Restore them from a backup, or move the bot's folder away and create the bot anew.`,
  );
}

async function newestCheckpoint(
  folder: BotFolder,
): Promise<{ checkpoint: Checkpoint | null; damaged: string[]; reasons: string[] }> {
  const reasons: string[] = [];
  const damaged: string[] = [];
  for (const file of [folder.position, folder.previousPosition]) {
    const read = await readCheckpoint(file);
    if ('found' in read) return { checkpoint: read.found, damaged, reasons };
    if (!('damaged' in read)) continue;
    reasons.push(read.damaged);
    damaged.push(file);
  }
  return { checkpoint: null, damaged, reasons };
}

/** The state after all entries. The effects must come out as they were recorded: otherwise the state proves nothing. */
export function replay(
  planNamed: Bot['planNamed'],
  from: BotState | null,
  entries: Iterable<Entry>,
  file: string,
): BotState {
  let state = from === null ? null : upToDate(from);
  for (const { seq, event, effects } of entries) {
    if (event.type === 'born') {
      state = born(event);
      continue;
    }
    if (state === null)
      throw new JournalDamaged(file, 1, `the journal begins with entry ${seq}, not with the bot's first`);
    refuseUnknown(file, seq, event.type);
    const next = step(planNamed, state, event);
    if (placed(next.effects) !== placed(effects)) {
      throw new JournalDamaged(
        file,
        seq,
        `replaying entry ${seq} gives other orders than it recorded (another version of Flotilla wrote it)`,
      );
    }
    state = next.state;
  }
  if (state === null) throw new JournalDamaged(file, 1, 'the journal is empty');
  return state;
}

export function born(birth: Birth): BotState {
  return { ...initialState(birth.settings, birth.tag), tradeCursor: birth.tradeCursor };
}

function placed(
  effects: readonly { readonly type: string; readonly order?: { readonly id: string } }[],
): string {
  return effects.flatMap((effect) => (effect.type === 'place' ? [effect.order?.id ?? ''] : [])).join(' ');
}
