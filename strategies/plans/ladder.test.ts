import t from 'tap';
import { step } from '../../core/engine.js';
import { dec, text } from '../../core/decimal.js';
import type { Order } from '../../core/orders.js';
import type { BotState } from '../../core/state.js';
import { initialState } from '../../core/state.js';
import { viewOf } from '../../core/view.js';
import type { Lot } from '../../core/strategy.js';
import { Rehearsal, instrument, settings } from '../../test/bot-kit.js';
import { planNamed } from '../registry.js';
import { isFalling } from './ladder-batches.js';
import { ladder } from './ladder.js';
import { openSteps, readSteps, sharesOf } from './steps.js';

function terms(changes: Record<string, unknown> = {}) {
  const plan = { name: 'ladder', ...ladder.parameters.parse(changes) };
  return { terms: { plan, signalName: 'rsi' } };
}

const withRoom = { ...instrument, maxAlgoOrders: 5, maxOrderLists: 20 };

function opened(
  changes: Record<string, unknown> = {},
  more: Partial<Parameters<typeof settings>[0]> = {},
): Rehearsal {
  const bot = new Rehearsal({ ...terms(changes), ...more });
  openBatch(bot, '100');
  return bot;
}

function openBatch(bot: Rehearsal, price: string): void {
  bot.kline(Number(price), 'enter');
  const entry = bot.placed.find(({ slot }) => slot.endsWith('_entry'))!;
  bot.fill(entry, 0, price, text(dec(entry.quote!).div(price)));
  bot.settle();
}

const resting = (bot: Rehearsal) =>
  bot.state.orders.map(({ slot, quantity, legs }) => [
    slot,
    quantity,
    ...legs.map(({ price, stopPrice }) => price ?? stopPrice),
  ]);

function live(bot: Rehearsal, slot: string): Order {
  return bot.state.orders.find((order) => order.slot === slot)!;
}

t.test('the worked example of the documentation: one batch, three steps, exact amounts', async (t) => {
  const bot = opened();
  t.equal(bot.state.lots[0]!.quantity, '2.4975', '250 USDT at 100, less 0.1 % commission');
  t.same(resting(bot), [
    ['b1_s1', '0.82417', '101.2', '85'],
    ['b1_s2', '0.82418', '102', '85'],
    ['b1_s3', '0.84915', '104', '85'],
  ]);
  for (const [slot, price] of [
    ['b1_s1', '101.2'],
    ['b1_s2', '102'],
    ['b1_s3', '104'],
  ] as const) {
    const order = live(bot, slot);
    bot.fill(order, 0, price, order.quantity!);
    bot.settle();
  }
  t.equal(bot.state.phase, 'flat');
  t.equal(bot.state.books.quantity, '0');
  t.ok(
    dec(bot.state.books.realizedPnl).gt('5.1') && dec(bot.state.books.realizedPnl).lt('5.7'),
    bot.state.books.realizedPnl,
  );
});

t.test('each signal opens a batch of its own with an equal share, up to the most', async (t) => {
  const bot = opened();
  openBatch(bot, '90');
  t.same(
    bot.state.lots.map(({ id, cost }) => [id, Math.round(Number(cost))]),
    [
      [1, 250],
      [2, 250],
    ],
  );
  t.equal(bot.state.phase, 'holding');
  openBatch(bot, '80');
  openBatch(bot, '79');
  t.ok(dec(bot.state.books.cash).lt('0.001'), 'four equal shares are all of it');
  bot.kline(78, 'enter');
  t.match(bot.state.lastDecision, { outcome: 'full' });
  t.same(bot.placed, []);
});

