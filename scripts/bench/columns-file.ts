/** Klines as they lie in memory, in a file: so that a process can have them without reading a kline file. */
import { writeFileSync } from 'node:fs';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import type { MarketSource, MarketSymbol } from '../../exchange/paper/market/types.js';

const NAMES = [
  'openTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'trades',
  'interval',
] as const;
const HEAD = 4_096;

export function writeColumns(file: string, market: MarketSource): void {
  const [symbol] = market.symbols;
  if (symbol === undefined) throw new Error('there is no symbol to write');
  const series = market.series(symbol.symbol);
  if (!(series instanceof KlineSeries)) throw new Error('only klines in columns can be written');
  const { length } = series;
  const head = Buffer.alloc(HEAD);
  head.write(JSON.stringify({ symbol, length }));
  const parts = NAMES.map((name) => series.columns[name].subarray(0, length));
  const bytes = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  writeFileSync(file, Buffer.concat([head, ...bytes]));
}

export function readColumns(bytes: Buffer): { series: KlineSeries; symbol: MarketSymbol } {
  const head = bytes.toString('utf8', 0, HEAD).replace(/\0+$/, '');
  const { symbol, length } = JSON.parse(head) as { symbol: MarketSymbol; length: number };
  let at = bytes.byteOffset + HEAD;
  const next = <Column>(
    Kind: new (buffer: ArrayBufferLike, at: number, length: number) => Column,
    size: number,
  ): Column => {
    const column = new Kind(bytes.buffer, at, length);
    at += size * length;
    return column;
  };
  const double = () => next(Float64Array, 8);
  const columns = {
    ...{ openTime: double(), open: double(), high: double(), low: double(), close: double() },
    ...{ volume: double(), quoteVolume: double(), trades: next(Uint32Array, 4) },
    interval: next(Uint8Array, 1),
  };
  return { series: KlineSeries.over({ symbol: symbol.symbol, length, columns, taker: null }), symbol };
}
