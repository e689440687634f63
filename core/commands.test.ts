import t from 'tap';
import { Rehearsal } from '../test/bot-kit.js';
import { dec } from './decimal.js';

const MISSING = [{ asset: 'BTC', missing: '3.33' }];

/** Holds 9.99 BTC that cost 1000, of which the account has 6.66. */
function short(): Rehearsal {
  const bot = new Rehearsal();
  bot.holding();
  bot.snapshot({ baseBalance: '6.66' });
  return bot;
}

const balanced = ({ state }: Rehearsal) =>
  dec(state.books.cash)
    .plus(state.books.cost)
    .eq(dec('1000').plus(state.books.realizedPnl).minus(state.books.adjusted));

t.test('a pause stops entries and nothing else, until it is resumed', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  bot.command('1', { name: 'pause' });
  t.same(bot.notices, ['command-paused']);
  t.same(bot.cancelled, [], 'protection stays');
  bot.kline(103, 'exit');
  t.equal(bot.state.phase, 'exiting', 'exits go on');
  const other = new Rehearsal();
  other.command('1', { name: 'pause' });
  other.kline(100, 'enter');
  t.same(other.placed, []);
  t.equal(other.state.lastDecision!.outcome, 'paused');
  other.command('2', { name: 'resume' });
  other.kline(100, 'enter');
  t.equal(other.placed.length, 1);
});

t.test('a pause gives up an entry that waits to be tried again', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.failed(bot.placed[0]!, 'none', 'filter');
  bot.command('1', { name: 'pause' });
  t.equal(bot.state.phase, 'flat');
  bot.later(60_000);
  t.same(bot.placed, []);
});

t.test('a command that is told twice is done once, and keeps its answer', async (t) => {
  const bot = new Rehearsal();
  bot.command('1', { name: 'pause' });
  bot.command('2', { name: 'resume' });
  const { state } = bot;
  bot.command('1', { name: 'pause' });
  t.equal(bot.state, state);
  t.same(
    bot.state.commands.map(({ uuid, code, done }) => ({ uuid, code, done })),
    [
      { uuid: '1', code: 'paused', done: true },
      { uuid: '2', code: 'resumed', done: true },
    ],
  );
});

t.test(
  'adopting takes what is missing out of the books with its share of the cost, and realizes nothing',
  async (t) => {
    const bot = short();
    bot.command('1', { name: 'adopt', seen: MISSING });
    const { books, divergence } = bot.state;
    t.equal(divergence, null);
    t.equal(books.quantity, '6.66');
    t.equal(books.realizedPnl, '0');
    t.equal(dec(books.cost).toFixed(2), '666.66', 'a third of the cost leaves with a third of the coins');
    t.ok(balanced(bot), 'cash + cost = budget + realized − adjusted');
    t.match(
      bot.effects.find(({ type }) => type === 'adjusted'),
      { uuid: '1', quantity: '3.33', cash: '0' },
    );
    t.match(bot.cancelled, ['Fabcdefgh-2-protect_tp'], 'protection is made anew for what is left');
    bot.cancelledThere(bot.state.orders[0]!);
    t.match(bot.placed, [{ slot: 'protect', quantity: '6.66' }]);
    t.match(bot.placed[0]!.legs, [{ price: '105' }, { stopPrice: '98' }], 'at the prices of the entry');
  },
);

t.test('adopting the loss of everything ends the cycle', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.cancelledThere(protect);
  bot.snapshot({ baseBalance: '0' });
  bot.command('1', { name: 'adopt', seen: [{ asset: 'BTC', missing: '9.99' }] });
  for (const order of bot.state.orders) bot.cancelledThere(order);
  t.equal(bot.state.phase, 'flat');
  t.match(bot.state.books, { quantity: '0', cost: '0', adjusted: '1000' });
  t.ok(balanced(bot));
});

t.test('missing cash is adopted too', async (t) => {
  const bot = new Rehearsal();
  bot.snapshot({ quoteBalance: '900' });
  bot.kline(100, 'enter');
  t.equal(bot.state.lastDecision!.outcome, 'diverged');
  bot.command('1', { name: 'adopt', seen: [{ asset: 'USDT', missing: '100' }] });
  bot.kline(100, 'enter');
  t.equal(bot.placed[0]!.quote, '900');
});

t.test('a repair is done only for the difference that was seen', async (t) => {
  const bot = short();
  bot.snapshot({ baseBalance: '5' });
  bot.command('1', { name: 'adopt', seen: MISSING });
  t.match(bot.state.commands.at(-1), {
    done: false,
    code: 'difference-changed',
    values: { missing: '4.99 BTC' },
  });
  t.equal(bot.state.books.quantity, '9.99');
  bot.snapshot();
  bot.command('2', { name: 'ignore', seen: MISSING });
  t.match(bot.state.commands.at(-1), { done: false, code: 'no-difference' });
});

t.test('an ignored difference pauses nothing and says nothing, until more is missing', async (t) => {
  const bot = new Rehearsal();
  bot.snapshot({ quoteBalance: '900' });
  t.same(bot.notices, ['diverged']);
  bot.command('1', { name: 'ignore', seen: [{ asset: 'USDT', missing: '100' }] });
  bot.snapshot({ quoteBalance: '900' });
  t.same(bot.notices, []);
  bot.kline(100, 'enter');
  t.equal(bot.placed[0]!.quote, '900', 'it spends only what the account has');
  bot.failed(bot.placed[0]!, 'none', 'filter');
  bot.snapshot({ quoteBalance: '950' });
  t.ok(bot.state.divergence!.ignored, 'less is missing');
  bot.snapshot({ quoteBalance: '940' });
  t.same(bot.notices, ['diverged'], 'more is missing than a moment ago');
  t.notOk(bot.state.divergence!.ignored);
});

t.test(
  'all bots of an account together must be covered; what the user has beside that is no difference',
  async (t) => {
    const bot = new Rehearsal();
    bot.holding();
    bot.snapshot({ baseBalance: '15', others: { base: '5', quote: '0' } });
    t.equal(bot.state.divergence, null);
    bot.snapshot({ baseBalance: '14', others: { base: '5', quote: '0' } });
    t.match(bot.state.divergence, {
      shortages: [{ asset: 'BTC', booked: '9.99', others: '5', held: '14', missing: '0.99' }],
    });
    t.same(bot.cancelled, [], 'its own protection rests as it is: those coins are locked for it');
  },
);

t.test('an exit sells what the account has, and the rest waits to be repaired', async (t) => {
  const bot = short();
  const protect = bot.state.orders[0]!;
  bot.kline(103, 'exit');
  bot.cancelledThere(protect);
  t.match(bot.placed, [{ slot: 'exit', quantity: '6.66' }]);
  bot.fill(bot.placed[0]!, 0, '103', '6.66');
  t.same(bot.placed, [], 'it does not try to sell what is not there');
  bot.command('1', { name: 'ignore', seen: MISSING });
  t.equal(bot.state.phase, 'flat', 'ignored, it stays in the books like dust');
  bot.snapshot({ baseBalance: '3.33' });
  t.equal(bot.state.phase, 'holding', 'found again, it is a position');
  t.match(bot.placed, [{ slot: 'protect', quantity: '3.33' }]);
});
