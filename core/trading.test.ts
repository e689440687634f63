import t from 'tap';
import { Rehearsal } from '../test/bot-kit.js';

const LADDER = {
  plan: {
    name: 'ladder',
    maxBatches: 4,
    multiStep: true,
    steps: '33@1.2, 33@2, 34@4',
    trigger: 'touch',
    stopLossPercent: 15,
    waitKlines: 0,
    exitOnSignal: false,
    takeProfitPercent: 5,
  },
  signalName: 'rsi',
};
const MARTINGALE = {
  plan: {
    name: 'martingale',
    priceDropPercent: 2,
    levels: 3,
    amountMultiplier: 1.5,
    takeProfitPercent: 1.5,
    stopLossPercent: 15,
    restAhead: 2,
    maxAbovePercent: 1,
    restartAfterStop: false,
    exitOnSignal: false,
  },
  signalName: 'always',
};

const buy = (bot: Rehearsal, uuid = 'b', amount?: string) =>
  bot.command(uuid, { name: 'buy', ageMs: 0, ...(amount === undefined ? {} : { amount }) });
const last = (bot: Rehearsal) => bot.state.commands.at(-1)!;

t.test('a buy enters at once, as the plan would on a signal, and is done once', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100);
  buy(bot);
  t.match(bot.placed, [{ slot: 'entry', side: 'BUY', quote: '1000' }]);
  t.match(last(bot), { done: true, code: 'buying', values: { amount: '1000', quote: 'USDT' } });
  const { state } = bot;
  buy(bot);
  t.equal(bot.state, state, 'the same command, told again after a crash');
  bot.fill(state.orders[0]!, 0, '100', '10');
  t.match(bot.placed, [{ slot: 'protect', quantity: '9.99' }], 'what was bought is protected');
  buy(bot, 'again');
  t.match(last(bot), { done: false, code: 'buy-holding' });
  t.same(bot.placed, []);
});

t.test('a buy that is refused is tried once, unless the reason passes by itself', async (t) => {
  for (const kind of ['filter', 'funds', 'no-stop-room', 'auth']) {
    const bot = new Rehearsal();
    bot.kline(100);
    buy(bot);
    bot.failed(bot.placed[0]!, 'none', kind);
    t.same(bot.notices, ['order-refused', 'hand-entry-refused'], kind);
    t.match(bot.state, { phase: 'flat', entry: null, orders: [] });
    bot.later(600_000);
    t.same(bot.placed, [], 'nor when the pause after a refusal is over');
  }
  for (const kind of ['network', 'rate-limit', 'venue']) {
    const bot = new Rehearsal();
    bot.kline(100);
    buy(bot);
    bot.failed(bot.placed[0]!, 'none', kind);
    t.match(bot.state, { phase: 'entering' }, kind);
    bot.later(2_000);
    t.match(bot.placed, [{ slot: 'entry', side: 'BUY' }]);
  }
  const signal = new Rehearsal();
  signal.kline(100, 'enter');
  signal.failed(signal.placed[0]!, 'none', 'filter');
  signal.later(2_000);
  t.match(signal.placed, [{ slot: 'entry' }], 'what a signal began is tried until the next close');
  const ladder = new Rehearsal({ terms: LADDER });
  ladder.kline(100);
  buy(ladder);
  ladder.fill(ladder.placed[0]!, 0, '100', ladder.placed[0]!.quantity ?? '2.5');
  ladder.settle();
  buy(ladder, 'second');
  ladder.failed(ladder.placed[0]!, 'none', 'filter');
  t.match(
    ladder.state,
    { phase: 'holding', entry: null },
    'one more batch is given up, and what is held stays',
  );
});

t.test('a buy for an amount spends that and no more', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100);
  buy(bot, '1', '1000.01');
  t.match(last(bot), { done: false, code: 'buy-too-much' });
  buy(bot, '2', '1');
  t.match(last(bot), { done: false, code: 'buy-denied', values: { outcome: 'too-small' } });
  buy(bot, '3', '250');
  t.match(bot.placed, [{ quote: '250' }]);
  bot.kline(100);
  t.same(bot.cancelled, []);
  const fixed = new Rehearsal({
    terms: {
      plan: { name: 'single', stopLossPercent: 2, takeProfitPercent: 5, quantity: '1' },
      signalName: 'rsi',
    },
  });
  fixed.kline(100);
  buy(fixed, '1', '250');
  t.match(last(fixed), { done: false, code: 'buy-no-amount' }, 'a plan of a fixed quantity says how much');
});

