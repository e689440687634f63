import t from 'tap';
import { configOf } from '../config.js';
import { instrument, Rehearsal } from '../../test/bot-kit.js';
import { foreseeChange } from './config-foresight.js';

const config = (changes: Record<string, unknown>) =>
  configOf(
    {
      ...{ id: 'test', symbol: 'BTCUSDT', interval: '5m', budget: '1000', signal: { name: 'rsi' } },
      plan: { name: 'single', stopLossPercent: 2, takeProfitPercent: 5 },
      ...changes,
    },
    'test',
  );

t.test('a changed stop that counts now takes the old pair back and places the new one', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  const before = bot.state;
  const changed = config({ plan: { name: 'single', stopLossPercent: 4, takeProfitPercent: 5 } });
  const now = foreseeChange(bot.state, changed, 'now');
  t.match(now, { holds: true, planDiffers: true });
  t.match(now.cancels, [{ slot: 'protect', words: /stop at 98$/ }]);
  t.match(now.places, [{ slot: 'protect', words: /^sell 9\.99 at 105 or stop at 96$/ }]);
  t.equal(bot.state, before, 'nothing was done');
  t.match(foreseeChange(bot.state, changed, 'next-cycle'), { cancels: [], places: [] });
});

t.test('a stop above the price sells at once, and a smaller budget takes its cash', async (t) => {
  const bot = new Rehearsal();
  bot.holding();
  bot.kline(99);
  const changed = config({ budget: '400', plan: { name: 'ladder', multiStep: false, stopLossPercent: 0.5 } });
  const now = foreseeChange(bot.state, changed, 'now');
  t.match(now.cancels, [{ slot: 'protect' }]);
  t.ok(
    now.places.some(({ side, words }) => side === 'SELL' && /at market/.test(words)),
    'below its stop already',
  );
  t.same(now.cash, { before: '0', after: '-600' });
});

t.test('a change withdraws protection where what is held has its stop further away, or no more', (t) => {
  const plan = { name: 'single', stopLossPercent: 2, takeProfitPercent: 5 };
  const withdraws = (changes: Record<string, unknown>, appliesTo: 'now' | 'next-cycle' = 'now') => {
    const bot = new Rehearsal();
    bot.holding();
    return foreseeChange(bot.state, config({ plan, ...changes }), appliesTo).withdraws;
  };
  t.ok(withdraws({ plan: { ...plan, stopLossPercent: 2.5 } }), 'further away');
  t.notOk(withdraws({ plan: { ...plan, stopLossPercent: 2.5 } }, 'next-cycle'), 'not that of what is held');
  t.notOk(withdraws({ plan: { ...plan, stopLossPercent: 1.5 } }), 'nearer');
  t.notOk(withdraws({ plan: { ...plan, takeProfitPercent: 9 } }), 'the target is no protection');
  t.ok(withdraws({ plan: { name: 'martingale', levels: 2, stopLossPercent: 15 } }), 'by another plan');
  t.ok(withdraws({ protectionCancelled: 'leave' }, 'next-cycle'), 'a stop cancelled elsewhere stays away');
  t.notOk(withdraws({ budget: '500', name: 'Another name' }));

  const trailing = new Rehearsal({
    terms: { plan: { ...plan, trailingStopPercent: 1 }, signalName: 'rsi' },
  });
  trailing.holding();
  t.ok(foreseeChange(trailing.state, config({ plan }), 'now').withdraws, 'one that the bot watches itself');
  const flat = new Rehearsal();
  t.notOk(foreseeChange(flat.state, config({ plan: { ...plan, stopLossPercent: 9 } }), 'now').withdraws);
  t.end();
});

t.test(
  'another symbol parks what is held with its protection, and trades with the money that is free',
  (t) => {
    const bot = new Rehearsal();
    bot.holding();
    const plan = { name: 'single', stopLossPercent: 9 };
    const seen = foreseeChange(bot.state, config({ symbol: 'ETHUSDT', budget: '1500', plan }), 'now');
    t.match(seen, { cancels: [], places: [], withdraws: false, cash: { before: '0', after: '500' } });
    t.match(seen.move, {
      symbol: 'ETHUSDT',
      parks: { symbol: 'BTCUSDT', quantity: '9.99', base: 'BTC', dust: false },
      takesUp: null,
      protection: [{ slot: 'protect', words: 'sell 9.99 at 105 or stop at 98' }],
    });

    const back = new Rehearsal();
    back.holding();
    const eth = { ...instrument, symbol: 'ETHUSDT', base: 'ETH' };
    const settings = { ...back.state.settings, symbol: 'ETHUSDT', instrument: eth };
    back.tell({ type: 'moved', time: back.time, wall: back.wall, settings, tradeCursor: '0' });
    t.match(foreseeChange(back.state, config({}), 'now').move, {
      parks: null,
      takesUp: { symbol: 'BTCUSDT', quantity: '9.99', base: 'BTC' },
    });
    t.equal(foreseeChange(back.state, config({ symbol: 'ETHUSDT' }), 'now').move, null);
    t.end();
  },
);
