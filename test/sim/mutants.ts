/** Bots broken on purpose, one fault each: a simulation that does not catch them proves nothing. */
import { sideOf } from '../../core/available.js';
import { step as realStep } from '../../core/engine.js';
import type { BotState } from '../../core/state.js';
import { ExchangeError } from '../../exchange/port.js';
import type { Mutant } from './mutant.js';
import {
  halved,
  hearing,
  isLive,
  lessened,
  over,
  ownedBy,
  remembering,
  uncapped,
  wanting,
  type Orders,
} from './mutant-kit.js';

type Forgetful = BotState & { readonly forgotten?: boolean };

let calls = 0;

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
    step: hearing('absent', (event) => ({ ...event, serverTime: event.serverTime + 3_600_000 })),
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
      const next = realStep(forgotten ? wanting(planNamed, () => []) : planNamed, state, event);
      return { ...next, state: { ...next.state, forgotten } as Forgetful };
    },
  },
  'ignore-executed': {
    about: 'does not wait for the fills of what was executed',
    step: hearing('report', (event) => ({
      ...event,
      reports: event.reports.map((report) => ({ ...report, executed: '0' })),
    })),
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
    step: remembering((state) => ({ seq: state.orders.length })),
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
    step: hearing('report', (event, state) => ({
      ...event,
      fills: event.fills.filter((fill) => isLive(state, fill)),
    })),
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
    step: hearing('report', (event, state) => ({ ...event, fills: event.fills.map(ownedBy(state)) })),
  },
  'free-trades': {
    about: 'forgets commissions',
    step: hearing('report', (event) => ({
      ...event,
      fills: event.fills.map((fill) => ({ ...fill, fee: '0' })),
    })),
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
  'forget-commands': {
    about: 'does not know after a restart which commands it has done',
    step: remembering(() => ({ commands: [] })),
  },
  'forget-pause': {
    about: 'does not know after a restart that it is paused',
    step: remembering(() => ({ paused: false })),
  },
  'forget-sale': {
    about: 'does not know after a restart that it is selling',
    step: remembering(({ phase }) => (phase === 'exiting' ? { phase: 'holding' } : {})),
  },
  'tick-off-early': {
    about: 'takes a command away before it is recorded on the disk',
    obey: (obey) => async (command) => {
      void obey(command);
      return true;
    },
  },
  'buy-late': {
    about: 'buys however long ago it was told to',
    step: hearing('command', (event) => (event.name === 'buy' ? { ...event, ageMs: 0 } : event)),
  },
  'trust-the-watch': {
    about: 'does not look at the kill switch before an entry leaves',
    halt: () => null,
  },
  'rest-on': {
    about: 'leaves its resting entries where they are when the fleet is halted',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      if (next.state.halt === null) return next;
      const buys = next.state.orders.filter(({ side, cancelling }) => side === 'BUY' && cancelling);
      if (buys.length === 0) return next;
      const effects = next.effects.filter(
        (effect) => effect.type !== 'cancel' || !buys.some(({ id }) => id === effect.id),
      );
      const orders = next.state.orders.map((order) =>
        buys.includes(order) ? { ...order, cancelling: false } : order,
      );
      return { state: { ...next.state, orders }, effects };
    },
  },
  'follow-itself': {
    about: 'takes the fills of its own counter orders for its user’s, once more',
    step(planNamed, state, event) {
      const next = realStep(planNamed, state, event);
      const own =
        event.type === 'report' ? event.fills.filter(({ clientOrderId: id }) => /-f\d+$/.test(id)) : [];
      if (own.length === 0 || event.type !== 'report') return next;
      const fills = own.map((fill) => ({ ...fill, orderId: `of ${fill.tradeId}` }));
      const told = { type: 'manual', time: event.time, wall: event.wall, fills, orders: [] } as const;
      const again = realStep(planNamed, { ...next.state, bookedTrades: [], tradeCursor: null }, told);
      const { bookedTrades, tradeCursor } = next.state;
      return {
        state: { ...again.state, bookedTrades, tradeCursor },
        effects: [...next.effects, ...again.effects],
      };
    },
  },
  'follow-twice': {
    about: 'answers a fill of its user’s as often as it is told',
    step: (planNamed, state, event) =>
      realStep(
        planNamed,
        event.type === 'manual' ? { ...state, bookedTrades: [], tradeCursor: null } : state,
        event,
      ),
  },
  'follow-the-stream': {
    about: 'does not take in what only the history tells of its user’s trades',
    step: hearing('manual', (event) => (event.orders.length === 0 ? { ...event, fills: [] } : event)),
  },
  'two-targets': {
    about: 'rests two targets for one position',
    step: (planNamed, state, event) => realStep(wanting(planNamed, halved), state, event),
  },
  'strand-a-step': {
    about: 'forgets the last step of the last batch',
    step: (planNamed, state, event) =>
      realStep(
        state.lots.length > 1 ? wanting(planNamed, (orders) => orders.slice(0, -1)) : planNamed,
        state,
        event,
      ),
  },
  'sell-a-part': {
    about: 'rests its target and stop for less than is held',
    step: (planNamed, state, event) =>
      realStep(
        wanting(planNamed, (orders) => orders.map(lessened)),
        state,
        event,
      ),
  },
  'lose-on': {
    from: 9,
    about: 'buys on though the loss of its day has reached the cap',
    step: uncapped('maxDailyLossPercent'),
  },
  'fall-on': {
    from: 24,
    about: 'buys on though it has fallen below its height',
    step: uncapped('maxDrawdownPercent'),
  },
  'enter-on': {
    from: 10,
    about: 'sends more entries in an hour than it may',
    step: uncapped('maxOrdersPerHour'),
  },
  'forget-loss': {
    from: 9,
    about: 'does not know after a restart that a loss has reached its cap',
    step: remembering(({ day }) => ({
      drawdown: null,
      ...(day === null ? {} : { day: { date: day.date, equity: day.equity } }),
    })),
  },
  'hold-sales-back': {
    from: 9,
    about: 'holds what sells back too, once a loss has reached its cap',
    step(planNamed, state, event) {
      const capped = state.day?.reached === true || (state.drawdown ?? null) !== null;
      const buys = (orders: Orders): Orders => orders.filter((order) => sideOf(order) === 'BUY');
      return realStep(capped ? wanting(planNamed, buys) : planNamed, state, event);
    },
  },
};
