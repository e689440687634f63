/**
 * What the pages are made from. Plain data: the server gathers it, the views turn it into HTML.
 *
 * Addresses the pages use (all same-origin):
 * - `GET /`, `GET /bots/new`, `GET /bots/:id`: pages.
 * - `GET /events` and `GET /events?bot=:id`: server-sent events whose unnamed messages carry `push…()` fragments
 *   (parts.ts, overview.ts, bot.ts); a named event `kline` (any data) makes the bot page's chart refresh at once.
 * - `POST /bots/:id/start|stop|restart|delete?from=row|page`: actions. For htmx (`HX-Request`) they answer
 *   `actedRow(…)` when `from=row`, `botHeader(…)` when `from=page` (also with 4xx, with a note), and `HX-Redirect: /`
 *   after a deletion; for a plain form they redirect with 303.
 * - `POST /bots/:id/pause|resume|adopt|ignore?from=row|page`: commands for the bot, answered like actions with a note of
 *   what came of it; `seen` (adopt, ignore) names the difference that was shown: `BTC 0.004,USDT 12`.
 * - `GET /bots/:id/stop|delete|adopt|ignore?from=…`: `confirmDialog`, the bare dialog for htmx, `confirmPage` without.
 * - `GET /bots/:id/buy|sell|flatten|cancel?from=page` (`batch`, `order`): `tradeQuestion` as dialog or page; `POST` does it.
 * - `GET /halt`, `GET /resume`: `haltDialog` or `haltPage`; `POST` with `flatten` (`yes` or `no`): `haltOutcome` into `#dialog`.
 * - `POST /bots`: the form of `newBotPage`; on a mistake the whole page again with values and errors (422).
 * - `GET /bots/new/parameters?signal=NAME` or `?plan=NAME`: `parametersFieldset`.
 * - `GET /symbols?symbol=TEXT`: `symbolOptions`.
 * - `POST /bots/:id/config` with fields `text`, `version`, `appliesTo` (`next-cycle` or `now`): `configEditor`.
 * - `POST /bots/:id/config/preview`: the same fields; `configEditor` with what they would do.
 * - `GET /bots/:id/clone`: `cloneQuestion`; `POST` with `newId`, `symbol`: `HX-Redirect` to the new bot.
 * - `GET /api/bots/:id/klines`: `{klines: [{time, open, high, low, close}], trades: [TradeView], lines: [{price, title, kind}]}`
 *   with times in ms and kind `average | target | stop`.
 * - `/public/…`: the files of views/public; `/vendor/…`: see VENDOR in layout.ts.
 */
import type { BotView, DecisionView, LogLine } from '../bot/files/view.js';
import type { DecimalText } from '../core/decimal.js';
import type { DraftReport } from './draft.js';

/** How the exchange answers, for the page's header. */
export interface Health {
  /** Round trip of the last request to the exchange (ms); null when it did not answer. */
  readonly exchangeLatencyMs: number | null;
  /** Since the last market event (ms); null before the first. */
  readonly streamAgeMs: number | null;
  /** No bot needs the market: that it is not heard is no fault. */
  readonly idle?: boolean;
  /** The fleet's kill switch is thrown: no entry leaves. */
  readonly halted?: boolean;
  /** What time it is on each venue (ms), and how many ms of its clock are one of ours; null while that is not known. */
  readonly clocks?: readonly {
    readonly venue: string;
    readonly market: number;
    readonly rate: number | null;
  }[];
  /** How many bots need a look by who reads the page. */
  readonly needLook?: number;
  /** A sentence that explains why the market stands still; null normally. */
  readonly notice?: string | null;
  /** Where the prices of paper come from, if it is a real exchange; null where they are made up or recorded. */
  readonly livePrices?: string | null;
  /** A sentence when something is wrong with the exchange. */
  readonly problem?: string;
}

