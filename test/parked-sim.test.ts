/** Symbols changed while holding, in seeds: books equal the exchange, money is neither lost nor doubled, nothing is bought parked. */
import t from 'tap';
import { dec, text } from '../core/decimal.js';
import type { BotState } from '../core/state.js';
import { ParkedRun, sound, type Step } from './parked-run.js';

const SEEDS = 12;

/** The first seed that fails, and why. */
function found(step: Step, seeds: number): string | null {
  for (let seed = 1; seed <= seeds; seed += 1)
    try {
      new ParkedRun(seed, step).play();
    } catch (error) {
      return `seed ${seed}: ${(error as Error).message}`;
    }
  return null;
}

t.test('whatever is lost, books of all symbols are the exchange’s record', async (t) => {
  let [moves, sales] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const run = new ParkedRun(seed, sound);
    try {
      run.play();
    } catch (error) {
      return t.fail(`seed ${seed}: ${(error as Error).stack}`);
    }
    moves += run.moves;
    sales += run.sales;
  }
  t.ok(moves > SEEDS && sales > 5, `${moves} changes of the symbol, ${sales} fills of parked books`);
});

const changeParked =
  (change: (parked: BotState) => BotState): Step =>
  (state, event) => {
    const next = sound(state, event);
    if (event.type !== 'moved' || next.state === state) return next;
    const parked = Object.entries(next.state.parked ?? {}).map(([name, book]) => [name, change(book)]);
    return { ...next, state: { ...next.state, parked: Object.fromEntries(parked) as BotState['parked'] } };
  };

const MUTANTS: Readonly<Record<string, Step>> = {
  'a parked book goes on buying': changeParked((book) => ({ ...book, stopped: false })),
  'cash is in two books at once': (state, event) => {
    const next = sound(state, event);
    if (event.type !== 'moved') return next;
    const { books } = next.state;
    return {
      ...next,
      state: { ...next.state, books: { ...books, cash: text(dec(books.cash).plus('10')) } },
    };
  },
  'what a parked sale brings is forgotten': (state, event) => {
    const next = sound(state, event);
    if (event.book === undefined || event.type !== 'report') return next;
    return { ...next, state: { ...next.state, books: { ...next.state.books, cash: state.books.cash } } };
  },
  'each book counts its own orders': (state, event) => {
    const next = sound(state, event);
    return event.book === undefined ? next : { ...next, state: { ...next.state, seq: state.seq } };
  },
  'a book that is left is forgotten': (state, event) => {
    const next = sound(state, event);
    return event.type === 'moved' ? { ...next, state: { ...next.state, parked: {} } } : next;
  },
};

for (const [name, step] of Object.entries(MUTANTS))
  t.test(`caught: ${name}`, async (t) => {
    const violation = found(step, SEEDS);
    t.ok(violation, 'it is noticed');
    t.comment(violation ?? '');
  });
