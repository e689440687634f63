import t from 'tap';
import type { BotView } from '../../bot/files/view.js';
import type { Exchange } from '../../exchange/port.js';
import { folderOf } from '../../test/folder.js';
import { holdingBot, sampleBot } from '../../test/sample-bots.js';
import { CONFIG, testServer, writeConfig } from '../testing.js';
import { accountView, symbolsOn } from './accounts.js';
import { accountsOf } from './seen.js';
import { AccountLooks, type Look } from './looks.js';

const order = (clientOrderId: string) =>
  ({
    clientOrderId,
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'LIMIT',
    price: '70000',
    stopPrice: '0',
    quantity: '1',
    executed: '0',
  }) as never;
const look: Look = {
  at: 5,
  balances: [
    { asset: 'USDT', free: '900', locked: '100' },
    { asset: 'BTC', free: '0.02', locked: '0.0152' },
    { asset: 'DOGE', free: '0', locked: '0' },
  ],
  orders: [order('F8aK2d0Qp-1f-LIMIT_MAKER'), order('Fxxxxxxxx-1-entry'), order('web_1')],
  problem: null,
};
const reservation = (id: string, amount: string) => ({
  id,
  venue: 'paper',
  account: 'paper',
  symbol: 'BTCUSDT',
  asset: 'USDT',
  amount,
  at: 0,
});

t.test(
  'what bots hold and may spend is not free; sums count all bots, and only own ones are named',
  async (t) => {
    const mine = holdingBot({ id: 'mine' });
    const theirs = sampleBot({ id: 'theirs' });
    const facts = {
      all: [mine, theirs, sampleBot({ id: 'elsewhere', venue: 'binance', key: 'k' })],
      visible: [mine],
      reservations: [reservation('mine', '1000'), reservation('theirs', '200')],
      look: () => look,
    };
    const seen = accountView({ name: 'paper', venue: 'paper', isOpen: true }, facts);
    t.match(seen.assets, [
      // 1,000 set aside less what the position cost, and 200.
      { asset: 'USDT', total: '1000', locked: '100', reserved: '224.0004', free: '775.9996' },
      { asset: 'BTC', total: '0.0352', inBots: '0.0152', free: '0.02' },
    ]);
    t.equal(seen.assets.length, 2, 'what is empty is left out');
    t.same(
      seen.orders.map(({ origin, bot }) => [origin, bot]),
      [
        ['bot', 'mine'],
        ['flotilla', null],
        ['other', null],
      ],
    );
    t.same(
      seen.bots.map(({ id }) => id),
      ['mine'],
    );
    t.equal(seen.otherBots, 1);
    t.same(seen.fees, mine.fees);
    const closed = accountView({ name: 'paper', venue: 'paper', isOpen: false }, facts);
    t.same([closed.assets, closed.orders, closed.at], [[], [], null], 'the account of another one’s key');
  },
);

t.test('parked coins and dust are held by their bot, and what rests there is its order', (t) => {
  const parked = {
    base: 'BTC',
    quote: 'USDT',
    symbol: 'BTCUSDT',
    price: '65000',
    openOrders: [order('F8aK2d0Qp-1f-LIMIT_MAKER')],
  };
  const bot = sampleBot({
    ...{ id: 'moved', symbol: 'ETHUSDT', base: 'ETH' },
    parked: [
      { ...parked, position: { quantity: '0.0152', averagePrice: null, cost: '976', unrealizedPnl: null } },
    ],
  } as unknown as Partial<BotView>);
  const facts = {
    all: [bot],
    visible: [bot],
    reservations: [reservation('moved', '1000')],
    look: () => look,
  };
  const seen = accountView({ name: 'paper', venue: 'paper', isOpen: true }, facts);
  t.match(seen.assets, [
    { asset: 'USDT', reserved: '24', free: '976' },
    { asset: 'BTC', inBots: '0.0152', free: '0.02' },
  ]);
  t.match(seen.orders[0], { origin: 'bot', bot: 'moved' });
  t.same(symbolsOn([bot], 'paper'), ['BTCUSDT', 'ETHUSDT'], 'orders of both are asked for');
  t.match(seen.bots[0]?.parked, [{ symbol: 'BTCUSDT', base: 'BTC', quantity: '0.0152', worth: '988' }]);
  t.end();
});

