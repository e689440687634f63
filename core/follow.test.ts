import t, { type Test } from 'tap';
import { Rehearsal, settings } from '../test/bot-kit.js';
import { dec, text } from './decimal.js';
import type { ManualFill, ManualOrder } from './manual.js';
import { followOf, followedCash, followedCoins } from './follow-group.js';
import type { Order } from './orders.js';
import { equity } from './position.js';
import { claimOf } from './shortage.js';
import type { Settings } from './state.js';

const terms = {
  plan: { name: 'follow', sellAbovePercent: 1, buyBelowPercent: 1, answers: 'both' },
  signalName: 'manual',
};

let trades = 1_000;

/** A bot that follows, and its user. */
class Followed extends Rehearsal {
  constructor(changes: Partial<Settings> = {}) {
    super({ ...settings(), terms, ...changes });
  }

  byHand(
    orderId: string,
    side: 'BUY' | 'SELL',
    price: string,
    quantity: string,
    more: { open?: boolean; fee?: string; feeAsset?: string; tradeId?: string } = {},
  ) {
    const { open = false, fee = '0', feeAsset = 'USDT', tradeId = `${(trades += 1)}` } = more;
    const fill: ManualFill = { tradeId, orderId, side, price, quantity, fee, feeAsset, time: this.time };
    this.tell({
      type: 'manual',
      time: this.time,
      wall: this.wall,
      fills: [fill],
      orders: [this.order(orderId, side, open)],
    });
    return fill;
  }

  order(orderId: string, side: 'BUY' | 'SELL', open: boolean): ManualOrder {
    const nothing = { clientOrderId: `web_${orderId}`, type: 'LIMIT', price: '0', stopPrice: '0' };
    return { ...nothing, orderId, side, quantity: '1', executed: '0', open };
  }

  get counter(): Order | undefined {
    return this.placed[0];
  }

  get groups() {
    return followOf(this.state).groups;
  }

  get past() {
    return followOf(this.state).past;
  }

  /** cash + cost = budget + adopted + realizedPnl − adjusted, and the groups hold all that was adopted. */
  sound(t: Test): void {
    const {
      books,
      settings: { budget },
    } = this.state;
    const follow = followOf(this.state);
    const coins = followedCoins(follow);
    t.equal(
      text(dec(books.cash).plus(books.cost)),
      text(
        dec(budget)
          .plus(books.adopted ?? '0')
          .plus(books.realizedPnl)
          .minus(books.adjusted),
      ),
      'the books balance',
    );
    t.equal(books.quantity, coins.quantity, 'the groups hold the coins');
    t.equal(
      books.adopted ?? '0',
      text(dec(coins.value).plus(followedCash(follow))),
      'and what they are worth',
    );
  }
}

const words = ({ side, type, quantity, legs }: Order) => `${side} ${type} ${quantity} ${legs[0]?.price}`;

t.test('a buy by hand is answered by a sale one per cent higher', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '2', { fee: '0.002', feeAsset: 'BTC' });
  t.equal(words(bot.counter!), 'SELL limit 1.998 101');
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
  t.equal(words(bot.counter!), 'BUY limit 2 99');
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
  t.equal(words(bot.counter!), 'SELL limit 2 99.99', 'for one at the average price');
  t.equal(bot.groups.length, 1);
  bot.accept(bot.counter!);
  bot.fill(bot.state.orders[0]!, 0, '99.99', '0.5');
  bot.byHand('7', 'BUY', '97', '1');
  t.equal(bot.groups.length, 2, 'once it was met, the rest is a group of its own');
  t.equal(words(bot.counter!), 'SELL limit 1 97.97');
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
  t.equal(words(bot.counter!), 'SELL limit 0.06 111.1', '6.60 at 110 on average');
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
  t.equal(words(bot.counter!), 'SELL limit 0.20001 50.5');
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
  t.equal(words(bot.counter!), 'BUY limit 4 99');
  bot.byHand('8', 'SELL', '100', '10');
  t.ok(bot.notices.includes('follow-beyond-budget'));
  t.equal(words(bot.counter!), 'BUY limit 6.10101 99', '604 of 1,000 are left');
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

