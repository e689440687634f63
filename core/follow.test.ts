import t from 'tap';
import { Followed, followTerms, orderWords } from '../test/follow-kit.js';
import { followOf } from './follow-group.js';
import { equity } from './position.js';

t.test('a buy by hand is answered by a sale one per cent higher', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '2', { fee: '0.002', feeAsset: 'BTC' });
  t.equal(orderWords(bot.counter!), 'SELL limit 1.998 101');
  t.equal(bot.state.books.quantity, '1.998');
  t.equal(bot.state.books.cash, '1000', 'the budget is not touched');
  t.equal(equity(bot.state.books, '100'), '999.8', 'nor does it grow by what the user bought');
  bot.sound(t);
  const [order] = bot.state.orders;
  bot.accept(order!);
  bot.fill(order!, 0, '101', '1.998');
  t.equal(bot.state.phase, 'flat');
  t.equal(bot.past.at(-1)?.state, 'answered');
  // 1.998 × 101 − 0.201798 − 200
  t.equal(bot.state.books.realizedPnl, '1.596202');
  t.equal(bot.state.books.cash, '1001.596202', 'what it brought belongs to the user, but for the profit');
  bot.sound(t);
  t.end();
});

t.test('a sale by hand is answered by a buy one per cent lower, and the coins are the user’s', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'SELL', '100', '2', { fee: '0.2' });
  t.equal(orderWords(bot.counter!), 'BUY limit 2 99');
  t.equal(bot.state.books.cash, '1199.8');
  bot.sound(t);
  const [order] = bot.state.orders;
  bot.accept(order!);
  bot.fill(order!, 0, '99', '2');
  t.equal(bot.state.books.quantity, '0');
  // 199.8 × 1.998 / 2 − 198: what a commission in coins took is not bought back
  t.equal(bot.state.books.realizedPnl, '1.6002');
  t.equal(bot.state.phase, 'flat');
  bot.sound(t);
  t.end();
});

t.test('fills group by order, and the counter order that nobody has met grows', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '1', { open: true });
  const first = bot.counter!;
  bot.accept(first);
  bot.byHand('7', 'BUY', '98', '1', { open: true });
  t.same(bot.cancelled, [first.legs[0]?.clientOrderId], 'it makes way');
  bot.cancelledThere(first);
  t.equal(orderWords(bot.counter!), 'SELL limit 2 99.99', 'for one at the average price');
  t.equal(bot.groups.length, 1);
  bot.accept(bot.counter!);
  bot.fill(bot.state.orders[0]!, 0, '99.99', '0.5');
  bot.byHand('7', 'BUY', '97', '1');
  t.equal(bot.groups.length, 2, 'once it was met, the rest is a group of its own');
  t.equal(orderWords(bot.counter!), 'SELL limit 1 97.97');
  bot.sound(t);
  t.end();
});

t.test('what is too small for an order is carried on until it is not', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '0.02', { open: true });
  t.equal(bot.placed.length, 0, '2 of 5 USDT');
  t.equal(bot.state.phase, 'flat');
  bot.byHand('8', 'BUY', '110', '0.02', { open: true });
  t.equal(bot.groups.length, 2, 'as long as both orders may fill on, each has its own');
  bot.tell({
    type: 'manual',
    time: bot.time,
    wall: bot.wall,
    fills: [],
    orders: [bot.order('7', 'BUY', false)],
  });
  t.equal(bot.groups.length, 1, 'the one that has ended joins the other');
  t.equal(bot.placed.length, 0, '4.20');
  bot.byHand('8', 'BUY', '120', '0.02', { open: true });
  t.equal(orderWords(bot.counter!), 'SELL limit 0.06 111.1', '6.60 at 110 on average');
  bot.sound(t);
  t.end();
});

