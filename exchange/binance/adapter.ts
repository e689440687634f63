/** Binance Spot behind the exchange port; queries by binance-api-node. Paper, testnet and live differ in the address only. */
import type { Kline } from '../../core/kline.js';
import { ExchangeError, type DayTicker, type Exchange, type VenueName } from '../port.js';
import type { VenueAddress } from '../venues.js';
import { createClient } from './client.js';
import { instrumentOf } from './instruments.js';
import type { Json } from './library.js';
import { stderrLogger, type AdapterLogger } from './logger.js';
import { openMarketStream, type MarketStream } from './market-stream.js';
import { plain } from './numbers.js';
import { WEIGHT_LIMIT } from './rate.js';
import { placedOf, reportOf, tradeOf } from './reports.js';
import { defined, ocoParams, orderParams } from './requests.js';
import { openUserStream, type UserStream } from './user-stream.js';

export interface BinanceOptions {
  readonly venue: VenueName;
  readonly address: VenueAddress;
  /** After this long without an answer a request counts as lost; default 10 s, the exchange's own limit. */
  readonly timeoutMs?: number;
  /** How long a request that changes something stays valid, in ms; default 1500. Short, because an unknown outcome is frozen for it. */
  readonly recvWindow?: number;
  readonly logger?: AdapterLogger;
}

const QUERY_WINDOW_MS = 5_000;
const UNKNOWN_ORDER = -2013;
const PAGE = 1_000;

export function binanceExchange(options: BinanceOptions): Exchange {
  const { venue, address, timeoutMs = 10_000, recvWindow = 1_500, logger = stderrLogger } = options;
  const client = createClient(address, timeoutMs);
  const marketStreams = new Set<MarketStream>();
  const userStreams = new Set<UserStream>();
  let weightLimit = WEIGHT_LIMIT;
  const query = { recvWindow: QUERY_WINDOW_MS };

  async function exchangeInfo(which: Record<string, string>): Promise<Json[]> {
    const info = await client.read((library) =>
      library.exchangeInfo({ ...which, showPermissionSets: false }),
    );
    weightLimit = weightLimitOf(info) ?? weightLimit;
    return info.symbols;
  }

  return {
    venue,
    async connect() {
      await client.clock.sync();
    },
    async close() {
      for (const stream of [...marketStreams, ...userStreams]) stream.close();
      client.close();
    },
    now: () => client.clock.now(),
    syncTime: () => client.clock.sync(),
    health: () => ({
      restOk: client.status().ok,
      latencyMs: client.status().latencyMs,
      marketStreamOk: allOk(marketStreams),
      userStreamOk: allOk(userStreams),
      usedWeight: client.gate.usedWeight(),
      weightLimit,
    }),

    async instrument(symbol) {
      const [found] = await exchangeInfo({ symbol });
      if (found) return instrumentOf(found);
      const details = { kind: 'invalid', execution: 'none', code: -1121 } as const;
      throw new ExchangeError(`The exchange does not know the symbol ${symbol}.`, details);
    },
    instruments: async () => (await exchangeInfo({})).map(instrumentOf),
    klines: ({ symbol, interval, startTime, endTime, limit }) =>
      client.read(async (library) =>
        (await library.candles(defined({ symbol, interval, startTime, endTime, limit }))).map(klineOf),
      ),
    price: (symbol) =>
      client.read(async (library) =>
        plain((await library.publicRequest('GET', '/api/v3/ticker/price', { symbol })).price),
      ),
    tickers: () =>
      client.read(async (library) => {
        const all: Json[] = await library.publicRequest('GET', '/api/v3/ticker/24hr', {});
        return all.map(dayTickerOf);
      }),
    // The statistics window of the ticker ends at the market's time; server time is the wall clock, also in a replay.
    marketTime: (symbol) =>
      client.read(async (library) =>
        Number((await library.publicRequest('GET', '/api/v3/ticker/24hr', { symbol })).closeTime),
      ),
    balances: () =>
      client.readSigned(async (library) => {
        const account = await library.accountInfo({ omitZeroBalances: true, ...query });
        return account.balances.map(balanceOf);
      }),

    place: (order, { timestamp }) =>
      client.change(
        { method: 'POST', path: '/api/v3/order', params: orderParams(order, recvWindow) },
        timestamp,
        (reply) => placedOf([reply]),
      ),
    placeOco: (list, { timestamp }) =>
      client.change(
        { method: 'POST', path: '/api/v3/orderList/oco', params: ocoParams(list, recvWindow) },
        timestamp,
        (reply) => placedOf(reply.orderReports),
      ),
    cancel: (symbol, clientOrderId, { timestamp }) => {
      const params = { symbol, origClientOrderId: clientOrderId, recvWindow };
      return client.change({ method: 'DELETE', path: '/api/v3/order', params }, timestamp, (reply) =>
        cancelledOf(reply, clientOrderId),
      );
    },
    cancelList: (symbol, listClientOrderId, { timestamp }) => {
      const params = { symbol, listClientOrderId, recvWindow };
      return client.change({ method: 'DELETE', path: '/api/v3/orderList', params }, timestamp, (reply) =>
        reply.orderReports.map(reportOf),
      );
    },

    async order(symbol, clientOrderId) {
      try {
        return await client.readSigned(async (library) =>
          reportOf(await library.getOrder({ symbol, origClientOrderId: clientOrderId, ...query })),
        );
      } catch (error) {
        if ((error as ExchangeError).code === UNKNOWN_ORDER) return null;
        throw error;
      }
    },
    openOrders: (symbol) =>
      client.readSigned(async (library) => (await library.openOrders({ symbol, ...query })).map(reportOf)),
    allOrders: (symbol, fromOrderId) =>
      client.readSigned(async (library) => {
        const params = defined({ symbol, orderId: fromOrderId, limit: PAGE, ...query });
        return (await library.allOrders(params)).map(reportOf);
      }),
    fills: (symbol, afterTradeId) =>
      client.readSigned(async (library) => {
        const fromId = afterTradeId === null ? '0' : String(BigInt(afterTradeId) + 1n);
        return (await library.myTrades({ symbol, fromId, limit: PAGE, ...query })).map(tradeOf);
      }),

    marketStream(specs, handlers) {
      const stream = openMarketStream(specs, handlers, { url: address.ws, logger });
      return tracked(marketStreams, stream);
    },
    async userStream(handlers) {
      const { clock, gate } = client;
      return tracked(userStreams, await openUserStream(handlers, { address, clock, gate, logger }));
    },
  };
}

