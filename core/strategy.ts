/** What a signal and a plan are to the core. Both are pure; the files live in `strategies/`. */
import type { z } from 'zod';
import type { DecimalText } from './decimal.js';
import type { FollowGroup, FollowTerms } from './follow-group.js';
import type { Interval, Kline, KlineSpan } from './kline.js';
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
  /** `update` in two steps, of which a backtest takes the second only where it matters; absent: in one. */
  readonly steps?: SignalSteps;
}

export interface SignalSteps {
  /** Takes a kline in, and says no more than what to do. */
  judge(kline: Kline): Verdict['action'];
  /** The last judgement with its reasons. */
  verdict(): Verdict;
  /**
   * Judges kline after kline, from number `from` on, as long as what it says passes; answers the number of the first
   * where it does not (that one is judged too), or `end`. Absent: each is judged by itself.
   */
  judgeWhile?(klines: KlineSpan, from: number, end: number, passes: Passes): number;
}

/** On which judgements nothing would happen. */
export type Passes = Readonly<Record<Verdict['action'], boolean>>;

/** Parameters are a zod object; titles, descriptions, defaults and bounds in it make form, checks, schema and docs. */
export type ParameterSchema = z.ZodObject;

/** One indicator on a chart. */
export interface Plot {
  /** Its name in `Verdict.indicators`. */
  readonly name: string;
  readonly title: string;
  /** `price`: over the candles; any other name is a pane of its own below them, shared by those that name it. */
  readonly pane: string;
  readonly look: 'line' | 'columns';
  /** Values at which the signal acts. */
  readonly levels?: readonly number[];
}

export interface SignalDefinition<P extends ParameterSchema = ParameterSchema> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: P;
  /** How many klines before the first one to trade on are fetched if they exist (20 × the longest smoothing period). */
  warmup(parameters: z.output<P>): number;
  create(parameters: z.output<P>, context: { readonly interval: Interval }): Signal;
  /** It never says exit: positions are left to the plan. */
  readonly neverExits?: true;
  /** How a chart draws the indicators of its verdicts; those that are not named are not drawn. */
  plots?(parameters: z.output<P>): readonly Plot[];
  /** A sentence fragment for each reason code: `RSI 47.3, needs ≤ 30`. */
  words(reason: Reason): string;
}

/** flat → entering → holding → exiting → flat. `exiting` persists until nothing sellable is held. */
export type Phase = 'flat' | 'entering' | 'holding' | 'exiting';

/** How a sale came about, by its slot: at a target, at a stop, or on the way out of a position. */
export type SaleKind = 'target' | 'stop' | 'exit';

/** What one slot sold of a lot. */
export interface LotSale {
  readonly slot: string;
  readonly kind: SaleKind;
  readonly quantity: DecimalText;
  /** Quote received, before commissions. */
  readonly quote: DecimalText;
  /** Commission paid in quote; 0 if absent. */
  readonly fee?: DecimalText;
  /** Market time of its last fill (ms). */
  readonly time: number;
}

/** A part of a lot that is being sold at market; it persists until the rest cannot be sold. */
export interface Leaving {
  readonly slot: string;
  /** Base still to be sold; null: all that remains of the lot. */
  readonly quantity: DecimalText | null;
  readonly reason: Reason;
}

/**
 * What one entry slot bought in this cycle, and what became of it: a ladder's batch, a martingale's level. Made of fills
 * alone (`core/lots.ts`). Amounts are decimal text; prices in quote, quantities in base.
 */
export interface Lot {
  /** Never used again: a fill that comes late finds its own lot. */
  readonly id: number;
  /** The slot that bought it. */
  readonly slot: string;
  /** Market time of its first fill (ms). */
  readonly openedAt: number;
  /** Gross base and quote of its entry fills: their quotient is its price. */
  readonly bought: DecimalText;
  readonly spent: DecimalText;
  /** Bought, net of commission paid in base. */
  readonly quantity: DecimalText;
  readonly remaining: DecimalText;
  /** What `quantity` cost, commissions in quote included. */
  readonly cost: DecimalText;
  readonly highestPrice: DecimalText;
  /** Klines closed since its first fill. */
  readonly klines: number;
  readonly sales: readonly LotSale[];
  readonly leaving: readonly Leaving[];
  /** Nothing is left of it but dust, which joins the next sale. */
  readonly completed: boolean;
}

/** How the last cycle that bought anything ended. */
export type CycleEnd = 'take-profit' | 'stop-loss' | 'exit';

