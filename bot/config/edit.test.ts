/** A config changed in its text: by edits, and by settings of the command line. */
import t from 'tap';
import { good, parse } from '../../test/sample-config.js';
import { ConfigError, configOf, editConfig, parseSet } from '../config.js';
import { withSettings } from './with-settings.js';

t.test('an edit changes its values and leaves comments, order and spacing alone', async (t) => {
  const edited = editConfig(good, [
    { path: 'signal.rsiPeriod', value: 21 },
    { path: 'budget', value: '2000' },
    { path: 'plan.takeProfitPercent', value: 4 },
    { path: 'risk', value: undefined },
    { path: 'appliesTo', value: 'now' },
  ]);
  t.match(parse(edited), {
    budget: '2000',
    signal: { rsiPeriod: 21 },
    plan: { takeProfitPercent: 4 },
    risk: {},
    appliesTo: 'now',
  });
  t.equal(
    edited,
    good
      .replace('14', '21')
      .replace('"1000"', '"2000"')
      .replace('Percent": 2 }', 'Percent": 2, "takeProfitPercent": 4 }')
      .replace('  "risk": { "maxDailyLossPercent": 5 },\n', '')
      .replace('["demo"],\n', '["demo"],\n  "appliesTo": "now",\n'),
  );
  t.equal(editConfig(good, []), good);
  t.equal(editConfig(good, [{ path: 'appliesTo', value: undefined }]), good);
  t.match(parse(editConfig(good, [{ path: 'signal', value: { name: 'rsi' } }])).signal, {
    name: 'rsi',
    period: 14,
  });
  t.match(
    parse(
      editConfig(good.replace('{ "maxDailyLossPercent": 5 }', '{}'), [
        { path: 'risk.maxDailyLossPercent', value: 3 },
      ]),
    ).risk,
    { maxDailyLossPercent: 3 },
  );
  t.throws(() => editConfig('{', []), ConfigError);
  t.throws(() => editConfig(good, [{ path: '__proto__.x', value: 1 }]), ConfigError);
});

t.test('an edit keeps every comment, wherever it stands', async (t) => {
  const edit = (text: string, path: string, value: unknown) => editConfig(text, [{ path, value }]);
  const lines = '{\n  "a": 1, // one\n  "b": 2 // two\n  // end\n}\n';
  t.equal(
    edit(lines, 'c', { d: [1], e: 'x' }),
    '{\n  "a": 1, // one\n  "b": 2, // two\n  // end\n  "c": { "d": [1], "e": "x" }\n}\n',
  );
  t.equal(edit(lines, 'a', undefined), '{\n  // one\n  "b": 2 // two\n  // end\n}\n');
  t.equal(edit(lines, 'b', undefined), '{\n  "a": 1 // one\n  // two\n  // end\n}\n');
  t.equal(edit('{\r\n\t"a": 1,\r\n}', 'b', true), '{\r\n\t"a": 1,\r\n\t"b": true,\r\n}');
  t.equal(edit('{ "a": 1, "b": 2 }', 'b', undefined), '{ "a": 1 }');
  t.equal(edit('{ "a": 1, "b": 2 }', 'a', undefined), '{ "b": 2 }');
  t.equal(edit('{ "a": 1 }', 'a', undefined), '{ }');
  t.equal(edit('{}', 'risk.maxDailyLossPercent', 3), '{ "risk": { "maxDailyLossPercent": 3 } }');
  t.equal(
    edit('{ "risk": null }', 'risk.maxDailyLossPercent', 3),
    '{ "risk": { "maxDailyLossPercent": 3 } }',
  );
  t.equal(edit('{ /* nothing */ }', 'a', 1), '{ /* nothing */ "a": 1 }');
  t.equal(edit('{\n  // nothing\n}', 'a', 1), '{\n  // nothing\n"a": 1 }');
  t.equal(edit('{\n  "a": 1\n}\n', 'b', 2), '{\n  "a": 1,\n  "b": 2\n}\n', 'a plain file, as we write it');
  t.equal(edit('{ "a": { "b": 1 /* c, */ } }', 'a.x', 2), '{ "a": { "b": 1, "x": 2 /* c, */ } }');
});

t.test('settings of the command line get their types from the schemas', async (t) => {
  t.same(
    parseSet([
      'signal.rsiPeriod=14',
      'plan.stopLossPercent=2.5',
      'plan.quantity=0.10',
      'dryRun=true',
      'tags=a, b',
      'name=A = B',
      'risk.maxDailyLossPercent=5',
    ]),
    {
      signal: { rsiPeriod: 14 },
      plan: { stopLossPercent: 2.5, quantity: '0.10' },
      dryRun: true,
      tags: ['a', 'b'],
      name: 'A = B',
      risk: { maxDailyLossPercent: 5 },
    },
  );
  t.same(parseSet([]), {});
  t.same(parseSet(['signal.period=7'], { signal: 'rsi', plan: 'single' }), { signal: { period: 7 } });
});

t.test('settings that cannot be read are refused one by one', async (t) => {
  const refuse = (pair: string, chosen = {}) => {
    try {
      return JSON.stringify(parseSet([pair], chosen));
    } catch (error) {
      return (error as Error).message;
    }
  };
  t.equal(
    refuse('signal.rsiPerod=14'),
    '--set: signal.rsiPerod: unknown setting; did you mean "signal.rsiPeriod"?',
  );
  t.equal(
    refuse('signal.rsiPeriod=1e1'),
    '--set: signal.rsiPeriod: must be a plain decimal number, is "1e1"',
  );
  for (const text of ['', ' ', '1,5', '0x10', 'NaN', 'Infinity', '१४', 'true'])
    t.match(refuse(`signal.rsiPeriod=${text}`), /must be a plain decimal number/, text);
  t.equal(refuse('dryRun=yes'), '--set: dryRun: must be true or false, is "yes"');
  t.equal(refuse('foo'), '--set: foo: must have the form name=value');
  t.match(refuse('__proto__.x=1'), /unknown setting/);
  t.match(
    refuse('signal.rsiPeriod=14', { signal: 'rsi' }),
    /unknown setting; did you mean "signal.period"\?/,
  );
  t.throws(() => parseSet(['dryRun=true', 'dryRun=false']), { message: '--set: dryRun: is given twice' });
});

t.test('what options of a command spell is told by the option', async (t) => {
  const given = { id: 'x', symbol: 'BTCUSDT', interval: '9x', budget: '100' };
  const make = () => configOf({ ...given, signal: { name: 'rsi' }, plan: { name: 'singl' } }, 'options');
  t.throws(make, { message: /^--interval: / });
  t.throws(make, { message: /^--plan: /m });
  const whole = configOf(
    { ...given, interval: '5m', signal: { name: 'rsi' }, plan: { name: 'single' } },
    'x',
  );
  t.throws(() => withSettings(whole, ['signal.period=0']), { message: /^--set signal\.period: / });
});
