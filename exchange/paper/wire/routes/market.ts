/** Public market data (BINANCE.md 2.3). */
import type { Kline } from '../../../../core/kline.js';
import { exchangeInfoJson } from '../../engine/exchange-info.js';
import { PaperError } from '../../engine/types.js';
import { eight } from '../amounts.js';
import { averageOf, difference, percentChange } from '../market-payloads.js';
import { monthKlines } from '../months.js';
import { mandatory, type Params } from '../params.js';
import {
  averagePrice,
  dayTickerOf,
  isWindow,
  lastPrice,
  tickerOf,
  withPrice,
  type Ticker,
} from '../ticker.js';
import { publicTrades, type PublicTrade } from '../trades.js';
import { names, type PublicRoute, type Request } from './route.js';

function requireSymbol({ exchange }: Request, symbol: string): string {
  if (!exchange.engine.symbols.has(symbol)) throw new PaperError(-1121, 'Invalid symbol.');
  return symbol;
}

/** One symbol's answer is an object, that of several or of all a list. */
function perSymbol(request: Request, make: (symbol: string) => unknown): unknown {
  const one = request.params.has('symbol');
  const symbols = request.params.symbols() ?? [...request.exchange.engine.symbols.keys()];
  const answers = symbols.map((symbol) => make(requireSymbol(request, symbol)));
  return one ? answers[0] : answers;
}

function exchangeInfo(request: Request): unknown {
  const { exchange, params, now, weights } = request;
  const symbols = params.symbols();
  for (const symbol of symbols ?? []) requireSymbol(request, symbol);
  const infos = [...exchange.engine.symbols.values()];
  const chosen = symbols ? infos.filter(({ symbol }) => symbols.includes(symbol)) : infos;
  const json = exchangeInfoJson(chosen, now, exchange.exchangeFilters);
  const limits = json.rateLimits as { rateLimitType: string; interval: string; limit: number }[];
  for (const limit of limits) {
    if (limit.rateLimitType === 'REQUEST_WEIGHT') limit.limit = weights.limits.weightPerMinute;
    if (limit.rateLimitType === 'RAW_REQUESTS') limit.limit = weights.limits.requestsPer5m;
    if (limit.rateLimitType === 'ORDERS')
      limit.limit = limit.interval === 'DAY' ? weights.limits.ordersPerDay : weights.limits.ordersPer10s;
  }
  if (params.boolean('showPermissionSets') === false)
    for (const symbol of json.symbols as Record<string, unknown>[]) delete symbol.permissionSets;
  return json;
}

function klines(request: Request): unknown {
  const { exchange, params } = request;
  const symbol = requireSymbol(request, params.symbol());
  const interval = params.has('interval') && params.text('interval') === '1M' ? '1M' : params.interval();
  const query = {
    startTime: params.long('startTime'),
    endTime: params.long('endTime'),
    limit: params.limit(1000),
  };
  const found =
    interval === '1M'
      ? monthKlines(exchange, symbol, query)
      : exchange.book.klines(symbol, interval, query, exchange.walker.position());
  const last = found.at(-1);
  if (last && exchange.clock && last.closeTime > exchange.now())
    found[found.length - 1] = withPrice(last, lastPrice(exchange, symbol));
  return found.map(klineRow);
}

function klineRow(kline: Kline): unknown[] {
  const { openTime, open, high, low, close, volume, closeTime, quoteVolume, trades } = kline;
  return [
    openTime,
    eight(open),
    eight(high),
    eight(low),
    eight(close),
    eight(volume),
    closeTime,
    eight(quoteVolume),
    trades,
    '0.00000000',
    '0.00000000',
    '0',
  ];
}

function depth(request: Request): unknown {
  const { params, view } = request;
  const symbol = requireSymbol(request, params.symbol());
  const limit = params.limit(5000, 100);
  const { id, bids, asks } = view.current(symbol);
  return { lastUpdateId: id, bids: bids.slice(0, limit), asks: asks.slice(0, limit) };
}

function depthWeight(params: Params): number {
  const limit = params.limit(5000, 100);
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
}

