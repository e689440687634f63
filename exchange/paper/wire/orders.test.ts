/** The wider orders over the wire: fields of replies and events, and that all of it survives a crash. */
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { PaperAddress } from '../../venues.js';
import type { PaperOptions } from './options.js';
import { startPaper, type Paper } from './paper.js';
import { client, klineFile, openUserStream } from './test-client.js';

const START = Date.UTC(2024, 2, 1);
/** Closes at 100 and opens at 95. */
const ROWS = [
  [100, 101, 99, 100],
  [95, 96, 94, 95],
  [95, 110, 95, 108],
];

async function workplace(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'paper-orders-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, 'klines'));
  await writeFile(join(dir, 'klines/BTCUSDT-1m.csv'), klineFile(START, 60_000, ROWS));
  return dir;
}

async function paperIn(t: Test, dir: string, options: Partial<PaperOptions> = {}): Promise<Paper> {
  const paper = await startPaper({
    folder: `${dir}/paper`,
    klines: `${dir}/klines`,
    interval: '1m',
    speed: 'manual',
    key: 'testkey',
    secret: 'testsecret',
    deposit: { USDT: '10000', BTC: '5' },
    ...options,
  });
  t.teardown(() => paper.stop());
  return paper;
}

const LIMIT = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '1',
  price: '97',
};
const SELL = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '3' };

t.test('self-trade prevention: the resting order expires in the match, and both are told', async (t) => {
  const paper = await paperIn(t, await workplace(t));
  const api = client(paper.address);
  const user = await openUserStream(paper.address);
  t.teardown(() => user.close());
  await api.order({ ...LIMIT, newClientOrderId: 'maker' });
  await paper.step(1);
  const sold = await api.order({ ...SELL, newClientOrderId: 'taker' });
  t.match(sold.body, {
    status: 'FILLED',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    fills: [{ price: '95.00000000', qty: '3.00000000' }],
  });
  const { event } = await user.find((message) => message.event?.x === 'TRADE_PREVENTION');
  t.match(event, {
    c: 'maker',
    X: 'EXPIRED_IN_MATCH',
    V: 'EXPIRE_MAKER',
    v: 0,
    A: '1.00000000',
    B: '1.00000000',
    pl: '1.00000000',
    pL: '97.00000000',
    pY: '97.00000000',
    Cs: 'BTCUSDT',
    U: sold.body.orderId,
  });
  const query = { symbol: 'BTCUSDT', origClientOrderId: 'maker' };
  t.match((await api.signed('GET', '/api/v3/order', query)).body, {
    status: 'EXPIRED_IN_MATCH',
    preventedMatchId: 0,
    preventedQuantity: '1.00000000',
  });
  const asked = { symbol: 'BTCUSDT', preventedMatchId: 0 };
  t.match((await api.signed('GET', '/api/v3/myPreventedMatches', asked)).body, [
    { price: '97.00000000', makerPreventedQuantity: '1.00000000', takerOrderId: sold.body.orderId },
  ]);
  t.match((await api.signed('GET', '/api/v3/myPreventedMatches', { symbol: 'BTCUSDT' })).body, {
    code: -1102,
  });
});

t.test('fields of trailing stops, icebergs and strategies, in replies and events', async (t) => {
  const paper = await paperIn(t, await workplace(t));
  const api = client(paper.address);
  const user = await openUserStream(paper.address);
  t.teardown(() => user.close());
  const order = {
    ...LIMIT,
    icebergQty: '0.25',
    strategyId: 7,
    strategyType: 1000001,
    newClientOrderId: 'ice',
  };
  t.match((await api.order(order)).body, {
    icebergQty: '0.25000000',
    strategyId: 7,
    strategyType: 1000001,
    trailingDelta: undefined,
  });
  t.match((await user.find(({ event }) => event?.c === 'ice')).event, {
    F: '0.25000000',
    j: 7,
    J: 1000001,
    d: undefined,
  });
  const stop = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_LOSS', quantity: '1', trailingDelta: 100 };
  t.match((await api.order({ ...stop, newClientOrderId: 'trails', newOrderRespType: 'RESULT' })).body, {
    trailingDelta: 100,
    trailingTime: Number,
    stopPrice: undefined,
  });
  t.match((await user.find(({ event }) => event?.c === 'trails')).event, {
    d: 100,
    D: Number,
    P: '0.00000000',
  });
  t.match((await api.order({ ...LIMIT, strategyType: 5 })).body, { code: -1134 });
});