/** Who looks at a page. */
export interface SignedIn {
  readonly name: string;
  readonly role: 'admin' | 'trader' | 'viewer';
  /** The mark of forms. */
  readonly token: string;
}

/** What every page needs. */
export interface PageModel {
  /** Wall time (ms). */
  readonly now: number;
  readonly health: Health;
  /** The form token, for posts from pages without JavaScript. */
  readonly token?: string;
  readonly user?: SignedIn | undefined;
}

/** One line of money: all bots on paper, or all bots with live money. */
export interface MoneyLine {
  readonly currency: string;
  readonly equity: DecimalText;
  /** Since the start of the UTC day; null when not known. */
  readonly today: DecimalText | null;
  /** Since each bot's beginning. */
  readonly all: DecimalText;
  /** Sum of the budgets: what per cents are counted of. */
  readonly budget: DecimalText;
  /** How much of the equity is in positions, in per cent; null when not known. */
  readonly inMarketPercent?: number | null;
  /** Gain over time, oldest first, for the sparkline; empty when not known. */
  readonly history?: readonly number[];
  /** What bots of other quote assets are worth, which is in none of these sums. */
  readonly others?: readonly {
    readonly currency: string;
    readonly equity: DecimalText;
    readonly gain: DecimalText;
  }[];
  /** How many bots are in no sum, because their books cannot be read. */
  readonly unread?: number;
}

export interface Counts {
  readonly running: number;
  readonly holding: number;
  readonly needsYou: number;
  readonly stopped: number;
}

/** A bot that needs somebody. */
export interface Alert {
  readonly id: string;
  readonly name: string;
  /** Why, as a sentence. */
  readonly text: string;
}

export interface TotalsModel {
  /** Null when no bot trades there. */
  readonly paper: MoneyLine | null;
  readonly live: MoneyLine | null;
  /** From `countStates(bots)`; who needs you as Why judges. */
  readonly counts: Counts;
  /** The fleet's kill switch is thrown: none of those that run buys. */
  readonly halted?: boolean;
  /** How many more bots the badge of Why counts: they need nobody, and something keeps them from acting. */
  readonly heldBack?: number;
  /** The first of those that need you, by id. */
  readonly alerts?: readonly Alert[];
}

export interface OverviewModel extends PageModel {
  /** From where on the live stream tells what changes; absent in what that stream sends itself. */
  readonly position?: string;
  readonly totals: TotalsModel;
  readonly bots: readonly BotView[];
}

/** A sentence shown in a row or a header, in answer to an action. */
export interface Note {
  readonly kind: 'busy' | 'problem' | 'done';
  readonly text: string;
}

export interface ConfigModel {
  readonly id: string;
  /** The file as it is, or as the user typed it when it was refused. */
  readonly text: string;
  /** Of the file this text came from; a post with another one means that somebody edited it by hand meanwhile. */
  readonly version: string;
  /** A holding bot is asked from when on the change counts. */
  readonly holding: boolean;
  /** From when on a change counts for what is held, as the file says; the next cycle where it does not. */
  readonly appliesTo?: 'now' | 'next-cycle';
  /** Said after saving. */
  readonly saved?: string;
  /** What the text as typed would do. */
  readonly preview?: EditPreviewModel;
  /** The file's text that is edited, where `text` is what was typed. */
  readonly base?: string;
  /** Which way of editing is shown first; the JSON where there is no form. */
  readonly shows?: 'form' | 'json';
  readonly form?: SettingsFormModel;
  readonly conflict?: ConfigConflictModel;
}

/** Somebody changed the file since the page was loaded: what it says now, and what was typed. */
export interface ConfigConflictModel {
  readonly rows: readonly {
    readonly path: string;
    /** As the page showed it, as the file says it now, and as it was typed; null where it is not set, or not touched. */
    readonly before: string | null;
    readonly file: string | null;
    readonly typed: string | null;
  }[];
}

