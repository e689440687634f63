/** The seeded walk behind a synthetic market: one symbol, kline after kline. */
import { INTERVAL_MS, type Interval } from '../../../core/kline.js';
import { dice, normal, type Dice } from './prng.js';
import type { KlineSeries } from './series.js';
import type { Profile } from './synthetic-symbols.js';

/** How many steps a kline's own path has; its open, high, low and close are of these. */
const STEPS = 4;
/** A mood lasts 1 / LEAVE klines on average. */
const LEAVE = 1 / 90;
/** Pull per minute back to the level that the symbol began at: keeps the price near it for ever. */
const HOMING = 0.0001;

/**
 * Volatility clusters (its own slow walk around the symbol's), and moods change: a trend up, a trend down, or a range
 * that pulls back to a running mean. A share of each step is the whole market's, so symbols move together. All chance
 * comes from the seed, in the same amount per kline, so klines do not depend on how many are made at once.
 */
export class Walk {
  private readonly own: Dice;
  private readonly market: Dice;
  private readonly volatility: number;
  private readonly scale: number;
  private readonly ticks: number;
  private readonly lots: number;
  private price: number;
  private mean: number;
  private lastClose: number;
  private heat = 1;
  private drift = 0;
  private reversion = 0.03;

  constructor(
    seed: string,
    private readonly profile: Profile,
    private readonly interval: Interval,
  ) {
    this.own = dice(`${seed}/${profile.symbol}/${interval}`);
    this.market = dice(`${seed}/market/${interval}`);
    this.scale = INTERVAL_MS[interval] / INTERVAL_MS['1m'];
    this.volatility = (profile.volatility * Math.sqrt(this.scale)) / Math.sqrt(STEPS);
    this.ticks = 10 ** profile.priceDecimals;
    this.lots = 10 ** profile.quantityDecimals;
    this.price = profile.price;
    this.mean = profile.price;
    this.lastClose = Math.round(profile.price * this.ticks);
  }

  /** Adds the kline that opens at `openTime`. */
  step(series: KlineSeries, openTime: number): void {
    this.changeMood();
    const open = this.lastClose;
    let high = open;
    let low = open;
    let last = open;
    const market = normal(this.market) * 0.5;
    for (let step = 0; step < STEPS; step += 1) {
      this.move(market);
      last = Math.max(1, Math.round(this.price * this.ticks));
      if (last > high) high = last;
      if (last < low) low = last;
    }
    this.lastClose = last;
    this.mean += (this.price - this.mean) * 0.02;
    this.push(series, openTime, open, high, low, last);
  }

  private move(market: number): void {
    const size = this.volatility * this.heat;
    const back =
      this.reversion * (this.mean / this.price - 1) +
      HOMING * this.scale * (this.profile.price / this.price - 1);
    this.price *= 1 + size * (normal(this.own) * 0.87 + market + this.drift) + back / STEPS;
  }

  /** Draws the same number of rolls whatever happens. */
  private changeMood(): void {
    const { own } = this;
    this.heat = Math.min(3, Math.max(0.5, this.heat + (1 - this.heat) * 0.02 + normal(own) * 0.09));
    const [leave, kind, strength] = [own(), own(), own()];
    if (leave >= LEAVE) return;
    const ranging = kind < 0.4;
    this.reversion = ranging ? 0.02 + strength * 0.05 : 0;
    this.drift = ranging ? 0 : (kind < 0.7 ? 1 : -1) * (0.04 + strength * 0.1);
    if (ranging) this.mean = this.price;
  }

  /** Wider klines trade more; prices and volumes stand on their steps, so their texts are short. */
  private push(
    series: KlineSeries,
    openTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
  ): void {
    const { ticks, lots } = this;
    const average = (open + high + low + close) / 4 / ticks;
    const busy = 0.3 + this.own() + ((high - low) / open) * 400;
    const volume =
      Math.max(1, Math.round(((this.profile.turnover * this.scale * busy) / average) * lots)) / lots;
    const quoteVolume = Math.round(volume * average * 1e6) / 1e6;
    const trades = 1 + Math.round(quoteVolume / 700);
    series.push(
      this.interval,
      openTime,
      open / ticks,
      high / ticks,
      low / ticks,
      close / ticks,
      volume,
      quoteVolume,
      trades,
    );
    // Who closes near the high was bought up to there (bulk volume classification, Easley et al. 2012, in its simplest form).
    const bought = high > low ? (close - low) / (high - low) : 0.5;
    const taken = Math.round(volume * bought * lots) / lots;
    series.setTakerBuys(taken, Math.min(quoteVolume, Math.round(taken * average * 1e6) / 1e6));
  }
}
