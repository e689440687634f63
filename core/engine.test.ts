import t from 'tap';
import { Rehearsal, settings } from '../test/bot-kit.js';
import { step, wakeAt } from './engine.js';
import type { BotState } from './state.js';
import { initialState } from './state.js';
import { planNamed } from '../strategies/registry.js';

t.test('an entry spends all the cash at market, once', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  t.equal(bot.placed.length, 1);
  t.match(bot.placed[0], { slot: 'entry', side: 'BUY', quote: '1000', id: 'Fabcdefgh-1-entry' });
  bot.kline(100, 'enter');
  t.same(bot.placed, [], 'while it is in flight nothing more is sent');
  t.equal(bot.state.phase, 'entering');
});

t.test('what was bought is protected at once, for exactly what is held', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  t.equal(bot.state.phase, 'holding');
  t.equal(bot.state.books.quantity, '9.99', 'net of the commission in base');
  const [protect] = bot.placed;
  t.match(protect, { slot: 'protect', type: 'oco', side: 'SELL', quantity: '9.99' });
  t.same(
    protect!.legs.map(({ clientOrderId, type, price, stopPrice }) => ({
      clientOrderId,
      type,
      price,
      stopPrice,
    })),
    [
      { clientOrderId: 'Fabcdefgh-2-protect_tp', type: 'LIMIT_MAKER', price: '105', stopPrice: null },
      { clientOrderId: 'Fabcdefgh-2-protect_sl', type: 'STOP_LOSS', price: null, stopPrice: '98' },
    ],
  );
  bot.kline(101);
  t.same(bot.placed, [], 'protection in flight is not placed again');
});

t.test('a filled target ends the cycle, and the proceeds are the next budget', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.fill(protect, 0, '105', '9.99');
  t.equal(bot.state.phase, 'flat');
  t.same(bot.state.orders, []);
  t.equal(bot.state.books.quantity, '0');
  t.equal(bot.state.books.cost, '0');
  t.equal(bot.state.books.cash, '1047.90105');
  t.equal(bot.state.books.realizedPnl, '47.90105', 'sold 1048.95 less 1.04895 commission, for 1000');
  bot.kline(100, 'enter');
  t.equal(bot.placed[0]!.quote, '1047.90105');
  t.equal(bot.state.cycle, 2);
});

t.test('an exit cancels the protection first and sells only when it is gone', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.kline(103, 'exit');
  t.equal(bot.state.phase, 'exiting');
  t.same(bot.cancelled, [protect.legs[0]!.clientOrderId]);
  t.same(bot.placed, []);
  bot.kline(103, 'hold');
  t.same(bot.cancelled, [], 'one cancel is enough');
  bot.report(
    protect.legs.map((leg, index) => ({
      clientOrderId: leg.clientOrderId,
      orderId: `2${index}`,
      status: 'cancelled' as const,
      executed: '0',
    })),
  );
  t.match(bot.placed, [{ slot: 'exit', type: 'market-sell', quantity: '9.99' }]);
  bot.fill(bot.placed[0]!, 0, '103', '9.99');
  t.equal(bot.state.phase, 'flat');
});

t.test('a target that fills while its cancel is on the way leaves nothing to sell', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.kline(104, 'exit');
  bot.fill(protect, 0, '105', '9.99');
  t.same(bot.placed, []);
  t.equal(bot.state.phase, 'flat');
});

t.test('a part of a target that fills leaves the rest protected anew', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  const [target, stop] = protect.legs;
  bot.report(
    [
      { clientOrderId: target!.clientOrderId, orderId: '20', status: 'partial', executed: '4' },
      { clientOrderId: stop!.clientOrderId, orderId: '21', status: 'expired', executed: '0' },
    ],
    [bot.fillOf(protect, 0, '105', '4')],
  );
  t.same(bot.cancelled, [target!.clientOrderId]);
  bot.report([{ clientOrderId: target!.clientOrderId, orderId: '20', status: 'cancelled', executed: '4' }]);
  t.match(bot.placed, [{ slot: 'protect', type: 'oco', quantity: '5.99' }]);
});

