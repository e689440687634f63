/** Three Binance clients as they come from npm, unmodified, behind the few words that one scenario needs. */
import binanceApiNode from 'binance-api-node';
import { Spot } from '@binance/spot';
import ccxt from 'ccxt';
import type { PaperAddress } from '../exchange/venues.js';

export type Fields = Record<string, string | number>;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what foreign clients answer
export type Json = any;

/** An order as the client understood it. */
export interface Understood {
  readonly id: string;
  readonly clientId: string;
  readonly side: string;
  readonly open: boolean;
  readonly filled: number;
}
export interface Failure {
  /** Undefined where the client loses it. */
  readonly code: number | undefined;
  readonly message: string;
}

export interface TradingClient {
  readonly name: string;
  time(): Promise<number>;
  symbols(): Promise<string[]>;
  /** Open time, open, high, low, close, volume. */
  klines(interval: string): Promise<number[][]>;
  price(): Promise<number>;
  free(asset: string): Promise<number>;
  /** The client's own way to place, ask and cancel. */
  place(fields: Fields): Promise<Understood>;
  query(clientId: string): Promise<Understood>;
  cancel(clientId: string): Promise<void>;
  open(): Promise<Understood[]>;
  trades(): Promise<{ price: number; quantity: number; fee: number }[]>;
  /** Any signed request, in the client's own transport. */
  request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, fields: Fields): Promise<Json>;
  failure(error: unknown): Failure;
  /** Closed or running klines: open time and close. */
  onKline(interval: string, heard: (openTime: number, close: number) => void): Promise<void>;
  /** Order updates: client id and whether it is filled. */
  onOrder(heard: (clientId: string, filled: number) => void): Promise<void>;
  /** Over the WebSocket API; absent where the client has none. */
  placeOverSocket?(fields: Fields): Promise<Understood>;
  close(): Promise<void>;
}

const SYMBOL = 'BTCUSDT';
const understood = (order: Json): Understood => ({
  id: String(order.orderId),
  clientId: order.clientOrderId,
  side: order.side,
  open: ['NEW', 'PARTIALLY_FILLED', 'PENDING_NEW'].includes(order.status),
  filled: Number(order.executedQty),
});

export function binanceApiNodeClient({ rest, ws, wsApi, key, secret }: PaperAddress): TradingClient {
  const create = (binanceApiNode as Json).default ?? binanceApiNode;
  const client: Json = create({ apiKey: key, apiSecret: secret, httpBase: rest, wsBase: ws, wsApi });
  const closing: ((options?: object) => unknown)[] = [];
  const symbol = SYMBOL;
  return {
    name: 'binance-api-node',
    time: () => client.time(),
    symbols: async () => (await client.exchangeInfo()).symbols.map((each: Json) => each.symbol),
    async klines(interval) {
      const rows = await client.candles({ symbol, interval });
      return rows.map(({ openTime, open, high, low, close, volume }: Json) =>
        [openTime, open, high, low, close, volume].map(Number),
      );
    },
    price: async () => Number((await client.prices({ symbol }))[symbol]),
    async free(asset) {
      const { balances } = await client.accountInfo();
      return Number(balances.find((each: Json) => each.asset === asset)?.free ?? 0);
    },
    place: async (fields) => understood(await client.order({ newOrderRespType: 'RESULT', ...fields })),
    query: async (origClientOrderId) => understood(await client.getOrder({ symbol, origClientOrderId })),
    cancel: async (origClientOrderId) => void (await client.cancelOrder({ symbol, origClientOrderId })),
    open: async () => (await client.openOrders({ symbol })).map(understood),
    trades: async () =>
      (await client.myTrades({ symbol })).map(({ price, qty, commission }: Json) => ({
        price: Number(price),
        quantity: Number(qty),
        fee: Number(commission),
      })),
    request: (method, path, fields) => client.privateRequest(method, path, fields),
    failure: (error) => ({ code: (error as Json).code, message: (error as Error).message }),
    async onKline(interval, heard) {
      closing.push(
        client.ws.candles(symbol, interval, (kline: Json) => heard(kline.startTime, Number(kline.close))),
      );
      await opened();
    },
    async onOrder(heard) {
      const stop = await client.ws.user((event: Json) => {
        if (event.eventType === 'executionReport')
          heard(event.newClientOrderId, Number(event.totalTradeQuantity));
      });
      closing.push(stop);
    },
    close: async () => void closing.map((stop) => stop({ delay: 0, fastClose: true, keepClosed: true })),
  };
}

/** These clients tell nobody when their market socket is open. */
function opened(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}

