import t from 'tap';
import { FlotillaError } from '../fleet/errors.js';
import { worstCaseWords } from './new-bot-form.js';

const fields = {
  name: 'BTC dip',
  symbol: 'btcusdt',
  interval: '5m',
  budget: '1000',
  signal: 'always',
  plan: 'martingale',
  'plan.levels': '4',
};
const words = ['It buys for 998.00 USDT.'];

t.test('a form that means a bot is asked about as that bot', async (t) => {
  const asked: unknown[] = [];
  const fleet = {
    worstCase: (config: unknown) => {
      asked.push(config);
      return Promise.resolve({ cost: '998', loss: '100', words, warnings: [] });
    },
  };
  t.same(await worstCaseWords(fleet, fields), words);
  t.match(asked, [{ id: 'btc-dip', symbol: 'BTCUSDT', plan: { name: 'martingale', levels: 4 } }]);
  t.same(await worstCaseWords(fleet, { ...fields, name: '' }), words, 'it needs no name yet');
});

t.test('a form that does not mean a bot yet, or a venue that does not answer, has no words', async (t) => {
  const refusing = { worstCase: () => Promise.reject(new FlotillaError('CONFIG_INVALID', 'no')) };
  t.same(await worstCaseWords(refusing, fields), []);
  t.same(await worstCaseWords(refusing, { ...fields, 'plan.levels': 'four' }), []);
  t.same(await worstCaseWords({ worstCase: () => Promise.resolve(null) }, fields), []);
  const broken = { worstCase: () => Promise.reject(new Error('a bug')) };
  await t.rejects(worstCaseWords(broken, fields), /a bug/);
});
