/**
 * One scenario through three unmodified npm clients: what Binance's users rely on must look the same to each of them,
 * in results, codes and messages.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startPaper, type Paper } from '../exchange/paper/wire/paper.js';
import { client as rawClient, klineFile } from '../exchange/paper/wire/test-client.js';
import type { PaperAddress } from '../exchange/venues.js';
import {
  binanceApiNodeClient,
  binanceSpotClient,
  ccxtClient,
  type Fields,
  type Json,
  type TradingClient,
} from './paper-clients.js';

const START = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;
const ROWS = [
  [100, 101, 99, 100.5],
  [100.5, 102, 95, 96],
  [96, 97, 90, 91],
  [91, 111, 91, 110],
];
const symbol = 'BTCUSDT';

/** Filters tight enough to be met, of every kind that an order can violate. */
const RULES = {
  exchangeFilters: [{ filterType: 'EXCHANGE_MAX_NUM_ORDERS', maxNumOrders: 8 }],
  symbols: [
    {
      symbol,
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      baseAssetPrecision: 8,
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      orderTypes: [
        'LIMIT',
        'LIMIT_MAKER',
        'MARKET',
        'STOP_LOSS',
        'STOP_LOSS_LIMIT',
        'TAKE_PROFIT',
        'TAKE_PROFIT_LIMIT',
      ],
      ocoAllowed: true,
      quoteOrderQtyMarketAllowed: true,
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: '1.00', maxPrice: '100000.00', tickSize: '0.01' },
        { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '100', stepSize: '0.001' },
        { filterType: 'ICEBERG_PARTS', limit: 10 },
        { filterType: 'MARKET_LOT_SIZE', minQty: '0', maxQty: '50', stepSize: '0' },
        {
          filterType: 'TRAILING_DELTA',
          minTrailingAboveDelta: 10,
          maxTrailingAboveDelta: 2000,
          minTrailingBelowDelta: 10,
          maxTrailingBelowDelta: 2000,
        },
        {
          filterType: 'PERCENT_PRICE_BY_SIDE',
          bidMultiplierUp: '5',
          bidMultiplierDown: '0.2',
          askMultiplierUp: '5',
          askMultiplierDown: '0.2',
          avgPriceMins: 5,
        },
        {
          filterType: 'NOTIONAL',
          minNotional: '5',
          applyMinToMarket: true,
          maxNotional: '9000',
          applyMaxToMarket: false,
          avgPriceMins: 5,
        },
        { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: 5 },
        { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 7 },
        { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 1 },
        { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 4 },
        { filterType: 'MAX_NUM_ICEBERG_ORDERS', maxNumIcebergOrders: 1 },
        { filterType: 'MAX_POSITION', maxPosition: '80' },
      ],
    },
  ],
};

