/** What a live market asks of the real exchange: public answers alone, without an account or a key. */
import type { Interval, Kline } from '../../../core/kline.js';
import { binanceExchange } from '../../binance/adapter.js';
import type { Endpoints } from '../../binance/addresses.js';
import { createClient } from '../../binance/client.js';
import type { Json } from '../../binance/library.js';
import type { ExchangeError } from '../../port.js';

export interface LiveVenue {
  /** The host that is asked, for people. */
  readonly host: string;
  /** What `exchangeInfo` says of these symbols; null where it does not know one of them. Errors: `ExchangeError`. */
  symbols(names: readonly string[]): Promise<Json[] | null>;
  /** As the exchange port's. Errors: `ExchangeError`. */
  klines(query: KlineAsk): Promise<Kline[]>;
  /** The market's own time (UTC ms). Errors: `ExchangeError`. */
  marketTime(symbol: string): Promise<number>;
  /** Closed one-second klines as they come; `gap` when the connection was lost and is there again. */
  follow(symbols: readonly string[], heard: (symbol: string, kline: Kline) => void, gap: () => void): void;
  /** Whether so much was asked within this minute that others of this address might be refused. */
  busy(): boolean;
  close(): Promise<void>;
}

export interface KlineAsk {
  readonly symbol: string;
  readonly interval: Interval;
  readonly startTime: number;
  readonly endTime: number;
  readonly limit: number;
}

const TIMEOUT_MS = 10_000;
const INVALID_SYMBOL = -1121;
/** Of the minute's request weight, the rest is for bots and people behind the same address. */
const OWN_SHARE = 0.4;

export function binanceVenue(endpoints: Endpoints, note: (message: string) => void): LiveVenue {
  const address = { ...endpoints, key: '', secret: '' };
  const logger = {
    warn: (_: object, message: string) => note(message),
    error: (_: object, message: string) => note(message),
  };
  const exchange = binanceExchange({ venue: 'binance', address, timeoutMs: TIMEOUT_MS, logger });
  return {
    host: new URL(endpoints.rest).host,
    symbols: (names) => symbolsOf(endpoints, names),
    klines: (query) => exchange.klines(query),
    marketTime: (symbol) => exchange.marketTime(symbol),
    follow(symbols, heard, gap) {
      const specs = symbols.map((symbol) => ({ type: 'kline', symbol, interval: '1s' }) as const);
      exchange.marketStream(specs, {
        event(event) {
          if (event.type === 'gap') gap();
          else if (event.type === 'kline' && event.closed) heard(event.symbol, event.kline);
        },
      });
    },
    busy() {
      const { usedWeight, weightLimit } = exchange.health();
      return usedWeight > weightLimit * OWN_SHARE;
    },
    close: () => exchange.close(),
  };
}

/** As the exchange answers it: the port's instruments lack what the paper exchange needs of a symbol. */
async function symbolsOf(endpoints: Endpoints, names: readonly string[]): Promise<Json[] | null> {
  const client = createClient({ ...endpoints, key: '', secret: '' }, TIMEOUT_MS);
  const params = { symbols: JSON.stringify(names), showPermissionSets: false };
  try {
    const info = await client.read((library) => library.publicRequest('GET', '/api/v3/exchangeInfo', params));
    return info.symbols;
  } catch (error) {
    if ((error as ExchangeError).code === INVALID_SYMBOL) return null;
    throw error;
  } finally {
    client.close();
  }
}