t.test('more executed than booked holds the slot until the fills arrive', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.report(
    protect.legs.map((leg, index) => ({
      clientOrderId: leg.clientOrderId,
      orderId: `2${index}`,
      status: index === 1 ? ('filled' as const) : ('expired' as const),
      executed: index === 1 ? '9.99' : '0',
    })),
  );
  t.same(bot.placed, []);
  t.equal(bot.state.books.quantity, '9.99', 'only fills change the books');
  bot.report([], [bot.fillOf(protect, 1, '98', '9.99')]);
  t.equal(bot.state.phase, 'flat');
});

t.test('a fill that is told twice is booked once', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  const fill = bot.fillOf(entry!, 0, '100', '10');
  const report = { clientOrderId: entry!.id, orderId: '1', status: 'filled' as const, executed: '10' };
  bot.report([report], [fill]);
  const after = bot.state.books;
  bot.report([report], [fill]);
  t.same(bot.state.books, after);
});

t.test('a report that comes late never moves an order back', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  bot.fill(entry!, 0, '100', '10');
  bot.report([{ clientOrderId: entry!.id, orderId: '1', status: 'open', executed: '0' }]);
  t.equal(bot.state.phase, 'holding');
  t.equal(bot.state.orders.filter((order) => order.slot === 'entry').length, 0);
});

t.test('without money it warns once and waits until the balance covers its cash', async (t) => {
  const bot = new Rehearsal();
  const balances = (free: Record<string, string>) =>
    bot.tell({ type: 'balances', time: bot.time, wall: bot.wall, free });
  bot.kline(100, 'enter');
  bot.failed(bot.placed[0]!, 'none', 'funds');
  for (let count = 0; count < 5; count += 1) bot.kline(100, 'enter');
  t.same(bot.placed, []);
  balances({ USDT: '999.99' });
  bot.kline(100, 'enter');
  t.same(bot.placed, []);
  balances({ BTC: '5' });
  balances({ USDT: '1000' });
  bot.kline(100, 'enter');
  t.equal(bot.placed.length, 1);
});

t.test('an entry that is refused is backed off from, and lapses at the next close', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.failed(bot.placed[0]!, 'none', 'filter');
  t.same(bot.placed, [], 'not again at once');
  t.same(bot.notices, ['order-refused']);
  bot.later(999);
  t.same(bot.placed, []);
  bot.later(1);
  t.match(bot.placed, [{ seq: 2 }], 'after the pause, under a new id');
  bot.failed(bot.placed[0]!, 'none', 'filter');
  bot.kline(100);
  t.equal(bot.state.phase, 'flat');
});

t.test('an order without an answer is asked for and never sent again', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  bot.failed(entry!, 'unknown');
  t.same(bot.placed, []);
  t.equal(bot.state.orders[0]!.legs[0]!.status, 'unresolved');
  bot.later(250);
  t.match(bot.effects, [{ type: 'query', id: entry!.id }]);
  bot.absent(entry!, bot.wall);
  bot.kline(100, 'enter');
  t.same(bot.placed, [], 'its money stays frozen, also over a close');
  t.equal(bot.state.phase, 'entering');
  bot.fill(entry!, 0, '100', '10');
  t.equal(bot.state.phase, 'holding', 'it had executed after all');
});

t.test('an unresolved order is given up only when its window has passed and nobody knows it', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  bot.failed(entry!, 'unknown');
  const dead = entry!.signedAt + 1_500 + 12_000;
  bot.absent(entry!, dead);
  t.equal(bot.state.orders.length, 1, 'at the very end of the window it may still surface');
  bot.wall = dead + 10;
  bot.absent(entry!, dead + 1);
  t.equal(bot.state.orders.length, 0);
  t.same(bot.notices, ['order-abandoned']);
  t.same(bot.placed, [], 'and the next try waits');
});

