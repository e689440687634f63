import t from 'tap';
import { instrument, Rehearsal } from '../test/bot-kit.js';
import type { Effect } from './events.js';
import { spreadOf, unprotectedTimes } from './protection.js';

const bare = (effects: readonly Effect[]) => effects.filter(({ type }) => type === 'bare');

t.test('how long a position was without protection is recorded, from its fill until it rests', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  const [protect] = bot.placed;
  bot.wall += 120;
  bot.accept(protect!);
  t.match(bare(bot.effects), [{ since: bot.wall - 120, until: bot.wall, end: 'protected' }]);
  t.same(unprotectedTimes(bot.effects), [120]);
});

t.test('percentiles are by nearest rank', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  t.same(spreadOf(hundred), { count: 100, p50: 50, p99: 99, max: 100 });
  t.same(spreadOf([]), { count: 0, p50: 0, p99: 0, max: 0 });
});

t.test('a bare position alerts while the bot recovers too', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  bot.failed(bot.placed[0]!, 'unknown');
  bot.started();
  bot.later(2_001);
  t.ok(bot.state.recovering);
  t.ok(bot.notices.includes('unprotected'));
});

t.test('a refusal of protection is answered at once, and hammered never', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  bot.failed(bot.placed[0]!, 'none', 'rate-limit');
  t.match(bot.placed, [{ slot: 'protect' }]);
  bot.failed(bot.placed[0]!, 'none', 'rate-limit');
  t.same(bot.placed, []);
  const passed = new Rehearsal();
  passed.kline(100, 'enter');
  passed.fill(passed.placed[0]!, 0, '100', '10');
  passed.failed(passed.placed[0]!, 'none', 'would-trigger');
  t.match(
    passed.placed,
    [{ slot: 'exit', type: 'market-sell' }],
    'a price that has passed: out, in the same step',
  );
});

const stopLimit = { ...instrument, orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS_LIMIT'] };

t.test(
  'where a symbol has no market stop, a stop-limit stands in for it; triggered but not filled, it leaves at market',
  async (t) => {
    const bot = new Rehearsal({ instrument: stopLimit });
    const protect = bot.holding();
    t.match(protect.legs[1], { type: 'STOP_LOSS_LIMIT', stopPrice: '98', price: '97.51' });
    const [target, stop] = protect.legs;
    bot.report([
      {
        clientOrderId: target!.clientOrderId,
        orderId: '20',
        status: 'expired',
        executed: '0',
        reason: 'OCO_TRIGGER',
      },
    ]);
    t.same(bot.cancelled, [], 'it is given its time');
    bot.later(2_000);
    t.same(bot.cancelled, []);
    bot.later(1);
    t.same(bot.notices, ['stop-stuck']);
    t.same(bot.cancelled, [stop!.clientOrderId]);
    bot.report([{ clientOrderId: stop!.clientOrderId, orderId: '21', status: 'cancelled', executed: '0' }]);
    t.match(bot.placed, [{ slot: 'exit', type: 'market-sell', quantity: '9.99' }]);
  },
);

t.test('a triggered stop-limit that fills in time is a stop like any other', async (t) => {
  const bot = new Rehearsal({ instrument: stopLimit });
  const protect = bot.holding();
  const stop = protect.legs[1]!;
  bot.report([
    { clientOrderId: stop.clientOrderId, orderId: '21', status: 'open', executed: '0', working: true },
  ]);
  bot.fill(protect, 1, '97.6', '9.99');
  t.equal(bot.state.phase, 'flat');
  bot.later(5_000);
  t.same(bot.effects, []);
});

t.test(
  'a target that lost its match against an order of the same account is not a triggered stop',
  async (t) => {
    const bot = new Rehearsal();
    const protect = bot.holding();
    const [target, stop] = protect.legs;
    bot.report([
      {
        clientOrderId: target!.clientOrderId,
        orderId: '20',
        status: 'expired',
        executed: '0',
        reason: 'EXPIRED_IN_MATCH',
      },
    ]);
    t.same(bot.cancelled, [stop!.clientOrderId], 'the pair is made anew at once');
  },
);

t.test('a halted market is waited for: one line, nothing sent, and all goes on when it opens', async (t) => {
  const bot = new Rehearsal();
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '10');
  bot.failed(bot.placed[0]!, 'none', 'closed');
  t.same(bot.notices, ['market-halted']);
  t.same(bot.placed, []);
  bot.later(60_000);
  t.same(bot.placed, []);
  t.same(bot.notices, ['unprotected']);
  bot.kline(100, 'exit');
  t.same(bot.placed, []);
  bot.market('trading');
  t.same(bot.notices, ['market-open']);
  t.match(bot.placed, [{ slot: 'exit' }]);
  const flat = new Rehearsal();
  flat.market('halted');
  flat.kline(100, 'enter');
  t.equal(flat.state.lastDecision!.outcome, 'halted');
});