t.test(
  'a pause takes counter buys back and leaves counter sales, and what was sold meanwhile is answered after it',
  (t) => {
    const bot = new Followed();
    bot.byHand('7', 'SELL', '100', '1');
    bot.accept(bot.counter!);
    const buy = bot.state.orders[0]!;
    bot.byHand('8', 'BUY', '100', '1');
    bot.accept(bot.counter!);
    bot.command('p', { name: 'pause' });
    t.equal(bot.cancelled.length, 1);
    bot.cancelledThere(buy);
    t.same(
      bot.state.orders.map(({ side }) => side),
      ['SELL'],
    );
    bot.command('r', { name: 'resume' });
    t.equal(words(bot.counter!), 'BUY limit 1 99');
    bot.sound(t);
    t.end();
  },
);

t.test('the command to sell sells what was adopted at market, and the counter buys stay', (t) => {
  const bot = new Followed();
  bot.kline(100);
  bot.byHand('7', 'BUY', '100', '1');
  bot.accept(bot.counter!);
  const sale = bot.state.orders[0]!;
  bot.byHand('8', 'SELL', '100', '1');
  bot.accept(bot.counter!);
  bot.command('s', { name: 'sell' });
  t.same(bot.cancelled, [sale.legs[0]?.clientOrderId]);
  bot.cancelledThere(sale);
  const exit = bot.counter!;
  t.equal(`${exit.slot} ${exit.type} ${exit.quantity}`, 'exit market-sell 1');
  bot.fill(exit, 0, '90', '1');
  t.equal(bot.state.books.quantity, '0');
  t.equal(bot.state.phase, 'holding', 'for a sale is still to be answered');
  t.same(
    bot.state.orders.map(({ slot }) => slot),
    ['f2'],
  );
  t.equal(bot.past.at(-1)?.side, 'BUY');
  bot.sound(t);
  bot.command('b', { name: 'buy', ageMs: 0 });
  t.equal(bot.state.commands.at(-1)?.code, 'buy-follows');
  t.end();
});

t.test('a changed percentage applies to new groups, and to open ones where the edit says so', (t) => {
  const bot = new Followed();
  bot.byHand('7', 'BUY', '100', '1');
  const order = bot.counter!;
  bot.accept(order);
  const edited = { ...settings(), terms: { ...terms, plan: { ...terms.plan, sellAbovePercent: 3 } } };
  const now = { time: bot.time, wall: bot.wall };
  bot.tell({ type: 'config', ...now, settings: edited, appliesTo: 'next-cycle' });
  t.equal(bot.cancelled.length, 0);
  bot.byHand('8', 'BUY', '100', '1');
  t.equal(words(bot.counter!), 'SELL limit 1 103');
  bot.tell({ type: 'config', ...now, settings: edited, appliesTo: 'now' });
  t.same(bot.cancelled, [order.legs[0]?.clientOrderId]);
  bot.cancelledThere(order);
  t.equal(words(bot.counter!), 'SELL limit 1 103');
  t.end();
});

t.test('another plan takes over once what was followed has ended', (t) => {
  const bot = new Followed();
  bot.byHand('6', 'BUY', '100', '0.01');
  bot.byHand('7', 'SELL', '100', '1');
  bot.accept(bot.counter!);
  const now = { time: bot.time, wall: bot.wall };
  bot.tell({ type: 'config', ...now, settings: settings(), appliesTo: 'now' });
  t.equal(bot.state.terms?.plan.name, 'follow');
  bot.byHand('8', 'BUY', '100', '1');
  t.equal(bot.groups.length, 2, 'no more is taken in');
  bot.fill(bot.state.orders[0]!, 0, '99', '1');
  t.equal(bot.state.phase, 'flat');
  t.equal(bot.groups.length, 0);
  t.equal(bot.state.books.quantity, '0', 'the small rest is the user’s again');
  bot.sound(t);
  t.end();
});

t.test('a bot that another plan leads claims its own cash again, within what is set aside', (t) => {
  const bot = new Followed();
  bot.snapshot();
  bot.byHand('6', 'BUY', '100', '0.01');
  const now = { time: bot.time, wall: bot.wall };
  bot.tell({ type: 'reservation', ...now, reservation: { amount: '600', denied: null } });
  t.equal(claimOf(bot.state, 'quote'), '0', 'what it follows with is the user’s');
  bot.tell({ type: 'config', ...now, settings: settings(), appliesTo: 'next-cycle' });
  bot.tell({ type: 'minute', ...now, openTime: bot.time, close: '100' });
  t.equal(claimOf(bot.state, 'quote'), '1000');
  bot.snapshot({ quoteBalance: '900' });
  t.equal(bot.state.divergence?.shortages[0]?.missing, '100', 'what is gone is missed');
  bot.snapshot();
  bot.kline(100, 'enter');
  t.equal(bot.counter?.quote, '600');
  t.end();
});

