/** Bots broken on purpose, one fault each: a simulation that does not catch them proves nothing. */
import { step as realStep } from '../../core/engine.js';
import type { ReportedFill } from '../../core/events.js';
import { clientOrderId, isTerminal } from '../../core/orders.js';
import type { BotState } from '../../core/state.js';
import type { Exchange } from '../../exchange/port.js';
import { ExchangeError } from '../../exchange/port.js';
import type { Mutant, PlanNamed } from './mutant.js';

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
  'save-after-send': { about: 'sends first and records after', disk: { saveAfterMs: 5 } },
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
  'trust-refusal': {
    about: 'takes an order without an answer for one that was refused',
    line: (line) =>
      over(line, {
        async place(order, options) {
          try {
            return await line.place(order, options);
          } catch (error) {
            if (!(error instanceof ExchangeError)) throw error;
            throw new ExchangeError(error.message, { kind: error.kind, execution: 'none' });
          }
        },
      }),
  },
  'replace-without-cancel': {
    about: 'places the new order without cancelling the old one',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      const dropped = next.effects.flatMap((effect) => (effect.type === 'cancel' ? [effect.id] : []));
      if (dropped.length === 0) return next;
      const orders = next.state.orders.filter(({ id }) => !dropped.includes(id));
      const effects = next.effects.filter(({ type }) => type !== 'cancel');
      return { state: { ...next.state, orders }, effects };
    },
  },
  'never-replace': {
    about: 'leaves a stop as it is when more or less is held',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      if (next.state.phase === 'exiting') return next;
      const orders = next.state.orders.map((order) =>
        order.slot === 'protect' ? { ...order, cancelling: true } : order,
      );
      const effects = next.effects.filter(({ type }) => type !== 'cancel');
      return { state: { ...next.state, orders }, effects };
    },
  },
  'ignore-late-fill': {
    about: 'ignores fills that are told after the end of their order',
    step: (planNamed, state, event) =>
      realStep(
        planNamed,
        state,
        event.type === 'report'
          ? { ...event, fills: event.fills.filter((fill) => isLive(state, fill)) }
          : event,
      ),
  },
  'cursor-ahead': {
    about: 'takes the newest trade it has heard of for the last one it has missed',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      const ids = event.type === 'report' ? event.fills.map(({ tradeId }) => BigInt(tradeId)) : [];
      const cursor = [BigInt(next.state.tradeCursor ?? -1), ...ids].reduce((a, b) => (a > b ? a : b));
      if (cursor < 0n) return next;
      return { ...next, state: { ...next.state, tradeCursor: String(cursor) } };
    },
  },
  'adopt-foreign': {
    about: 'takes the trades of others for its own',
    step: (planNamed, state, event) =>
      realStep(
        planNamed,
        state,
        event.type === 'report' ? { ...event, fills: event.fills.map(ownedBy(state)) } : event,
      ),
  },
  'free-trades': {
    about: 'forgets commissions',
    step: (planNamed, state, event) =>
      realStep(
        planNamed,
        state,
        event.type === 'report'
          ? { ...event, fills: event.fills.map((fill) => ({ ...fill, fee: '0' })) }
          : event,
      ),
  },
  'forget-dust': {
    about: 'takes what cannot be sold for nothing',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      if (next.state.phase !== 'flat' || next.state.books.quantity === '0') return next;
      return { ...next, state: { ...next.state, books: { ...next.state.books, quantity: '0' } } };
    },
  },
  'forget-budget': {
    about: 'does not change its cash with its budget',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      if (event.type !== 'config') return next;
      return { ...next, state: { ...next.state, books: { ...next.state.books, cash: state.books.cash } } };
    },
  },
  hammer: {
    about: 'never waits, neither after a refusal nor for a market that takes no orders',
    step: (planNamed, state, event) =>
      realStep(
        planNamed,
        { ...state, entryBackOff: null, exitBackOff: null, market: null, handCancels: [] },
        event.type === 'market' ? { ...event, status: 'trading' } : event,
      ),
  },
  'keep-in-memory': {
    about: 'acts on something that its journal does not tell',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      calls += 1;
      return { ...next, state: { ...next.state, seq: next.state.seq + (calls % 50 === 0 ? 1 : 0) } };
    },
  },
  'close-early': {
    about: 'takes the running kline for a closed one',
    line: (line) => over(line, { marketTime: async (symbol) => (await line.marketTime(symbol)) + 300_000 }),
  },
  'skip-klines': {
    about: 'goes on over a hole in the klines',
    line: (line) =>
      over(line, { klines: async (query) => (query.startTime === undefined ? line.klines(query) : []) }),
  },
  oversell: {
    about: 'sells at market beside the stop that still rests',
    step(planNamed, state, event) {
      if (state.phase !== 'exiting') return realStep(planNamed, state, event);
      const resting = state.orders.filter(({ slot }) => slot === 'protect');
      const without = { ...state, orders: state.orders.filter(({ slot }) => slot !== 'protect') };
      const next = realStep(planNamed, resting.length === 0 ? state : without, event);
      return next;
    },
  },
  'pretend-to-sync': {
    about: 'says that its journal is on the disk when it is not',
    disk: { neverSyncs: true },
  },
  'checkpoint-ahead': {
    about: 'writes a checkpoint before the journal that it counts on is on the disk',
    disk: { syncsOnlyIntents: true },
  },
};

let calls = 0;

function isLive(state: BotState, fill: ReportedFill): boolean {
  const legs = state.orders.flatMap((order) => order.legs);
  return legs.some((leg) => leg.clientOrderId === fill.clientOrderId && !isTerminal(leg.status));
}

function ownedBy({ tag }: BotState): (fill: ReportedFill) => ReportedFill {
  return (fill) => ({ ...fill, clientOrderId: clientOrderId(tag, 0, 'entry') });
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
