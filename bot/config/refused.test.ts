/** Bad input: each mistake in a config gets its sentence, at its line and column. */
import t from 'tap';
import { FILE, good, parse, refusal } from '../../test/sample-config.js';
import { ConfigError } from '../config.js';

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
