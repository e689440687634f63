import t from 'tap';
import { initialState } from '../../core/state.js';
import { step } from '../../core/engine.js';
import type { BotState } from '../../core/state.js';
import { dec } from '../../core/decimal.js';
import { Rehearsal, instrument, settings } from '../../test/bot-kit.js';
import { planNamed } from '../registry.js';
import { amountOf, costOf, levelsOf, stopPrice } from './levels.js';
import { martingale } from './martingale.js';

const example = { initialPrice: '100', initialAmount: '1' };

function terms(changes: Record<string, unknown> = {}) {
  const plan = { name: 'martingale', ...martingale.parameters.parse({ ...example, ...changes }) };
  return { terms: { plan, signalName: 'always' }, budget: '1300' };
}

/** The example of docs/plans/martingale.md at work: each level filled in turn. */
function filled(levels: number, changes: Record<string, unknown> = {}): Rehearsal {
  const bot = new Rehearsal(terms(changes));
  bot.kline(100, 'enter');
  for (let index = 0; index < levels; index += 1) fillLevel(bot, index);
  return bot;
}

function liveIn(bot: Rehearsal, slot: string) {
  return bot.state.orders.find((order) => order.slot === slot);
}

function fillLevel(bot: Rehearsal, index: number): void {
  const order = liveIn(bot, `so${index}`)!;
  bot.fill(order, 0, order.legs[0]!.price!, order.quantity!);
  bot.settle();
}

t.test('the worked example of the documentation, level by level', async (t) => {
  const start = { price: '100', cash: '1300' };
  const plan = martingale.parameters.parse(example);
  const levels = levelsOf(plan, start, instrument);
  t.same(
    levels.map(({ price, quantity }) => [price.toFixed(), quantity.toFixed()]),
    [
      ['100', '1'],
      ['98', '1.5'],
      ['96.04', '2.25'],
      ['94.11', '3.375'],
      ['92.23', '5.0625'],
    ],
  );
  t.equal(costOf(levels).toFixed(), '1247.625625');
  t.equal(amountOf(levels).toFixed(), '13.1875');
  t.equal(stopPrice(plan, '100').toFixed(), '85');
  const { cost, loss } = martingale.worstCase(plan, { budget: '1300', instrument, price: '100' });
  t.same([cost, loss], ['1247.625625', '126.688125']);
});

t.test(
  'one target for the whole position, placed anew after each fill, and one stop that stays',
  async (t) => {
    const targets = [1, 2, 3, 4, 5].map((count) => {
      const bot = filled(count);
      const sells = bot.state.orders.filter(({ side }) => side === 'SELL');
      t.equal(sells.length, 1);
      t.equal(sells[0]!.legs[1]!.stopPrice, '85');
      t.ok(dec(sells[0]!.quantity!).lte(bot.state.books.quantity));
      return sells[0]!.legs[0]!.price;
    });
    t.same(targets, ['101.5', '100.29', '98.96', '97.53', '96.03']);
  },
);

t.test('level 0 first; each deeper level rests one ahead', async (t) => {
  const bot = new Rehearsal(terms());
  bot.kline(100, 'enter');
  t.same(
    bot.placed.map(({ slot }) => slot),
    ['so0'],
  );
  fillLevel(bot, 0);
  t.same(bot.state.orders.map(({ slot }) => slot).sort(), ['protect', 'so1']);
  t.equal(bot.state.phase, 'holding');
});

t.test('with nothing resting ahead a level is placed when the price is there', async (t) => {
  const bot = filled(1, { restAhead: 0 });
  t.notOk(liveIn(bot, 'so1'));
  bot.price('98.01');
  t.notOk(liveIn(bot, 'so1'));
  bot.price('98');
  t.match(bot.placed, [{ slot: 'so1', quantity: '1.5' }]);
});

t.test('a level that is cancelled by hand is placed again, for what is not bought yet', async (t) => {
  const bot = filled(1);
  const level = liveIn(bot, 'so1')!;
  const [leg] = level.legs;
  bot.report(
    [{ clientOrderId: leg!.clientOrderId, orderId: '5', status: 'partial', executed: '0.4' }],
    [bot.fillOf(level, 0, '98', '0.4')],
  );
  bot.report([{ clientOrderId: leg!.clientOrderId, orderId: '5', status: 'cancelled', executed: '0.4' }]);
  t.match(
    bot.placed.filter(({ slot }) => slot === 'so1'),
    [{ slot: 'so1', quantity: '1.1' }],
  );
});

t.test(
  'a target that fills takes the resting levels back and ends the cycle, and the next begins',
  async (t) => {
    const bot = filled(2);
    const protect = liveIn(bot, 'protect')!;
    bot.fill(protect, 0, protect.legs[0]!.price!, protect.quantity!);
    t.equal(bot.cancelled.length, 1, 'level 2 is taken back');
    bot.settle();
    t.equal(bot.state.phase, 'flat');
    t.equal(bot.state.lastEnd, 'take-profit');
    t.same(bot.state.lots, []);
    bot.kline(100, 'enter');
    t.match(bot.placed, [{ slot: 'so0' }]);
  },
);