t.test('OTOCO: the pair waits for its entry, then protects it', async (t) => {
  const paper = await paperIn(t, await workplace(t));
  const api = client(paper.address);
  const placed = await api.signed('POST', '/api/v3/orderList/otoco', {
    symbol: 'BTCUSDT',
    listClientOrderId: 'trade',
    workingType: 'LIMIT',
    workingSide: 'BUY',
    workingTimeInForce: 'GTC',
    workingPrice: '96',
    workingQuantity: '1',
    pendingSide: 'SELL',
    pendingQuantity: '0.9',
    pendingAboveType: 'LIMIT_MAKER',
    pendingAbovePrice: '105',
    pendingAboveClientOrderId: 'profit',
    pendingBelowType: 'STOP_LOSS',
    pendingBelowStopPrice: '80',
    pendingBelowClientOrderId: 'stop',
  });
  t.equal(placed.headers['x-mbx-order-count-10s'], '3');
  t.match(placed.body, {
    contingencyType: 'OTO',
    listOrderStatus: 'EXECUTING',
    orderReports: [{ status: 'NEW' }, { status: 'PENDING_NEW' }, { status: 'PENDING_NEW' }],
  });
  const status = async (origClientOrderId: string) =>
    (await api.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId })).body.status;
  await paper.step(2);
  t.same([await status('profit'), await status('stop')], ['NEW', 'NEW']);
  await paper.step(1);
  t.same([await status('profit'), await status('stop')], ['FILLED', 'EXPIRED']);
  t.match((await api.signed('GET', '/api/v3/orderList', { origClientOrderId: 'trade' })).body, {
    listOrderStatus: 'ALL_DONE',
  });
});

t.test('cancel-replace: 409 and 400 say what became of each half', async (t) => {
  const paper = await paperIn(t, await workplace(t));
  const api = client(paper.address);
  await api.order({ ...LIMIT, newClientOrderId: 'old' });
  const replace = (fields: Record<string, string>) =>
    api.signed('POST', '/api/v3/order/cancelReplace', {
      ...LIMIT,
      cancelReplaceMode: 'ALLOW_FAILURE',
      ...fields,
    });
  const tooMuch = { cancelOrigClientOrderId: 'old', quantity: '1000' };
  t.match(await replace(tooMuch), {
    status: 409,
    body: {
      code: -2021,
      data: {
        cancelResult: 'SUCCESS',
        newOrderResult: 'FAILURE',
        cancelResponse: { origClientOrderId: 'old', status: 'CANCELED' },
        newOrderResponse: { code: -2010 },
      },
    },
  });
  t.match(await replace({ ...tooMuch, cancelReplaceMode: 'STOP_ON_FAILURE' }), {
    status: 400,
    body: {
      code: -2022,
      data: {
        cancelResult: 'FAILURE',
        newOrderResult: 'NOT_ATTEMPTED',
        cancelResponse: { code: -2011 },
        newOrderResponse: null,
      },
    },
  });
  t.match(await replace({ cancelOrigClientOrderId: 'old', cancelRestrictions: 'NEVER' }), {
    body: { code: -1145 },
  });
});