t.test(
  'nothing is bought past the daily loss, a difference, a pause or a halt, and it says why',
  async (t) => {
    const outcome = (bot: Rehearsal) => {
      buy(bot);
      t.same(bot.placed, []);
      return [last(bot).code, last(bot).values['outcome']];
    };
    const loser = new Rehearsal({ maxDailyLossPercent: 1 });
    const protect = loser.holding();
    loser.fill(protect, 1, '98', '9.99');
    t.equal(loser.state.phase, 'flat');
    t.same(outcome(loser), ['buy-denied', 'daily-loss']);
    const diverged = new Rehearsal();
    diverged.kline(100);
    diverged.snapshot({ quoteBalance: '900' });
    t.same(outcome(diverged), ['buy-denied', 'diverged']);
    const paused = new Rehearsal();
    paused.kline(100);
    paused.command('p', { name: 'pause' });
    t.same(outcome(paused), ['buy-denied', 'paused']);
    const halted = new Rehearsal();
    halted.kline(100);
    halted.halt({ id: 'h', since: 1, flatten: false });
    t.same(outcome(halted), ['buy-denied', 'fleet-halted']);
    const early = new Rehearsal();
    t.same(outcome(early), ['buy-no-price', undefined]);
    t.match(last(early), { values: { interval: /^\d+m$/ } });
    const late = new Rehearsal();
    late.kline(100);
    late.command('l', { name: 'buy', ageMs: 300_001 });
    t.match(last(late), { done: false, code: 'buy-too-late', values: { minutes: 5 } });
    const dry = new Rehearsal({ dryRun: true });
    dry.kline(100);
    t.same(outcome(dry), ['buy-dry-run', undefined]);
  },
);

t.test('a sale takes the protection back first, sells all, and lets entries go on', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.command('1', { name: 'sell' });
  t.match(last(bot), {
    done: true,
    code: 'selling',
    values: { quantity: '9.99', value: '999.00', quote: 'USDT' },
  });
  t.equal(bot.cancelled.length, 1);
  t.same(bot.placed, [], 'while the protection holds the coins');
  bot.cancelledThere(protect);
  t.match(bot.placed, [{ slot: 'exit', side: 'SELL', quantity: '9.99' }]);
  bot.command('2', { name: 'sell' });
  t.match(last(bot), { done: true, code: 'selling-already' });
  t.same(bot.placed, []);
  bot.fill(bot.state.orders[0]!, 0, '101', '9.99');
  t.match(bot.state, { phase: 'flat', paused: false, lastEnd: 'exit' });
  bot.command('3', { name: 'sell' });
  t.match(last(bot), { done: false, code: 'sell-nothing' });
});

t.test('a sale is never forbidden: paused, halted, with a difference, after a daily loss', async (t) => {
  const bot = new Rehearsal({ maxDailyLossPercent: 1 });
  const protect = bot.holding();
  bot.kline(98.5);
  bot.command('p', { name: 'pause' });
  bot.halt({ id: 'h', since: 1, flatten: false });
  bot.snapshot({ baseBalance: '9' });
  bot.command('s', { name: 'sell' });
  bot.cancelledThere(protect);
  t.match(bot.placed, [{ slot: 'exit', quantity: '9' }], 'what the account has');
});

t.test('one batch of a ladder is bought for an amount and sold by its number, the others stay', async (t) => {
  const bot = new Rehearsal({ terms: LADDER });
  bot.kline(100);
  buy(bot, '1', '300');
  t.match(bot.placed, [{ slot: 'b1_entry', quote: '300' }]);
  bot.fill(bot.placed[0]!, 0, '100', '3');
  for (const order of bot.placed) bot.accept(order);
  buy(bot, '2');
  t.match(bot.placed, [{ slot: 'b2_entry' }], 'a second batch while the first is held');
  bot.fill(bot.placed[0]!, 0, '100', '2');
  for (const order of bot.placed) bot.accept(order);
  bot.command('3', { name: 'sell', batch: 7 });
  t.match(last(bot), { done: false, code: 'sell-no-batch', values: { open: '1, 2' } });
  bot.command('4', { name: 'sell', batch: 1 });
  t.match(last(bot), { done: true, code: 'batch-selling', values: { batch: 1, quantity: '2.997' } });
  const own = bot.state.orders.filter(({ slot }) => slot.startsWith('b1_'));
  t.equal(bot.cancelled.length, own.length, 'only its own steps are taken back');
  for (const order of own) bot.cancelledThere(order);
  t.match(bot.placed, [{ slot: 'b1_out', quantity: '2.997' }]);
  bot.fill(bot.placed[0]!, 0, '101', '2.997');
  t.equal(bot.state.phase, 'holding');
  t.same(
    bot.state.lots.map(({ id, completed }) => [id, completed]),
    [
      [1, true],
      [2, false],
    ],
  );
  const single = new Rehearsal();
  single.holding();
  single.command('1', { name: 'sell', batch: 1 });
  t.match(last(single), { done: false, code: 'sell-no-batch', values: { open: '' } });
});