/** An entry under way: its slot, and the lot that it opens. */
export interface Entry {
  readonly slot: string;
  readonly lot: number;
  /** Quote that the user wants spent; absent: as the plan says. */
  readonly amount?: DecimalText;
  /** The user had it buy now: what is refused for good is not tried again. */
  readonly byHand?: true;
  /** It was, and is given up. */
  readonly refused?: true;
}

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
  /** What this cycle bought, the oldest first; empty while flat. */
  readonly lots: readonly Lot[];
  /** The entry under way: its slot, and the lot that it opens. */
  readonly entry: Entry | null;
  /** Price and cash when the cycle began; null while flat. */
  readonly start: { readonly price: DecimalText; readonly cash: DecimalText } | null;
  readonly lastEnd: CycleEnd | null;
  /** The last closes, the newest first, at most three. */
  readonly closes: readonly DecimalText[];
  /** A kline has just closed: what is decided on closes is decided now. */
  readonly klineClosed: boolean;
  /** How many orders with a stop the exchange takes from this bot, as far as is known. */
  readonly stopRoom: number;
  /** What the user's own trades set off; absent where the plan does not follow them. */
  readonly groups?: readonly FollowGroup[];
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
  /** Parts to be sold at market, in slots of their lots. */
  readonly leave?: readonly (Leaving & { readonly lot: number })[];
}

/** What an entry is denied for by its plan. */
export type PlanDenial =
  'full' | 'too-soon' | 'stopped-out' | 'above-start' | 'below-stop' | 'uncovered' | 'follows';

/** The market and money for which a plan is checked before it starts. */
export interface PlanStake {
  readonly budget: DecimalText;
  readonly instrument: Instrument;
  /** The last price; null where it is not known. */
  readonly price: DecimalText | null;
}

/** How far a plan has come with a part of what it holds, for people: a ladder's batch, a martingale's levels. */
export interface PlanProgress {
  readonly name: string;
  /** The lot that may be sold by itself; absent where the plan sells in one piece. */
  readonly lot?: number;
  /** What it was bought at and for, what remains of it, and its stop; null where that is not said of this part. */
  readonly price: DecimalText | null;
  readonly cost: DecimalText | null;
  readonly quantity: DecimalText | null;
  readonly remaining: DecimalText | null;
  readonly stop: DecimalText | null;
  readonly steps: readonly {
    readonly name: string;
    /** The slot of its order, where it has one of its own. */
    readonly slot?: string;
    readonly price: DecimalText;
    readonly quantity: DecimalText;
    /** rolled: too small to be an order by itself, it is sold together with another step. */
    readonly state: 'done' | 'active' | 'pending' | 'rolled';
  }[];
}

/** What a plan may cost, before it starts: for forms and commands. */
export interface WorstCase {
  /** Quote spent at most. */
  readonly cost: DecimalText;
  /** Quote lost when every stop is met at its price; null where the plan has none. */
  readonly loss: DecimalText | null;
  /** Sentences with the numbers. */
  readonly words: readonly string[];
}

/** Bounds as doubles, that decimals confirm. */
export interface PriceRange {
  readonly below: number;
  readonly above: number;
}

export interface PlanDefinition<P extends ParameterSchema = ParameterSchema> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: P;
  /** Whether the bot must feed it price ticks between klines (trailing and watched stops). */
  watchesPrice(parameters: z.output<P>): boolean;
  /**
   * Between which prices, both excluded, it answers the same whatever the price, as long as nothing else happens: a
   * backtest shows it no others. Null, or where a plan does not say: it has to see every price.
   */
  quietBetween?(view: PlanView, parameters: z.output<P>): PriceRange | null;
  /** Whether it looks at earlier closes, so that a backtest may not skip any; not where a plan does not say. */
  seesCloses?(parameters: z.output<P>): boolean;
  answer(view: PlanView, parameters: z.output<P>): PlanAnswer;
  words(reason: Reason): string;
  /** The slot that opens a lot; `entry` where a plan does not say. */
  entrySlot?(lot: number): string;
  /** How many lots may be open at once; one where a plan does not say. */
  entries?(parameters: z.output<P>): number;
  /** Whether a user who buys may say for how much (`Entry.amount`); not where a plan does not say. */
  takesAmount?(parameters: z.output<P>): boolean;
  /** Why no entry may begin now. */
  denies?(view: PlanView, parameters: z.output<P>): PlanDenial | null;
  /** Whether an entry that rests unfilled is kept over a close; it lapses where a plan does not say. */
  keepsEntry?(view: PlanView, parameters: z.output<P>): boolean;
  /** Whether the signal's exit leaves the position; it does where a plan does not say. */
  heedsExit?(parameters: z.output<P>): boolean;
  /** How the user's own trades are answered; a plan that says so is led by them alone, and no signal is followed. */
  follows?(parameters: z.output<P>): FollowTerms;
  /** What forbids these parameters with this money on this market: the parameter, and the end of a sentence about it. */
  check?(
    parameters: z.output<P>,
    stake: PlanStake,
  ): { readonly parameter: string; readonly message: string } | null;
  worstCase(parameters: z.output<P>, stake: PlanStake): WorstCase;
  /** What is held in parts, and how far each has come; nothing where a plan holds in one piece. */
  progress?(view: PlanView, parameters: z.output<P>): readonly PlanProgress[];
}