t.test('a viewer sees of the practice account only the bots that they may see', async (t) => {
  const bot = sampleBot();
  const deps = {
    all: () => [bot],
    visible: () => [bot],
    keys: { list: async () => [] },
  };
  const isOpen = async (role: string, owns: boolean) =>
    (await accountsOf({ id: 'u', role } as never, { ...deps, owns: () => owns } as never))[0]?.isOpen;
  t.equal(await isOpen('viewer', false), false);
  t.equal(await isOpen('trader', true), true);
  t.equal(await isOpen('trader', false), false, 'nor does who trades elsewhere');
  t.equal(await isOpen('admin', false), true);
  const facts = {
    all: [bot, sampleBot({ id: 'theirs' })],
    visible: [bot],
    reservations: [],
    look: () => look,
  };
  const seen = accountView({ name: 'paper', venue: 'paper', isOpen: false }, facts);
  t.match(seen, { assets: [], orders: [], otherBots: 0, bots: [{ id: bot.id }] });
});

t.test(
  'an exchange is asked once for all who look, seldom, and its failure keeps what was known',
  async (t) => {
    let [now, asked, fails] = [100_000, 0, false];
    const exchange = {
      connect: async () => undefined,
      balances: async () => {
        asked += 1;
        if (fails) throw new Error('no route to /home/me/secret/file.json');
        return look.balances;
      },
      openOrders: async () => [],
      close: async () => undefined,
    } as unknown as Exchange;
    const looks = new AccountLooks({ data: '', now: () => now, open: async () => exchange });
    const paper = { venue: 'paper' } as const;
    await Promise.all([looks.refreshOld('paper', paper, []), looks.refreshOld('paper', paper, [])]);
    t.equal(asked, 1);
    t.equal(await looks.refresh('paper', paper, []), 5_000, 'too soon');
    now += 6_000;
    await looks.refreshOld('paper', paper, []);
    t.equal(asked, 1, 'still fresh');
    fails = true;
    t.equal(await looks.refresh('paper', paper, []), 0);
    t.equal(asked, 2);
    t.match(looks.get('paper'), { at: 100_000, balances: look.balances });
    t.match(looks.get('paper')?.problem, /no route to file\.json/, 'without the folders');
  },
);

t.test('the pages answer every role, and tell where files lie to admins only', async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const { headers } = await server.signIn('vera', 'viewer');
  for (const page of ['why', 'account', 'trades', 'settings']) {
    const seen = await server.app.inject({ url: `/${page}`, headers });
    t.equal(seen.statusCode, 200, page);
    t.notMatch(seen.body, data, `${page} tells a viewer of no folder`);
  }
  t.match((await server.app.inject({ url: '/settings' })).body, data, 'an admin');
  t.equal((await server.app.inject({ url: '/api/settings', headers })).json().data, null);
  const wrong = await server.app.inject({ url: '/trades?from=2024-02-30' });
  t.equal(wrong.statusCode, 422);
  t.match(wrong.body, /is no day/);
  t.match(wrong.body, /value="2024-02-30"/, 'as typed');
  t.equal((await server.app.inject({ url: '/api/trades?after=x' })).statusCode, 400);
  t.match((await server.app.inject({ url: '/api/trades/lots.csv' })).body, /^account,symbol,bot,/);
  const form = { 'hx-request': 'true', 'content-type': 'application/x-www-form-urlencoded' };
  const refused = await server.app.inject({
    ...{ method: 'POST', url: '/users', headers: form },
    payload: 'name=No+Such+Name!&role=trader&password=four+words+in+a+row',
  });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /value="No Such Name!"/, 'what was typed stays');
  t.notMatch(refused.body, /four words/);
  t.same(server.failures, []);
});