async function paperOn(t: Test): Promise<Paper> {
  const dir = await mkdtemp(join(tmpdir(), 'conformance-'));
  await mkdir(join(dir, 'klines'));
  await writeFile(join(dir, 'klines/BTCUSDT-1m.csv'), klineFile(START, MINUTE, ROWS));
  await writeFile(join(dir, 'rules.json'), JSON.stringify(RULES));
  const paper = await startPaper({
    folder: `${dir}/paper`,
    klines: `${dir}/klines`,
    exchangeInfo: `${dir}/rules.json`,
    interval: '1m',
    speed: 'manual',
    deposit: { USDT: '10000', BTC: '5' },
  });
  t.teardown(async () => {
    await paper.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return paper;
}

type Connect = (address: PaperAddress) => TradingClient | Promise<TradingClient>;
const connectors: Record<string, Connect> = {
  'binance-api-node': binanceApiNodeClient,
  ccxt: ccxtClient,
  '@binance/spot': binanceSpotClient,
};

const LIMIT = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '90' };
const MARKET = { symbol, side: 'BUY', type: 'MARKET', quantity: '0.1' };
const SELL_STOP = { symbol, side: 'SELL', quantity: '0.1', stopPrice: '80' };

for (const [name, connect] of Object.entries(connectors)) {
  t.test(`${name}: the whole scenario`, async (t) => {
    const paper = await paperOn(t);
    const trading = await connect(paper.address);
    const world = { paper, trading, control: rawClient(paper.address).control };
    await publicData(t, world);
    await orders(t, world);
    await everyType(t, world);
    await filters(t, world);
    await parameters(t, world);
    await lists(t, world);
    await replacing(t, world);
    await newer(t, world);
    await streams(t, world);
    await refusals(t, world, connect);
    await limits(t, world);
    await trading.close();
  });
}

interface World {
  readonly paper: Paper;
  readonly trading: TradingClient;
  readonly control: ReturnType<typeof rawClient>['control'];
}

async function publicData(t: Test, { paper, trading }: World): Promise<void> {
  await paper.step(1);
  t.ok(Math.abs((await trading.time()) - Date.now()) < 2_000, 'time is the wall clock');
  t.same(await trading.symbols(), [symbol]);
  t.same(await trading.klines('1m'), [[START, 100, 101, 99, 100.5, 10.125]]);
  t.equal(await trading.price(), 100.5);
  t.equal(await trading.free('USDT'), 10_000);
}

async function orders(t: Test, { trading, paper }: World): Promise<void> {
  const bought = await trading.place({ ...MARKET, newClientOrderId: 'bought' });
  t.match(bought, { clientId: 'bought', side: 'BUY', open: false, filled: 0.1 });
  t.same(await trading.trades(), [{ price: 100.5, quantity: 0.1, fee: 0.0001 }]);
  t.equal(await trading.free('BTC'), 5.0999);
  t.match(await trading.place({ ...LIMIT, newClientOrderId: 'rests' }), { open: true, filled: 0 });
  t.equal(await trading.free('USDT'), 10_000 - 10.05 - 9, 'its price is locked');
  t.match(await trading.open(), [{ clientId: 'rests', open: true }]);
  await fails(t, trading, () => trading.place({ ...LIMIT, newClientOrderId: 'rests' }), [
    -2010,
    'Duplicate order sent.',
  ]);
  await trading.cancel('rests');
  await fails(t, trading, () => trading.cancel('rests'), [-2011, 'Unknown order sent.']);
  t.match(await trading.query('rests'), { open: false, filled: 0 });
  await fails(t, trading, () => trading.query('never'), [-2013, 'Order does not exist.']);
  await fails(t, trading, () => trading.place({ ...MARKET, side: 'SELL', quantity: '6' }), [
    -2010,
    'Account has insufficient balance for requested action.',
  ]);
  t.match(await trading.place({ ...LIMIT, price: '95.5', newClientOrderId: 'met' }), { open: true });
  await paper.step(1);
  t.match(await trading.query('met'), { open: false, filled: 0.1 });
}

/** Placed by each client's own way, asked for, and cancelled. */
async function everyType(t: Test, { trading }: World): Promise<void> {
  const resting: Fields[] = [
    { ...SELL_STOP, type: 'STOP_LOSS' },
    { ...SELL_STOP, type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', price: '79' },
    { ...SELL_STOP, type: 'TAKE_PROFIT', stopPrice: '120' },
    { ...SELL_STOP, type: 'TAKE_PROFIT_LIMIT', timeInForce: 'GTC', stopPrice: '120', price: '119' },
    { symbol, side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.1', price: '80' },
  ];
  for (const [index, order] of resting.entries()) {
    const id = `type-${index}`;
    await trading.request('POST', '/api/v3/order', { ...order, newClientOrderId: id });
    t.match(await trading.query(id), { clientId: id, open: true }, String(order.type));
    await trading.cancel(id);
  }
  const raw = (fields: Fields) =>
    trading.request('POST', '/api/v3/order', { newOrderRespType: 'FULL', ...fields });
  t.match(await raw({ symbol, side: 'BUY', type: 'MARKET', quoteOrderQty: '20' }), {
    status: 'FILLED',
    origQuoteOrderQty: '20.00000000',
    fills: [{ commissionAsset: 'BTC' }],
  });
  t.match(await raw({ ...LIMIT, timeInForce: 'IOC', price: '80' }), { status: 'EXPIRED' });
  t.match(await raw({ ...LIMIT, timeInForce: 'FOK', price: '80' }), { status: 'EXPIRED' });
  const trailing = { symbol, side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', trailingDelta: 100 };
  t.match(numbers(await raw({ ...trailing, newClientOrderId: 'trails' })), {
    status: 'NEW',
    trailingDelta: 100,
  });
  await trading.cancel('trails');
  t.match(await raw({ ...LIMIT, icebergQty: '0.05', newClientOrderId: 'ice' }), { icebergQty: '0.05000000' });
  await trading.cancel('ice');
  t.same(Object.keys(await trading.request('POST', '/api/v3/order/test', LIMIT)), []);
}

async function filters(t: Test, { trading }: World): Promise<void> {
  const violations: [string, Fields][] = [
    ['PRICE_FILTER', { ...LIMIT, price: '90.001' }],
    ['LOT_SIZE', { ...LIMIT, quantity: '0.10001' }],
    ['LOT_SIZE', { ...LIMIT, quantity: '0.0001' }],
    ['MARKET_LOT_SIZE', { ...MARKET, quantity: '51' }],
    ['NOTIONAL', { ...LIMIT, quantity: '0.01' }],
    ['NOTIONAL', { ...LIMIT, quantity: '95', price: '95' }],
    ['PERCENT_PRICE_BY_SIDE', { ...LIMIT, price: '10', quantity: '1' }],
    ['ICEBERG_PARTS', { ...LIMIT, icebergQty: '0.001' }],
    ['TRAILING_DELTA', { symbol, side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', trailingDelta: 5 }],
    ['MAX_POSITION', { ...LIMIT, quantity: '76' }],
  ];
  for (const [filter, order] of violations)
    await fails(t, trading, () => trading.request('POST', '/api/v3/order', order), [
      -1013,
      `Filter failure: ${filter}`,
    ]);
  await counted(t, trading, 'MAX_NUM_ICEBERG_ORDERS', 1, { ...LIMIT, icebergQty: '0.05' });
  await counted(t, trading, 'MAX_NUM_ALGO_ORDERS', 4, { ...SELL_STOP, type: 'STOP_LOSS' });
  await counted(t, trading, 'MAX_NUM_ORDERS', 7, LIMIT);
}

/** So many are taken, and no more. */
async function counted(t: Test, trading: TradingClient, filter: string, most: number, order: Fields) {
  const place = () => trading.request('POST', '/api/v3/order', order);
  for (let placed = 0; placed < most; placed += 1) await place();
  await fails(t, trading, place, [-1013, `Filter failure: ${filter}`]);
  await trading.request('DELETE', '/api/v3/openOrders', { symbol });
}

async function parameters(t: Test, { trading }: World): Promise<void> {
  const wrong: [number, RegExp, Fields][] = [
    [-1102, /'timeInForce'/, without(LIMIT, 'timeInForce')],
    [-1100, /Illegal characters found in parameter 'price'/, { ...LIMIT, price: '1e2' }],
    [-1106, /Parameter 'timeInForce' sent when not required/, { ...MARKET, timeInForce: 'GTC' }],
    [-1111, /Parameter 'quantity' has too much precision/, { ...LIMIT, quantity: '0.123456789' }],
    [-1115, /Invalid timeInForce/, { ...LIMIT, timeInForce: 'GTX' }],
    [-1116, /Invalid orderType/, { ...LIMIT, type: 'HOPE' }],
    [-1117, /Invalid side/, { ...LIMIT, side: 'HOLD' }],
    [-1121, /Invalid symbol/, { ...LIMIT, symbol: 'NOPE' }],
    [-1104, /Not all sent parameters were read/, { ...LIMIT, colour: 'red' }],
    [
      -2010,
      /Order would immediately match and take/,
      { symbol, side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.1', price: '99' },
    ],
    [-2010, /Order would trigger immediately/, { ...SELL_STOP, type: 'STOP_LOSS', stopPrice: '99' }],
    [-2010, /IcebergQty exceeds QTY/, { ...LIMIT, icebergQty: '0.2' }],
    [-2010, /insufficient balance/, { ...LIMIT, side: 'SELL', price: '120', quantity: '60' }],
  ];
  for (const [code, message, order] of wrong)
    await fails(t, trading, () => trading.request('POST', '/api/v3/order', order), [code, message]);
}

async function lists(t: Test, { trading }: World): Promise<void> {
  const place = (kind: string, fields: Fields) =>
    trading.request('POST', `/api/v3/orderList/${kind}`, { symbol, ...fields });
  const pair = (prefix: (name: string) => string) =>
    Object.fromEntries(
      Object.entries({
        AboveType: 'LIMIT_MAKER',
        AbovePrice: '120',
        BelowType: 'STOP_LOSS',
        BelowStopPrice: '80',
      }).map(([name, value]) => [prefix(name), value]),
    );
  const oco = { side: 'SELL', quantity: '0.1', ...pair((name) => name[0]!.toLowerCase() + name.slice(1)) };
  t.match(numbers(await place('oco', { ...oco, listClientOrderId: 'oco' })), {
    contingencyType: 'OCO',
    listOrderStatus: 'EXECUTING',
    orders: [{ symbol }, { symbol }],
    orderReports: [{ status: 'NEW' }, { status: 'NEW' }],
  });
  await fails(t, trading, () => place('oco', oco), [-1013, 'Filter failure: MAX_NUM_ORDER_LISTS']);
  t.match(await trading.request('GET', '/api/v3/orderList', { origClientOrderId: 'oco' }), {
    listClientOrderId: 'oco',
  });
  t.equal((await trading.request('GET', '/api/v3/openOrderList', {})).length, 1);
  t.match(await trading.request('DELETE', '/api/v3/orderList', { symbol, listClientOrderId: 'oco' }), {
    listOrderStatus: 'ALL_DONE',
    orderReports: [{ status: 'CANCELED' }, { status: 'CANCELED' }],
  });
  const working = {
    workingType: 'LIMIT',
    workingSide: 'BUY',
    workingTimeInForce: 'GTC',
    workingPrice: '90',
    workingQuantity: '0.1',
  };
  const pending = {
    pendingType: 'LIMIT',
    pendingSide: 'SELL',
    pendingTimeInForce: 'GTC',
    pendingPrice: '120',
    pendingQuantity: '0.09',
  };
  const cancelList = (listClientOrderId: string) =>
    trading.request('DELETE', '/api/v3/orderList', { symbol, listClientOrderId });
  t.match(await place('oto', { ...working, ...pending, listClientOrderId: 'oto' }), {
    contingencyType: 'OTO',
    orderReports: [{ status: 'NEW' }, { status: 'PENDING_NEW' }],
  });
  await cancelList('oto');
  const otoco = {
    ...working,
    pendingSide: 'SELL',
    pendingQuantity: '0.09',
    ...pair((name) => `pending${name}`),
  };
  t.equal((await place('otoco', { ...otoco, listClientOrderId: 'otoco' })).orders.length, 3);
  await cancelList('otoco');
  await fails(t, trading, () => place('oco', { ...oco, abovePrice: '70' }), [
    -2010,
    'The relationship of the prices for the orders is not correct.',
  ]);
}

async function replacing(t: Test, { trading }: World): Promise<void> {
  const replace = (fields: Fields) =>
    trading.request('POST', '/api/v3/order/cancelReplace', {
      ...LIMIT,
      cancelReplaceMode: 'STOP_ON_FAILURE',
      ...fields,
    });
  await trading.place({ ...LIMIT, newClientOrderId: 'old' });
  t.match(await replace({ cancelOrigClientOrderId: 'old', newClientOrderId: 'new', price: '89' }), {
    cancelResult: 'SUCCESS',
    newOrderResult: 'SUCCESS',
    newOrderResponse: { clientOrderId: 'new' },
  });
  await fails(t, trading, () => replace({ cancelOrigClientOrderId: 'old' }), [
    -2022,
    'Order cancel-replace failed.',
  ]);
  await fails(
    t,
    trading,
    () =>
      replace({
        cancelOrigClientOrderId: 'old',
        cancelReplaceMode: 'ALLOW_FAILURE',
        newClientOrderId: 'also',
      }),
    [-2021, 'Order cancel-replace partially failed.'],
  );
  t.same((await trading.open()).map(({ clientId }) => clientId).sort(), ['also', 'new']);
  await trading.request('DELETE', '/api/v3/openOrders', { symbol });
}

/** What came later: less of an order, orders paid by others, queries of an account. */
async function newer(t: Test, { trading }: World): Promise<void> {
  const { request } = trading;
  const placed = await trading.place({ ...LIMIT, quantity: '0.2', newClientOrderId: 'amended' });
  const amend = (newQty: string) =>
    request('PUT', '/api/v3/order/amend/keepPriority', { symbol, orderId: placed.id, newQty });
  t.match(numbers(await amend('0.1')), {
    amendedOrder: { origClientOrderId: 'amended', qty: '0.10000000', status: 'NEW' },
  });
  await fails(t, trading, () => amend('0.3'), [-2038, 'Order amend (quantity increase) is not supported.']);
  const amendments = await request('GET', '/api/v3/order/amendments', { symbol, orderId: placed.id });
  t.match(numbers(amendments), [{ origQty: '0.20000000', newQty: '0.10000000' }]);
  await request('DELETE', '/api/v3/openOrders', { symbol });
  const opo = await request('POST', '/api/v3/orderList/opo', {
    ...{ symbol, workingType: 'LIMIT', workingSide: 'BUY', workingTimeInForce: 'GTC' },
    ...{ workingPrice: '90', workingQuantity: '0.1', pendingType: 'LIMIT', pendingSide: 'SELL' },
    ...{ pendingTimeInForce: 'GTC', pendingPrice: '120', listClientOrderId: 'opo' },
  });
  t.match(numbers(opo), {
    contingencyType: 'OTO',
    orderReports: [{ status: 'NEW' }, { status: 'PENDING_NEW' }],
  });
  const cancelled = await request('DELETE', '/api/v3/orderList', { symbol, listClientOrderId: 'opo' });
  t.equal(cancelled.listOrderStatus, 'ALL_DONE');
  t.match(numbers(await request('GET', '/api/v3/account/commission', { symbol })), {
    standardCommission: { maker: '0.00100000' },
  });
  t.match(numbers(await request('GET', '/api/v3/rateLimit/order', {})), [{ rateLimitType: 'ORDERS' }, {}]);
  t.ok((await request('GET', '/api/v3/myFilters', { symbol })).symbolFilters.length > 0);
  t.same((await request('GET', '/api/v3/myPreventedMatches', { symbol, orderId: 1 })).length, 0);
  t.ok((await request('GET', '/api/v3/allOrders', { symbol })).length > 10);
  await fails(
    t,
    trading,
    () => request('GET', '/api/v3/allOrders', { symbol, startTime: START, endTime: START + 90_000_000 }),
    [-1127, 'More than 24 hours between startTime and endTime.'],
  );
}

async function streams(t: Test, { paper, trading }: World): Promise<void> {
  const klines: [number, number][] = [];
  const filled = new Map<string, number>();
  await trading.onKline('1m', (openTime, close) => void klines.push([openTime, close]));
  await trading.onOrder((clientId, quantity) => void filled.set(clientId, quantity));
  await trading.place({ ...LIMIT, price: '95', newClientOrderId: 'streamed' });
  await paper.step(1);
  await until(() => filled.get('streamed') === 0.1 && klines.some(([time]) => time === START + 2 * MINUTE));
  t.same(klines.at(-1), [START + 2 * MINUTE, 91]);
  t.equal(filled.get('streamed'), 0.1);
  if (!trading.placeOverSocket) return;
  const placed = await trading.placeOverSocket({ ...MARKET, newClientOrderId: 'socket' });
  t.match(placed, { clientId: 'socket', open: false, filled: 0.1 });
  await until(() => filled.has('socket'));
}

/** Keys, unknown outcomes, a closed market. */
async function refusals(t: Test, { paper, trading, control }: World, connect: Connect): Promise<void> {
  const stranger = await connect({ ...paper.address, secret: 'wrong' });
  await fails(t, stranger, () => stranger.free('BTC'), [-1022, 'Signature for this request is not valid.']);
  await stranger.close();
  const reader = (await control('POST', '/keys', { account: 'main', readOnly: true })).body;
  const readOnly = await connect({ ...paper.address, ...reader });
  t.ok((await readOnly.free('BTC')) > 0);
  await fails(t, readOnly, () => readOnly.request('POST', '/api/v3/order', MARKET), [
    -2015,
    'Invalid API-key, IP, or permissions for action.',
  ]);
  await readOnly.close();
  await control('POST', '/faults', { fault: 'timeout-after-execute', method: 'POST', count: 1 });
  await fails(
    t,
    trading,
    () => trading.request('POST', '/api/v3/order', { ...LIMIT, newClientOrderId: 'unknown' }),
    [-1007, /execution status unknown/],
  );
  t.match(await trading.query('unknown'), { open: true });
  await trading.cancel('unknown');
  await control('POST', '/status', { symbol, status: 'HALT' });
  await fails(t, trading, () => trading.request('POST', '/api/v3/order', MARKET), [
    -2010,
    'Market is closed.',
  ]);
  await control('POST', '/status', { symbol, status: 'TRADING' });
}

async function limits(t: Test, { trading, control }: World): Promise<void> {
  const set = (fields: object) => control('POST', '/limits', fields);
  await set({ ordersPer10s: 0 });
  await fails(t, trading, () => trading.request('POST', '/api/v3/order', LIMIT), [
    -1015,
    'Too many new orders; current limit is 0 orders per 10 SECOND.',
  ]);
  await set({ ordersPer10s: 1_000, weightPerMinute: 0, banAfter: 1, banSeconds: 60 });
  const ask = () => trading.request('GET', '/api/v3/openOrders', { symbol });
  await fails(t, trading, ask, [
    -1003,
    /^Too much request weight used; current limit is 0 request weight per 1 MINUTE/,
  ]);
  await fails(t, trading, ask, [-1003, /^Way too much request weight used; IP banned until \d+/]);
  await set({ weightPerMinute: 6_000, pardon: true });
  t.same(await ask(), []);
}

type Expected = readonly [number, string | RegExp];

/** Any of the outcomes will do. */
async function fails(t: Test, trading: TradingClient, run: () => Promise<unknown>, ...expected: Expected[]) {
  const what = expected.map(([code, message]) => `${code} ${message}`).join(' or ');
  try {
    t.fail(`${what}: it succeeded`, { found: await run() });
  } catch (error) {
    const { code, message } = trading.failure(error);
    const fits = expected.some(([wanted, says]) => {
      const said = typeof says === 'string' ? message === says : says.test(message);
      return said && (code === undefined || code === wanted);
    });
    t.ok(fits, what, { found: { code, message } });
  }
}

/** ccxt leaves numbers as they are; json-bigint makes objects without a prototype. */
function numbers(value: Json): Json {
  return JSON.parse(JSON.stringify(value));
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !holds() && Date.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
