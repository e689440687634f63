/** From files to state: the newest sound checkpoint, and the journal replayed from there. */
import { existsSync } from 'node:fs';
import { step } from '../../core/engine.js';
import type { Bot, BotState } from '../../core/state.js';
import { initialState } from '../../core/state.js';
import type { Checkpoint } from './checkpoint.js';
import { readCheckpoint } from './checkpoint.js';
import type { BotFolder } from './folder.js';
import type { Birth, Entry } from './journal.js';
import { JournalDamaged, entriesAfter } from './journal.js';

export interface Restored {
  readonly state: BotState;
  /** The last journal entry it contains. */
  readonly seq: number;
  /** Entries replayed after the checkpoint. */
  readonly replayed: readonly Entry[];
  /** Sentences: a damaged checkpoint that the journal made up for. */
  readonly notes: readonly string[];
}

/**
 * Null when the bot has never run. Errors: `JournalDamaged`, or an Error with a sentence, when the state cannot be
 * proved: it is never assumed.
 */
export async function restore(folder: BotFolder, planNamed: Bot['planNamed']): Promise<Restored | null> {
  const { checkpoint, notes } = await newestCheckpoint(folder);
  if (checkpoint !== null && !existsSync(folder.events)) {
    throw new Error(
      `${folder.events} is missing, but ${folder.position} counts ${checkpoint.journalSeq} entries in it. Restore it from a backup, or move the bot's folder away and create the bot anew.`,
    );
  }
  const entries = entriesAfter(folder.events, checkpoint?.journalSeq ?? 0, checkpoint?.journal);
  if (checkpoint === null && entries.length === 0) {
    if (notes.length > 0) throw new Error(`${notes.join(' ')} The journal holds nothing to recover from.`);
    return null;
  }
  const state = replay(planNamed, checkpoint?.state ?? null, entries, folder.events);
  return { state, seq: entries.at(-1)?.seq ?? checkpoint?.journalSeq ?? 0, replayed: entries, notes };
}

async function newestCheckpoint(
  folder: BotFolder,
): Promise<{ checkpoint: Checkpoint | null; notes: string[] }> {
  const notes: string[] = [];
  for (const file of [folder.position, folder.previousPosition]) {
    const read = await readCheckpoint(file);
    if ('found' in read) return { checkpoint: read.found, notes };
    if ('damaged' in read) notes.push(`${read.damaged}; recovered from the journal.`);
  }
  return { checkpoint: null, notes };
}

/** The state after all entries. The effects must come out as they were recorded: otherwise the state proves nothing. */
export function replay(
  planNamed: Bot['planNamed'],
  from: BotState | null,
  entries: readonly Entry[],
  file: string,
): BotState {
  let state = from;
  for (const { seq, event, effects } of entries) {
    if (event.type === 'born') {
      state = born(event);
      continue;
    }
    if (state === null)
      throw new JournalDamaged(file, 1, `the journal begins with entry ${seq}, not with the bot's first`);
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