t.test('a level that fills while it is taken back is a position again, from its own price', async (t) => {
  const bot = filled(2);
  const protect = liveIn(bot, 'protect')!;
  const level = liveIn(bot, 'so2')!;
  bot.fill(protect, 0, protect.legs[0]!.price!, protect.quantity!);
  bot.fill(level, 0, '96.04', '2.25');
  bot.settle();
  t.equal(bot.state.phase, 'holding');
  t.equal(liveIn(bot, 'protect')!.legs[0]!.price, '97.49', '1.5 % above 96.04');
});

t.test(
  'after a stop loss nothing is bought, until the user starts it again or the plan says so',
  async (t) => {
    const stopOut = (changes: Record<string, unknown>) => {
      const bot = filled(1, changes);
      const protect = liveIn(bot, 'protect')!;
      bot.fill(protect, 1, '85', protect.quantity!);
      bot.settle();
      t.equal(bot.state.lastEnd, 'stop-loss');
      bot.kline(100, 'enter');
      return bot;
    };
    const waits = stopOut({});
    t.same(waits.placed, []);
    t.match(waits.state.lastDecision, { outcome: 'stopped-out' });
    waits.tell({ type: 'command', time: waits.time, wall: waits.wall, uuid: 'u', name: 'start' });
    waits.kline(100, 'enter');
    t.match(waits.placed, [{ slot: 'so0' }]);
    t.match(stopOut({ restartAfterStop: true }).placed, [{ slot: 'so0' }]);
  },
);

t.test('no first order far above the initial price, nor below the stop', async (t) => {
  const bot = new Rehearsal(terms());
  bot.kline(101.01, 'enter');
  t.match(bot.state.lastDecision, { outcome: 'above-start' });
  bot.kline(85, 'enter');
  t.match(bot.state.lastDecision, { outcome: 'below-stop' });
  t.same(bot.placed, []);
  bot.kline(101, 'enter');
  t.match(bot.placed, [{ slot: 'so0', legs: [{ price: '100' }] }]);
});

t.test(
  'a first order that rests is kept over closes, and taken back when the price has run away',
  async (t) => {
    const bot = new Rehearsal(terms());
    bot.kline(100.5, 'enter');
    bot.accept(bot.placed[0]!);
    bot.kline(100.9, 'enter');
    t.same(bot.cancelled, []);
    t.equal(bot.state.phase, 'entering');
    bot.kline(101.5, 'enter');
    t.equal(bot.cancelled.length, 1);
    t.equal(bot.state.phase, 'flat');
  },
);

t.test(
  'without an initial price the cycle counts from its close, and the levels cost the cash',
  async (t) => {
    const bot = new Rehearsal(terms({ initialPrice: undefined, initialAmount: undefined }));
    bot.kline(64_000, 'enter');
    t.equal(bot.placed[0]!.legs[0]!.price, '64000');
    const plan = martingale.parameters.parse({});
    const levels = levelsOf(plan, bot.state.start!, instrument);
    t.ok(costOf(levels).lte('1300'));
    t.ok(costOf(levels).gt('1290'));
  },
);

t.test("the user's stop takes back what would buy and keeps the protection", async (t) => {
  const bot = filled(1);
  bot.tell({ type: 'command', time: bot.time, wall: bot.wall, uuid: 'u', name: 'stop' });
  bot.settle();
  t.same(
    bot.state.orders.map(({ slot }) => slot),
    ['protect'],
  );
  bot.kline(97, 'hold');
  t.same(bot.placed, []);
});

t.test('the signal’s exit counts only where the plan says so', async (t) => {
  const deaf = filled(1);
  deaf.kline(100, 'exit');
  t.equal(deaf.state.phase, 'holding');
  const heeding = filled(1, { exitOnSignal: true });
  heeding.kline(100, 'exit');
  t.equal(heeding.state.phase, 'exiting');
});

t.test('what cannot work is refused with a sentence', async (t) => {
  const problem = (given: Record<string, unknown>) =>
    martingale.parameters.safeParse(given).error?.issues[0]?.message;
  t.equal(
    problem({ stopLossPercent: 7 }),
    'must be above 7.76, so that the stop is below the last of 5 levels 2 % apart, is 7',
  );
  t.equal(problem({ stopLossPercent: 8 }), undefined);
  const check = (given: Record<string, unknown>, budget: string) =>
    martingale.check!(martingale.parameters.parse(given), { budget, instrument, price: '100' })?.message;
  t.match(
    check(example, '1000'),
    /all 5 levels together cost 1250\.12 USDT with commissions, the budget is 1000/,
  );
  t.match(
    check({ ...example, initialAmount: '0.05' }, '1300'),
    /level 0 \(0\.05 BTC at 100\) is worth 4\.24 USDT at its stop/,
  );
  t.equal(check(example, '1300'), undefined);
  t.match(check({}, '30'), /level 0/);
});

t.test('replaying the events gives the same lots', async (t) => {
  const bot = filled(3);
  const replayed = bot.events.reduce<BotState>((state, event) => step(planNamed, state, event).state, {
    ...initialState(settings(terms()), 'abcdefgh'),
    tradeCursor: '0',
  });
  t.same(replayed, bot.state);
});
