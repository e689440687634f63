/** Public market data (BINANCE.md 2.3). */
import type { Kline } from '../../../../core/kline.js';
import { PaperError, type SymbolInfo } from '../../engine/types.js';
import { exchangeInfoJson } from '../../engine/exchange-info.js';
import { eight } from '../amounts.js';
import { monthKlines } from '../months.js';
import type { Params } from '../params.js';
import { zonedKlines, zoneOffset } from '../zoned.js';
import { averagePrice, lastPrice, withPrice } from '../ticker.js';
import { publicTrades, type PublicTrade } from '../trades.js';
import { names, type PublicRoute, type Request } from './route.js';
import { hasStatus, requireSymbol } from './symbols.js';

function exchangeInfo(request: Request): unknown {
  const { exchange, params, now, weights } = request;
  const symbols = params.symbols();
  if (symbols !== undefined && (params.has('symbolStatus') || params.has('permissions')))
    throw new PaperError(
      -1128,
      "Combination of optional parameters invalid. Recommendation: 'symbol' or 'symbols', or 'permissions' and 'symbolStatus'",
    );
  for (const symbol of symbols ?? []) requireSymbol(request, symbol);
  const infos = [...exchange.engine.symbols.values()].filter((info) => hasStatus(params, info));
  const chosen = symbols ? infos.filter(({ symbol }) => symbols.includes(symbol)) : permitted(params, infos);
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

/** All symbols are traded on spot, and nowhere else. */
function permitted(params: Params, infos: SymbolInfo[]): SymbolInfo[] {
  const asked = params.text('permissions');
  return asked === undefined || /\bSPOT\b/.test(asked) ? infos : [];
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
      : zonedKlines(exchange, symbol, interval, query, zoneOffset(params.text('timeZone')));
  const last = found.at(-1);
  if (last && exchange.clock && last.closeTime > exchange.now())
    found[found.length - 1] = withPrice(last, lastPrice(exchange, symbol));
  return found.map(klineRow);
}

function klineRow(kline: Kline): unknown[] {
  const { openTime, open, high, low, close, volume, closeTime, quoteVolume, trades } = kline;
  const { takerBuyVolume = 0, takerBuyQuoteVolume = 0 } = kline;
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
    eight(takerBuyVolume),
    eight(takerBuyQuoteVolume),
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

/** No price range is enforced: there is no rule, and no reference price. */
function executionRules(request: Request): unknown {
  const symbols = request.params.symbols() ?? [];
  return { symbolRules: symbols.map((symbol) => ({ symbol: requireSymbol(request, symbol), rules: [] })) };
}

function referencePrice(request: Request): unknown {
  const symbol = requireSymbol(request, request.params.symbol());
  return { symbol, referencePrice: null, timestamp: request.exchange.now() };
}

function referencePriceCalculation(request: Request): never {
  requireSymbol(request, request.params.symbol());
  throw new PaperError(-2043, "This symbol doesn't have a reference price.");
}

const read = { method: 'GET', security: 'none' } as const;
const KLINES = names('symbol interval startTime endTime timeZone limit');

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
    path: '/api/v3/executionRules',
    ws: 'executionRules',
    weight: (params) => (params.has('symbol') ? 2 : Math.min(40, 2 * (params.symbols()?.length ?? 20))),
    known: names('symbol symbols symbolStatus'),
    handle: executionRules,
  },
  {
    ...read,
    path: '/api/v3/referencePrice',
    ws: 'referencePrice',
    weight: 2,
    known: names('symbol'),
    handle: referencePrice,
  },
  {
    ...read,
    path: '/api/v3/referencePrice/calculation',
    ws: 'referencePrice.calculation',
    weight: 2,
    known: names('symbol symbolStatus'),
    handle: referencePriceCalculation,
  },
  {
    ...read,
    path: '/api/v3/avgPrice',
    ws: 'avgPrice',
    weight: 2,
    known: names('symbol'),
    handle: avgPrice,
  },
];
