import t from 'tap';
import { batchWords } from '../bot/batch-words.js';
import { Rehearsal, settings } from '../test/bot-kit.js';
import type { Effect } from './events.js';

const LADDER = {
  plan: {
    ...{ name: 'ladder', maxBatches: 2, multiStep: true, steps: '50@1, 50@2', trigger: 'touch' },
    ...{ stopLossPercent: 10, takeProfitPercent: 5, klinesBetweenBatches: 1, exitOnSignal: false },
  },
  signalName: 'manual',
} as const;

const closedIn = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'closed' ? [effect.closed] : []));
const notice = (effects: readonly Effect[], code: string) =>
  effects.flatMap((effect) => (effect.type === 'notify' && effect.code === code ? [effect.values] : []))[0];

t.test(
  'a batch that is sold step by step tells each step, itself, and its cycle, after commissions',
  async (t) => {
    const bot = new Rehearsal(settings({ terms: LADDER }));
    bot.kline(100, 'enter');
    const opened = bot.fill(bot.placed[0]!, 0, '100', '5');
    t.match(notice(opened, 'batch-opened'), { market: 'BTCUSDT', batch: 1, price: '100', cost: '500' });
    t.match(notice(opened, 'wallet-changed'), { cash: '500', quantity: '4.995', base: 'BTC', quote: 'USDT' });
    const steps = [...bot.placed];
    for (const step of steps) bot.accept(step);

    const first = bot.fill(bot.state.orders[0]!, 0, '101', '2.4975');
    t.match(notice(first, 'batch-sold'), {
      ...{ market: 'BTCUSDT', batch: 1, slot: 'b1_s1', percent: 50, price: '101' },
      // 2.4975 × 101 less 0.1 % of it.
      quote: '251.9952525',
      pnl: '1.9952525',
      profitPercent: 0.8,
    });
    t.match(notice(first, 'wallet-changed'), { cash: '751.9952525', quantity: '2.4975' });
    t.same(closedIn(first), [], 'nothing has ended yet');

    const second = bot.fill(bot.state.orders[0]!, 0, '102', '2.4975');
    const [batch, cycle] = closedIn(second);
    t.match(batch, {
      ...{ part: 'batch', number: 1, symbol: 'BTCUSDT', plan: 'ladder', price: '100', cost: '500' },
      ...{ received: '506.4855075', pnl: '6.4855075', end: 'take-profit' },
      sales: [
        { slot: 'b1_s1', percent: 50 },
        { slot: 'b1_s2', percent: 50 },
      ],
    });
    t.match(cycle, {
      part: 'cycle',
      number: 1,
      pnl: bot.state.books.realizedPnl,
      end: 'take-profit',
      sales: [],
    });
    const ended = notice(second, 'cycle-ended')!;
    t.match(ended, { cycle: 1, cost: '500' });
    const words = (came: object) => batchWords(bot.state, 'cycle-ended', { ...ended, ...came });
    t.match(words({}), /: 506\.49 USDT received for 500\.00, profit 6\.49$/, 'nothing is left');
    t.match(
      words({ cost: '993.92', received: '992.01', pnl: '-1.74' }),
      /992\.01 USDT received for 993\.92, profit -1\.74; 0\.17 of the cost stays in what was too small to sell$/,
    );
    t.match(words({ pnl: '6.2' }), /; what was left from before and sold with it had cost 0\.29$/);
  },
);

t.test('a batch that meets its stop says so; what was not sold tells of nothing', async (t) => {
  const bot = new Rehearsal(settings({ terms: LADDER }));
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '5');
  for (const step of [...bot.placed]) bot.accept(step);
  const struck = bot.fill(bot.state.orders[0]!, 1, '90', '2.4975');
  t.match(notice(struck, 'batch-stopped'), { batch: 1, percent: 50 });
  const empty = new Rehearsal(settings({ terms: LADDER }));
  empty.kline(100, 'enter');
  t.same(closedIn(empty.failed(empty.placed[0]!, 'none', 'funds')), []);
});
