import t from 'tap';
import { Rehearsal } from '../test/bot-kit.js';

const KEEP = { id: 'h1', since: 1, flatten: false };
const FLATTEN = { id: 'h2', since: 1, flatten: true };

t.test('a halt keeps the position with its protection, and nothing is bought until it is over', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  bot.halt(KEEP);
  t.same([bot.cancelled, bot.placed, bot.notices], [[], [], ['fleet-halted']]);
  const { state } = bot;
  bot.halt(KEEP);
  t.equal(bot.state, state, 'told again, it changes nothing');
  bot.kline(103, 'exit');
  t.equal(bot.state.phase, 'exiting', 'exits go on');
  const flat = new Rehearsal();
  flat.halt(KEEP);
  flat.kline(100, 'enter');
  t.same(flat.placed, []);
  t.equal(flat.state.lastDecision!.outcome, 'fleet-halted');
  flat.halt(null);
  t.same(flat.notices, ['fleet-resumed']);
  flat.kline(100, 'enter');
  t.equal(flat.placed.length, 1);
});

t.test('an entry that was held back before it left is given up', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  bot.halt(KEEP);
  t.equal(bot.state.phase, 'entering', 'as long as it may have left');
  bot.failed(entry!, 'none', 'fleet-halted');
  t.match(bot.state, { phase: 'flat', orders: [], entryBackOff: null });
  bot.halt(null);
  t.same(bot.placed, [], 'a signal from before the halt is not followed after it');
});

t.test('a halt that flattens sells once, also what an entry under way still buys', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.halt(KEEP);
  bot.halt(FLATTEN);
  t.equal(bot.cancelled.length, 1);
  bot.cancelledThere(protect);
  t.match(bot.placed, [{ slot: 'exit', quantity: '9.99' }]);
  bot.fill(bot.placed[0]!, 0, '100', '9.99');
  t.match(bot.state, { phase: 'flat', paused: false });
  const buying = new Rehearsal();
  buying.kline(100, 'enter');
  const [entry] = buying.placed;
  buying.halt(FLATTEN);
  buying.fill(entry!, 0, '100', '10');
  t.match(buying.placed, [{ slot: 'exit', quantity: '9.99' }]);
});

t.test('resting entries are taken back by a halt', async (t) => {
  const plan = { name: 'martingale', priceDropPercent: 2, levels: 3, amountMultiplier: 1.5 };
  const more = { takeProfitPercent: 1.5, stopLossPercent: 15, restAhead: 2, maxAbovePercent: 1 };
  const bot = new Rehearsal({
    terms: {
      plan: { ...plan, ...more, restartAfterStop: false, exitOnSignal: false },
      signalName: 'always',
    },
  });
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  bot.fill(entry!, 0, entry!.legs[0]!.price!, entry!.quantity!);
  for (const order of bot.state.orders) bot.accept(order);
  const levels = bot.state.orders.filter(({ side }) => side === 'BUY');
  t.equal(levels.length, 2);
  bot.halt(KEEP);
  t.same(
    bot.cancelled,
    levels.map(({ legs }) => legs[0]!.clientOrderId),
  );
  for (const order of levels) bot.cancelledThere(order);
  t.same(
    bot.state.orders.map(({ slot }) => slot),
    ['protect'],
  );
  bot.halt(null);
  t.same(
    bot.placed.map(({ slot }) => slot),
    ['so1', 'so2'],
    'and placed again once it is over',
  );
});
