/** What a signal and a plan are to the core. Both are pure; the files live in `strategies/`. */
import type { z } from 'zod';
import type { DecimalText } from './decimal.js';
import type { Interval, Kline } from './kline.js';
import type { Instrument } from './rules.js';

/** One reason as a code and its numbers; words are made when a person reads it (`SignalDefinition.words`). */
export interface Reason {
  readonly code: string;
  readonly values: Readonly<Record<string, number>>;
}

/** What a signal thinks of one closed kline. */
export interface Verdict {
  readonly action: 'enter' | 'exit' | 'hold';
  readonly reasons: readonly Reason[];
  /** Indicator values at this kline; null while not yet defined. */
  readonly indicators: Readonly<Record<string, number | null>>;
}

/** A running signal: stateful, constant work per kline, fed with every closed kline once and in order. */
export interface Signal {
  update(kline: Kline): Verdict;
}

/** Parameters are a zod object; titles, descriptions, defaults and bounds in it make form, checks, schema and docs. */
export type ParameterSchema = z.ZodObject;

export interface SignalDefinition<P extends ParameterSchema = ParameterSchema> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: P;
  /** How many klines before the first one to trade on are fetched if they exist (20 × the longest smoothing period). */
  warmup(parameters: z.output<P>): number;
  create(parameters: z.output<P>, context: { readonly interval: Interval }): Signal;
  /** A sentence fragment for each reason code: `RSI 47.3, needs ≤ 30`. */
  words(reason: Reason): string;
}

/** flat → entering → holding → exiting → flat. `exiting` persists until nothing sellable is held. */
export type Phase = 'flat' | 'entering' | 'holding' | 'exiting';

/** What a plan sees. All amounts are decimal text; prices in quote, quantities in base. */
export interface PlanView {
  readonly phase: Phase;
  readonly instrument: Instrument;
  /** Quote this bot may still spend. */
  readonly cash: DecimalText;
  readonly quantity: DecimalText;
  /** Volume-weighted price of this cycle's entry fills; null while flat. */
  readonly averagePrice: DecimalText | null;
  /** Highest price seen since the cycle's first entry fill; null while flat. */
  readonly highestPrice: DecimalText | null;
  /** The last price known; null before the first. */
  readonly price: DecimalText | null;
}

/** One order that should be open now. */
export type DesiredOrder =
  | { readonly slot: string; readonly type: 'market-buy'; readonly quote: DecimalText }
  | { readonly slot: string; readonly type: 'market-buy-quantity'; readonly quantity: DecimalText }
  | { readonly slot: string; readonly type: 'market-sell'; readonly quantity: DecimalText }
  | {
      readonly slot: string;
      readonly type: 'limit';
      readonly side: 'BUY' | 'SELL';
      readonly price: DecimalText;
      readonly quantity: DecimalText;
    }
  | {
      readonly slot: string;
      readonly type: 'stop';
      readonly stop: DecimalText;
      readonly quantity: DecimalText;
    }
  | {
      readonly slot: string;
      readonly type: 'oco';
      readonly takeProfit: DecimalText;
      readonly stop: DecimalText;
      readonly quantity: DecimalText;
    };

/** What a plan answers: the orders that should be open, and whether the position should be left altogether. */
export interface PlanAnswer {
  readonly orders: readonly DesiredOrder[];
  /** The plan's own reason to leave at market (a watched stop was crossed); raises the phase to `exiting`. */
  readonly exit?: Reason;
}

export interface PlanDefinition<P extends ParameterSchema = ParameterSchema> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: P;
  /** Whether the bot must feed it price ticks between klines (trailing and watched stops). */
  watchesPrice(parameters: z.output<P>): boolean;
  answer(view: PlanView, parameters: z.output<P>): PlanAnswer;
  words(reason: Reason): string;
}
