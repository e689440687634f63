import t from 'tap';
import { Rehearsal } from '../test/bot-kit.js';

t.test(
  'a trade of another bot, or of the user, changes nothing: ownership is the tag of the id',
  async (t) => {
    const bot = new Rehearsal();
    const protect = bot.holding();
    const own = bot.fillOf(protect, 0, '105', '4');
    const before = bot.state.books;
    for (const clientOrderId of ['Fother123-2-protect_tp', 'web_1', 'Fabcdefgh', 'Fabcdefg-2-protect_tp'])
      bot.report([], [{ ...own, clientOrderId }]);
    t.equal(bot.state.books, before);
    bot.report([], [own]);
    t.equal(bot.state.books.quantity, '5.99', 'its own does');
  },
);

t.test('a report that tells nothing new leaves the very same state', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  const reports = protect.legs.map(({ clientOrderId }, index) => ({
    clientOrderId,
    orderId: `${index + 10}`,
    status: 'open' as const,
    executed: '0.00000000',
  }));
  bot.report(reports);
  const { state } = bot;
  const [before] = state.orders;
  t.match(before, {
    legs: [
      { status: 'open', executed: '0' },
      { status: 'open', executed: '0' },
    ],
  });
  bot.report(reports);
  t.equal(bot.state, state);
  bot.report([{ ...reports[0]!, executed: '1.00', status: 'partial' }]);
  t.match(bot.state.orders, [{ legs: [{ status: 'partial', executed: '1' }, { status: 'open' }] }]);
  t.equal(
    before!.legs[0]!.status,
    'open',
    'and one that tells something leaves the state of before as it was',
  );
});

t.test('a fill that is told after the end of its order is booked all the same', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  const report = { clientOrderId: entry!.id, orderId: '1', status: 'filled' as const, executed: '10' };
  bot.report([report]);
  t.equal(bot.state.books.quantity, '0');
  bot.report([], [bot.fillOf(entry!, 0, '100', '10')]);
  t.equal(bot.state.books.quantity, '9.99');
  t.equal(bot.state.phase, 'holding');
});
