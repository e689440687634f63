import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { seal } from '../bot/files/entry.js';
import { accountWords } from './account.js';
import { commandLine, json } from './testing.js';

const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 31, 22);

/** As a bot that traded would have left them. */
function writeBot(data: string, id: string, symbol: string, fills: readonly object[]): void {
  const folder = join(data, 'bots', id);
  mkdirSync(folder, { recursive: true });
  const config = {
    id,
    symbol,
    interval: '1h',
    budget: '1000',
    signal: { name: 'rsi' },
    plan: { name: 'single' },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const line = (fill: object, index: number): string =>
    seal({
      ...{ symbol, account: 'paper', tradeId: String(index), orderId: '1', clientOrderId: `F-${index}` },
      ...{
        time: START + index * HOUR,
        side: 'BUY',
        price: '100',
        quantity: '2',
        fee: '0.1',
        feeAsset: 'USDT',
      },
      ...{ pnl: null, ...fill, seq: index + 1 },
    });
  writeFileSync(join(folder, 'trades.ndjson'), fills.map(line).join(''));
}

t.test('trades and account by the command line tell what the pages tell', async (t) => {
  const { run, data } = await commandLine(t);
  writeBot(data, 'btc', 'BTCUSDT', [
    {},
    { side: 'SELL', price: '111', pnl: '21.8' },
    { side: 'SELL', price: '90', pnl: '-5' },
  ]);
  writeBot(data, 'eth', 'ETHBTC', [{ feeAsset: 'BTC' }, { feeAsset: 'BTC', side: 'SELL', pnl: '0.5' }]);

  const all = json<{ fills: object[] }>(await run('trades', '--json'));
  t.equal(all.fills.length, 5);
  t.match(all.fills[0], {
    bot: 'btc',
    account: 'paper',
    base: 'BTC',
    quote: 'USDT',
    side: 'SELL',
    pnl: '-5',
  });
  const words = await run('trades', '--bot', 'eth', '--side', 'sell');
  t.match(words.stdout, /2024-01-31 23:00:00 +eth +paper +ETHBTC +sell +2 ETH +100 +0.1 BTC +0.50 BTC\n$/);
  const csv = await run(
    'trades',
    '--csv',
    '--lots',
    'FIFO',
    '--bot',
    'btc',
    '--from',
    '2024-01-31',
    '--to',
    '2024-01-31',
  );
  t.match(csv.stdout, /^account,symbol,bot,[^\n]*\r\npaper,BTCUSDT,btc,2024-01-31T22:00:00\.000Z,100,/);
  t.equal(csv.stdout.trim().split('\r\n').length, 2, 'the other sale was a day later');

  const monthly = await run('trades', '--pnl', 'monthly');
  t.match(monthly.stdout, /2024-01 +1 bought +1 sold +21\.80 USDT\n2024-02 +0 bought +1 sold +-5\.00 USDT\n/);
  t.match(
    monthly.stdout,
    /in all, on paper .* 16\.80 USDT\nfees:.*\nNot in these sums: .* BTC \(--currency\)/,
  );
  t.match(json(await run('trades', '--pnl', 'daily', '--currency', 'BTC', '--json')), {
    currency: 'BTC',
    pnl: '0.5',
    days: [{ name: '2024-01-31', pnl: '0.5' }],
  });

  t.match(await run('trades', '--from', '2024-02-30'), {
    code: 2,
    stderr: /must be a day such as 2024-03-07/,
  });
  t.match(await run('trades', '--bot', 'nobody'), { code: 2, stderr: /no bot "nobody"/ });

  const account = await run('account', '--json');
  t.match(json(account), {
    accounts: [{ account: 'paper', isOpen: true, bots: [{ id: 'btc' }, { id: 'eth' }] }],
  });
  t.match(await run('account', 'binance/x'), { code: 2, stderr: /no account "binance\/x"/ });
});

t.test('an account in words has digits that people can read, and names two sums apart', async (t) => {
  const words = accountWords({
    ...{ account: 'paper', venue: 'paper', key: null, isOpen: true, at: null, problem: null, orders: [] },
    assets: [
      {
        ...{ asset: 'USDT', total: '10000', locked: '0', inBots: '0.0000000000012' },
        ...{ reserved: '865.608411057777815868837651823499', free: '134.39' },
      },
    ],
    bots: [
      {
        ...{ id: 'btc', name: 'btc', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', quantity: '0' },
        ...{ pricePrecision: 2, quantityPrecision: 5, cost: '0', worth: null, reserved: '1000' },
        ...{ fees: {}, parked: [] },
      },
    ],
    ...{ fees: { BNB: '0.0012345678901' }, otherBots: 0 },
  });
  t.match(words, /bots may spend +free\nUSDT +10,000\.00 +0 +0\.0000000000012 +865\.60841106 +134\.39\n/);
  t.match(words, /Set aside for each bot, invested or not\nbtc +1,000\.00 USDT/);
  t.match(words, /Fees paid: 0\.00123457 BNB/);
});
