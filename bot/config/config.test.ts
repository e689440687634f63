import t from 'tap';
import {
  ConfigError,
  configJsonSchema,
  configOf,
  configText,
  editConfig,
  isBotId,
  parseConfig,
  parseSet,
} from '../config.js';
import { suggestion } from './suggest.js';
import { withSettings } from './with-settings.js';

const FILE = 'data/bots/btc-dip/config.json';

const good = `{
  // what the bot is
  "$schema": "../../config.schema.json", "id": "btc-dip", "name": "BTC dip", "venue": "paper",
  "symbol": "BTCUSDT", "interval": "5m",
  "budget": "1000",
  "signal": { "name": "rsi-macd-bollinger", "rsiPeriod": 14 },
  "plan": { "name": "single", "stopLossPercent": 2 }, /* the rest is default */
  "risk": { "maxDailyLossPercent": 5 },
  "dryRun": false, "tags": ["demo"],
}
`;

const parse = (text: string) => parseConfig(text, FILE, { id: 'btc-dip' });

/** The sentences a text is refused with. */
function refusal(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
  return [];
}

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

/** [what is wrong, the piece replaced, its replacement, the sentences after the file's name]. */
const refused: readonly [string, string, string, ...string[]][] = [
  [
    'decimal comma in text',
    '"1000"',
    '"1,5"',
    '5:13: budget: must be written with a decimal point, such as 1.5; is 1,5 with a comma',
  ],
  [
    'decimal comma',
    '"1000"',
    '1,5',
    '5:13: a number has a decimal comma here; write it with a point, such as 1.5',
  ],
  ['hexadecimal', '"1000"', '0x10', '5:13: 0x10 is hexadecimal; write the number in decimal digits'],
  [
    'hexadecimal in text',
    '"1000"',
    '"0x10"',
    '5:13: budget: must be a plain decimal number, is hexadecimal 0x10',
  ],
  ['exponent', '"1000"', '1e3', '5:13: budget: must be written without exponent, such as 1000; is 1e3'],
  ['negative', '"1000"', '-5', '5:13: budget: must be above 0, is -5'],
  ['zero', '"1000"', '0', '5:13: budget: must be above 0, is 0'],
  ['minus zero', '"1000"', '-0', '5:13: budget: must be above 0, is -0'],
  ['no text', '"1000"', '""', '5:13: budget: must be a number above 0, is empty'],
  ['a blank', '"1000"', '" "', '5:13: budget: must be a number above 0, is empty'],
  ['words', '"1000"', '"a lot"', '5:13: budget: must be a plain decimal number above 0, is "a lot"'],
  ['leading zeros', '"1000"', '"007"', '5:13: budget: must be written without leading zeros, is 007'],
  [
    'too many digits',
    '"1000"',
    '0.1234567890123456789',
    '5:13: budget: must have at most 18 digits before and after the point, is 0.1234567890123456789',
  ],
  ['a list for an amount', '"1000"', '["1000"]', '5:13: budget: must be an amount such as "1000", is a list'],
  ['NaN', '"1000"', 'NaN', '5:13: NaN is not a number; write one in digits'],
  ['Infinity', '14', '-Infinity', '6:58: -Infinity is not a number; write one in digits'],
  ['plus sign', '14', '+14', '6:58: +14 has a plus sign; write the number without it'],
  ['number with leading zero', '14', '014', '6:58: 014 has leading zeros; write the number without them'],
  ['number without its zero', '14', '.5', '6:58: .5 lacks a digit before the point; write 0.5'],
  ['overflow', '14', '1e400', '6:58: signal.rsiPeriod: must be written without exponent, is 1e400'],
  [
    'beyond what a double counts',
    '14',
    '9007199254740993',
    '6:58: signal.rsiPeriod: is too large: 9007199254740993',
  ],
  ['negative period', '14', '-1', '6:58: signal.rsiPeriod: must be at least 2, is -1'],
  ['period too long', '14', '1000', '6:58: signal.rsiPeriod: must be at most 500, is 1000'],
  ['half a period', '14', '2.5', '6:58: signal.rsiPeriod: must be a whole number, is 2.5'],
  ['number in quotes', '14', '"14"', '6:58: signal.rsiPeriod: must be a number without quotes, is "14"'],
  [
    'number in quotes with a comma',
    '14',
    '"1,5"',
    '6:58: signal.rsiPeriod: must be a number without quotes: must be written with a decimal point, such as 1.5; is 1,5 with a comma',
  ],
  ['null', '14', 'null', '6:58: signal.rsiPeriod: must be a number, is null'],
  ['nested', '14', '{ "a": 1 }', '6:58: signal.rsiPeriod: must be a number, is an object'],
  [
    'stop of everything',
    '"stopLossPercent": 2',
    '"stopLossPercent": 100',
    '7:50: plan.stopLossPercent: must be at most 99, is 100',
  ],
  [
    'no daily loss at all',
    'Percent": 5',
    'Percent": 0',
    '8:36: risk.maxDailyLossPercent: must be above 0, is 0',
  ],
  [
    'more than all to fall',
    'maxDailyLossPercent": 5',
    'maxDrawdownPercent": 101',
    '8:35: risk.maxDrawdownPercent: must be at most 100, is 101',
  ],
  [
    'half an entry an hour',
    'maxDailyLossPercent": 5',
    'maxOrdersPerHour": 1.5',
    '8:33: risk.maxOrdersPerHour: must be a whole number, is 1.5',
  ],
  [
    'a quantity of zero',
    '"stopLossPercent": 2',
    '"quantity": 0',
    '7:43: plan.quantity: must be above 0, is 0',
  ],
  [
    'a typo in a parameter',
    'stopLossPercent',
    'stopLos',
    '7:31: plan.stopLos: unknown key; did you mean "stopLossPercent"?',
  ],
  [
    'a parameter of another signal',
    'rsiPeriod',
    'period',
    '6:45: signal.period: unknown key; did you mean "rsiPeriod"?',
  ],
  [
    'an unknown key',
    '"dryRun"',
    '"leverage"',
    '9:3: leverage: unknown key; known: id, name, venue, key, symbol, interval, budget, signal, plan, risk, dryRun, tags, protectionCancelled, appliesTo',
  ],
  [
    'a typo in risk',
    'maxDailyLossPercent',
    'maxDailyLoss',
    '8:13: risk.maxDailyLoss: unknown key; did you mean "maxDailyLossPercent"?',
  ],
  [
    'an unknown signal',
    '"rsi-macd-bollinger"',
    '"rsi-macd-bolinger"',
    '6:23: signal.name: there is no signal "rsi-macd-bolinger"; did you mean "rsi-macd-bollinger"?',
  ],
  [
    'an unknown plan',
    '"single"',
    '"hodl"',
    '7:21: plan.name: there is no plan "hodl"; known: single, ladder, martingale, follow',
  ],
  [
    'a signal without name',
    '"name": "rsi-macd-bollinger", ',
    '',
    '6:13: signal.name: is missing; known: rsi-macd-bollinger, rsi, simple, always, manual',
  ],
  [
    'a signal as text',
    '{ "name": "rsi-macd-bollinger", "rsiPeriod": 14 }',
    '"rsi"',
    '6:13: signal: must be an object such as { "name": "rsi-macd-bollinger" }, is "rsi"',
  ],
  [
    'limits the wrong way round',
    '"rsiPeriod": 14',
    '"buyBelow": 80',
    '6:57: signal.buyBelow: must be below sellAbove, is 80',
  ],
  [
    'lower-case symbol',
    '"BTCUSDT"',
    '"btcusdt"',
    '4:13: symbol: must be 2 to 20 upper-case letters and digits, is "btcusdt"; did you mean "BTCUSDT"?',
  ],
  [
    'symbol with a slash',
    '"BTCUSDT"',
    '"BTC/USDT"',
    '4:13: symbol: must be 2 to 20 upper-case letters and digits, is "BTC/USDT"; did you mean "BTCUSDT"?',
  ],
  [
    'a letter that only looks like one',
    '"BTCUSDT"',
    '"\u0412TCUSDT"',
    '4:13: symbol: must be 2 to 20 upper-case letters and digits, is "U+0412TCUSDT"',
  ],
  [
    'a mark that turns the writing',
    '"BTCUSDT"',
    '"\u202eBTCUSDT"',
    '4:13: symbol: must be 2 to 20 upper-case letters and digits, is "U+202EBTCUSDT"',
  ],
  [
    'unknown interval',
    '"5m"',
    '"7m"',
    '4:36: interval: must be one of 1s, 1m, 3m, 5m, 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h, 1d, 3d, 1w, is "7m"',
  ],
  [
    'unknown venue',
    '"paper"',
    '"papr"',
    '3:87: venue: must be one of paper, binance-testnet, binance, is "papr"; did you mean "paper"?',
  ],
  ['truth as text', 'false', '"no"', '9:13: dryRun: must be true or false, is "no"'],
  ['a tag that is none', '"demo"', '5', '9:29: tags.0: must be text in double quotes, is 5'],
  [
    'another folder',
    '"id": "btc-dip"',
    '"id": "eth-dip"',
    '3:48: id: must equal the name of its folder, "btc-dip"; is "eth-dip"',
  ],
  ['a missing id', '"id": "btc-dip", ', '', '1:1: id: is missing'],
  [
    'a key given twice',
    '"dryRun": false',
    '"symbol": "ETHUSDT"',
    '9:3: symbol: is given twice; remove one of the two',
  ],
  [
    'a parameter given twice',
    '"rsiPeriod": 14',
    '"rsiPeriod": 14, "rsiPeriod": 15',
    '6:62: signal.rsiPeriod: is given twice; remove one of the two',
  ],
  ['the prototype', '"dryRun": false', '"__proto__": {}', '9:3: __proto__: is not allowed as a name'],
  [
    'a constructor',
    '"rsiPeriod": 14',
    '"constructor": { "prototype": 1 }',
    '6:45: signal.constructor: is not allowed as a name',
    '6:62: signal.constructor.prototype: is not allowed as a name',
  ],
  ['single quotes', '"5m"', "'5m'", '4:36: names and texts stand in double quotes "…", not in single ones'],
  ['no quotes', '"dryRun"', 'dryRun', '9:3: "dryRun" must stand in double quotes'],
  ['a capital truth', 'false', 'False', '9:13: False must be written in lower case'],
  ['a missing comma', '"5m",', '"5m"', '5:3: a comma is missing'],
  ['a missing colon', '"budget":', '"budget"', '5:12: a colon : is missing'],
  ['a missing value', '"1000"', '', '5:13: a value is missing'],
  ['an open text', '"1000"', '"1000', '5:13: a text does not end; a double quote " is missing'],
  ['more behind the end', '],\n}', '],\n} }', '10:3: nothing may follow the closing brace'],
  [
    'a NUL byte',
    '"1000"',
    '"10\u000000"',
    '5:16: the file contains a NUL byte; it is damaged or not UTF-8 text',
  ],
  [
    'bytes that are no text',
    '"1000"',
    '"10\ufffd00"',
    '5:16: the file contains bytes that are not UTF-8 text',
  ],
];

