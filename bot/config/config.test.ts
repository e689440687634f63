/** What a config says, read and written; how it is refused is in refused.test.ts. */
import t from 'tap';
import { good, parse } from '../../test/sample-config.js';
import { ConfigError, configJsonSchema, configOf, configText, isBotId } from '../config.js';
import { suggestion } from './suggest.js';

t.test('a config with comments and trailing commas is read whole, defaults filled in', async (t) => {
  t.same(parse(good), {
    id: 'btc-dip',
    name: 'BTC dip',
    venue: 'paper',
    symbol: 'BTCUSDT',
    interval: '5m',
    budget: '1000',
    signal: {
      name: 'rsi-macd-bollinger',
      rsiPeriod: 14,
      buyBelow: 30,
      sellAbove: 70,
      macdFast: 12,
      macdSlow: 26,
      macdSignal: 9,
      bollingerPeriod: 20,
      bollingerDeviations: 2,
      votes: 2,
    },
    plan: { name: 'single', stopLossPercent: 2, takeProfitPercent: 5 },
    risk: { maxDailyLossPercent: 5 },
    dryRun: false,
    tags: ['demo'],
  });
  const least = parse(
    '{"id":"btc-dip","symbol":"BTCUSDT","interval":"1h","budget":50.5,"signal":{"name":"rsi"},"plan":{"name":"single"}}',
  );
  t.match(least, {
    name: 'btc-dip',
    venue: 'paper',
    budget: '50.5',
    risk: {},
    dryRun: false,
    tags: [],
    signal: { period: 14 },
  });
  t.equal(least.appliesTo, undefined);
});

t.test('an amount is read by its digits, never as a float', async (t) => {
  const budget = (digits: string) => parse(good.replace('"1000"', digits)).budget;
  t.equal(budget('1000.10'), '1000.1');
  t.equal(budget('9007199254740993'), '9007199254740993');
  t.equal(budget('"0.000000000000000001"'), '0.000000000000000001');
  t.equal(budget('0.30000000000000004'), '0.30000000000000004');
  const plan = parse(good.replace('"stopLossPercent": 2', '"quantity": 0.123456789012345678')).plan;
  t.equal(plan['quantity'], '0.123456789012345678');
});

t.test('a config given as a value is checked alike, without lines', async (t) => {
  const config = parse(good);
  t.same(configOf(config, 'request', { id: 'btc-dip' }), config);
  t.throws(() => configOf({ ...config, budget: -1 }, 'request'), {
    message: 'request: budget: must be above 0, is -1',
  });
  t.throws(() => configOf(undefined, 'request'), ConfigError);
  t.throws(() => configOf([], 'request'), { message: 'request: must be one object in braces' });
});

t.test('ids are names of folders and nothing else', async (t) => {
  for (const id of ['a', 'btc-dip', '0_x', 'x'.repeat(40)]) t.ok(isBotId(id), id);
  const bad = [
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'A',
    '-a',
    '_a',
    'con',
    'nul',
    'com1',
    '__proto__',
    'constructor',
    'x'.repeat(41),
    'x'.repeat(300),
    '🙂',
    'a b',
    'a\n',
    'a.b',
    5,
    null,
  ];
  for (const id of bad) t.notOk(isBotId(id), String(id));
});

t.test('a written config is read back as it was', async (t) => {
  const config = parse(good);
  const text = configText(config);
  t.match(text, /^{\n {2}"\$schema": "..\/..\/config.schema.json",\n {2}"id": "btc-dip",\n/);
  t.same(parse(text), config);
  t.equal(configText({ ...config, appliesTo: undefined }), text);
});

t.test('the JSON Schema for editors knows every key, and amounts as text or number', async (t) => {
  const schema = configJsonSchema() as {
    $schema: string;
    properties: Record<string, { type?: unknown; oneOf?: unknown[] }>;
    required: string[];
    additionalProperties: boolean;
  };
  t.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
  t.same(schema.required, ['id', 'symbol', 'interval', 'budget', 'signal', 'plan']);
  t.equal(schema.additionalProperties, false);
  t.same(schema.properties['budget']?.type, ['string', 'number']);
  t.equal(schema.properties['signal']?.oneOf?.length, 5);
});

t.test('misspelt words are recognised, strange ones are not guessed at', async (t) => {
  const known = ['stopLossPercent', 'takeProfitPercent', 'rsiPeriod'];
  t.equal(suggestion('stopLossPercnt', known), 'stopLossPercent');
  t.equal(suggestion('stoploss', known), 'stopLossPercent');
  t.equal(suggestion('TAKE_PROFIT', known), 'takeProfitPercent');
  t.equal(suggestion('leverage', known), null);
  t.equal(suggestion('singel', ['ladder', 'single']), 'single', 'two letters that changed places');
  t.equal(suggestion('', known), null);
});

t.test('a plan that follows its user takes no signal but manual', async (t) => {
  const config = (signal: string) => ({ ...followed, signal: { name: signal } });
  t.equal(configOf(config('manual'), 'request').signal.name, 'manual');
  t.throws(
    () => configOf(config('rsi'), 'request'),
    /signal.name: must be "manual" for the plan "follow": your own trades lead it, and no signal is followed, is "rsi"/,
  );
});

const followed = {
  id: 'mine',
  symbol: 'BTCUSDT',
  interval: '5m',
  budget: '1000',
  plan: { name: 'follow' },
};
