import t from 'tap';
import { Rehearsal } from '../test/bot-kit.js';
import { wakeAt } from './engine.js';
import type { ManualFill, ManualOrder } from './manual.js';

const fill = (tradeId: string, side: 'BUY' | 'SELL'): ManualFill => ({
  tradeId,
  orderId: '900',
  side,
  price: '100',
  quantity: '0.5',
  fee: '0.05',
  feeAsset: 'USDT',
  time: 1,
});

const order = (open: boolean): ManualOrder => ({
  clientOrderId: 'web_1',
  orderId: '901',
  side: 'SELL',
  type: 'LIMIT',
  price: '120',
  stopPrice: '0',
  quantity: '1',
  executed: '0',
  open,
});

function manual(bot: Rehearsal, fills: ManualFill[], orders: ManualOrder[] = []) {
  return bot.tell({ type: 'manual', time: bot.time, wall: bot.wall, fills, orders });
}

t.test('what the user trades by hand is noted once and changes no books', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  const { books } = bot.state;
  manual(bot, [fill('70', 'SELL')]);
  t.same(bot.notices, ['manual-trade']);
  manual(bot, [fill('70', 'SELL'), fill('71', 'BUY')]);
  t.same(bot.notices, ['manual-trade']);
  t.match(bot.state.manual, { tradeCount: 2, sold: '0.5', bought: '0.5' });
  t.equal(bot.state.books, books);
  bot.snapshot({ tradeCursor: '71' });
  manual(bot, [fill('71', 'BUY')]);
  t.equal(bot.state.manual.tradeCount, 2);
});

t.test('the user’s open orders are shown while they rest', async (t) => {
  const bot = new Rehearsal();
  manual(bot, [], [order(true)]);
  t.same(bot.notices, ['manual-order']);
  t.match(bot.state.manual.orders, [{ clientOrderId: 'web_1' }]);
  manual(bot, [], [order(false)]);
  t.same(bot.state.manual.orders, []);
});

t.test(
  'a protection that is cancelled by hand is placed again at once; who goes on is not fought with',
  async (t) => {
    const bot = new Rehearsal();
    bot.cancelledThere(bot.holding());
    t.same(bot.notices, ['cancelled-by-hand']);
    t.match(bot.placed, [{ slot: 'protect', quantity: '9.99' }]);
    bot.accept(bot.placed[0]!);
    bot.cancelledThere(bot.state.orders[0]!);
    t.match(bot.placed, [{ slot: 'protect' }], 'once more');
    bot.accept(bot.placed[0]!);
    bot.cancelledThere(bot.state.orders[0]!);
    t.same(bot.placed, [], 'the third time it waits');
    t.equal(wakeAt(bot.state, bot.wall), bot.wall + 2_001, 'and alerts meanwhile');
    bot.later(2_001);
    t.same(bot.notices, ['unprotected']);
    t.equal(wakeAt(bot.state, bot.wall), bot.wall - 2_001 + 10_000);
    bot.later(7_999);
    t.match(bot.placed, [{ slot: 'protect' }]);
    bot.kline(103, 'exit');
    t.equal(bot.state.phase, 'exiting', 'and exits are never held back');
  },
);

t.test('of a pair that is cancelled by hand the legs are told one after the other', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  const told = (index: number) => ({
    clientOrderId: protect.legs[index]!.clientOrderId,
    orderId: `2${index}`,
    status: 'cancelled' as const,
    executed: '0',
  });
  bot.report([told(1)]);
  t.same(bot.cancelled, [], 'no cancel of ours runs into it');
  bot.report([told(0)]);
  t.same(bot.notices, ['cancelled-by-hand']);
  t.match(bot.placed, [{ slot: 'protect' }]);
});

t.test('cancelling is our own doing when we asked for it, even if a crash came between', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.kline(103, 'exit');
  bot.started();
  bot.cancelledThere(protect);
  t.same(bot.notices, []);
});

t.test(
  'set to leave it, a cancelled protection is left, said loudly, until the bot is resumed',
  async (t) => {
    const bot = new Rehearsal({ protectionCancelled: 'leave' });
    bot.cancelledThere(bot.holding());
    t.same(bot.notices, ['protection-left']);
    t.same(bot.placed, []);
    bot.kline(101);
    bot.later(10_000);
    t.same(bot.placed, []);
    t.same(bot.notices, [], 'no alarm for what was wished');
    bot.command('1', { name: 'resume' });
    t.match(bot.placed, [{ slot: 'protect', quantity: '9.99' }]);
  },
);