t.test('bad input: each mistake gets its sentence at its line and column', async (t) => {
  for (const [what, piece, replacement, ...sentences] of refused) {
    t.ok(good.includes(piece), `${what}: ${piece} is there to be replaced`);
    t.same(
      refusal(good.replace(piece, () => replacement)),
      sentences.map((sentence) => `${FILE}:${sentence}`),
      what,
    );
  }
});

t.test('bad input: files that are no config at all', async (t) => {
  const first = (text: string) => refusal(text).map((line) => line.slice(FILE.length + 1));
  t.same(first(''), ['1:1: the file is empty']);
  t.same(first(' \n\t'), ['1:1: the file is empty']);
  t.same(first('// nothing here'), ['1:16: the file ends too early: a value is missing']);
  t.same(first(`\uFEFF${good}`), [
    '1:1: the file begins with a byte order mark (BOM); save it as UTF-8 without one',
  ]);
  t.same(first('[]'), ['1:1: must be one object in braces']);
  t.same(first('null'), ['1:1: must be one object in braces']);
  t.same(first(`{ "name": "${'x'.repeat(70_000)}" }`), ['1:1: the file is too large: 69 kB, at most 64 kB']);
  t.same(first('['.repeat(60_000)), ['1:17: is nested deeper than 16 levels']);
  t.same(first(`{ "tags": ${'['.repeat(30_000)}${']'.repeat(30_000)} }`), [
    '1:26: is nested deeper than 16 levels',
  ]);
  t.equal(first('{}').length, 6, 'each required key is named');
});

