import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { commandLine, json } from './testing.js';

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);

/** A price that swings around 100 by ±1 % every two hours, on 1m klines. */
function swinging(klines: number): string {
  const at = (index: number): number => 100 + Math.sin((index * Math.PI) / 60);
  const rows = Array.from({ length: klines }, (_, index) => {
    const [open, close] = [at(index), at(index + 1)].map((price) => Number(price.toFixed(2))) as [
      number,
      number,
    ];
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    return [START + index * MINUTE, open, high, low, close, 10].join(',');
  });
  return ['openTime,open,high,low,close,volume', ...rows, ''].join('\n');
}

const BOT = ['--symbol', 'BTCUSDT', '--interval', '1m', '--signal', 'rsi', '--plan', 'single'];

t.test('a backtest answers its trades as text, JSON and CSV', async (t) => {
  const { run, home } = await commandLine(t);
  await writeFile(join(home, 'BTCUSDT-1m.csv'), swinging(2_000));
  const words = await run('backtest', '--klines', home, ...BOT, '--trades', 'trades.csv');
  t.match(words, { code: 0, stderr: '' });
  t.match(
    words.stdout,
    /Klines +2,000 of the finest there are, 2024-01-01 00:00 to 2024-01-02 09:20 UTC\nEquity +1,000\.00 USDT → [\d,]+\.\d\d USDT/,
  );
  const told = json(await run('backtest', '--klines', home, ...BOT, '--json')) as {
    klines: number;
    trades: { entryPrice: string; exitPrice: string; pnl: string; reason: string }[];
    finalEquity: string;
  };
  t.equal(told.klines, 2_000);
  t.ok(told.trades.length > 8, `${told.trades.length} swings traded`);
  t.ok(told.trades.every(({ reason }) => reason === 'signal'));
  const rows = (await readFile(join(home, 'trades.csv'), 'utf8')).trim().split('\n');
  t.equal(rows.length, told.trades.length + 1);
  t.match(rows[1], /^backtest,2024-01-01T\d\d:\d\d:00\.000Z,/);
});

t.test("a bot's own config, and a whole fleet, are backtested as they are", async (t) => {
  const { run, home, data } = await commandLine(t);
  await writeFile(join(home, 'BTCUSDT-1m.csv'), swinging(1_000));
  for (const id of ['a', 'b']) t.equal((await run('bot', 'create', id, ...BOT, '--budget', '500')).code, 0);
  const klines = ['--klines', join(home, 'BTCUSDT-1m.csv'), '--json'];
  const one = json(await run('backtest', ...klines, '--config', join(data, 'bots/a/config.json'))) as {
    trades: { bot: string }[];
  };
  const all = json(await run('backtest', ...klines, '--fleet', join(data, 'bots'))) as typeof one;
  t.ok(one.trades.length > 0);
  t.same(
    all.trades.filter(({ bot }) => bot === 'a'),
    one.trades,
  );
  t.equal(all.trades.length, 2 * one.trades.length);
});

t.test(
  '--html is one page that fetches nothing, with figures, trades and the data of its charts',
  async (t) => {
    const { run, home } = await commandLine(t);
    await writeFile(join(home, 'BTCUSDT-1m.csv'), swinging(2_000));
    const answer = await run('backtest', '--klines', home, ...BOT, '--html', 'report.html');
    t.match(answer, { code: 0, stderr: '' });
    const page = await readFile(join(home, 'report.html'), 'utf8');
    t.ok(page.length < 1_000_000, `${page.length} characters`);
    t.notMatch(page, /(?:src|href)="(?!https:\/\/www\.tradingview\.com\/|#)/, 'nothing outside is loaded');
    t.match(page, /content="default-src &#39;none&#39;; script-src &#39;sha256-/);
    for (const words of ['Max drawdown', 'Profit factor', 'Longest losing run', 'Assumptions', 'no gaps'])
      t.match(page, words);
    const [, data = ''] = /id="chart-data">(.*?)<\/script>/s.exec(page) ?? [];
    t.match(JSON.parse(data), { interval: '1m', klines: 2_000, symbols: [{ symbol: 'BTCUSDT' }] });
    t.match(page, 'TradingView Lightweight Charts', 'the library is inside, with its licence');
  },
);

t.test('what cannot be tested is a sentence and exit code 2, and nothing is written', async (t) => {
  const { run, home } = await commandLine(t);
  await writeFile(join(home, 'BTCUSDT-5m.csv'), '');
  const cases: [string[], RegExp][] = [
    [BOT, /Give --klines/],
    [['--klines', home, ...BOT], /no klines/],
    [['--klines', 'gone', ...BOT], /gone: the folder cannot be read/],
    [['--klines', home, ...BOT, '--set', 'plan.stopLossPercent=200'], /stopLossPercent/],
    [['--klines', home, ...BOT, '--fee', '0,1'], /--fee should be a plain decimal number/],
    [['--klines', home, '--config', 'x.json', '--plan', 'single'], /--config says/],
    [
      ['--klines', home, '--klines', 'more', ...BOT],
      /--klines <folder>' argument 'more' is invalid\. It is given twice, .* and more: put the files/,
    ],
  ];
  for (const [options, sentence] of cases) {
    const answer = await run('backtest', ...options, '--trades', 'never.csv', '--html', 'never.html');
    t.equal(answer.code, 2, options.join(' '));
    t.match(answer.stderr, sentence);
  }
  for (const name of ['never.csv', 'never.html'])
    await t.rejects(readFile(join(home, name)), { code: 'ENOENT' });
});

t.test('a plan that answers the user’s own trades is refused: klines hold none', async (t) => {
  const { run, home } = await commandLine(t);
  await writeFile(join(home, 'BTCUSDT-1m.csv'), swinging(100));
  const bot = ['--symbol', 'BTCUSDT', '--interval', '1m', '--signal', 'manual', '--plan', 'follow'];
  t.match(await run('backtest', '--klines', home, ...bot), {
    code: 2,
    stderr: /The plan "follow" of backtest answers your own trades, and recorded klines hold none/,
  });
  for (const [id, plan] of [
    ['mine', 'follow'],
    ['other', 'single'],
  ] as const) {
    const market = { symbol: 'BTCUSDT', interval: '1m', budget: '100' };
    const config = { id, ...market, signal: { name: 'manual' }, plan: { name: plan } };
    await mkdir(join(home, 'bots', id), { recursive: true });
    await writeFile(join(home, 'bots', id, 'config.json'), JSON.stringify(config));
  }
  const fleet = await run('backtest', '--klines', home, '--fleet', join(home, 'bots'));
  t.equal(fleet.code, 0, 'of a fleet it is left out, and the others are tested');
  t.match(fleet.stderr, /^Left out, as recorded klines hold none of the trades .*: mine\.$/m);
});

t.test('a plan whose money can never do what it says is refused, as the fleet would', async (t) => {
  const { run, home } = await commandLine(t);
  await writeFile(join(home, 'BTCUSDT-1m.csv'), swinging(100));
  const bot = ['--symbol', 'BTCUSDT', '--interval', '1m', '--signal', 'always', '--plan', 'martingale'];
  t.match(await run('backtest', '--klines', home, ...bot, '--budget', '12', '--trades', 'never.csv'), {
    code: 2,
    stdout: '',
    stderr: /^backtest: budget must be large enough: level 0 .*choose a larger budget/,
  });
  await t.rejects(readFile(join(home, 'never.csv')), { code: 'ENOENT' });
});