t.test('after a crash an intent is unresolved, and protection comes before anything else', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  const protect = bot.state.orders[0]!;
  bot.started();
  t.match(bot.effects, [{ type: 'query', id: protect.id }]);
  t.ok(bot.state.recovering);
  bot.report(
    protect.legs.map((leg) => ({
      clientOrderId: leg.clientOrderId,
      orderId: leg.orderId!,
      status: 'cancelled' as const,
      executed: '0',
    })),
  );
  t.same(bot.placed, [], 'nothing is sent before the snapshot');
  bot.snapshot();
  t.match(bot.placed, [{ slot: 'protect', type: 'oco', quantity: '9.99' }]);
});

t.test('an answer ends the asking, also when it tells nothing new', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.started();
  bot.accept(protect);
  bot.snapshot();
  bot.later(60_000);
  t.same(bot.effects, []);
});

t.test('a cancel that fails is asked about and tried again after a pause', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.kline(103, 'exit');
  bot.tell({
    type: 'cancel-failed',
    time: bot.time,
    wall: bot.wall,
    id: protect.id,
    kind: 'network',
    message: 'no answer',
  });
  t.match(bot.effects, [{ type: 'notify' }, { type: 'query', id: protect.id }]);
  bot.accept(protect);
  t.same(bot.cancelled, [], 'it still rests, but it is not hammered');
  bot.later(500);
  t.equal(bot.cancelled.length, 1);
});

t.test('a price that has passed the stop before it could be placed ends in a market exit', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  bot.failed(bot.placed[0]!, 'none', 'would-trigger');
  t.match(bot.placed, [{ slot: 'exit', type: 'market-sell', quantity: '9.99' }]);
});

t.test(
  'a holding without its stop for more than two seconds alerts once, and says when it is over',
  async (t) => {
    const bot = new Rehearsal();
    bot.kline(100, 'enter');
    bot.fill(bot.placed[0]!, 0, '100', '10');
    const [protect] = bot.placed;
    bot.failed(protect!, 'unknown');
    bot.later(2_000);
    t.notOk(bot.notices.includes('unprotected'));
    bot.later(1);
    t.same(bot.notices, ['unprotected']);
    t.same(bot.placed, [], 'no second order for a quantity whose stop may rest after all');
    bot.later(1_000);
    t.same(bot.notices, []);
    bot.accept(protect!);
    t.same(bot.notices, ['protected']);
  },
);

t.test('protection refused three times ends in a market exit', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  bot.failed(bot.placed[0]!, 'none', 'filter');
  t.match(bot.placed, [{ slot: 'protect' }], 'a bare position is worth one more try at once');
  bot.failed(bot.placed[0]!, 'none', 'filter');
  t.same(bot.placed, [], 'but it is not hammered');
  bot.later(1_000);
  bot.failed(bot.placed[0]!, 'none', 'filter');
  t.match(bot.placed, [{ slot: 'exit' }]);
});

t.test('an account with less than the books hold pauses entries, never exits', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  bot.snapshot({ baseBalance: '5' });
  t.match(bot.state.divergence, {
    shortages: [{ asset: 'BTC', booked: '9.99', held: '5', missing: '4.99' }],
    ignored: false,
  });
  t.same(bot.cancelled, [], 'what rests has its coins locked and stays');
  bot.kline(100, 'exit');
  t.equal(bot.cancelled.length, 1);
});

t.test('an exchange that knows a later order of this bot makes it refuse to trade', async (t) => {
  const bot = new Rehearsal();
  bot.snapshot({ highestSeq: 7 });
  t.match(bot.state.refusal, /old backup or a second copy/);
  bot.kline(100, 'enter');
  t.same(bot.placed, []);
});

t.test('the trailing stop counts from the highest price and sells at market', async (t) => {
  const bot = new Rehearsal({
    terms: {
      plan: { name: 'single', stopLossPercent: 2, takeProfitPercent: 5, trailingStopPercent: 1 },
      signalName: 'rsi',
    },
  });
  const protect = bot.holding();
  bot.price('104');
  t.same(bot.cancelled, []);
  const { state } = bot;
  bot.price('103.5');
  t.equal(bot.state, state, 'a price that changes nothing leaves the state as it is');
  bot.price('102.96');
  t.equal(bot.state.phase, 'exiting');
  t.same(bot.cancelled, [protect.legs[0]!.clientOrderId]);
});

