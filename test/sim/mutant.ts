/** The bot that is broken now, if any: what the seams put in the place of the core, the line and the disk. */
import { step as realStep } from '../../core/engine.js';
import type { Obey } from '../../bot/inbox.js';
import type { Effect, Event } from '../../core/events.js';
import type { Halt } from '../../core/halt.js';
import type { BotState } from '../../core/state.js';
import type { PlanDefinition } from '../../core/strategy.js';
import type { Exchange } from '../../exchange/port.js';
import { mutants } from './mutants.js';

export type PlanNamed = (name: string) => PlanDefinition;
export type Step = (
  planNamed: PlanNamed,
  state: BotState,
  event: Event,
) => { state: BotState; effects: Effect[] };

export interface Mutant {
  readonly about: string;
  /** A seed known to show it, to begin with: what it needs is rare. */
  readonly from?: number;
  readonly step?: Step;
  readonly line?: (line: Exchange) => Exchange;
  readonly disk?: DiskMutant;
  /** What does the commands. */
  readonly obey?: (obey: Obey) => Obey;
  /** The last look at the kill switch. */
  readonly halt?: () => Halt | null;
}

export interface DiskMutant {
  /** The journal is written this long after it was said to be (ms). */
  readonly saveAfterMs?: number;
  /** Says that it has synced the journal, and has not. */
  readonly neverSyncs?: boolean;
  /** Syncs the journal before an order leaves, but not before a checkpoint counts on it. */
  readonly syncsOnlyIntents?: boolean;
}

let active: Mutant = { about: 'none' };

export function choose(name: string | null): void {
  const mutant = name === null ? { about: 'none' } : mutants[name];
  if (mutant === undefined)
    throw new Error(`There is no mutant "${name}"; known: ${Object.keys(mutants).join(', ')}.`);
  active = mutant;
}

export const step: Step = (planNamed, state, event) => (active.step ?? realStep)(planNamed, state, event);

export function lineOf(line: Exchange): Exchange {
  return active.line?.(line) ?? line;
}

export function obeyOf(obey: Obey): Obey {
  return active.obey?.(obey) ?? obey;
}

export function haltOf(look: () => Halt | null): () => Halt | null {
  return active.halt ?? look;
}

export function diskMutant(): DiskMutant {
  return active.disk ?? {};
}