/** A minute's weight, as the exchange states it. */
function weightLimitOf(info: Json): number | null {
  const limits: Json[] = info.rateLimits ?? [];
  const found = limits.find((each) => each.rateLimitType === 'REQUEST_WEIGHT' && each.interval === 'MINUTE');
  return found ? Number(found.limit) / Number(found.intervalNum ?? 1) : null;
}

/** False without any stream: nothing is being heard. */
function allOk(streams: ReadonlySet<{ ok(): boolean }>): boolean {
  return streams.size > 0 && [...streams].every((stream) => stream.ok());
}

function tracked<Stream extends { close(): void }>(streams: Set<Stream>, stream: Stream): Stream {
  streams.add(stream);
  const close = () => {
    streams.delete(stream);
    stream.close();
  };
  return { ...stream, close };
}

/** Cancelling a leg ends its whole list, and the answer is then the list. */
function cancelledOf(answer: Json, clientOrderId: string) {
  if (!answer.orderReports) return reportOf(answer);
  const reports = answer.orderReports.map(reportOf);
  return (
    reports.find((report: { clientOrderId: string }) => report.clientOrderId === clientOrderId) ?? reports[0]
  );
}

function klineOf(candle: Json): Kline {
  return {
    openTime: Number(candle.openTime),
    closeTime: Number(candle.closeTime),
    open: +candle.open,
    high: +candle.high,
    low: +candle.low,
    close: +candle.close,
    volume: +candle.volume,
    quoteVolume: +candle.quoteVolume,
    trades: Number(candle.trades),
  };
}

function dayTickerOf({ symbol, lastPrice, priceChangePercent, quoteVolume }: Json): DayTicker {
  return {
    symbol: String(symbol),
    last: plain(lastPrice),
    changePercent: Number(priceChangePercent),
    quoteVolume: plain(quoteVolume),
  };
}

function balanceOf(balance: Json) {
  return { asset: String(balance.asset), free: plain(balance.free), locked: plain(balance.locked) };
}
