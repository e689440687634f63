import t from 'tap';
import { configOf } from '../config.js';
import { Rehearsal } from '../../test/bot-kit.js';
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