t.test('a missed kline may lead out, but not in', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter', { late: true });
  t.same(bot.placed, []);
  t.match(bot.state.lastDecision, { outcome: 'missed' });
  bot.holding();
  bot.kline(103, 'exit', { late: true });
  t.equal(bot.state.phase, 'exiting');
});

t.test('the daily-loss cap blocks entries for the rest of the UTC day', async (t) => {
  const bot = new Rehearsal({ maxDailyLossPercent: 1 });
  const protect = bot.holding();
  bot.fill(protect, 1, '98', '9.99');
  bot.kline(98, 'enter');
  t.same(bot.placed, []);
  t.match(bot.state.lastDecision, { outcome: 'daily-loss' });
});

t.test('dust keeps its cost and joins the next exit', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '1.00000');
  const books = bot.state.books;
  t.equal(books.quantity, '0.999');
  const protect = bot.placed[0]!;
  bot.fill(protect, 0, '105', '0.96');
  t.equal(bot.state.phase, 'flat', '0.039 BTC at 105 cannot be sold');
  t.equal(bot.state.books.quantity, '0.039');
  t.equal(bot.state.books.cost, '3.903903903903903903903903903904');
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  t.equal(bot.placed[0]!.quantity, '10.029');
  t.equal(bot.placed[0]!.legs[0]!.price, '105', 'dust does not move the prices');
});

t.test('a budget below the minimum order is said, not sent', async (t) => {
  const bot = new Rehearsal({ budget: '5' });
  bot.kline(100, 'enter');
  t.same(bot.placed, []);
  t.match(bot.state.lastDecision, { outcome: 'too-small' });
});

t.test('a dry run decides and sends nothing', async (t) => {
  const bot = new Rehearsal({ dryRun: true });
  bot.kline(100, 'enter');
  t.same(bot.placed, []);
  t.same(bot.notices, ['dry-run']);
});

t.test('a running cycle keeps its terms unless the edit says now', async (t) => {
  const tighter = settings({
    terms: { plan: { name: 'single', stopLossPercent: 1, takeProfitPercent: 5 }, signalName: 'rsi' },
  });
  const bot = new Rehearsal();
  bot.holding();
  bot.tell({ type: 'config', time: bot.time, wall: bot.wall, settings: tighter, appliesTo: 'next-cycle' });
  t.same(bot.cancelled, []);
  bot.tell({ type: 'config', time: bot.time, wall: bot.wall, settings: tighter, appliesTo: 'now' });
  t.equal(bot.cancelled.length, 1, 'the stop is moved');
});

t.test('replaying the events gives the same state', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.kline(103, 'exit');
  bot.fill(protect, 0, '105', '9.99');
  const replayed = bot.events.reduce<BotState>((state, event) => step(planNamed, state, event).state, {
    ...initialState(settings(), 'abcdefgh'),
    tradeCursor: '0',
  });
  t.same(replayed, bot.state);
});

t.test(
  'a budget lowered below what is invested and raised again neither makes nor loses money',
  async (t) => {
    const bot = new Rehearsal();
    bot.holding();
    const edit = (budget: string) =>
      bot.tell({
        type: 'config',
        time: bot.time,
        wall: bot.wall,
        settings: settings({ budget }),
        appliesTo: 'now',
      });
    edit('400');
    t.equal(bot.state.books.cash, '-600', 'what the sale brings first pays for what is above the new budget');
    edit('1000');
    t.equal(bot.state.books.cash, '0');
  },
);

t.test('what is overdue wakes nobody again: while recovering, nothing could be done about it', async (t) => {
  const bot = new Rehearsal();
  const unprotected = { since: bot.wall, alerted: false };
  const state: BotState = { ...bot.state, phase: 'holding', recovering: true, unprotected };
  t.equal(wakeAt(state, bot.wall), bot.wall + 2_001);
  t.equal(wakeAt(state, bot.wall + 2_001), null);
});