t.test('commissions of one account, and their payment in BNB', async (t) => {
  const paper = await paperIn(t, await workplace(t));
  const api = client(paper.address);
  const rates = { maker: '0.0002', taker: '0.0005', bnbBurn: true };
  t.equal((await api.control('POST', '/commission', rates)).status, 200);
  t.match((await api.signed('GET', '/api/v3/account/commission', { symbol: 'BTCUSDT' })).body, {
    standardCommission: { maker: '0.00020000', taker: '0.00050000' },
    discount: { enabledForAccount: true, discount: '0.75000000' },
  });
  t.match((await api.signed('GET', '/api/v3/account')).body, { makerCommission: 2, takerCommission: 5 });
  t.match((await api.order({ ...SELL, quantity: '1' })).body.fills, [
    { commission: '0.05000000', commissionAsset: 'USDT' },
  ]);
  t.match((await api.control('POST', '/commission', { maker: '2' })).body, {
    msg: /maker should be a fraction/,
  });
});

/** Everything that an account and its keys can ask for. */
async function books(address: PaperAddress): Promise<unknown> {
  const api = client(address);
  const symbol = { symbol: 'BTCUSDT' };
  const { updateTime: _, ...account } = (await api.signed('GET', '/api/v3/account')).body;
  const ask = async (path: string, fields = {}) => (await api.signed('GET', path, fields)).body;
  return {
    account,
    orders: await ask('/api/v3/allOrders', symbol),
    trades: await ask('/api/v3/myTrades', symbol),
    lists: await ask('/api/v3/allOrderList'),
    prevented: await ask('/api/v3/myPreventedMatches', { ...symbol, preventedMatchId: 0 }),
    commission: await ask('/api/v3/account/commission', symbol),
    time: (await api.control('GET', '/state')).body.time,
  };
}

t.test('what was acknowledged is in the journal: a copy of the folder has the same books', async (t) => {
  const dir = await workplace(t);
  const paper = await paperIn(t, dir);
  const { address } = paper;
  const api = client(address);
  const done = async (reply: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await reply;
    t.equal(status, 200, JSON.stringify(body));
  };
  await done(api.order({ ...LIMIT, newClientOrderId: 'maker' }));
  await done(api.order({ ...LIMIT, price: '93', icebergQty: '0.5', newClientOrderId: 'ice' }));
  await done(
    api.signed('POST', '/api/v3/order/cancelReplace', {
      ...LIMIT,
      price: '92',
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrigClientOrderId: 'ice',
    }),
  );
  const working = {
    workingType: 'LIMIT',
    workingSide: 'BUY',
    workingTimeInForce: 'GTC',
    workingPrice: '94',
  };
  const pending = {
    pendingType: 'STOP_LOSS',
    pendingSide: 'SELL',
    pendingStopPrice: '80',
    pendingQuantity: '0.9',
  };
  const oto = { symbol: 'BTCUSDT', ...working, workingQuantity: '1', ...pending };
  await done(api.signed('POST', '/api/v3/orderList/oto', oto));
  await done(api.control('POST', '/commission', { maker: '0', taker: '0.0002' }));
  await done(
    api.control('POST', '/keys', { account: 'main', key: 'reader', secret: 'hush', readOnly: true }),
  );
  await paper.step(1);
  await done(api.order(SELL));
  await paper.step(1);
  const trailing = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_LOSS', quantity: '1', trailingDelta: 200 };
  await done(api.order(trailing));

  await mkdir(`${dir}/copy`);
  for (const name of await readdir(`${dir}/paper`))
    if (/^(market|snapshot|journal|archive)/.test(name))
      await cp(`${dir}/paper/${name}`, `${dir}/copy/${name}`);
  const copy = await paperIn(t, dir, { folder: `${dir}/copy` });
  t.same(await books(copy.address), await books(address));
  const reader = client({ ...copy.address, key: 'reader', secret: 'hush' });
  t.match((await reader.signed('GET', '/api/v3/account')).body, { canTrade: false });
  t.match((await reader.order(SELL)).body, { code: -2015 });
  await Promise.all([paper.step(1), copy.step(1)]);
  t.same(await books(copy.address), await books(address), 'and goes on alike');
});
