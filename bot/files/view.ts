/** What the world sees of one bot: `flotilla bot show --json`, `GET /api/bots/:id` and the pages (design §8). */
import type { Values } from '../../core/answer.js';
import type { CommandName } from '../../core/commands.js';
import type { DecimalText } from '../../core/decimal.js';
import type { ManualActivity } from '../../core/manual.js';
import type { Outcome } from '../../core/state.js';
import type { Phase, PlanProgress, Verdict } from '../../core/strategy.js';
import type { CapView } from './caps-view.js';
import type { DifferenceView } from './difference.js';
import type { FollowView } from './follow-view.js';
import type { HoldUps } from './hold-ups.js';
import type { NextExits } from './next-exits.js';
import type { ParkedView } from './parked-view.js';
import type { PastView } from './past.js';

export interface BotView {
  readonly id: string;
  readonly name: string;
  readonly desired: 'running' | 'stopped';
  /**
   * online: the process lives and the bot says ready; starting: it lives but is not ready; refused: it lives, trades
   * nothing and says why in `errors`; errored: the supervisor gave up or waits to restart it; stopped: no process;
   * lost: it lives without its supervisor.
   */
  readonly actual: 'online' | 'starting' | 'refused' | 'errored' | 'stopped' | 'lost';
  readonly venue: string;
  /** The stored key it trades with; absent on paper. */
  readonly key?: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly interval: string;
  readonly signal: string;
  readonly plan: string;
  readonly budget: DecimalText;
  readonly dryRun: boolean;
  readonly tags: readonly string[];
  readonly phase: Phase;
  /** Open time of the last kline it decided on. */
  readonly lastKline: number | null;
  /** Last price known, in quote. */
  readonly price: DecimalText | null;
  readonly position: {
    readonly quantity: DecimalText;
    readonly averagePrice: DecimalText | null;
    readonly cost: DecimalText;
    readonly unrealizedPnl: DecimalText | null;
  };
  readonly cash: DecimalText;
  /** cash + quantity × price, less what the user's own trades brought in. */
  readonly equity: DecimalText;
  readonly realizedPnl: DecimalText;
  /** Commissions by asset. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  readonly cycle: number;
  /** How far the plan has come with the parts of what it holds: batches and their steps, levels. Absent: in one piece. */
  readonly progress?: readonly PlanProgress[];
  /** What the user's own trades set off; absent where the plan does not follow them. */
  readonly follow?: FollowView;
  /** What is used of the money it works with and of the caps that its config sets; absent before its first start. */
  readonly caps?: readonly CapView[];
  /** What is set aside for it on its account; null or absent where nothing is. */
  readonly reservation?: ReservationView | null;
  readonly openOrders: readonly OrderView[];
  /** Where what it holds leaves next, over all of its batches; absent before its first start. */
  readonly nextExits?: NextExits;
  /** What it still holds of symbols that it traded before; absent where nothing is. */
  readonly parked?: readonly ParkedView[];
  /** Ascending by time. */
  readonly trades: readonly TradeView[];
  readonly tradeCount: number;
  /** What came of cycles and batches that have ended; absent before the first. */
  readonly past?: PastView;
  /** Coins and cash taken out of the books by the user's command; ascending by time. */
  readonly adjustments: readonly AdjustmentView[];
  readonly lastDecision: DecisionView | null;
  /** What it waits for, in words: "RSI 47.3, needs ≤ 30", "take profit at 67,421.0 or stop at 62,926.3". */
  readonly waitingFor: string | null;
  readonly reconciled: boolean;
  /** Entries are paused by the user. */
  readonly paused: boolean;
  /** The fleet's kill switch is thrown: it buys nothing. */
  readonly fleetHalted: boolean;
  /** What the account lacks of what the books say, and what each repair would do; null when it covers them. */
  readonly difference: DifferenceView | null;
  /** What the user did by hand on the symbol since the bot began, in the same account; never touched. */
  readonly manual: ManualActivity;
  /** The market takes no orders, since when (wall time, ms). */
  readonly halted: { readonly since: number } | null;
  /** The last commands and what came of them, oldest first. */
  readonly commands: readonly CommandView[];
  /** Commands that wait for the bot to run. */
  readonly waitingCommands: readonly CommandName[];
  /** Sentences: why it does not trade, what is wrong with its files. */
  readonly errors: readonly string[];
  /**
   * Its books on disk cannot be read (`errors` says why): position, money, orders and figures are those of a bot that
   * never traded, and say nothing of this one. Absent where they could be read.
   */
  readonly booksUnread?: true;
  readonly process: ProcessView | null;
  /** What holds it up by its own state; absent before its first start. */
  readonly holdUps?: HoldUps;
  /** Wall time of its last sign of life (ms). */
  readonly lastActivity: number | null;
  /** Decimals of price and quantity, for display. */
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
}

