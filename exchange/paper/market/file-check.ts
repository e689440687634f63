/** What a row of a kline file must be to become a kline. */
import { openTimeAt, type Interval } from '../../../core/kline.js';
import { iso, KlineFileError } from './file-error.js';
import type { KlineSeries } from './series.js';

export const COLUMN_NAMES = [
  ...['openTime', 'open', 'high', 'low', 'close', 'volume', 'quoteVolume', 'trades'],
  ...['takerBuyVolume', 'takerBuyQuoteVolume'],
];
const AMOUNTS = [5, 6, 7, 8, 9];

const SPIKE = 10;

/** No market has such prices, and the books could not be written in digits. */
const DEAREST = 1e18;

/** Takes in rows one by one, in order; a bad one is refused with its value and a way out. */
export class RowCheck {
  /** Line number of the row at hand. */
  row: number;
  microseconds = 0;
  spikes = 0;
  firstSpike = 0;
  private previous = -Infinity;
  private previousClose = 0;

  constructor(
    private readonly file: string,
    private readonly interval: Interval,
    firstRow: number,
    private readonly tellsTakers = false,
  ) {
    this.row = firstRow;
  }

  /** `values` in the order of COLUMN_NAMES. */
  take(values: Float64Array, series: KlineSeries): void {
    const openTime = this.openTime(values[0]!);
    const open = values[1]!;
    const high = values[2]!;
    const low = values[3]!;
    const close = values[4]!;
    if (!(open > 0 && low > 0 && close > 0 && high > 0 && high <= DEAREST)) this.refusePrice(values);
    if (high < low) this.refuse(`high ${high} is below low ${low}; correct or remove this row`);
    if (open > high || open < low) this.refuseOutside('open', open, low, high);
    if (close > high || close < low) this.refuseOutside('close', close, low, high);
    if (values[5]! < 0 || values[6]! < 0 || values[7]! < 0 || values[8]! < 0 || values[9]! < 0)
      this.refuseNegative(values);
    if (openTime <= this.previous) this.refuseOrder(openTime, series);
    this.previous = openTime;
    this.watchSpikes(high, low, close);
    series.push(this.interval, openTime, open, high, low, close, values[5]!, values[6]!, values[7]!);
    if (this.tellsTakers) series.setTakerBuys(values[8]!, values[9]!);
  }

  refuse(problem: string): never {
    throw new KlineFileError(this.file, this.row, problem);
  }

  /** Newer dumps of Binance tell microseconds; nobody records before 1973 or after 5138, so the size tells the unit. */
  private openTime(value: number): number {
    let time = value;
    if (time >= 1e14 && time < 1e17) {
      time = Math.floor(time / 1000);
      this.microseconds += 1;
    }
    if (!(time >= 1e11 && time < 1e14) || !Number.isInteger(time)) {
      this.refuse(
        `openTime ${value} is not a UTC time in milliseconds (13 digits, like 1609459200000); seconds must be multiplied by 1000`,
      );
    }
    if (openTimeAt(time, this.interval) !== time) {
      this.refuse(
        `openTime ${value} (${iso(time)}) is no opening time of a ${this.interval} kline; correct the row or the interval in the file's name`,
      );
    }
    return time;
  }

  private watchSpikes(high: number, low: number, close: number): void {
    if (this.previousClose > 0 && (high > this.previousClose * SPIKE || low * SPIKE < this.previousClose)) {
      this.spikes += 1;
      this.firstSpike ||= this.row;
    }
    this.previousClose = close;
  }

  private refuseOutside(name: string, price: number, low: number, high: number): never {
    this.refuse(`${name} ${price} lies outside ${low} to ${high} (low to high); correct or remove this row`);
  }

  private refusePrice(values: Float64Array): never {
    const slot = [1, 2, 3, 4].find((each) => !(values[each]! > 0)) ?? 2;
    this.refuse(
      `${COLUMN_NAMES[slot]} is ${values[slot]}, expected a price above 0 and below 10^18; correct or remove this row`,
    );
  }

  private refuseNegative(values: Float64Array): never {
    const slot = AMOUNTS.find((each) => values[each]! < 0)!;
    this.refuse(
      `${COLUMN_NAMES[slot]} is ${values[slot]}, it cannot be negative; correct or remove this row`,
    );
  }

  private refuseOrder(openTime: number, series: KlineSeries): never {
    const same = series.indexAt(openTime);
    const first = this.row - series.length + same;
    const [now, before] = [openTime, this.previous].map((time) => `${time} (${iso(time)})`);
    this.refuse(
      series.openTime(same) === openTime
        ? `openTime ${now} stands in row ${first} already; remove one of the two`
        : `openTime ${now} comes after ${before} though it is earlier; sort the rows by openTime`,
    );
  }
}
