import { dec, max, text, type DecimalText } from '../../../core/decimal.js';
import { PREVENTION_MODES } from './orders.js';
import type { OrderType, SelfTradePreventionMode, SymbolInfo } from './types.js';

const ORDER_TYPES: OrderType[] = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];

/** Binance keeps eight decimals of every amount. */
const PRECISION = 8;

/**
 * A symbol with the filters that Binance's USDT markets have today (BINANCE.md 2.5). The step grows where tick × step
 * would need more than eight decimals, so that every notional is exact, as Binance's own steps see to.
 */
export function symbolInfo(market: {
  symbol: string;
  base: string;
  quote: string;
  tickSize: DecimalText;
  stepSize: DecimalText;
}): SymbolInfo {
  const exactStep = dec(10).pow(decimals(market.tickSize) - PRECISION);
  const step = eight(text(max(dec(market.stepSize), exactStep)));
  const tick = eight(market.tickSize);
  return {
    symbol: market.symbol,
    status: 'TRADING',
    baseAsset: market.base,
    quoteAsset: market.quote,
    baseAssetPrecision: PRECISION,
    quoteAssetPrecision: PRECISION,
    orderTypes: [...ORDER_TYPES],
    ocoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    filters: defaultFilters(tick, step),
    icebergAllowed: true,
    otoAllowed: true,
    opoAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: [...PREVENTION_MODES],
  };
}

function defaultFilters(tick: DecimalText, step: DecimalText): Record<string, unknown>[] {
  const mostNotional = '9000000.00000000';
  // Coins of a hundred-thousandth of a dollar are bought by the billion.
  const mostQuantity = '92233720368.00000000';
  return [
    { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '1000000.00000000', tickSize: tick },
    { filterType: 'LOT_SIZE', minQty: step, maxQty: mostQuantity, stepSize: step },
    { filterType: 'ICEBERG_PARTS', limit: 100 },
    { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: mostQuantity, stepSize: '0.00000000' },
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
      minNotional: '5.00000000',
      applyMinToMarket: true,
      maxNotional: mostNotional,
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 20 },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
    { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: 10 },
  ];
}

/** `GET /api/v3/exchangeInfo` as Binance shapes it. */
export function exchangeInfoJson(
  symbols: Iterable<SymbolInfo>,
  serverTime: number,
  exchangeFilters: readonly Record<string, unknown>[] = [],
): Record<string, unknown> {
  return {
    timezone: 'UTC',
    serverTime,
    rateLimits: RATE_LIMITS.map((limit) => ({ ...limit })),
    exchangeFilters: exchangeFilters.map((filter) => ({ ...filter })),
    symbols: [...symbols].map(symbolJson),
  };
}

/** The limits of 2026 (BINANCE.md 2.2). */
export const RATE_LIMITS = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
  { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000 },
  { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300000 },
] as const;

function symbolJson(info: SymbolInfo): Record<string, unknown> {
  return {
    symbol: info.symbol,
    status: info.status,
    baseAsset: info.baseAsset,
    baseAssetPrecision: info.baseAssetPrecision,
    quoteAsset: info.quoteAsset,
    quotePrecision: info.quoteAssetPrecision,
    quoteAssetPrecision: info.quoteAssetPrecision,
    baseCommissionPrecision: info.baseAssetPrecision,
    quoteCommissionPrecision: info.quoteAssetPrecision,
    orderTypes: [...info.orderTypes],
    icebergAllowed: info.icebergAllowed !== false,
    ocoAllowed: info.ocoAllowed,
    otoAllowed: info.otoAllowed !== false,
    opoAllowed: info.opoAllowed !== false,
    quoteOrderQtyMarketAllowed: info.quoteOrderQtyMarketAllowed,
    allowTrailingStop: info.allowTrailingStop !== false,
    cancelReplaceAllowed: info.cancelReplaceAllowed !== false,
    amendAllowed: info.amendAllowed !== false,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: info.filters.map((filter) => ({ ...filter })),
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: info.defaultSelfTradePreventionMode ?? 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: [...(info.allowedSelfTradePreventionModes ?? PREVENTION_MODES)],
  };
}

/** One entry of Binance's `exchangeInfo.symbols`, recorded or live. Throws a sentence naming what is missing. */
export function symbolInfoFromBinance(json: unknown): SymbolInfo {
  const raw = (json ?? {}) as Record<string, unknown>;
  const required = <T>(name: string, is: (value: unknown) => value is T): T => {
    const value = raw[name];
    if (!is(value))
      throw new Error(`exchangeInfo: "${name}" of ${String(raw.symbol)} is missing or malformed.`);
    return value;
  };
  return {
    symbol: required('symbol', isText),
    status: required('status', isText) as SymbolInfo['status'],
    baseAsset: required('baseAsset', isText),
    quoteAsset: required('quoteAsset', isText),
    baseAssetPrecision: required('baseAssetPrecision', isNumber),
    quoteAssetPrecision: required('quoteAssetPrecision', isNumber),
    // A type that came later is left out, not half supported.
    orderTypes: required('orderTypes', isList).filter((type): type is OrderType =>
      (ORDER_TYPES as unknown[]).includes(type),
    ),
    ocoAllowed: raw.ocoAllowed === true,
    quoteOrderQtyMarketAllowed: raw.quoteOrderQtyMarketAllowed === true,
    filters: required('filters', isList).map((filter) => ({ ...(filter as Record<string, unknown>) })),
    icebergAllowed: raw.icebergAllowed !== false,
    otoAllowed: raw.otoAllowed !== false,
    allowTrailingStop: raw.allowTrailingStop !== false,
    cancelReplaceAllowed: raw.cancelReplaceAllowed !== false,
    amendAllowed: raw.amendAllowed !== false,
    opoAllowed: raw.opoAllowed !== false,
    ...preventionModes(raw),
  };
}

/** A mode that moves money between accounts is left out, as is what came later. */
function preventionModes(
  raw: Record<string, unknown>,
): Required<Pick<SymbolInfo, 'defaultSelfTradePreventionMode' | 'allowedSelfTradePreventionModes'>> {
  const known: readonly unknown[] = ['NONE', ...PREVENTION_MODES];
  const isMode = (mode: unknown): mode is SelfTradePreventionMode => known.includes(mode);
  const usual = raw.defaultSelfTradePreventionMode;
  const allowed = raw.allowedSelfTradePreventionModes;
  return {
    defaultSelfTradePreventionMode: isMode(usual) ? usual : 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: isList(allowed) ? allowed.filter(isMode) : [...PREVENTION_MODES],
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isList = (value: unknown): value is unknown[] => Array.isArray(value);

function decimals(value: DecimalText): number {
  return Math.min(PRECISION, (text(dec(value)).split('.')[1] ?? '').length);
}

function eight(value: DecimalText): DecimalText {
  return dec(value).toFixed(PRECISION);
}