t.test('a rest that no order takes joins the next sale, without moving its price', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '0.100009');
  bot.accept(bot.counter!);
  bot.fill(bot.state.orders[0]!, 0, '101', '0.1');
  t.equal(followOf(bot.state).dust.quantity, '0.000009');
  t.equal(bot.state.phase, 'flat');
  bot.sound(t);
  bot.byHand('8', 'BUY', '50', '0.200001');
  t.equal(orderWords(bot.counter!), 'SELL limit 0.20001 50.5');
  bot.sound(t);
  t.end();
});

t.test('each fill sets off once, however often and after whatever it is told', (t) => {
  const bot = new Followed();
  const fill = bot.byHand('7', 'BUY', '100', '1', { tradeId: '500' });
  const { state } = bot;
  bot.byHand('7', 'BUY', '100', '1', { tradeId: '500' });
  t.equal(bot.groups[0]?.open, '1');
  bot.started();
  bot.tell({ type: 'manual', time: bot.time, wall: bot.wall, fills: [fill], orders: [] });
  bot.snapshot({ tradeCursor: '500' });
  bot.tell({ type: 'manual', time: bot.time, wall: bot.wall, fills: [fill], orders: [] });
  t.equal(bot.groups[0]?.open, '1');
  t.same(bot.state.books, state.books);
  t.end();
});

t.test('trades from before the bot was born are recorded by their id and ignored', (t) => {
  const bot = new Followed();
  bot.state = { ...bot.state, tradeCursor: '700' };
  bot.byHand('7', 'BUY', '100', '1', { tradeId: '700' });
  t.equal(bot.groups.length, 0);
  bot.byHand('7', 'BUY', '100', '1', { tradeId: '701' });
  t.equal(bot.groups.length, 1);
  t.end();
});

t.test('a counter buy costs the budget at most, and what is beyond it is said', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'SELL', '100', '4');
  t.equal(orderWords(bot.counter!), 'BUY limit 4 99');
  bot.byHand('8', 'SELL', '100', '10');
  t.ok(bot.notices.includes('follow-beyond-budget'));
  t.equal(orderWords(bot.counter!), 'BUY limit 6.10101 99', '604 of 1,000 are left');
  bot.sound(t);
  bot.byHand('9', 'SELL', '100', '1');
  t.equal(bot.placed.length, 0);
  t.equal(bot.past.at(-1)?.state, 'beyond-budget');
  bot.sound(t);
  t.end();
});

t.test('a counter order that the user cancels is not placed again: the coins are the user’s', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '2');
  const order = bot.counter!;
  bot.accept(order);
  const [leg] = order.legs;
  const told = { clientOrderId: leg!.clientOrderId, orderId: '10' };
  bot.report([{ ...told, status: 'partial', executed: '0.5' }], [bot.fillOf(order, 0, '101', '0.5', 0)]);
  bot.report([{ ...told, status: 'cancelled', executed: '0.5' }]);
  t.equal(bot.placed.length, 0);
  t.equal(bot.past.at(-1)?.state, 'dropped');
  t.equal(bot.past.at(-1)?.answered, '0.5');
  t.equal(bot.state.books.quantity, '0');
  t.equal(bot.state.books.realizedPnl, '0.5');
  t.equal(bot.state.phase, 'flat');
  bot.sound(t);
  t.end();
});

t.test(
  'the command to cancel a counter order takes it back first, and what it sells meanwhile is booked',
  (t) => {
    const bot = new Followed();
    bot.byHand('7', 'BUY', '100', '2');
    const order = bot.counter!;
    bot.accept(order);
    bot.command('u1', { name: 'cancel', order: 'f1' });
    t.equal(bot.state.commands.at(-1)?.code, 'counter-dropped');
    t.equal(bot.cancelled.length, 1);
    t.equal(bot.state.books.quantity, '2');
    const fill = bot.fillOf(order, 0, '101', '0.5', 0);
    const leg = { clientOrderId: order.legs[0]!.clientOrderId, orderId: '10' };
    bot.report([{ ...leg, status: 'cancelled', executed: '0.5' }], [fill]);
    t.equal(bot.state.books.quantity, '0');
    t.equal(bot.state.books.realizedPnl, '0.5');
    t.equal(bot.state.phase, 'flat');
    bot.sound(t);
    t.end();
  },
);

