import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { configOf } from '../../bot/config.js';
import type { Instrument } from '../../core/rules.js';
import { EXAMPLE_MARKET } from '../../strategies/example-market.js';
import { folderOf } from '../../test/folder.js';
import { FlotillaError } from '../fleet/errors.js';
import { checkForm } from './check.js';
import { draftLines } from './lines.js';

const BTC: Instrument = { ...EXAMPLE_MARKET, maxNotional: '0', maxAlgoOrders: 5 };

const at = (plan: object, signal = 'manual') =>
  draftLines(
    configOf(
      { id: 'x', symbol: 'BTCUSDT', interval: '5m', budget: '1000', signal: { name: signal }, plan },
      'test',
    ),
    { instrument: BTC, budget: '1000', price: '100' },
  );
const told = (plan: object): string[] =>
  at(plan).lines.map(({ kind, name, price, percent }) => `${kind} ${name} ${price} ${percent}`);

t.test(
  'a single position: target and stop around the price of now, and what the first trade costs',
  async (t) => {
    t.same(told({ name: 'single', stopLossPercent: 3 }), [
      'target take profit 105 5',
      'entry entry 100 0',
      'stop stop loss 97 -3',
    ]);
    t.match(at({ name: 'single' }).trade, { quantity: '10', spent: '1000', entryFee: '1', exitFee: '1.05' });
  },
);

t.test('a trailing stop stands where it begins, below the entry', async (t) => {
  const trailing = { trailingStopPercent: 1.5, stopLossPercent: 3 };
  t.same(told({ name: 'single', ...trailing }), [
    'target take profit 105 5',
    'entry entry 100 0',
    'stop trailing stop 98.5 -1.5',
    'stop stop loss 97 -3',
  ]);
  const plain = told({ name: 'ladder', multiStep: false, ...trailing });
  t.ok(plain.includes('stop trailing stop 98.5 -1.5'), 'a batch that leaves in one piece has one too');
});

t.test(
  'a ladder: a target for each step, one stop; the first batch has its share of the budget',
  async (t) => {
    t.same(told({ name: 'ladder', steps: '50@1, 50@3' }), [
      'target 50 % at +3 % 103 3',
      'target 50 % at +1 % 101 1',
      'entry entry 100 0',
      'stop stop loss 85 -15',
    ]);
    t.match(at({ name: 'ladder' }).trade, { spent: '250' });
    t.match(
      told({ name: 'ladder', trigger: 'drop' }),
      [/4 % 104/, /102/, /101\.2/, /entry/, /stop/],
      'none rests',
    );
  },
);

t.test(
  'a martingale: its levels below, the target above what the first has cost, the stop below all',
  async (t) => {
    t.same(told({ name: 'martingale', levels: 3, stopLossPercent: 10 }), [
      'target take profit 101.5 1.5',
      'entry entry 100 0',
      'level Level 1 98 -2',
      'level Level 2 96.04 -3.96',
      'stop stop loss 90 -10',
    ]);
  },
);

t.test('a follower enters never; its lines answer the trades of its user', async (t) => {
  t.same(told({ name: 'follow' }), [
    'target sells what you bought 101 1',
    'entry your own trade 100 0',
    'level buys back what you sold 99 -1',
  ]);
  t.equal(at({ name: 'follow' }).trade, null);
});

function deps(data: string) {
  const markets = {
    instruments: async () => [BTC],
    klines: async () => [{ close: 100 }],
    tickers: async () => new Map(),
  };
  const fleet = { worstCase: async () => ({ words: ['It loses 20.'], warnings: ['It needs more.'] }) };
  return { data, markets, fleet } as unknown as Parameters<typeof checkForm>[0];
}
const FIELDS = {
  ...{ name: 'x', symbol: 'BTCUSDT', interval: '5m', budget: '1000', signal: 'rsi', plan: 'single' },
};

t.test('a form that is right has no errors, but a preview, a worst case and warnings', async (t) => {
  const report = await checkForm(deps(folderOf(t)), FIELDS);
  t.match(report, { errors: {}, warnings: ['It needs more.'], worstCase: ['It loses 20.'] });
  t.match(report.preview, { symbol: 'BTCUSDT', price: '100', pricePrecision: 2, lines: { length: 3 } });
});

t.test('what is empty yet is not at fault, and shows what can be shown', async (t) => {
  const empty = await checkForm(deps(folderOf(t)), { signal: 'rsi', plan: 'single', interval: '5m' });
  t.same(empty, { errors: {}, warnings: [], worstCase: [], preview: null });
  const unpriced = await checkForm(deps(folderOf(t)), { ...FIELDS, budget: '', name: '' });
  t.match(unpriced, { errors: {}, worstCase: [], preview: { trade: null, lines: { length: 3 } } });
});

t.test('every mistake is told at once, at its field, and the preview shows what is right', async (t) => {
  const data = folderOf(t);
  mkdirSync(join(data, 'bots', 'taken'), { recursive: true });
  writeFileSync(join(data, 'bots', 'taken', 'config.json'), '{}');
  const wrong = {
    ...FIELDS,
    id: 'taken',
    'signal.period': 'ten',
    'signal.buyBelow': '200',
    'risk.maxOrdersPerHour': '0',
  };
  const { errors, preview } = await checkForm(deps(data), wrong);
  t.match(errors, {
    id: /already/,
    'signal.period': /"ten"/,
    'signal.buyBelow': /200/,
    'risk.maxOrdersPerHour': /0/,
  });
  t.equal(preview?.lines.length, 3);
  const unknown = await checkForm(deps(data), { ...FIELDS, symbol: 'BTCUSD', 'plan.stopLossPercent': '-1' });
  t.match(unknown.errors, { symbol: /Did you mean BTCUSDT/, 'plan.stopLossPercent': /-1/ });
  t.match((await checkForm(deps(data), { ...FIELDS, budget: '2' })).errors, { budget: /at least 5 USDT/ });
});

t.test(
  'paper on live prices says of a symbol that it is not followed yet, and what happens then',
  async (t) => {
    const data = folderOf(t);
    mkdirSync(join(data, 'paper', 'live'), { recursive: true });
    writeFileSync(join(data, 'paper', 'live', 'symbols.json'), '["BTCUSDT"]');
    const ask = async (fields: object) => (await checkForm(deps(data), { ...FIELDS, ...fields })).errors;
    const words =
      /Prices of XRPUSDT are not followed yet.*--live --symbols XRPUSDT: it begins where the market/;
    t.match(await ask({ symbol: 'XRPUSDT' }), { symbol: words });
    t.match(await ask({ symbols: 'XRPUSDT' }), { symbols: words });
    t.match(await ask({ symbol: 'BTCUSD' }), { symbol: /--symbols BTCUSD:.*did you mean BTCUSDT\?/ });
  },
);

t.test('what the account refuses is told at its field; a bug is not swallowed', async (t) => {
  const { fleet: _, ...rest } = deps(folderOf(t));
  const refuse = (error: Error) =>
    checkForm({ ...rest, fleet: { worstCase: () => Promise.reject(error) } } as never, FIELDS);
  const key = new FlotillaError('KEY_REFUSED', 'No key.', { field: 'key' });
  t.match((await refuse(key)).errors, { venue: 'No key.' });
  await t.rejects(refuse(new Error('a bug')), /a bug/);
});