t.test('a stop of one batch sells that batch and leaves the others alone', async (t) => {
  const bot = opened();
  openBatch(bot, '90');
  const others = bot.state.orders.filter(({ slot }) => slot.startsWith('b2_')).length;
  bot.fill(live(bot, 'b1_s1'), 1, '85', live(bot, 'b1_s1').quantity!);
  t.ok(bot.notices.includes('batch-stopped'));
  t.ok(bot.notices.includes('batch-leaves'), 'one stop met: all of the batch leaves');
  bot.settle();
  const exit = live(bot, 'b1_stop');
  t.match(exit, { type: 'market-sell', quantity: '1.67333' });
  bot.fill(exit, 0, '85', exit.quantity!);
  t.ok(bot.notices.includes('batch-completed'));
  t.equal(bot.state.lots.find(({ id }) => id === 1)!.completed, true);
  t.equal(bot.state.orders.filter(({ slot }) => slot.startsWith('b2_')).length, others);
  t.equal(bot.state.phase, 'holding');
});

t.test(
  'nearest steps have their stop on the exchange, as many as it takes; the others are watched',
  async (t) => {
    const bot = opened({}, { instrument: withRoom });
    openBatch(bot, '90');
    const types = Object.fromEntries(bot.state.orders.map(({ slot, type }) => [slot, type]));
    t.same(types, { b1_s1: 'oco', b1_s2: 'oco', b1_s3: 'limit', b2_s1: 'oco', b2_s2: 'oco', b2_s3: 'oco' });
    bot.price('85');
    t.same(
      bot.state.lots.map(({ leaving }) => leaving.length),
      [1, 0],
      'the bot saw the stop of the third step',
    );
    bot.settle();
    t.match(live(bot, 'b1_stop'), { type: 'market-sell', quantity: '2.4975' });
  },
);

t.test('the progress of a batch says the prices at which its orders rest, on ticks', async (t) => {
  const bot = opened();
  openBatch(bot, '90.13');
  const told = ladder.progress!(viewOf(bot.state.settings, bot.state), ladder.parameters.parse({}));
  t.same(
    told.flatMap(({ stop, steps }) => steps.map(({ slot, price }) => [slot, price, stop])),
    resting(bot).map(([slot, , target, stop]) => [slot, target, stop]),
  );
});

t.test('where other bots have taken the room, the rest is watched and not sold', async (t) => {
  const bot = new Rehearsal({ ...terms(), instrument: withRoom });
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '2.5');
  const [first, second, third] = bot.placed;
  bot.accept(first!);
  const refused = {
    id: second!.id,
    execution: 'none',
    kind: 'filter',
    message: 'no',
    retryAfterMs: null,
  } as const;
  bot.tell({ type: 'failed', time: bot.time, wall: bot.wall, ...refused, filter: 'MAX_NUM_ALGO_ORDERS' });
  t.same(bot.notices, ['no-stop-room']);
  bot.accept(third!);
  bot.settle();
  const types = Object.fromEntries(bot.state.orders.map(({ slot, type }) => [slot, type]));
  t.equal(types['b1_s2'], 'oco', 'the nearest have the room that there is');
  t.equal(types['b1_s3'], 'limit');
  t.equal(bot.state.phase, 'holding');
});

t.test('trigger drop: at a close at or above the target and falling, at market, not latched', async (t) => {
  const bot = opened({ trigger: 'drop' });
  t.same(resting(bot), [['b1_stop', '2.4975', '85']]);
  bot.kline(101.6);
  bot.price('101.2');
  t.same(bot.cancelled, [], 'a price between closes is none');
  bot.kline(101.31);
  t.same(bot.cancelled, [], 'not falling enough: 101.6 × 0.997 is 101.2952');
  bot.kline(101.19);
  t.same(bot.cancelled, [], 'falling, but below the target: reached before, yet not latched');
  bot.kline(102.6);
  bot.kline(102.2);
  bot.settle();
  t.same(
    bot.state.orders.map(({ slot, type, quantity }) => [slot, type, quantity]),
    [
      ['b1_s1', 'market-sell', '0.82417'],
      ['b1_s2', 'market-sell', '0.82418'],
      ['b1_stop', 'stop', '0.84915'],
    ],
  );
  bot.fill(live(bot, 'b1_s1'), 0, '102.1', '0.82417');
  bot.fill(live(bot, 'b1_s2'), 0, '102.1', '0.82418');
  t.same(bot.state.lots[0]!.leaving, []);
  t.equal(bot.state.lots[0]!.remaining, '0.84915');
});

