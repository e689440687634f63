import { z } from 'zod';
import type { Reason, SignalDefinition, Verdict } from '../../core/strategy.js';
import { Bollinger } from '../indicators/bollinger.js';
import { Macd } from '../indicators/macd.js';
import { Rsi } from '../indicators/rsi.js';
import { Turn } from '../indicators/turn.js';
import { commonWords, figure, figureBeside, warmingUp } from '../words.js';

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
  create: (p) => new RsiMacdBollinger(p),
  words: (reason) => (WORDS[reason.code] ?? commonWords)(reason),
};

interface Values {
  readonly close: number;
  readonly rsi: number;
  readonly lower: number;
  readonly upper: number;
  readonly histogram: number;
  readonly turned: 'up' | 'down' | null;
}

class RsiMacdBollinger {
  private readonly rsi: Rsi;
  private readonly macd: Macd;
  private readonly bollinger: Bollinger;
  private readonly turn = new Turn();
  private seen = 0;

  constructor(private readonly p: Parameters) {
    this.rsi = new Rsi(p.rsiPeriod);
    this.macd = new Macd(p.macdFast, p.macdSlow, p.macdSignal);
    this.bollinger = new Bollinger(p.bollingerPeriod, p.bollingerDeviations);
  }

  update({ close }: { readonly close: number }): Verdict {
    const rsi = this.rsi.update(close);
    const histogram = this.macd.update(close)?.histogram ?? null;
    const bands = this.bollinger.update(close);
    const turned = histogram === null ? null : this.turn.update(histogram, close);
    const upper = bands?.upper ?? null;
    const lower = bands?.lower ?? null;
    const indicators = { rsi, histogram, upper, lower };
    this.seen += 1;
    if (rsi === null || histogram === null || upper === null || lower === null)
      return warmingUp(this.seen, this.needed(), indicators);
    return this.judge({ close, rsi, lower, upper, histogram, turned }, indicators);
  }

  private judge(v: Values, indicators: Verdict['indicators']): Verdict {
    const enter = this.votesToEnter(v);
    if (enter.length >= this.p.votes) return { action: 'enter', reasons: enter, indicators };
    const exit = this.votesToExit(v);
    if (exit.length >= this.p.votes) return { action: 'exit', reasons: exit, indicators };
    return { action: 'hold', reasons: [this.waiting(v, enter.length, exit.length)], indicators };
  }

  private votesToEnter({ close, rsi, lower, upper, histogram, turned }: Values): Reason[] {
    const reasons: Reason[] = [];
    if (rsi <= this.p.buyBelow) reasons.push({ code: 'rsi-low', values: { rsi, limit: this.p.buyBelow } });
    // Bands without width say nothing: every flat price touches both.
    if (close <= lower && lower < upper) reasons.push({ code: 'at-lower-band', values: { close, lower } });
    if (turned === 'up') reasons.push({ code: 'turning-up', values: { histogram } });
    return reasons;
  }

  private votesToExit({ close, rsi, lower, upper, histogram, turned }: Values): Reason[] {
    const reasons: Reason[] = [];
    if (rsi >= this.p.sellAbove) reasons.push({ code: 'rsi-high', values: { rsi, limit: this.p.sellAbove } });
    if (close >= upper && lower < upper) reasons.push({ code: 'at-upper-band', values: { close, upper } });
    if (turned === 'down') reasons.push({ code: 'turning-down', values: { histogram } });
    return reasons;
  }

  private waiting({ close, rsi, lower, upper, histogram }: Values, enter: number, exit: number): Reason {
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
