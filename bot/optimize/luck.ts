/**
 * Whether the best of many tries is more than luck. Of many worthless strategies the best one looks good; the deflated
 * Sharpe ratio (Bailey and López de Prado 2014, "The Deflated Sharpe Ratio") is the probability that the true ratio is
 * above what the best of so many worthless ones would show. Ratios here are of daily returns, not of a year.
 */
import type { Figures } from './figures.js';
import { normalBelow, normalQuantile, Running } from './moments.js';

const EULER_MASCHERONI = 0.5772156649015329;

/** Takes in the Sharpe ratio of every set that was tried. */
export class Tries {
  private readonly ratios = new Running();

  add(figures: Figures): void {
    const ratio = dailyRatio(figures);
    if (ratio !== null) this.ratios.add(ratio);
  }

  get count(): number {
    return this.ratios.count;
  }

  /** The probability that the best set's edge is real, 0 to 1; null where there are too few days or tries to say. */
  deflated(best: Figures): number | null {
    const ratio = dailyRatio(best);
    const { count, skewness, kurtosis } = best.daily;
    if (ratio === null || count < 3) return null;
    const spread = 1 - skewness * ratio + ((kurtosis - 1) / 4) * ratio ** 2;
    if (!(spread > 0)) return null;
    return normalBelow(((ratio - this.luckiest) * Math.sqrt(count - 1)) / Math.sqrt(spread));
  }

  /** What the best of as many worthless sets would be expected to show. */
  private get luckiest(): number {
    const { count, variance } = this.ratios;
    if (count < 2) return 0;
    const [usual, rare] = [1 - 1 / count, 1 - 1 / (count * Math.E)].map(normalQuantile) as [number, number];
    return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * usual + EULER_MASCHERONI * rare);
  }
}

function dailyRatio({ daily }: Figures): number | null {
  return daily.count < 2 || daily.deviation === 0 ? null : daily.mean / daily.deviation;
}
