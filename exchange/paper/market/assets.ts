/**
 * Quote assets of Binance spot markets. Where two of them end a symbol the longer one is meant (BTCFDUSD quotes in
 * FDUSD, not in USD). Kline files do not say; the exchange's own list would, but recordings come without it.
 */
const QUOTES = [
  ...[
    'USDT',
    'USDC',
    'FDUSD',
    'TUSD',
    'BUSD',
    'USDP',
    'USDS',
    'USD1',
    'PAX',
    'DAI',
    'BIDR',
    'IDRT',
    'BVND',
    'VAI',
    'AEUR',
    'EURI',
  ],
  ...[
    'EUR',
    'TRY',
    'GBP',
    'AUD',
    'BRL',
    'RUB',
    'UAH',
    'NGN',
    'ZAR',
    'PLN',
    'RON',
    'ARS',
    'JPY',
    'MXN',
    'CZK',
    'COP',
    'IDR',
    'UST',
    'USD',
  ],
  ...['BTC', 'ETH', 'BNB', 'XRP', 'TRX', 'DOGE', 'DOT', 'SOL'],
].sort((a, b) => b.length - a.length);

/** Base and quote asset of a symbol; null when it ends with no quote asset that we know. */
export function splitSymbol(symbol: string): { base: string; quote: string } | null {
  const quote = QUOTES.find((asset) => symbol.length > asset.length && symbol.endsWith(asset));
  return quote ? { base: symbol.slice(0, -quote.length), quote } : null;
}

/** 2 decimals as a step: "0.01"; none as "1". */
export function stepOf(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}