t.test('coins that the user sells by hand, though they were adopted, are no difference', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '0.02');
  bot.byHand('8', 'SELL', '100', '0.02', { open: true });
  bot.snapshot({ baseBalance: '0' });
  t.equal(bot.state.divergence, null);
  t.equal(bot.past.at(-1)?.state, 'taken');
  t.equal(bot.groups.length, 1, 'the sale is a group of its own, as any other');
  bot.sound(t);
  bot.byHand('9', 'BUY', '100', '1');
  bot.snapshot({ baseBalance: '0.4' });
  t.equal(bot.state.divergence?.shortages[0]?.missing, '0.6', 'what nobody sold is missing');
  t.end();
});

t.test('a missing coin that the user lets the books give up leaves its group', (t) => {
  const bot = new Followed();
  bot.byHand('9', 'BUY', '100', '1');
  bot.accept(bot.counter!);
  bot.snapshot({ baseBalance: '0.4', quoteBalance: '0' });
  t.equal(bot.state.divergence?.shortages.length, 1, 'the budget is no claim on the account');
  bot.command('u1', { name: 'adopt', seen: [{ asset: 'BTC', missing: '0.6' }] });
  t.equal(bot.state.books.quantity, '0.4');
  t.equal(bot.groups[0]?.open, '0.4');
  bot.sound(t);
  t.end();
});

t.test('a dry run says what it would do, and has and sends nothing', (t) => {
  const bot = new Followed({ dryRun: true });
  bot.byHand('7', 'BUY', '100', '2');
  t.equal(bot.placed.length, 0);
  t.ok(bot.notices.includes('follow-rehearsed'));
  t.equal(bot.past.at(-1)?.price, '101');
  t.equal(bot.state.books.quantity, '0');
  t.equal(bot.state.phase, 'flat');
  bot.sound(t);
  t.end();
});

t.test('only the sides that are to be answered are', (t) => {
  const bot = new Followed({ terms: { ...followTerms, plan: { ...followTerms.plan, answers: 'sells' } } });
  bot.byHand('7', 'BUY', '100', '1');
  t.equal(bot.groups.length, 0);
  t.equal(bot.state.manual.tradeCount, 1, 'it is seen and shown');
  bot.byHand('8', 'SELL', '100', '1');
  t.equal(orderWords(bot.counter!), 'BUY limit 1 99');
  t.end();
});

t.test('the rest of a counter order stays where it is, too small to be placed anew', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '0.1');
  const order = bot.counter!;
  bot.accept(order);
  const told = { clientOrderId: order.legs[0]!.clientOrderId, orderId: '10' };
  bot.report([{ ...told, status: 'partial', executed: '0.08' }], [bot.fillOf(order, 0, '101', '0.08', 0)]);
  t.same(bot.cancelled, [], '2.02 of 5 USDT');
  bot.report([{ ...told, status: 'filled', executed: '0.1' }], [bot.fillOf(order, 0, '101', '0.02', 0)]);
  t.equal(bot.past.at(-1)?.pnl, '0.1');
  t.equal(followOf(bot.state).dust.quantity, '0');
  bot.sound(t);
  t.end();
});

t.test('what the account has is kept for its user to see, as it was last told', (t) => {
  const bot = new Followed();
  bot.snapshot({ baseBalance: '1', quoteBalance: '500' });
  const now = { time: bot.time, wall: bot.wall };
  bot.tell({ type: 'balances', ...now, free: { USDT: '300' }, locked: { USDT: '99' } });
  t.match(followOf(bot.state).account, { base: '1', quote: '399', free: { USDT: '300' } });
  t.end();
});
