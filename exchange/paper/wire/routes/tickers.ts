/** Tickers: of the day, of rolling windows, the price, the best of the book. */
import { PaperError } from '../../engine/types.js';
import { eight } from '../amounts.js';
import { averageOf, difference, percentChange } from '../market-payloads.js';
import { mandatory, type Params } from '../params.js';
import { dayTickerOf, isWindow, lastPrice, tickerOf, type Ticker } from '../ticker.js';
import { names, type PublicRoute, type Request } from './route.js';
import { perSymbol } from './symbols.js';

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
const SYMBOLS = names('symbol symbols type symbolStatus');

export const tickerRoutes: readonly PublicRoute[] = [
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
