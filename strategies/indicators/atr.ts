import { ATR } from 'technicalindicators';
import type { Kline } from '../../core/kline.js';
import type { Indicator } from './indicator.js';
import { unrounded } from './indicator.js';

/**
 * Average true range (Wilder 1978), in units of the price: seeded with the simple mean of the first `period` true
 * ranges (the first kline has none), defined from kline `period + 1` on.
 */
export class Atr implements Indicator<Pick<Kline, 'high' | 'low' | 'close'>> {
  private readonly atr: ATR;

  constructor(period: number) {
    this.atr = new ATR({ period, high: [], low: [], close: [], format: unrounded });
  }

  update({ high, low, close }: Pick<Kline, 'high' | 'low' | 'close'>): number | null {
    if (![high, low, close].every(Number.isFinite)) return null;
    return this.atr.nextValue({ high, low, close } as Parameters<ATR['nextValue']>[0]) ?? null;
  }
}
