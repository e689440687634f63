import t from 'tap';
import type { NewBotModel } from './model.js';
import { newBotPage, parametersFieldset, worstCase } from './new-bot.js';

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

function model(over: Partial<NewBotModel> = {}): NewBotModel {
  return {
    now: 0,
    health: { exchangeLatencyMs: 1, streamAgeMs: 1 },
    values: {},
    errors: {},
    symbols: [{ symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT' }],
    intervals: ['1m', '5m', '1h'],
    signals: [macd, rsi],
    plans: [single],
    venues: [{ name: 'paper', title: 'Paper' }],
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
    t.match(page, /<option value="rsi" selected>/);
    t.match(
      page,
      /name="signal\.period"[^>]*type="number"[^>]*value="14"[^>]*step="1"[^>]*min="2"[^>]*max="200"/,
    );
    t.match(page, 'Klines looked at. From 2 to 200.');
    t.match(page, /name="signal\.strict"/);
    t.match(page, /<option value="true" selected>/);
    t.match(page, /<option value="close" selected>/);
    t.match(page, /name="plan\.stopLossPercent"[^>]*step="any"[^>]*min="0\.1"/);
    t.match(page, /<option value="5m" selected>/, 'an interval to begin with');
  },
);

t.test('it is a plain form: it posts without scripts, with its token', async (t) => {
  const page = tidy(newBotPage(model({ token: 'abc' })));
  t.match(page, /<form class="new-bot" method="post" action="\/bots"/);
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
  t.match(page, /id="f-symbol"[^>]*aria-invalid="true"[^>]*aria-errormessage="e-symbol"/);
  t.match(page, /id="e-symbol">There is no symbol BTCUSD\./);
  t.match(page, /id="e-signal-period">Period must be at least 2/);
});

t.test('another signal brings its own parameters, in the same place', async (t) => {
  const page = tidy(newBotPage(model({ values: { signal: 'macd' } })));
  t.match(page, /hx-get="\/bots\/new\/parameters"[^>]*hx-target="#signal-parameters"/);
  t.ok(page.includes(tidy(parametersFieldset('signal', macd))));
  t.match(tidy(parametersFieldset('signal', rsi)), /^\s*<div id="signal-parameters"/);
});

t.test('what a bot may cost is asked for as the form is filled in, and shown in words', async (t) => {
  const box = /<section id="worst-case"[^>]*hx-get="\/bots\/new\/worst-case"[^>]*hx-include="\.sections"/;
  t.match(tidy(newBotPage(model())), box, 'the token, which is outside of the sections, is not sent');
  t.equal(tidy(worstCase([])), '');
  t.match(
    tidy(worstCase(['It holds <5> USDT.'])),
    /<h2>In the worst case<\/h2>\s*<p>It holds &lt;5&gt; USDT\.<\/p>/,
  );
});
