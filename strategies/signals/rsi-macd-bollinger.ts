import { z } from 'zod';
import type { KlineSpan } from '../../core/kline.js';
import type { Passes, Reason, SignalDefinition, SignalSteps, Verdict } from '../../core/strategy.js';
import { Bollinger } from '../indicators/bollinger.js';
import { Macd } from '../indicators/macd.js';
import { Rsi } from '../indicators/rsi.js';
import { Turn } from '../indicators/turn.js';
import { commonWords, figure, figureBeside, warmingUp } from '../words.js';
import { signalOf } from './steps.js';

const period = (standard: number, title: string, description: string) =>
  z.int().min(2).max(500).default(standard).meta({ title, description });

const parameters = z
  .object({
    rsiPeriod: period(14, 'RSI period', 'Klines over which gains and losses are smoothed (Wilder).'),
    buyBelow: z
      .number()
      .min(0)
      .max(100)
      .default(30)
      .meta({ title: 'RSI to buy', description: 'A vote to enter: RSI at or below this.' }),
    sellAbove: z
      .number()
      .min(0)
      .max(100)
      .default(70)
      .meta({ title: 'RSI to sell', description: 'A vote to exit: RSI at or above this.' }),
    macdFast: period(12, 'MACD fast period', 'Period of the fast exponential average.'),
    macdSlow: period(26, 'MACD slow period', 'Period of the slow exponential average.'),
    macdSignal: period(9, 'MACD signal period', 'Period over which the MACD itself is averaged.'),
    bollingerPeriod: period(20, 'Bollinger period', 'Klines in the window of the bands.'),
    bollingerDeviations: z.number().min(0.1).max(10).default(2).meta({
      title: 'Bollinger deviations',
      description: 'Distance of the bands from the mean, in standard deviations.',
    }),
    votes: z
      .int()
      .min(1)
      .max(3)
      .default(2)
      .meta({ title: 'Votes needed', description: 'How many of the three indicators must agree.' }),
  })
  .refine((p) => p.buyBelow < p.sellAbove, { path: ['buyBelow'], error: 'must be below sellAbove' })
  .refine((p) => p.macdFast < p.macdSlow, { path: ['macdFast'], error: 'must be below macdSlow' });
type Parameters = z.output<typeof parameters>;

/** For volatile coins: two of three indicators must call the price low, or high. */
export const rsiMacdBollinger: SignalDefinition<typeof parameters> = {
  name: 'rsi-macd-bollinger',
  title: 'RSI, MACD and Bollinger bands',
  description:
    'For volatile coins. Enters on two of: RSI low, close at or below the lower band, MACD histogram turning up; exits on two of: RSI high, close at or above the upper band, histogram turning down. The histogram turns up at the kline where it rises above the previous value after having fallen, and down the other way round; bands without width count for nothing.',
  parameters,
  // The histogram smooths what is already smoothed, so both of its periods count.
  warmup: (p) => Math.max(20 * Math.max(p.rsiPeriod, p.macdSlow + p.macdSignal), p.bollingerPeriod),
  create: (p) => signalOf(new RsiMacdBollinger(p)),
  plots: (p) => [
    { name: 'upper', title: 'upper band', pane: 'price', look: 'line' },
    { name: 'lower', title: 'lower band', pane: 'price', look: 'line' },
    {
      ...{ name: 'rsi', title: `RSI ${p.rsiPeriod}`, pane: 'RSI', look: 'line' },
      levels: [p.buyBelow, p.sellAbove],
    },
    {
      ...{ name: 'histogram', pane: 'MACD', look: 'columns' },
      title: `MACD ${p.macdFast} ${p.macdSlow} ${p.macdSignal} histogram`,
    },
  ],
  words: (reason) => (WORDS[reason.code] ?? commonWords)(reason),
};

class RsiMacdBollinger implements SignalSteps {
  private readonly rsiOf: Rsi;
  private readonly macd: Macd;
  private readonly bollinger: Bollinger;
  private readonly turn = new Turn();
  private seen = 0;
  /** At the last kline; NaN while not defined. */
  private close = NaN;
  private rsi = NaN;
  private histogram = NaN;
  private turned: 'up' | 'down' | null = null;

  constructor(private readonly p: Parameters) {
    this.rsiOf = new Rsi(p.rsiPeriod);
    this.macd = new Macd(p.macdFast, p.macdSlow, p.macdSignal);
    this.bollinger = new Bollinger(p.bollingerPeriod, p.bollingerDeviations);
  }

  judge({ close }: { readonly close: number }): Verdict['action'] {
    this.take(close);
    return this.action;
  }

  judgeWhile({ close }: KlineSpan, from: number, end: number, passes: Passes): number {
    let index = from;
    for (; index < end; index += 1) {
      this.take(close[index]!);
      if (this.mayStop(passes) && !passes[this.action]) break;
    }
    return index;
  }

  /** Whether an action that does not pass is possible: told without the bands, which cost more than all the rest. */
  private mayStop({ enter, exit, hold }: Passes): boolean {
    const { rsi, turned, p } = this;
    const needed = p.votes - 1;
    if (!enter && (rsi <= p.buyBelow ? 1 : 0) + (turned === 'up' ? 1 : 0) >= needed) return true;
    return !hold || (!exit && (rsi >= p.sellAbove ? 1 : 0) + (turned === 'down' ? 1 : 0) >= needed);
  }