/** The settings as fields. */
export interface SettingsFormModel {
  readonly values: FormTexts;
  /** One sentence per field; `form` is for what belongs to none. */
  readonly errors: FormTexts;
  readonly basics: readonly Parameter[];
  readonly risk: readonly Parameter[];
  readonly signals: readonly Choice[];
  readonly plans: readonly Choice[];
}

/** One text that the config had. */
export interface ConfigEditionModel {
  readonly version: string;
  /** Wall time (ms). */
  readonly at: number;
  readonly by: { readonly user: string; readonly via: string } | null;
  /** Against the one before; null for the first. */
  readonly changes: EditPreviewModel['changes'] | null;
  /** It stands in the file. */
  readonly current: boolean;
}

export interface EditPreviewModel {
  readonly changes: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  /** The plan changes while something is held. */
  readonly asks: boolean;
  /** Sentences: what happens if it counts now, and if it counts from the next cycle on. */
  readonly now: readonly string[];
  readonly nextCycle: readonly string[];
  readonly appliesTo: 'now' | 'next-cycle';
  /** Sent back by who has seen this and means it; null where it was only looked at. */
  readonly confirm: string | null;
}

/** A decision, and when it was taken: a replay's market has a clock of its own. */
export interface ShownDecision extends DecisionView {
  /** Wall time (ms); its `time` is the market's. */
  readonly wall?: number;
}

export interface BotPageModel extends PageModel {
  readonly bot: BotView;
  /** Newest first. */
  readonly decisions: readonly ShownDecision[];
  /** Newest first. */
  readonly log: readonly LogLine[];
  /** Those of its lines that a timeline shows, newest first. */
  readonly events?: readonly LogLine[];
  readonly config: ConfigModel;
  readonly configProblems?: readonly string[];
  readonly note?: Note;
}

export interface Parameter {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  /** The minimum itself is not allowed. */
  readonly exclusiveMinimum?: boolean;
  readonly maximum?: number;
  readonly type: 'number' | 'integer' | 'boolean' | 'string';
  /** Where only some texts are allowed. */
  readonly choices?: readonly string[];
}

/** A signal or a plan to choose. */
export interface Choice {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
}

export interface SymbolOption {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** The least that an order may be worth, in quote. */
  readonly minNotional: DecimalText;
  /** The last one, and what was traded in 24 hours, in quote; null where the venue does not say. */
  readonly price: DecimalText | null;
  readonly quoteVolume: DecimalText | null;
}

/** Texts by form field: `name`, `id`, `symbol`, `interval`, `budget`, `signal`, `plan`, `signal.period`, `plan.stopLossPercent`, … */
export type FormTexts = Readonly<Record<string, string>>;

export interface NewBotModel extends PageModel {
  readonly values: FormTexts;
  /** One sentence per field; the key `form` is for what belongs to none. */
  readonly errors: FormTexts;
  /** The first few, offered before anything is typed. */
  readonly symbols: readonly SymbolOption[];
  readonly intervals: readonly string[];
  readonly signals: readonly Choice[];
  readonly plans: readonly Choice[];
  /** Where it may trade: `paper`, or a live venue with one of the stored keys, `binance/main`. */
  readonly venues: readonly { readonly name: string; readonly title: string }[];
  /** What it may start from: templates, and the settings of a bot. */
  readonly templates: readonly {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly own: boolean;
  }[];
  readonly bots: readonly { readonly id: string; readonly name: string }[];
  /** What is known of the form as it is filled in; null where nobody has asked. */
  readonly report: DraftReport | null;
  /** Said at the top: what came of something. */
  readonly said?: string | undefined;
}

export interface ErrorModel extends PageModel {
  readonly status: number;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** The way out. */
  readonly hint?: string;
}

export interface ConfirmModel extends PageModel {
  readonly bot: BotView;
  /** Where the action was taken, and so what its answer replaces. */
  readonly from: 'row' | 'page';
}