function tradesOf(request: Request): PublicTrade[] {
  const { exchange, params } = request;
  return publicTrades(exchange, requireSymbol(request, params.symbol()), {
    fromId: params.long('fromId'),
    startTime: params.long('startTime'),
    endTime: params.long('endTime'),
    limit: params.limit(1000),
  });
}

function trades(request: Request): unknown {
  return tradesOf(request).map(({ id, price, quantity, time, buyerIsMaker }) => ({
    id,
    price: eight(price),
    qty: eight(quantity),
    quoteQty: eight(Number((price * quantity).toFixed(8))),
    time,
    isBuyerMaker: buyerIsMaker,
    isBestMatch: true,
  }));
}

function aggTrades(request: Request): unknown {
  return tradesOf(request).map(({ id, price, quantity, time, buyerIsMaker }) => ({
    a: id,
    p: eight(price),
    q: eight(quantity),
    f: id,
    l: id,
    T: time,
    m: buyerIsMaker,
    M: true,
  }));
}

function avgPrice(request: Request): unknown {
  const symbol = requireSymbol(request, request.params.symbol());
  const { price, closeTime } = averagePrice(request.exchange, symbol);
  return { mins: 5, price: eight(price), closeTime };
}

/** `type=MINI` leaves out what must be computed. */
function miniTicker(ticker: Ticker): object {
  return {
    symbol: ticker.symbol,
    openPrice: eight(ticker.open),
    highPrice: eight(ticker.high),
    lowPrice: eight(ticker.low),
    lastPrice: eight(ticker.last),
    volume: eight(ticker.volume),
    quoteVolume: eight(ticker.quoteVolume),
    openTime: ticker.openTime,
    closeTime: ticker.closeTime,
    firstId: -1,
    lastId: -1,
    count: ticker.trades,
  };
}

function windowTicker(ticker: Ticker): object {
  const { symbol, ...mini } = miniTicker(ticker) as Record<string, unknown>;
  return {
    symbol,
    priceChange: eight(difference(ticker)),
    priceChangePercent: percentChange(ticker),
    weightedAvgPrice: eight(averageOf(ticker)),
    ...mini,
  };
}

function isMini({ params }: Request): boolean {
  const types = ['FULL', 'MINI'] as const;
  return params.oneOf('type', types, -1139, 'Invalid ticker type.') === 'MINI';
}

function rollingTicker(request: Request): unknown {
  const window = request.params.text('windowSize') ?? '1d';
  if (!isWindow(window)) throw new PaperError(-1100, 'Invalid windowSize.');
  if (request.params.symbols() === undefined) throw mandatory('symbol');
  const shape = isMini(request) ? miniTicker : windowTicker;
  return perSymbol(request, (symbol) => shape(tickerOf(request.exchange, symbol, window)));
}

function tradingDay(request: Request): unknown {
  if (request.params.symbols() === undefined) throw mandatory('symbol');
  const shape = isMini(request) ? miniTicker : windowTicker;
  return perSymbol(request, (symbol) => shape(dayTickerOf(request.exchange, symbol)));
}

function ticker24h(request: Request): unknown {
  const mini = isMini(request);
  return perSymbol(request, (symbol) => {
    const ticker = tickerOf(request.exchange, symbol);
    return mini ? miniTicker(ticker) : dayTicker(ticker, request.view.top(symbol));
  });
}

/** Binance's weights: by how many symbols are asked for. */
function tickerWeight(params: Params): number {
  const count = params.symbols()?.length ?? Infinity;
  return count <= 20 ? 2 : count <= 100 ? 40 : 80;
}

type Top = ReturnType<Request['view']['top']>;

