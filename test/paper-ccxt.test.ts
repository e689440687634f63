/** What bots written on ccxt call: its unified methods, as they come from npm, on a market that runs. */
import t from 'tap';
import ccxt from 'ccxt';
import { startPaper } from '../exchange/paper/wire/paper.js';
import { folderOf } from './folder.js';
import type { Json } from './paper-clients.js';

const BTC = 'BTC/USDT';
const FRAMES = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'];

t.test('ccxt: unified REST methods and watch methods', async (t) => {
  const paper = await startPaper({
    folder: folderOf(t),
    ...{ seed: 3, start: Date.UTC(2024, 0, 1), speed: 120, symbols: ['BTCUSDT', 'ETHUSDT'] },
    deposit: { USDT: '100000', BTC: '2' },
  });
  t.teardown(() => paper.stop());
  const { rest, ws, wsApi, key, secret } = paper.address;
  const exchange: Json = new (ccxt as Json).pro.binance({ apiKey: key, secret, timeout: 30_000 });
  for (const [name, url] of Object.entries(exchange.urls.api))
    if (typeof url === 'string') exchange.urls.api[name] = rest + new URL(url).pathname.replace(/\/$/, '');
  exchange.urls.api.ws.spot = ws;
  exchange.urls.api.ws['ws-api'].spot = wsApi;
  exchange.options.warnOnFetchOpenOrdersWithoutSymbol = false;
  await exchange.loadHttpProxyAgent();
  t.teardown(() => exchange.close());

  await t.test('market data', async (t) => {
    t.same(Object.keys(await exchange.loadMarkets()).sort(), [BTC, 'ETH/USDT']);
    for (const frame of FRAMES)
      t.equal((await exchange.fetchOHLCV(BTC, frame, undefined, 2)).length, 2, frame);
    t.same(Object.keys(await exchange.fetchTickers()).sort(), [BTC, 'ETH/USDT']);
    t.same(Object.keys(await exchange.fetchBidsAsks()).sort(), [BTC, 'ETH/USDT']);
    t.equal((await exchange.fetchOrderBook(BTC, 5)).bids.length, 5);
    t.equal((await exchange.fetchTrades(BTC, undefined, 5)).length, 5);
    t.match(await exchange.fetchStatus(), { status: 'ok' });
    t.match(await exchange.fetchTradingFee(BTC), { maker: 0.001, taker: 0.001 });
    t.equal(Object.keys(await exchange.fetchTradingFees()).length, 2);
  });

  await t.test('orders of each kind', async (t) => {
    const price = (await exchange.fetchTicker(BTC)).last;
    const at = (factor: number): number => Number(exchange.priceToPrecision(BTC, price * factor));
    const bought = await exchange.createOrder(BTC, 'market', 'buy', 0.01);
    t.match(bought, { status: 'closed', filled: 0.01, fee: { currency: 'BTC' } });
    t.match(await exchange.createMarketBuyOrderWithCost(BTC, 50), { status: 'closed' });
    const limit = await exchange.createLimitBuyOrder(BTC, 0.01, at(0.9));
    t.match(await exchange.fetchOrder(limit.id, BTC), { status: 'open', amount: 0.01 });
    const edited = await exchange.editOrder(limit.id, BTC, 'limit', 'buy', 0.02, at(0.89));
    t.match(edited, { status: 'open', amount: 0.02 });
    const params: [string, string, string, number | undefined, object][] = [
      ['stop loss', 'market', 'sell', undefined, { stopLossPrice: at(0.8) }],
      ['take profit', 'market', 'sell', undefined, { takeProfitPrice: at(1.3) }],
      ['stop limit', 'limit', 'sell', at(0.79), { triggerPrice: at(0.8) }],
      ['post only', 'limit', 'buy', at(0.9), { postOnly: true }],
      ['trailing', 'STOP_LOSS', 'sell', undefined, { trailingPercent: 2 }],
    ];
    for (const [name, type, side, limitPrice, more] of params) {
      const { id } = await exchange.createOrder(BTC, type, side, 0.001, limitPrice, more);
      t.match(await exchange.fetchOrder(id, BTC), { status: 'open' }, name);
    }
    const killed = await exchange.createOrder(BTC, 'limit', 'buy', 0.001, at(0.9), { timeInForce: 'FOK' });
    t.match(killed, { status: 'expired' });
    await t.rejects(exchange.createOrder(BTC, 'limit', 'buy', 0.001, at(1.1), { postOnly: true }), {
      name: 'OrderImmediatelyFillable',
    });
    await t.rejects(exchange.createOrder(BTC, 'market', 'buy', 1_000), { name: 'InsufficientFunds' });
    t.equal((await exchange.fetchOpenOrders()).length, 6);
    await exchange.cancelOrder(edited.id, BTC);
    await t.rejects(exchange.cancelOrder(edited.id, BTC), { name: 'OrderNotFound' });
    t.equal((await exchange.cancelAllOrders(BTC)).length, 5);
    t.same(await exchange.fetchOpenOrders(BTC), []);
    t.equal((await exchange.fetchMyTrades(BTC)).length, 2);
    t.equal((await exchange.fetchOrderTrades(bought.id, BTC)).length, 1);
    t.equal((await exchange.fetchClosedOrders(BTC)).length, 2);
    const placed = await exchange.createOrderWs(BTC, 'limit', 'buy', 0.01, at(0.9));
    t.match(await exchange.editOrderWs(placed.id, BTC, 'limit', 'buy', 0.01, at(0.88)), { status: 'open' });
    t.equal((await exchange.fetchOpenOrdersWs(BTC)).length, 1);
    t.equal((await exchange.cancelAllOrdersWs(BTC)).length, 1);
  });

  await t.test('streams', async (t) => {
    t.ok((await exchange.watchOrderBook(BTC)).bids.length > 0);
    t.equal((await exchange.watchTrades(BTC))[0].symbol, BTC);
    t.equal((await exchange.watchTicker(BTC)).symbol, BTC);
    t.ok(Object.keys(await exchange.watchTickers([BTC, 'ETH/USDT'])).length > 0);
    t.ok(Object.keys(await exchange.watchBidsAsks([BTC])).length > 0);
    t.equal((await exchange.watchOHLCV(BTC, '1m')).length, 1);
    const told = Promise.all([
      exchange.watchOrders(BTC),
      exchange.watchMyTrades(BTC),
      exchange.watchBalance(),
    ]);
    // The subscription is on its way; this client does not tell when it has arrived.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { id } = await exchange.createOrder(BTC, 'market', 'sell', 0.01);
    const [orders, trades, balance] = await told;
    t.equal(orders.at(-1).id, id);
    t.match(trades[0], { order: id, side: 'sell', fee: { currency: 'USDT' } });
    t.ok(balance.USDT.free > 0);
  });
});