t.test('flatten pauses, and sells also what an entry under way buys', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  bot.command('1', { name: 'flatten' });
  t.match(last(bot), { done: true, code: 'flattening-entries', values: { entries: 1 } });
  t.equal(bot.state.paused, true);
  bot.fill(entry!, 0, '100', '10');
  t.match(bot.placed, [{ slot: 'exit', side: 'SELL', quantity: '9.99' }], 'not protected, sold');
  bot.fill(bot.placed[0]!, 0, '100', '9.99');
  t.equal(bot.state.phase, 'flat');
  bot.kline(100, 'enter');
  t.same(bot.placed, [], 'and buys nothing more');
  bot.command('2', { name: 'flatten' });
  t.match(last(bot), { done: true, code: 'flat-already' });
});

t.test('an entry that is cancelled is dropped; a level stays away until it is resumed', async (t) => {
  const bot = new Rehearsal({ terms: MARTINGALE });
  bot.kline(100);
  buy(bot);
  t.match(bot.placed[0], { slot: 'so0', type: 'limit', side: 'BUY' });
  const [first, second] = [bot.placed[0]!, bot.placed[1]!];
  bot.command('0', { name: 'cancel', order: 'so0' });
  t.match(last(bot), { done: false, code: 'cancel-unknown' }, 'while nobody knows whether it rests');
  for (const order of [first, second]) bot.accept(order);
  bot.command('1', { name: 'cancel', order: 'so0' });
  t.match(last(bot), { done: true, code: 'entry-dropped' });
  t.same(
    bot.cancelled,
    [first, second].map(({ legs }) => legs[0]!.clientOrderId),
    'nothing of a cycle that has not begun stays',
  );
  for (const order of [first, second]) bot.cancelledThere(order);
  t.equal(bot.state.phase, 'flat');
  t.same(bot.placed, []);

  buy(bot, 'again');
  t.match(last(bot), { done: true, code: 'buying', values: { outcome: undefined } });
  const [entry] = bot.placed;
  bot.fill(entry!, 0, entry!.legs[0]!.price!, entry!.quantity!);
  for (const order of bot.state.orders) bot.accept(order);
  const level = bot.state.orders.find(({ slot }) => slot === 'so1')!;
  bot.command('2', { name: 'cancel', order: level.legs[0]!.clientOrderId });
  t.match(last(bot), { done: true, code: 'level-dropped' });
  t.same(bot.cancelled, [level.legs[0]!.clientOrderId]);
  bot.cancelledThere(level);
  bot.kline(99);
  t.same(bot.placed, [], 'it is not placed again');
  const next = bot.state.orders.find(({ slot }) => slot === 'so2')!;
  bot.fill(next, 0, next.legs[0]!.price!, next.quantity!);
  t.notOk(
    bot.placed.some(({ slot }) => slot === 'so1'),
    'nor after another level was bought',
  );
  bot.command('3', { name: 'resume' });
  t.ok(bot.state.handCancels.length === 0);
});

t.test('an exit is cancelled only by who knows that it is placed again', async (t) => {
  const bot = new Rehearsal();
  const protect = bot.holding();
  bot.command('1', { name: 'cancel', order: 'protect' });
  t.match(last(bot), { done: false, code: 'cancel-exit', values: { quantity: '9.99' } });
  t.same(bot.cancelled, []);
  bot.command('2', { name: 'cancel', order: protect.legs[1]!.clientOrderId, again: true });
  t.match(last(bot), { done: true, code: 'exit-renewed' });
  t.match(
    bot.effects.filter(({ type }) => type === 'cancel'),
    [{ id: protect.id, list: true }],
    'both legs together',
  );
  bot.command('3', { name: 'cancel', order: 'protect', again: true });
  t.match(last(bot), { done: true, code: 'cancelling-already' });
  bot.cancelledThere(protect);
  t.match(bot.placed, [{ slot: 'protect', quantity: '9.99' }], 'placed anew in the same step');
  t.same(bot.state.handCancels, [], 'our own doing is no cancel by hand');
  bot.command('4', { name: 'cancel', order: 'nothing' });
  t.match(last(bot), { done: false, code: 'cancel-no-order', values: { open: 'protect' } });
});
