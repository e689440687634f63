import t from 'tap';
import { ConfigError } from '../../bot/config.js';
import { FlotillaError } from '../fleet/errors.js';
import { configFromForm, formErrors, venueOfForm } from './new-bot-form.js';

const fields = {
  name: 'BTC dip',
  symbol: ' btcusdt',
  interval: '5m',
  budget: '1000',
  signal: 'always',
  plan: 'martingale',
  'plan.levels': '4',
};

t.test(
  'a form means a config: an id of the name, a symbol in small letters, only what was filled in',
  async (t) => {
    t.same(configFromForm(fields), {
      id: 'btc-dip',
      name: 'BTC dip',
      venue: 'paper',
      symbol: 'BTCUSDT',
      interval: '5m',
      budget: '1000',
      signal: { name: 'always' },
      plan: { name: 'martingale', levels: 4 },
    });
  },
);

t.test('an account is a venue, and a live one its key', async (t) => {
  t.match(configFromForm({ ...fields, venue: 'binance/main' }), { venue: 'binance', key: 'main' });
  t.equal(venueOfForm('binance-testnet/x'), 'binance-testnet');
  t.equal(venueOfForm('nowhere'), 'paper');
});

t.test('what cannot be read is said at its field', async (t) => {
  const wrong = t.throws(() => configFromForm({ ...fields, 'plan.levels': 'four' }), ConfigError);
  t.match(formErrors(wrong), { 'plan.levels': /^Must be a plain decimal number, is "four"\.$/ });
});

t.test('the sentence at a field does not name it once more', async (t) => {
  const told = (field: string, message: string) =>
    formErrors(new FlotillaError('PLAN_UNFIT', message, { field }));
  t.same(told('plan.maxBatches', 'plan.maxBatches must be less, is 4.'), {
    'plan.maxBatches': 'Must be less, is 4.',
  });
  t.same(told('symbol', 'symbol: what it holds forbids that.'), { symbol: 'What it holds forbids that.' });
  t.same(told('budget', 'budgets are small.'), { budget: 'budgets are small.' });
  t.same(told('id', 'BTCUSD is not traded.'), { id: 'BTCUSD is not traded.' });
});