t.test('falling is 0.3 % below the close before, or 0.4 % below the one before that', async (t) => {
  t.equal(isFalling(['99.7', '100', '100']), false);
  t.equal(isFalling(['99.69', '100']), true);
  t.equal(isFalling(['99.61', '99.8', '100']), false);
  t.equal(isFalling(['99.59', '99.8', '100']), true);
  t.equal(isFalling(['100']), false);
});

t.test('without steps a batch leaves in one piece: at target, stop or trailing stop', async (t) => {
  const bot = opened({ multiStep: false, trailingStopPercent: 1 });
  t.same(resting(bot), [['b1_s1', '2.4975', '105', '85']]);
  bot.price('104');
  bot.price('103');
  t.same(bot.cancelled, []);
  bot.price('102.96');
  bot.settle();
  t.match(live(bot, 'b1_out'), { type: 'market-sell', quantity: '2.4975' });
});

t.test('a batch that was partly sold in steps survives the switch to the plain exit and back', async (t) => {
  const bot = opened();
  bot.fill(live(bot, 'b1_s1'), 0, '101.2', '0.82417');
  const switchTo = (changes: Record<string, unknown>) => {
    const to = settings(terms(changes));
    bot.tell({ type: 'config', time: bot.time, wall: bot.wall, settings: to, appliesTo: 'now' });
    bot.settle();
  };
  switchTo({ multiStep: false });
  t.same(resting(bot), [['b1_s1', '1.67333', '105', '85']]);
  switchTo({});
  t.same(resting(bot), [
    ['b1_s2', '0.82418', '102', '85'],
    ['b1_s3', '0.84915', '104', '85'],
  ]);
});

t.test('a position of the plan single goes on as a batch', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  const to = settings(terms());
  bot.tell({ type: 'config', time: bot.time, wall: bot.wall, settings: to, appliesTo: 'now' });
  bot.settle();
  t.same(
    bot.state.orders.map(({ slot }) => slot),
    ['b1_s1', 'b1_s2', 'b1_s3'],
  );
});

t.test('the signal’s exit sells all batches, or none where the plan says so', async (t) => {
  const bot = opened();
  openBatch(bot, '90');
  bot.kline(95, 'exit');
  bot.settle();
  t.match(live(bot, 'exit'), {
    type: 'market-sell',
    quantity: text(dec(bot.state.books.quantity).round(5)),
  });
  const deaf = opened({ exitOnSignal: false });
  deaf.kline(95, 'exit');
  t.equal(deaf.state.phase, 'holding');
});

t.test('a batch that could not be bought lapses, and what is held stays as it is', async (t) => {
  const bot = opened();
  bot.kline(90, 'enter');
  bot.failed(bot.placed[0]!, 'none', 'filter');
  bot.kline(90);
  t.equal(bot.state.entry, null);
  t.equal(bot.state.phase, 'holding');
  t.equal(bot.state.orders.length, 3);
});

t.test('replaying the events gives the same lots', async (t) => {
  const bot = opened();
  openBatch(bot, '90');
  bot.fill(live(bot, 'b1_s1'), 1, '85', live(bot, 'b1_s1').quantity!);
  const replayed = bot.events.reduce<BotState>((state, event) => step(planNamed, state, event).state, {
    ...initialState(settings(terms()), 'abcdefgh'),
    tradeCursor: '0',
  });
  t.same(replayed, bot.state);
});

