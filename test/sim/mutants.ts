/** Bots broken on purpose, one fault each: a simulation that does not catch them proves nothing. */
import { step as realStep } from '../../core/engine.js';
import type { Effect, Event } from '../../core/events.js';
import type { BotState } from '../../core/state.js';
import type { PlanDefinition } from '../../core/strategy.js';
import type { Exchange } from '../../exchange/port.js';
import { ExchangeError } from '../../exchange/port.js';

type PlanNamed = (name: string) => PlanDefinition;
type Step = (planNamed: PlanNamed, state: BotState, event: Event) => { state: BotState; effects: Effect[] };

interface Mutant {
  readonly about: string;
  readonly step?: Step;
  readonly line?: (line: Exchange) => Exchange;
  /** The journal is written this long after it was said to be (ms). */
  readonly saveAfterMs?: number;
}

type Forgetful = BotState & { readonly forgotten?: boolean };

export const mutants: Readonly<Record<string, Mutant>> = {
  'resend-on-timeout': {
    about: 'sends an order again when no answer came',
    line: (line) =>
      over(line, {
        async place(order, options) {
          try {
            return await line.place(order, options);
          } catch (error) {
            if (!(error instanceof ExchangeError) || error.execution !== 'unknown') throw error;
            return line.place(order, { timestamp: Math.round(line.now()) });
          }
        },
      }),
  },
  'abandon-after-one-query': {
    about: 'takes the first "no such order" for the truth',
    step: (planNamed, state, event) =>
      realStep(
        planNamed,
        state,
        event.type === 'absent' ? { ...event, serverTime: event.serverTime + 3_600_000 } : event,
      ),
  },
  'save-after-send': { about: 'sends first and records after', saveAfterMs: 5 },
  'book-twice': {
    about: 'books a fill as often as it is told',
    step: (planNamed, state, event) =>
      realStep(planNamed, { ...state, bookedTrades: [], tradeCursor: null }, event),
  },
  'forget-protection': {
    about: 'does not restore protection after a restart',
    step(planNamed, state: Forgetful, event) {
      const forgotten = state.phase === 'holding' && (event.type === 'started' || state.forgotten === true);
      const next = realStep(forgotten ? withoutProtection(planNamed) : planNamed, state, event);
      return { ...next, state: { ...next.state, forgotten } as Forgetful };
    },
  },
  'ignore-executed': {
    about: 'does not wait for the fills of what was executed',
    step: (planNamed, state, event) =>
      realStep(
        planNamed,
        state,
        event.type === 'report'
          ? { ...event, reports: event.reports.map((report) => ({ ...report, executed: '0' })) }
          : event,
      ),
  },
  'never-ask': {
    about: 'never asks for an order without an answer',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      return { ...next, effects: next.effects.filter(({ type }) => type !== 'query') };
    },
  },
  'recount-sequence': {
    about: 'counts its orders anew after a restart',
    step: (planNamed, state, event) =>
      realStep(planNamed, event.type === 'started' ? { ...state, seq: state.orders.length } : state, event),
  },
  'skip-rest-fills': {
    about: 'trusts the stream to tell of every fill',
    line: (line) =>
      over(line, {
        async fills() {
          return [];
        },
      }),
  },
};

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

export function saveAfterMs(): number {
  return active.saveAfterMs ?? 0;
}

function over(line: Exchange, changes: Partial<Exchange>): Exchange {
  return Object.assign(Object.create(line) as Exchange, changes);
}

function withoutProtection(planNamed: PlanNamed): PlanNamed {
  return (name) => {
    const plan = planNamed(name);
    return { ...plan, answer: (view, parameters) => ({ ...plan.answer(view, parameters), orders: [] }) };
  };
}
