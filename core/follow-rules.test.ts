/** What the user tells a bot that follows, its settings, and its caps. */
import t from 'tap';
import { settings } from '../test/bot-kit.js';
import { Followed, followTerms, orderWords } from '../test/follow-kit.js';
import { claimOf } from './shortage.js';
import type { Settings } from './state.js';
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
    t.equal(orderWords(bot.counter!), 'BUY limit 1 99');
    bot.sound(t);
    t.end();
  },
);

t.test('what was adopted before the first close is sold when the user says so, at the price of then', (t) => {
  const bot = new Followed();
  t.equal(bot.state.price, null);
  bot.byHand('7', 'BUY', '100', '2');
  bot.accept(bot.counter!);
  t.equal(bot.state.price, '100', 'the market has told one');
  bot.command('sell', { name: 'sell' });
  t.match(bot.state.commands.at(-1), { done: true, code: 'selling-followed', values: { value: '200.00' } });
  bot.settle();
  t.match(bot.state.orders, [{ slot: 'exit', type: 'market-sell', quantity: '2' }]);
  bot.fill(bot.state.orders[0]!, 0, '99', '2');
  t.match(bot.state, { phase: 'flat' });
  bot.sound(t);
  t.end();
});

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
  const edited = {
    ...settings(),
    terms: { ...followTerms, plan: { ...followTerms.plan, sellAbovePercent: 3 } },
  };
  const now = { time: bot.time, wall: bot.wall };
  bot.tell({ type: 'config', ...now, settings: edited, appliesTo: 'next-cycle' });
  t.equal(bot.cancelled.length, 0);
  bot.byHand('8', 'BUY', '100', '1');
  t.equal(orderWords(bot.counter!), 'SELL limit 1 103');
  bot.tell({ type: 'config', ...now, settings: edited, appliesTo: 'now' });
  t.same(bot.cancelled, [order.legs[0]?.clientOrderId]);
  bot.cancelledThere(order);
  t.equal(orderWords(bot.counter!), 'SELL limit 1 103');
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
  const bot = new Followed({ terms: { ...followTerms, plan: { ...followTerms.plan, buyBelowPercent: 50 } } });
  bot.byHand('7', 'SELL', '100', '10');
  bot.accept(bot.counter!);
  bot.byHand('8', 'SELL', '100', '10');
  bot.accept(bot.counter!);
  const now = { time: bot.time, wall: bot.wall };
  bot.tell({ type: 'config', ...now, settings: { ...settings(), terms: followTerms }, appliesTo: 'now' });
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
  t.equal(orderWords(bot.counter!), 'BUY limit 1 99', 'until the user resumes it');
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
  t.equal(orderWords(bot.counter!), 'SELL limit 1 101');
  bot.accept(bot.counter!);
  bot.kline(100);
  t.match(bot.state.lastDecision, { outcome: 'orders-per-hour', block: { count: 1, limit: 1 } });
  for (let index = 0; index < 12; index += 1) bot.kline(100);
  t.equal(bot.state.orders.filter(({ side }) => side === 'BUY').length, 2, 'an hour later it is placed');
  t.end();
});