t.test('steps that are none, do not rise, or do not sum to 100 are refused with a sentence', async (t) => {
  const problem = (steps: string) => ladder.parameters.safeParse({ steps }).error?.issues[0]?.message;
  t.equal(problem('33@1, 33@2, 33@3'), 'must sum to 100 per cent, is 33 + 33 + 33 = 99');
  t.equal(problem('50@2, 50@1'), 'must have a higher profit in each step than in the one before');
  t.match(problem('half@2'), /^must be steps such as .* profit\)$/, 'who shows it says what it is');
  t.match(problem('50@1, half@2'), /, and "half@2" is none$/);
  t.equal(problem('0@1, 100@2'), 'must have per cents above 0 in every step');
  t.equal(problem('33.3@1, 33.3@2, 33.4@3.5'), undefined);
  t.equal(problem('50 % @ +1 %, 50% @ 2%'), undefined);
});

t.test('more batches than the money is enough for are refused with a sentence', async (t) => {
  const check = (changes: Record<string, unknown>, budget: string) =>
    ladder.check!(ladder.parameters.parse(changes), { budget, instrument, price: null })?.message;
  t.match(
    check({}, '20'),
    /5\.00 USDT each, 4\.25 USDT at the stop, and the exchange takes orders from 5\.10/,
  );
  t.equal(check({ maxBatches: 1 }, '20'), undefined);
});

function lotOf(quantity: string, remaining = quantity): Lot {
  return {
    id: 1,
    slot: 'b1_entry',
    openedAt: 0,
    bought: quantity,
    spent: text(dec(quantity).times(100)),
    quantity,
    remaining,
    cost: '0',
    highestPrice: '100',
    klines: 0,
    sales: [],
    leaving: [],
    completed: false,
  };
}

const steps = (written: string) => readSteps(written) as Exclude<ReturnType<typeof readSteps>, string>;

t.test('steps below the minimum roll into the next: 15 USDT in steps of 10 %', async (t) => {
  const tens = Array.from({ length: 10 }, (_, index) => `10@${index + 1}`).join(', ');
  const lot = lotOf('0.15');
  const open = openSteps(sharesOf(lot, steps(tens), instrument), dec(85), dec(0), instrument);
  const sold = open
    .filter(({ quantity }) => quantity.gt(0))
    .map(({ slot, quantity }) => [slot, text(quantity)]);
  // Each is 1.5 USDT; four of them are 5.10 at the stop, and the last two join the four before.
  t.same(sold, [
    ['b1_s4', '0.06'],
    ['b1_s8', '0.09'],
  ]);
});

t.test('seeded: shares sum to the batch and open steps to what remains, whatever is sold', async (t) => {
  let seed = 7;
  const roll = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  for (let run = 0; run < 2_000; run += 1) {
    const count = 1 + Math.floor(roll() * 6);
    const cuts = Array.from({ length: count - 1 }, () => 1 + Math.floor(roll() * 98)).sort((a, b) => a - b);
    const bounds = [0, ...new Set(cuts), 100];
    const written = bounds
      .slice(1)
      .map((to, index) => `${to - bounds[index]!}@${index + 1}`)
      .join(', ');
    const quantity = (roll() * 3 + 0.001).toFixed(8);
    const remaining = text(dec(quantity).times(roll().toFixed(5)));
    const shares = sharesOf(lotOf(quantity, remaining), steps(written), instrument);
    const extra = dec((roll() * 0.01).toFixed(8));
    const open = openSteps(shares, dec(85), extra, instrument);
    const sum = (list: readonly { quantity: ReturnType<typeof dec> }[]) =>
      list.reduce((total, each) => total.plus(each.quantity), dec(0));
    const sold = shares.reduce((total, each) => total.plus(each.sold), dec(0));
    if (
      !sum(shares).eq(quantity) ||
      !sold.plus(remaining).eq(quantity) ||
      !sum(open).eq(extra.plus(remaining))
    )
      return t.fail(`run ${run}: ${written} of ${quantity}, ${remaining} left`);
  }
  t.pass('2,000 draws, seed 7');
});