t.test('a percentage that makes open counter buys dearer does not take them beyond the budget', (t) => {
  const bot = new Followed({ terms: { ...terms, plan: { ...terms.plan, buyBelowPercent: 50 } } });
  bot.byHand('7', 'SELL', '100', '10');
  bot.accept(bot.counter!);
  bot.byHand('8', 'SELL', '100', '10');
  bot.accept(bot.counter!);
  const now = { time: bot.time, wall: bot.wall };
  bot.tell({ type: 'config', ...now, settings: { ...settings(), terms }, appliesTo: 'now' });
  t.ok(bot.notices.includes('follow-beyond-budget'));
  t.same(
    bot.groups.map(({ open, price }) => `${open} at ${price}`),
    ['5.0505 at 99', '5.05051 at 99'],
    '990 and 990 of 1,000',
  );
  bot.sound(t);
  t.end();
});

/** A follower that has lost 5 % of its budget with what its user bought, at a close. */
function losing(caps: Partial<Settings>): Followed {
  const bot = new Followed(caps);
  bot.kline(100);
  bot.byHand('7', 'BUY', '100', '5');
  bot.accept(bot.counter!);
  bot.kline(90);
  return bot;
}

t.test('a loss that has reached its cap holds counter buys back, and says so', (t) => {
  for (const [caps, outcome] of [
    [{ maxDailyLossPercent: 5 }, 'daily-loss'],
    [{ maxDrawdownPercent: 5 }, 'drawdown'],
  ] as const) {
    const bot = losing(caps);
    bot.byHand('8', 'SELL', '100', '1');
    t.same(bot.placed, [], outcome);
    t.ok(bot.notices.includes('entry-capped'));
    t.equal(bot.state.orders.length, 1, 'the counter sale stays');
    bot.kline(90);
    t.match(bot.state.lastDecision, { outcome, block: { limit: 5 } });
    t.notOk(bot.notices.includes('entry-capped'), 'said once');
    bot.sound(t);
  }
  const bot = losing({ maxDrawdownPercent: 5 });
  bot.byHand('8', 'SELL', '100', '1');
  bot.command('r', { name: 'resume' });
  t.equal(words(bot.counter!), 'BUY limit 1 99', 'until the user resumes it');
  bot.accept(bot.counter!);
  bot.kline(80);
  t.equal(bot.cancelled.length, 1, 'one that rests is taken back');
  t.equal(bot.state.lastDecision?.outcome, 'drawdown');
  t.end();
});

t.test('counter buys are entries of their hour, counter sales are not', (t) => {
  const bot = new Followed({ maxOrdersPerHour: 1 });
  bot.kline(100);
  bot.byHand('7', 'SELL', '100', '1');
  bot.accept(bot.counter!);
  bot.byHand('8', 'SELL', '100', '1');
  t.same(bot.placed, []);
  t.ok(bot.notices.includes('entry-capped'));
  bot.byHand('9', 'BUY', '100', '1');
  t.equal(words(bot.counter!), 'SELL limit 1 101');
  bot.accept(bot.counter!);
  bot.kline(100);
  t.match(bot.state.lastDecision, { outcome: 'orders-per-hour', block: { count: 1, limit: 1 } });
  for (let index = 0; index < 12; index += 1) bot.kline(100);
  t.equal(bot.state.orders.filter(({ side }) => side === 'BUY').length, 2, 'an hour later it is placed');
  t.end();
});

t.test('only the sides that are to be answered are', (t) => {
  const bot = new Followed({ terms: { ...terms, plan: { ...terms.plan, answers: 'sells' } } });
  bot.byHand('7', 'BUY', '100', '1');
  t.equal(bot.groups.length, 0);
  t.equal(bot.state.manual.tradeCount, 1, 'it is seen and shown');
  bot.byHand('8', 'SELL', '100', '1');
  t.equal(words(bot.counter!), 'BUY limit 1 99');
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
