import t from 'tap';
import { capEntries, capsJsonSchema, editCaps, parseCaps } from './caps.js';
import { ConfigError } from './problems.js';

const FILE = 'data/caps.json';

function refusal(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

t.test('caps are read by their digits, with comments and trailing commas', async (t) => {
  const text = `{
  // no more than this in all
  "fleet": { "USDT": 10000.10, },
  "accounts": { "paper": { "USDT": "5000" }, "binance/main": { "BTC": "0.5" } },
  "symbols": { "BTCUSDT": "2000", "1INCHUSDT": 100 }
}`;
  const caps = parseCaps(text, FILE);
  t.same(caps, {
    fleet: { USDT: '10000.1' },
    accounts: { paper: { USDT: '5000' }, 'binance/main': { BTC: '0.5' } },
    symbols: { BTCUSDT: '2000', '1INCHUSDT': '100' },
  });
  t.same(
    capEntries(caps).map(({ key }) => key),
    [
      'symbols.BTCUSDT',
      'symbols.1INCHUSDT',
      'accounts.paper.USDT',
      'accounts.binance/main.BTC',
      'fleet.USDT',
    ],
  );
  t.same(parseCaps('{}', FILE), {});
});

t.test('bad input: each mistake gets its sentence at its line and column', async (t) => {
  for (const [text, ...sentences] of [
    ['', '1:1: the file is empty'],
    [
      '{ "fleet": { "USDT": 1,5 } }',
      '1:22: a number has a decimal comma here; write it with a point, such as 1.5',
    ],
    ['{ "fleet": { "USDT": -1 } }', '1:22: fleet.USDT: must be above 0, is -1'],
    [
      '{ "fleet": { "usdt": 1 } }',
      '1:14: fleet.usdt: an asset has upper-case letters and digits, such as USDT; is "usdt"',
    ],
    ['{ "fleet": [] }', '1:12: fleet: must be an object in braces, is a list'],
    ['{ "fleat": {} }', '1:3: fleat: unknown key; did you mean "fleet"?'],
    ['{ "fleet": { "USDT": 1, "USDT": 2 } }', '1:25: fleet.USDT: is given twice; remove one of the two'],
    ['{ "__proto__": {} }', '1:3: __proto__: is not allowed as a name'],
    [
      '{ "accounts": { "binance": { "USDT": 1 } } }',
      '1:17: accounts.binance: an account is paper, or a venue and the key it is traded with, such as paper or binance/main; is "binance"',
    ],
    [
      '{\n "symbols": { "btc": 1, "ETHUSDT": "x" }\n}',
      '2:15: symbols.btc: a symbol has upper-case letters and digits, such as BTCUSDT; is "btc"',
      '2:36: symbols.ETHUSDT: must be a plain decimal number above 0, is "x"',
    ],
  ] as const)
    t.same(
      refusal(() => parseCaps(text, FILE)),
      sentences.map((sentence) => `${FILE}:${sentence}`),
      text,
    );
});

t.test('an edit changes its caps and leaves comments alone; a wrong one changes nothing', async (t) => {
  const made = editCaps(null, [{ key: 'fleet.USDT', amount: '9' }], FILE);
  t.same(parseCaps(made, FILE), { fleet: { USDT: '9' } });
  const text = '{ /* mine */ "fleet": { "USDT": "9" } }';
  t.equal(
    editCaps(text, [{ key: 'fleet.USDT', amount: '10' }], FILE),
    '{ /* mine */ "fleet": { "USDT": "10" } }',
  );
  t.same(parseCaps(editCaps(text, [{ key: 'fleet.USDT', amount: undefined }], FILE), FILE), { fleet: {} });
  const wrong = (key: string, amount: string) => refusal(() => editCaps(text, [{ key, amount }], FILE));
  t.same(wrong('fleet', '1'), [
    'caps: "fleet": is no cap; give symbols.BTCUSDT, accounts.paper.USDT or fleet.USDT',
  ]);
  t.same(wrong('fleet.USDT', '1e3'), [
    'caps: fleet.USDT: must be written without exponent, such as 1000; is 1e3',
  ]);
  t.same(wrong('fleet.__proto__', '1').length, 1);
  t.same(refusal(() => editCaps('{', [], FILE)).length, 1, 'a file that cannot be read is not overwritten');
});

t.test('editors get a schema', async (t) => {
  t.match(capsJsonSchema(), {
    properties: { symbols: {}, accounts: {}, fleet: {} },
    additionalProperties: false,
  });
});
