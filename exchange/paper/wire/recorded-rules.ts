/** The rules of symbols from a recorded `exchangeInfo`. */
import { readFileSync } from 'node:fs';
import { crc32, gunzipSync } from 'node:zlib';
import { symbolInfo, symbolInfoFromBinance } from '../engine/exchange-info.js';
import type { SymbolInfo } from '../engine/types.js';
import type { MarketSymbol } from '../market/types.js';
import { PaperOptionError } from './options.js';

export interface RecordedRules {
  readonly symbols: ReadonlyMap<string, SymbolInfo>;
  readonly exchangeFilters: readonly Record<string, unknown>[];
  /** Of the file's content; null without a file. */
  readonly checksum: string | null;
}

export const NO_RULES: RecordedRules = { symbols: new Map(), exchangeFilters: [], checksum: null };

/** JSON as `GET /api/v3/exchangeInfo` answers it, gzipped or not. Errors: `PaperOptionError`. */
export function recordedRules(file: string | undefined): RecordedRules {
  if (file === undefined) return NO_RULES;
  try {
    const bytes = readFileSync(file);
    const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
    const { symbols, exchangeFilters = [] } = JSON.parse(text) as {
      symbols: unknown[];
      exchangeFilters?: Record<string, unknown>[];
    };
    const infos = symbols.map(symbolInfoFromBinance).map((info) => [info.symbol, info] as const);
    return { symbols: new Map(infos), exchangeFilters, checksum: crc32(text).toString(16) };
  } catch (error) {
    throw new PaperOptionError(
      `--exchange-info ${file} is no recorded exchangeInfo: ${(error as Error).message}. It should be what GET /api/v3/exchangeInfo answers, as JSON or JSON in gzip.`,
    );
  }
}

/** As recorded, else the usual rules with the steps that the klines need. */
export function rulesOf(market: MarketSymbol, { symbols }: RecordedRules): SymbolInfo {
  return symbols.get(market.symbol) ?? symbolInfo(market);
}
