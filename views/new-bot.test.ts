import t from 'tap';
import type { DraftReport } from './draft.js';
import type { NewBotModel } from './model.js';
import { symbolRows } from './symbol-search.js';
import { checked, newBotPage, parametersFieldset } from './new-bot.js';

const rsi = {
  name: 'rsi',
  title: 'RSI',
  description: 'Buys low.',
  parameters: [
    {
      name: 'period',
      title: 'Period',
      description: 'Klines looked at.',
      default: 14,
      minimum: 2,
      maximum: 200,
      type: 'integer' as const,
    },
    { name: 'strict', title: 'Strict', default: true, type: 'boolean' as const },
    {
      name: 'source',
      title: 'Source',
      default: 'close',
      type: 'string' as const,
      choices: ['open', 'close'],
    },
  ],
};
const macd = { ...rsi, name: 'macd', title: 'MACD', parameters: [] };
const single = {
  ...rsi,
  name: 'single',
  title: 'Single',
  parameters: [
    { name: 'stopLossPercent', title: 'Stop loss (%)', default: 2, minimum: 0.1, type: 'number' as const },
  ],
};

const BTC = {
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  minNotional: '5',
  price: '64210.5',
  quoteVolume: '1234567890.5',
};

const REPORT: DraftReport = {
  errors: { budget: 'Must be above 0, is -3.' },
  warnings: ['It needs 5 USDT.'],
  worstCase: ['It loses <5> USDT.'],
  preview: {
    ...{ venue: 'paper', symbol: 'BTCUSDT', interval: '5m', base: 'BTC', quote: 'USDT' },
    ...{ pricePrecision: 1, price: '64210.5' },
    lines: [
      { kind: 'target', name: 'take profit', price: '67421.1', percent: 5, quantity: '0.01' },
      { kind: 'entry', name: 'entry', price: '64210.5', percent: 0, quantity: '0.01' },
    ],
    trade: {
      ...{ quantity: '0.01', spent: '642.105', entryFee: '0.642', exitFee: '0.674' },
      commissionPercent: 0.1,
    },
  },
};

function model(over: Partial<NewBotModel> = {}): NewBotModel {
  return {
    now: 0,
    health: { exchangeLatencyMs: 1, streamAgeMs: 1 },
    values: {},
    errors: {},
    symbols: [BTC],
    intervals: ['1m', '5m', '1h'],
    signals: [macd, rsi],
    plans: [single],
    venues: [{ name: 'paper', title: 'Paper' }],
    report: null,
    templates: [{ id: 'dips', name: 'Dips', description: 'Buys dips.', own: false }],
    bots: [],
    ...over,
  };
}

/** Without the spaces that mean nothing. */
const tidy = (page: unknown): string =>
  String(page)
    .replace(/\s+/g, ' ')
    .replace(/ (?=\/?>)/g, '');

t.test(
  'the form offers the parameters of the chosen signal and plan, with defaults and bounds',
  async (t) => {
    const page = tidy(newBotPage(model({ values: { signal: 'rsi' } })));
    t.match(page, /type="radio" id="signal-rsi" name="signal" value="rsi"[^>]* checked/);
    t.match(
      page,
      /name="signal\.period"[^>]*type="number"[^>]*value="14"[^>]*step="1"[^>]*min="2"[^>]*max="200"/,
    );
    t.match(page, 'Klines looked at. From 2 to 200. Usually 14.');
    t.match(page, /name="signal\.strict"/);
    t.match(page, /<option value="true" selected>/);
    t.match(page, /<option value="close" selected>/);
    t.match(page, /name="plan\.stopLossPercent"[^>]*step="any"[^>]*min="0\.1"/);
    t.match(page, /<option value="5m" selected>/, 'an interval to begin with');
  },
);

t.test('it is a plain form: it posts without scripts, with its token', async (t) => {
  const page = tidy(newBotPage(model({ token: 'abc' })));
  t.match(page, /<form class="new-bot with-preview" method="post" action="\/bots"/);
  t.match(page, /<input type="hidden" name="token" value="abc"/);
  t.match(page, /<input type="hidden" name="venue" value="paper"/);
});

t.test('after a mistake every text is as it was typed, and each field says what is wrong', async (t) => {
  const values = {
    name: 'My bot',
    symbol: 'BTCUSD',
    budget: '3',
    signal: 'rsi',
    'signal.period': '-5',
    interval: '1h',
  };
  const errors = {
    symbol: 'There is no symbol BTCUSD.',
    'signal.period': 'Period must be at least 2, is -5.',
  };
  const page = tidy(newBotPage(model({ values, errors })));
  for (const value of ['My bot', 'BTCUSD', '3', '-5']) t.match(page, `value="${value}"`);
  t.match(page, /<option value="1h" selected>/);
  t.match(page, '2 fields need a change.');
  t.match(page, /id="f-symbol"[^>]*aria-errormessage="e-symbol" aria-invalid="true"/);
  t.match(page, /id="e-symbol">There is no symbol BTCUSD\./);
  t.match(page, /id="e-signal-period">Period must be at least 2/);
});

t.test('another signal brings its own parameters, in the same place', async (t) => {
  const page = tidy(newBotPage(model({ values: { signal: 'macd' } })));
  t.match(page, /hx-get="\/bots\/new\/parameters"[^>]*hx-target="#signal-parameters"/);
  t.ok(page.includes(tidy(parametersFieldset('signal', macd))));
  t.match(tidy(parametersFieldset('signal', rsi)), /^\s*<div id="signal-parameters"/);
});

t.test(
  'while it is filled in, each field hears what is wrong with it, and the preview what it would do',
  async (t) => {
    t.match(
      tidy(newBotPage(model())),
      /hx-post="\/bots\/new\/check" hx-include="\.new-bot" hx-trigger="load, input from:\.new-bot delay:300ms/,
    );
    const answer = tidy(checked(['budget', 'interval', 'evil"><b>'], REPORT, BTC));
    t.match(
      answer,
      '<hx-partial hx-target="#e-budget" hx-swap="innerHTML">Must be above 0, is -3.</hx-partial>',
    );
    t.match(
      answer,
      '<hx-partial hx-target="#e-interval" hx-swap="innerHTML"></hx-partial>',
      'no longer wrong',
    );
    t.notMatch(answer, 'evil', 'what is no field of ours has no place');
    t.match(answer, /It needs 5 USDT\..*67,421\.1.*\+5.*for 642\.11 USDT.*In the worst case.*&lt;5&gt; USDT/);
    t.match(answer, /price <span class="num">64,210\.5.*1\.2 bn USDT.*least order <span class="num">5 USDT/);
  },
);

t.test('the search tells price, volume and least order of each symbol', async (t) => {
  const rows = tidy(
    symbolRows([BTC, { ...BTC, symbol: 'XUSDT', base: 'X', price: null, quoteVolume: null }]),
  );
  t.match(rows, /<li role="option" id="symbol-BTCUSDT" data-value="BTCUSDT"/);
  t.match(rows, /64,210\.5.*1\.2 bn.*5 <i class="unit">USDT/);
  t.match(tidy(symbolRows([])), 'No symbol of that name.');
  t.match(tidy(symbolRows([], true)), /No such symbol is followed yet/);
});

t.test('Enter makes a bot and starts nothing', async (t) => {
  const inForm = /<form class="new-bot.*?(<button[^>]*>)/.exec(tidy(newBotPage(model())))?.[1];
  t.match(inForm, '<button hidden');
  t.notMatch(inForm, 'start');
});
