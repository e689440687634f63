import t from 'tap';
import { Rehearsal, settings, START } from '../test/bot-kit.js';
import { step } from './engine.js';
import type { Settings } from './state.js';
import { planNamed } from '../strategies/registry.js';

const HOUR = 3_600_000;
const FIVE_MINUTES = 300_000;
const MARTINGALE = {
  plan: {
    name: 'martingale',
    priceDropPercent: 2,
    levels: 3,
    initialAmount: '1',
    amountMultiplier: 1,
    takeProfitPercent: 1.5,
    stopLossPercent: 20,
    maxAbovePercent: 1,
    restAhead: 3,
    exitOnSignal: false,
    restartAfterStop: true,
  },
  signalName: 'always',
};

/** Buys 10 at 100 and is stopped out at this price. */
function stoppedOut(changes: Partial<Settings>, price: string): Rehearsal {
  const bot = new Rehearsal(changes);
  const protect = bot.holding();
  bot.fill(protect, 1, price, '9.99');
  return bot;
}

const slots = (bot: Rehearsal): string[] => bot.placed.map(({ slot }) => slot);

function configure(bot: Rehearsal, changes: Partial<Settings>): void {
  const { time, wall } = bot;
  bot.tell({ type: 'config', time, wall, appliesTo: 'next-cycle', settings: settings(changes) });
}

/** [cap, what it lost, whether it blocks] of 1,000: 10 at 100, sold at 98 less 0.1 % twice, is 979.02 − 0.98. */
const losses: readonly [Partial<Settings>, string, string | null][] = [
  [{ maxDailyLossPercent: 3 }, '98', null],
  [{ maxDailyLossPercent: 2.1 }, '98', 'daily-loss'],
  [{ maxDrawdownPercent: 3 }, '98', null],
  [{ maxDrawdownPercent: 2.1 }, '98', 'drawdown'],
  [{ maxDrawdownPercent: 2.1, maxDailyLossPercent: 2.1 }, '98', 'drawdown'],
  [{ maxDrawdownPercent: 50, maxDailyLossPercent: 2.1 }, '98', 'daily-loss'],
  [{ maxDrawdownPercent: 0.01 }, '110', null],
];

t.test('a loss cap that is reached blocks the next entry, and the decision has its numbers', async (t) => {
  for (const [caps, price, outcome] of losses) {
    const bot = stoppedOut(caps, price);
    bot.kline(Number(price), 'enter');
    const name = `${JSON.stringify(caps)} after a stop at ${price}`;
    t.equal(bot.state.lastDecision?.outcome, outcome ?? 'enters', name);
    t.equal(bot.placed.length, outcome === null ? 1 : 0, name);
  }
  const bot = stoppedOut({ maxDailyLossPercent: 2 }, '98');
  bot.kline(98, 'enter');
  t.same(bot.state.lastDecision?.block, {
    from: '1000.00',
    lost: '21.96',
    percent: '2.20',
    limit: 2,
    quote: 'USDT',
    until: START + 24 * HOUR,
  });
  t.same(bot.notices, ['daily-loss-reached']);
  bot.kline(98, 'enter');
  t.same(bot.notices, [], 'said once');
});

t.test('a daily loss ends with the day of market time, a drawdown does not', async (t) => {
  const nextDay = (bot: Rehearsal) => {
    while (bot.time < START + 24 * HOUR) bot.kline(98);
    bot.kline(98, 'enter');
    return bot.state.lastDecision?.outcome;
  };
  t.equal(nextDay(stoppedOut({ maxDailyLossPercent: 2 }, '98')), 'enters');
  t.equal(nextDay(stoppedOut({ maxDrawdownPercent: 2 }, '98')), 'drawdown');
});

t.test('reached while holding, a cap stays in force though the price recovers; exits go on', async (t) => {
  for (const [caps, outcome] of [
    [{ maxDailyLossPercent: 1 }, 'daily-loss'],
    [{ maxDrawdownPercent: 1 }, 'drawdown'],
  ] as const) {
    const bot = new Rehearsal(caps);
    const protect = bot.holding();
    bot.kline(98.5);
    t.same(bot.notices, [`${outcome}-reached`]);
    t.same(bot.cancelled, [], 'protection stays');
    bot.kline(101, 'exit');
    bot.cancelledThere(protect);
    t.match(bot.placed, [{ slot: 'exit', side: 'SELL' }]);
    bot.fill(bot.placed[0]!, 0, '101', '9.99');
    bot.kline(101, 'enter');
    t.equal(bot.state.lastDecision?.outcome, outcome);
  }
});

t.test('a drawdown counts from the highest close, and only its user ends it', async (t) => {
  const bot = new Rehearsal({ maxDrawdownPercent: 3 });
  const protect = bot.holding();
  bot.kline(104);
  bot.kline(102);
  t.equal(bot.state.highestEquity, '1038.96');
  t.equal(bot.state.drawdown, null, '1.9 % below');
  bot.fill(protect, 1, '98', '9.99');
  bot.kline(98, 'enter');
  t.match(bot.state.lastDecision, {
    outcome: 'drawdown',
    block: { from: '1038.96', percent: '5.86', limit: 3 },
  });
  bot.tell({ type: 'command', time: bot.time, wall: bot.wall, uuid: 's', name: 'stop' });
  bot.tell({ type: 'command', time: bot.time, wall: bot.wall, uuid: 't', name: 'start' });
  bot.kline(98, 'enter');
  t.match(bot.state.lastDecision, { outcome: 'drawdown' }, 'a stop and a start do not');
  bot.command('r', { name: 'resume' });
  t.match(bot.state.commands.at(-1), { done: true, code: 'resumed-drawdown', values: { equity: '978.04' } });
  bot.kline(98, 'enter');
  t.equal(bot.state.lastDecision?.outcome, 'enters');
});