/** With its default options, which ask margin and futures for their markets too. */
export async function ccxtClient(address: PaperAddress): Promise<TradingClient> {
  const { rest, ws, wsApi, key, secret } = address;
  const exchange: Json = new (ccxt as Json).pro.binance({ apiKey: key, secret });
  for (const [name, url] of Object.entries(exchange.urls.api))
    if (typeof url === 'string') exchange.urls.api[name] = rest + new URL(url).pathname.replace(/\/$/, '');
  exchange.urls.api.ws.spot = ws;
  exchange.urls.api.ws['ws-api'].spot = wsApi;
  await exchange.loadHttpProxyAgent();
  let closed = false;
  const unified = 'BTC/USDT';
  const understand = ({ id, clientOrderId, side, status, filled }: Json): Understood => ({
    id: String(id),
    clientId: clientOrderId,
    side: side?.toUpperCase(),
    open: status === 'open',
    filled: filled ?? 0,
  });
  const create = (method: string) => async (fields: Fields) => {
    const { side, type, quantity, price, symbol: _, ...params } = fields;
    return understand(
      await exchange[method](
        unified,
        String(type),
        String(side).toLowerCase(),
        Number(quantity),
        price && Number(price),
        params,
      ),
    );
  };
  const forever = async (next: () => Promise<void>) => {
    while (!closed) await next().catch((error: unknown) => void (closed || console.error(error)));
  };
  return {
    name: 'ccxt',
    time: () => exchange.fetchTime(),
    symbols: async () => Object.values(await exchange.loadMarkets()).map((market: Json) => market.id),
    klines: (interval) => exchange.fetchOHLCV(unified, interval),
    price: async () => (await exchange.fetchTicker(unified)).last,
    free: async (asset) => (await exchange.fetchBalance())[asset]?.free ?? 0,
    place: create('createOrder'),
    query: async (clientOrderId) =>
      understand(await exchange.fetchOrder(undefined, unified, { clientOrderId })),
    cancel: async (clientOrderId) => void (await exchange.cancelOrder(undefined, unified, { clientOrderId })),
    open: async () => (await exchange.fetchOpenOrders(unified)).map(understand),
    trades: async () =>
      (await exchange.fetchMyTrades(unified)).map(({ price, amount, fee }: Json) => ({
        price,
        quantity: amount,
        fee: fee.cost,
      })),
    request: (method, path, fields) =>
      exchange.request(path.replace('/api/v3/', ''), 'private', method, fields),
    failure(error) {
      const { message } = error as Error;
      const json = /\{.*\}/s.exec(message);
      // Of messages that it knows it keeps the text alone.
      const { code, msg } = json
        ? JSON.parse(json[0])
        : { code: undefined, msg: message.replace(/^binance /, '') };
      return { code, message: msg };
    },
    async onKline(interval, heard) {
      void forever(async () => {
        for (const [openTime, , , , close] of await exchange.watchOHLCV(unified, interval))
          heard(openTime, close);
      });
      await opened();
    },
    async onOrder(heard) {
      void forever(async () => {
        for (const order of await exchange.watchOrders(unified)) heard(order.clientOrderId, order.filled);
      });
      await opened();
    },
    placeOverSocket: create('createOrderWs'),
    async close() {
      closed = true;
      await exchange.close();
    },
  };
}

export function binanceSpotClient({ rest, ws, wsApi, key, secret }: PaperAddress): TradingClient {
  process.env.LOG_LEVEL = 'error';
  const keys = { apiKey: key, apiSecret: secret };
  const client: Json = new Spot({
    configurationRestAPI: { ...keys, basePath: rest, timeout: 5_000, retries: 0 },
    configurationWebsocketAPI: { ...keys, wsURL: wsApi },
    configurationWebsocketStreams: { wsURL: ws.replace(/\/ws$/, '') },
  });
  const { restAPI } = client;
  const symbol = SYMBOL;
  const connections: Json[] = [];
  const api = async (): Promise<Json> => {
    const connection = await client.websocketAPI.connect();
    connections.push(connection);
    return connection;
  };
  const data = async (reply: Promise<Json>): Promise<Json> => (await reply).data();
  const named = (fields: Fields): Json => {
    const amounts = ['quantity', 'quoteOrderQty', 'price', 'stopPrice'];
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, amounts.includes(name) ? Number(value) : value]),
    );
  };
  return {
    name: '@binance/spot',
    time: async () => Number((await data(restAPI.time())).serverTime),
    symbols: async () => (await data(restAPI.exchangeInfo())).symbols.map((each: Json) => each.symbol),
    klines: async (interval) =>
      (await data(restAPI.klines({ symbol, interval }))).map((row: Json[]) => row.slice(0, 6).map(Number)),
    price: async () => Number((await data(restAPI.tickerPrice({ symbol }))).price),
    async free(asset) {
      const { balances } = await data(restAPI.getAccount());
      return Number(balances.find((each: Json) => each.asset === asset)?.free ?? 0);
    },
    place: async (fields) =>
      understood(await data(restAPI.newOrder({ newOrderRespType: 'RESULT', ...named(fields) }))),
    query: async (origClientOrderId) =>
      understood(await data(restAPI.getOrder({ symbol, origClientOrderId }))),
    cancel: async (origClientOrderId) =>
      void (await data(restAPI.deleteOrder({ symbol, origClientOrderId }))),
    open: async () => (await data(restAPI.getOpenOrders({ symbol }))).map(understood),
    trades: async () =>
      (await data(restAPI.myTrades({ symbol }))).map(({ price, qty, commission }: Json) => ({
        price: Number(price),
        quantity: Number(qty),
        fee: Number(commission),
      })),
    request: (method, path, fields) => data(restAPI.sendSignedRequest(path, method, fields)),
    failure: (error) => ({ code: (error as Json).code, message: (error as Error).message }),
    async onKline(interval, heard) {
      const connection = await client.websocketStreams.connect();
      connections.push(connection);
      const stream = connection.kline({ symbol: symbol.toLowerCase(), interval });
      stream.on('message', ({ k }: Json) => heard(Number(k.t), Number(k.c)));
      await opened();
    },
    async onOrder(heard) {
      const connection = await api();
      const { stream } = await connection.userDataStreamSubscribeSignature();
      stream.on('message', (event: Json) => {
        if (event.e === 'executionReport') heard(event.c, Number(event.z));
      });
    },
    placeOverSocket: async (fields) => {
      const connection = await api();
      return understood((await connection.orderPlace({ newOrderRespType: 'RESULT', ...named(fields) })).data);
    },
    close: async () => void (await Promise.all(connections.map((each) => each.disconnect()))),
  };
}