function dayTicker(ticker: Ticker, { bid, ask }: Top): object {
  const last = eight(ticker.last);
  return {
    symbol: ticker.symbol,
    priceChange: eight(difference(ticker)),
    priceChangePercent: percentChange(ticker),
    weightedAvgPrice: eight(averageOf(ticker)),
    prevClosePrice: eight(ticker.open),
    lastPrice: last,
    lastQty: '0.00000000',
    bidPrice: bid[0],
    bidQty: bid[1],
    askPrice: ask[0],
    askQty: ask[1],
    openPrice: eight(ticker.open),
    highPrice: eight(ticker.high),
    lowPrice: eight(ticker.low),
    volume: eight(ticker.volume),
    quoteVolume: eight(ticker.quoteVolume),
    openTime: ticker.openTime,
    closeTime: ticker.closeTime,
    firstId: -1,
    lastId: -1,
    count: ticker.trades,
  };
}

const read = { method: 'GET', security: 'none' } as const;
const KLINES = names('symbol interval startTime endTime timeZone limit');
const SYMBOLS = names('symbol symbols type symbolStatus');

export const marketRoutes: readonly PublicRoute[] = [
  { ...read, path: '/api/v3/ping', ws: 'ping', weight: 1, known: null, handle: () => ({}) },
  {
    ...read,
    path: '/api/v3/time',
    ws: 'time',
    weight: 1,
    known: null,
    handle: ({ now }) => ({ serverTime: now }),
  },
  {
    ...read,
    path: '/api/v3/exchangeInfo',
    ws: 'exchangeInfo',
    weight: 20,
    known: names('symbol symbols permissions showPermissionSets symbolStatus'),
    handle: exchangeInfo,
  },
  { ...read, path: '/api/v3/klines', ws: 'klines', weight: 2, known: KLINES, handle: klines },
  { ...read, path: '/api/v3/uiKlines', ws: 'uiKlines', weight: 2, known: KLINES, handle: klines },
  {
    ...read,
    path: '/api/v3/depth',
    ws: 'depth',
    weight: depthWeight,
    known: names('symbol limit symbolStatus'),
    handle: depth,
  },
  {
    ...read,
    path: '/api/v3/trades',
    ws: 'trades.recent',
    weight: 25,
    known: names('symbol limit'),
    handle: trades,
  },
  {
    ...read,
    path: '/api/v3/historicalTrades',
    ws: 'trades.historical',
    weight: 25,
    known: names('symbol limit fromId'),
    handle: trades,
  },
  {
    ...read,
    path: '/api/v3/aggTrades',
    ws: 'trades.aggregate',
    weight: 4,
    known: names('symbol fromId startTime endTime limit'),
    handle: aggTrades,
  },
  {
    ...read,
    path: '/api/v3/avgPrice',
    ws: 'avgPrice',
    weight: 2,
    known: names('symbol'),
    handle: avgPrice,
  },
  {
    ...read,
    path: '/api/v3/ticker/24hr',
    ws: 'ticker.24hr',
    weight: tickerWeight,
    known: SYMBOLS,
    handle: ticker24h,
  },
  {
    ...read,
    path: '/api/v3/ticker',
    ws: 'ticker',
    weight: (params) => Math.min(200, 4 * (params.symbols()?.length ?? 1)),
    known: names('symbol symbols windowSize type symbolStatus'),
    handle: rollingTicker,
  },
  {
    ...read,
    path: '/api/v3/ticker/tradingDay',
    ws: 'ticker.tradingDay',
    weight: (params) => Math.min(200, 4 * (params.symbols()?.length ?? 1)),
    known: names('symbol symbols timeZone type symbolStatus'),
    handle: tradingDay,
  },
  {
    ...read,
    path: '/api/v3/ticker/price',
    ws: 'ticker.price',
    weight: (params) => (params.has('symbol') ? 2 : 4),
    known: SYMBOLS,
    handle: (request) =>
      perSymbol(request, (symbol) => ({ symbol, price: eight(lastPrice(request.exchange, symbol)) })),
  },
  {
    ...read,
    path: '/api/v3/ticker/bookTicker',
    ws: 'ticker.book',
    weight: (params) => (params.has('symbol') ? 2 : 4),
    known: SYMBOLS,
    handle: (request) =>
      perSymbol(request, (symbol) => {
        const { bid, ask } = request.view.top(symbol);
        return { symbol, bidPrice: bid[0], bidQty: bid[1], askPrice: ask[0], askQty: ask[1] };
      }),
  },
];