t.test(
  'bad input: a file cut off anywhere is refused with one sentence, and nothing else is thrown',
  async (t) => {
    const whole = good.trimEnd();
    for (let length = 0; length < whole.length; length++)
      t.equal(refusal(whole.slice(0, length)).length, 1, `cut at ${length}`);
  },
);

t.test('bad input: any one character changed never crashes', async (t) => {
  for (let i = 0; i < good.length; i++)
    for (const char of ['\0', '"', '{', ']', '9', '\\', ',', '\ud800', ''])
      for (const line of refusal(good.slice(0, i) + char + good.slice(i + 1)))
        if (!/^data\/bots\/btc-dip\/config\.json:\d+:\d+: [\x20-\x7e…]{5,400}$/.test(line)) t.fail(line);
  t.pass();
});

t.test('lines count the same with CRLF', async (t) => {
  t.same(refusal(good.replace('14', '-1').replaceAll('\n', '\r\n')), [
    `${FILE}:6:58: signal.rsiPeriod: must be at least 2, is -1`,
  ]);
});

t.test('several mistakes are told together, in the order of the file', async (t) => {
  const text = good
    .replace('"BTCUSDT"', '"btc"')
    .replace('"1000"', '-1')
    .replace('14', '1')
    .replace('"dryRun"', '"dryrun"');
  t.same(
    refusal(text).map((line) => line.split(': ')[1]),
    ['symbol', 'budget', 'signal.rsiPeriod', 'dryrun'],
  );
});

t.test('a problem carries its place, path and value', async (t) => {
  try {
    parse(good.replace('14', '-1'));
    t.fail('must be refused');
  } catch (error) {
    t.ok(error instanceof ConfigError);
    t.same((error as ConfigError).problems, [
      {
        file: FILE,
        line: 6,
        column: 58,
        path: 'signal.rsiPeriod',
        message: 'must be at least 2, is -1',
        value: -1,
      },
    ]);
  }
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