t.test(
  'a raised or removed cap lifts what was reached, a tighter one counts from the next close',
  async (t) => {
    const bot = stoppedOut({ maxDrawdownPercent: 2, maxDailyLossPercent: 2 }, '98');
    bot.kline(98);
    t.match(bot.state, { drawdown: {}, day: { reached: true } });
    configure(bot, { maxDrawdownPercent: 5, maxDailyLossPercent: 5 });
    t.equal(bot.state.drawdown, null);
    t.equal(bot.state.day?.reached, undefined);
    configure(bot, { maxDrawdownPercent: 2, maxDailyLossPercent: 2 });
    bot.kline(98, 'enter');
    t.equal(bot.state.lastDecision?.outcome, 'drawdown');
    configure(bot, {});
    bot.kline(98, 'enter');
    t.equal(bot.state.lastDecision?.outcome, 'enters');
  },
);

t.test('a changed budget and adopted losses are neither gain nor loss', async (t) => {
  const bot = new Rehearsal({ maxDrawdownPercent: 5, maxDailyLossPercent: 5 });
  bot.kline(100);
  configure(bot, { budget: '500', maxDrawdownPercent: 5, maxDailyLossPercent: 5 });
  bot.kline(100);
  t.match(bot.state, { drawdown: null, highestEquity: '500', day: { equity: '500' } });
  bot.snapshot({ quoteBalance: '400' });
  bot.command('a', { name: 'adopt', seen: [{ asset: 'USDT', missing: '100' }] });
  bot.kline(100, 'enter');
  t.match(bot.state, { drawdown: null, highestEquity: '400', day: { equity: '400' } });
  t.equal(bot.state.lastDecision?.outcome, 'enters');
});

t.test('a reached cap takes back what rests to buy, and keeps what protects', async (t) => {
  const bot = new Rehearsal({ maxDailyLossPercent: 1, terms: MARTINGALE });
  bot.kline(100, 'enter');
  t.same(slots(bot), ['so0', 'so1', 'so2']);
  for (const order of [...bot.state.orders]) bot.accept(order);
  bot.fill(bot.state.orders[0]!, 0, '100', '1');
  t.same(slots(bot), ['protect']);
  bot.accept(bot.placed[0]!);
  bot.kline(90.2);
  t.same(bot.notices, [], '9.89 of 1,000 is not yet 1 %');
  bot.kline(90);
  t.same(bot.notices, ['daily-loss-reached']);
  t.same(
    bot.cancelled.map((id) => id.split('-').at(-1)),
    ['so1', 'so2'],
  );
});

t.test('entries of an hour of market time are counted; exits and protection are not', async (t) => {
  const bot = new Rehearsal({ maxOrdersPerHour: 2 });
  const round = () => {
    bot.kline(100, 'enter');
    const [entry] = bot.placed;
    if (entry === undefined) return false;
    bot.fill(entry, 0, '100', entry.quote === '0' ? '0' : '9');
    const [protect] = bot.placed;
    bot.accept(protect!);
    bot.kline(100, 'exit');
    bot.cancelledThere(protect!);
    bot.fill(bot.placed[0]!, 0, '100', '8.99');
    return true;
  };
  t.equal(round(), true);
  t.equal(round(), true);
  t.equal(round(), false);
  const [first] = bot.state.entryTimes!;
  t.match(bot.state.lastDecision, {
    outcome: 'orders-per-hour',
    block: { count: 2, limit: 2, until: first! + HOUR },
  });
  while (bot.time + FIVE_MINUTES < first! + HOUR) bot.kline(100);
  bot.kline(100, 'enter');
  t.equal(bot.time, first! + HOUR);
  t.equal(bot.state.lastDecision?.outcome, 'enters', 'an hour later to the millisecond');
});

t.test('levels beyond the entries of an hour wait, and are said once', async (t) => {
  const bot = new Rehearsal({ maxOrdersPerHour: 2, terms: MARTINGALE });
  bot.kline(100, 'enter');
  t.same(slots(bot), ['so0', 'so1']);
  t.same(bot.notices, ['entry-capped'], 'so2');
  for (const order of [...bot.state.orders]) bot.accept(order);
  bot.kline(100);
  t.same(bot.notices, []);
  t.same(bot.cancelled, [], 'what rests stays');
  bot.fill(bot.state.orders[0]!, 0, '100', '1');
  t.same(slots(bot), ['protect'], 'protection is never held back');
  const [first] = bot.state.entryTimes!;
  while (bot.time + FIVE_MINUTES < first! + HOUR) bot.kline(100);
  t.same(slots(bot), []);
  bot.kline(100);
  t.same(slots(bot), ['so2'], 'an hour later');
});

t.test('the caps are part of the journaled state: the same events give the same state', async (t) => {
  const bot = stoppedOut({ maxDrawdownPercent: 2, maxOrdersPerHour: 3 }, '98');
  bot.kline(98, 'enter');
  let state = new Rehearsal({ maxDrawdownPercent: 2, maxOrdersPerHour: 3 }).state;
  for (const event of bot.events.slice(1))
    state = step(planNamed, JSON.parse(JSON.stringify(state)), event).state;
  t.same(state, bot.state);
});