export interface ReservationView {
  /** Quote that counts for the caps; null: nothing is set aside. */
  readonly amount: DecimalText | null;
  /** Why it is not all that the bot asked for, as a sentence; null when it is. */
  readonly denied: string | null;
  /** What is set aside, if anything, is for what the bot holds: it buys nothing. */
  readonly buys?: false;
}

export interface OrderView {
  readonly slot: string;
  readonly clientOrderId: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: string;
  readonly price: DecimalText | null;
  readonly stopPrice: DecimalText | null;
  readonly quantity: DecimalText;
  readonly filled: DecimalText;
  readonly status: string;
}

export interface AdjustmentView {
  /** Absent in older files. */
  readonly symbol?: string;
  readonly account?: string;
  /** The command that asked for it. */
  readonly uuid: string;
  /** Market time (ms). */
  readonly time: number;
  /** Base that left the books, with its share of the cost (quote). Nothing is realized. */
  readonly quantity: DecimalText;
  readonly cost: DecimalText;
  /** Quote that left the cash. */
  readonly cash: DecimalText;
}

export interface CommandView {
  readonly uuid: string;
  readonly name: CommandName;
  /** Wall time (ms). */
  readonly at: number;
  readonly done: boolean;
  /** In words. */
  readonly answer: string;
}

export interface TradeView {
  /** Absent in older files where no cycle that has ended tells it: then it is the bot's own. */
  readonly symbol?: string;
  /** As `accountOf` names it. Absent in older files: then it is the bot's own. */
  readonly account?: string;
  readonly tradeId: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly time: number;
  readonly side: 'BUY' | 'SELL';
  readonly price: DecimalText;
  readonly quantity: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: string;
  /** Realized by this trade, in quote; null for a buy, unless it buys back what the user had sold. */
  readonly pnl: DecimalText | null;
  /** Of a sale, why it was made: a reason's code, such as `stop-met`, `target-met`, `trailing-stop`, `exit` (the signal). */
  readonly reason?: string;
}

export interface DecisionView {
  readonly time: number;
  readonly signal: string;
  readonly verdict: Verdict['action'];
  /** In words. */
  readonly reasoning: string;
  /** What came of it: `enters` and `exits` led to orders, everything else says why not (core/state.ts). */
  readonly outcome: Outcome;
  /** The numbers of a cap that kept it from buying: what was used, the limit, until when (market time, ms). */
  readonly block?: Values;
  readonly indicators: Readonly<Record<string, number | null>>;
}

export interface ProcessView {
  readonly pid: number | null;
  readonly restarts: number;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
  readonly cpuPercent: number;
  /** Names the bundle that it runs, by its content; absent where that is not known. */
  readonly bundle?: string;
}

/** One line of `log.ndjson`, as the dashboard and `flotilla bot logs` show it. */
export interface LogLine {
  /** Wall time (ms). */
  readonly time: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly code: string;
  readonly message: string;
  /** The figures behind the words, by name; absent where there are none. */
  readonly values?: Readonly<Record<string, string | number>>;
}