  private take(close: number): void {
    this.seen += 1;
    this.close = close;
    if (!Number.isFinite(close)) return this.unknown();
    this.rsi = this.rsiOf.next(close);
    const histogram = this.macd.next(close);
    this.histogram = histogram;
    this.bollinger.next(close);
    this.turned = this.turn.update(histogram, close);
  }

  private unknown(): void {
    this.rsi = this.histogram = NaN;
    this.turned = null;
  }

  private get defined(): boolean {
    return !Number.isNaN(this.rsi + this.histogram) && this.bollinger.isDefined;
  }

  private get upper(): number {
    return Number.isFinite(this.close) ? this.bollinger.upper : NaN;
  }
  private get lower(): number {
    return Number.isFinite(this.close) ? this.bollinger.lower : NaN;
  }

  private get action(): Verdict['action'] {
    if (!this.defined) return 'hold';
    const { isLow, isHigh, turned, p } = this;
    // The bands are asked last: only where they decide.
    const missing = p.votes - Number(isLow) - Number(turned === 'up');
    if (missing <= 0 || (missing === 1 && this.atLowerBand)) return 'enter';
    const lacking = p.votes - Number(isHigh) - Number(turned === 'down');
    return lacking <= 0 || (lacking === 1 && this.atUpperBand) ? 'exit' : 'hold';
  }

  verdict(): Verdict {
    const { action, rsi, histogram, upper, lower } = this;
    const known = (value: number) => (Number.isNaN(value) ? null : value);
    // prettier-ignore
    const indicators = { rsi: known(rsi), histogram: known(histogram), upper: known(upper), lower: known(lower) };
    if (!this.defined) return warmingUp(this.seen, this.needed(), indicators);
    if (action === 'hold') return { action, reasons: [this.waiting()], indicators };
    return { action, reasons: action === 'enter' ? this.reasonsToEnter() : this.reasonsToExit(), indicators };
  }

  private get isLow(): boolean {
    return this.rsi <= this.p.buyBelow;
  }
  private get isHigh(): boolean {
    return this.rsi >= this.p.sellAbove;
  }
  /** Bands without width say nothing: every flat price touches both. Beyond a band is beyond the mean, which costs less. */
  private get atLowerBand(): boolean {
    const { close, bollinger } = this;
    return close <= bollinger.middle && close <= bollinger.lower && bollinger.lower < bollinger.upper;
  }
  private get atUpperBand(): boolean {
    const { close, bollinger } = this;
    return close >= bollinger.middle && close >= bollinger.upper && bollinger.lower < bollinger.upper;
  }

  private get votesToEnter(): number {
    return Number(this.isLow) + Number(this.atLowerBand) + Number(this.turned === 'up');
  }
  private get votesToExit(): number {
    return Number(this.isHigh) + Number(this.atUpperBand) + Number(this.turned === 'down');
  }

  private reasonsToEnter(): Reason[] {
    const { close, rsi, lower, histogram } = this;
    const reasons: Reason[] = [];
    if (this.isLow) reasons.push({ code: 'rsi-low', values: { rsi, limit: this.p.buyBelow } });
    if (this.atLowerBand) reasons.push({ code: 'at-lower-band', values: { close, lower } });
    if (this.turned === 'up') reasons.push({ code: 'turning-up', values: { histogram } });
    return reasons;
  }

  private reasonsToExit(): Reason[] {
    const { close, rsi, upper, histogram } = this;
    const reasons: Reason[] = [];
    if (this.isHigh) reasons.push({ code: 'rsi-high', values: { rsi, limit: this.p.sellAbove } });
    if (this.atUpperBand) reasons.push({ code: 'at-upper-band', values: { close, upper } });
    if (this.turned === 'down') reasons.push({ code: 'turning-down', values: { histogram } });
    return reasons;
  }

  private waiting(): Reason {
    const { close, rsi, lower, upper, histogram, votesToEnter: enter, votesToExit: exit } = this;
    const { buyBelow, sellAbove, votes } = this.p;
    return {
      code: 'waiting',
      values: { enter, exit, votes, rsi, buyBelow, sellAbove, close, lower, upper, histogram },
    };
  }

  private needed(): number {
    const { rsiPeriod, macdSlow, macdSignal, bollingerPeriod } = this.p;
    return Math.max(rsiPeriod + 1, macdSlow + macdSignal - 1, bollingerPeriod);
  }
}

const WORDS: Record<string, (reason: Reason) => string> = {
  'rsi-low': ({ values: v }) => `RSI ${figureBeside(v['rsi'], v['limit'])} ≤ ${v['limit']}`,
  'rsi-high': ({ values: v }) => `RSI ${figureBeside(v['rsi'], v['limit'])} ≥ ${v['limit']}`,
  'at-lower-band': ({ values: v }) => `close ${figure(v['close'])} ≤ lower band ${figure(v['lower'])}`,
  'at-upper-band': ({ values: v }) => `close ${figure(v['close'])} ≥ upper band ${figure(v['upper'])}`,
  'turning-up': ({ values: v }) => `MACD histogram turning up at ${figure(v['histogram'])}`,
  'turning-down': ({ values: v }) => `MACD histogram turning down at ${figure(v['histogram'])}`,
  waiting: ({ values: v }) =>
    `${v['enter']} of ${v['votes']} votes to enter, ${v['exit']} to exit: RSI ${figureBeside(v['rsi'], v['buyBelow'])}, needs ≤ ${v['buyBelow']} or ≥ ${v['sellAbove']}; ` +
    `close ${figure(v['close'])}, needs ≤ ${figure(v['lower'])} or ≥ ${figure(v['upper'])}; MACD histogram ${figure(v['histogram'])}, needs to turn`,
};
