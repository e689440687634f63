/** Which column of a kline file holds what. */
import { KlineFileError } from './file-error.js';

export interface Columns {
  readonly header: boolean;
  /** Per column its place in openTime, open, high, low, close, volume, quoteVolume, trades, what takers bought (base, quote); -1 for what nobody needs. */
  readonly slots: readonly number[];
}

/** Names in lower case without spaces and underscores; Binance's own dumps say open_time, quote_volume and count. */
const SLOT_OF: Readonly<Record<string, number>> = {
  opentime: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  quotevolume: 6,
  quoteassetvolume: 6,
  trades: 7,
  count: 7,
  numberoftrades: 7,
  takerbuyvolume: 8,
  takerbuybasevolume: 8,
  takerbuybaseassetvolume: 8,
  takerbuyquotevolume: 9,
  takerbuyquoteassetvolume: 9,
};
const REQUIRED = ['openTime', 'open', 'high', 'low', 'close'];

/** Binance's dump without a header: open time, OHLC, volume, close time, quote volume, trades, two taker volumes, ignore. */
const DUMP: Columns = { header: false, slots: [0, 1, 2, 3, 4, 5, -1, 6, 7, 8, 9, -1] };

/** Reads the first line; refuses the file when it says too little. */
export function readHeader(file: string, line: string): Columns {
  const cells = line.split(',').map((cell) => cell.trim());
  if (/^\d/.test(cells[0]!)) {
    if (cells.length === DUMP.slots.length) return DUMP;
    throw new KlineFileError(
      file,
      1,
      `without a header the ${DUMP.slots.length} columns of Binance's dumps are expected, here are ${cells.length}; add the header openTime,open,high,low,close,volume`,
    );
  }
  const slots = cells.map((cell) => SLOT_OF[cell.toLowerCase().replace(/[\s_]/g, '')] ?? -1);
  const missing = REQUIRED.filter((_, slot) => !slots.includes(slot));
  if (missing.length > 0) {
    const commas = /[;\t]/.test(line) ? ', with commas between them and a point in numbers' : '';
    throw new KlineFileError(
      file,
      1,
      `the header ${JSON.stringify(line.slice(0, 80))} lacks ${missing.join(', ')}; expected openTime,open,high,low,close,volume[,quoteVolume,trades]${commas}`,
    );
  }
  const twice = slots.find((slot, column) => slot >= 0 && slots.indexOf(slot) !== column);
  if (twice !== undefined)
    throw new KlineFileError(
      file,
      1,
      `the header names ${cells[slots.lastIndexOf(twice)]} twice; remove one of the columns`,
    );
  return { header: true, slots };
}
