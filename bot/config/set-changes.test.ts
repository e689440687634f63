import t from 'tap';
import { editConfig, parseConfig, readChanges } from '../config.js';
import { differencesOf } from './differences.js';

const TEXT = `{
  "id": "a", // mine
  "symbol": "BTCUSDT", "interval": "5m", "budget": "1000",
  "signal": { "name": "rsi", "period": 9 },
  "plan": { "name": "single", "stopLossPercent": 3, "trailingStopPercent": 1 },
  "tags": ["x"]
}
`;
const edited = (...pairs: string[]): string => editConfig(TEXT, readChanges(pairs, TEXT));
const parsed = (...pairs: string[]) => parseConfig(edited(...pairs), 'config.json');

t.test('pairs are values of their kind, and the text keeps its comments', async (t) => {
  const text = edited(
    'plan.stopLossPercent=2',
    'budget=500',
    'tags=a, b',
    'name=The first',
    'signal.period=10',
  );
  t.match(text, '// mine');
  t.match(parseConfig(text, 'config.json'), {
    ...{ budget: '500', tags: ['a', 'b'], name: 'The first' },
    plan: { stopLossPercent: 2, trailingStopPercent: 1 },
    signal: { period: 10 },
  });
});

t.test(
  'an empty value takes a key out, and another plan comes without the old one’s parameters',
  async (t) => {
    t.match(parsed('plan.trailingStopPercent=', 'plan.stopLossPercent='), { plan: { stopLossPercent: 2 } });
    t.notOk('trailingStopPercent' in parsed('plan.trailingStopPercent=').plan);
    const { plan } = parsed('plan=ladder', 'plan.maxBatches=2');
    t.match(plan, { name: 'ladder', maxBatches: 2, stopLossPercent: 15 });
  },
);

t.test('a symbol may be typed in lower case; the file has it as the exchange does', async (t) => {
  t.equal(parsed('symbol=ethusdt').symbol, 'ETHUSDT');
});

t.test('what cannot be read is said with its place', async (t) => {
  t.throws(
    () => edited('plan.stopLos=2'),
    /plan\.stopLos: unknown setting; did you mean "plan\.stopLossPercent"/,
  );
  t.throws(() => edited('plan.maxBatches=2'), /unknown setting/, 'of another plan');
  t.throws(() => edited('signal.period=ten'), /must be a plain decimal number/);
  t.throws(() => edited('id=b'), /id: cannot be changed/);
  t.throws(() => edited('tags=a', 'tags=b'), /given twice/);
});

t.test('differences are told with defaults, and without them where a text is not valid', async (t) => {
  t.same(differencesOf(TEXT, edited('plan.stopLossPercent=', 'tags=')), [
    { path: 'tags', before: 'x', after: null },
    { path: 'plan.stopLossPercent', before: '3', after: '2' },
  ]);
  const faulty = TEXT.replace('"stopLossPercent"', '"stopLoss"');
  t.same(
    differencesOf(faulty, TEXT)
      .map(({ path }) => path)
      .sort(),
    ['plan.stopLoss', 'plan.stopLossPercent'],
    'beside a text with a mistake no defaults are changes',
  );
  t.same(differencesOf('{ "id": "a", "budget": "x" }', '{ "id": "a", "budget": "5" }'), [
    { path: 'budget', before: 'x', after: '5' },
  ]);
});
