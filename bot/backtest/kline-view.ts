import type { Kline } from '../../core/kline.js';
import type { KlineColumns } from '../../exchange/paper/market/series.js';

/** One base kline seen in place: nothing is copied, and nobody can change it. */
export class KlineView implements Kline {
  index = 0;
  /** Of its interval, in ms. */
  length = 0;
  constructor(private readonly columns: Readonly<KlineColumns>) {}
  get openTime(): number {
    return this.columns.openTime[this.index]!;
  }
  get closeTime(): number {
    return this.columns.openTime[this.index]! + this.length - 1;
  }
  get open(): number {
    return this.columns.open[this.index]!;
  }
  get high(): number {
    return this.columns.high[this.index]!;
  }
  get low(): number {
    return this.columns.low[this.index]!;
  }
  get close(): number {
    return this.columns.close[this.index]!;
  }
  get volume(): number {
    return this.columns.volume[this.index]!;
  }
  get quoteVolume(): number {
    return this.columns.quoteVolume[this.index]!;
  }
  get trades(): number {
    return this.columns.trades[this.index]!;
  }
}
