import { dec, text } from '../../core/decimal.js';
import { step, wakeAt } from '../../core/engine.js';
import type { Effect, Event } from '../../core/events.js';
import type { Kline, KlineSpan } from '../../core/kline.js';
import type { Order } from '../../core/orders.js';
import { isTriggered } from '../../core/protection.js';
import { initialState, type BotState, type Settings } from '../../core/state.js';
import { viewOf } from '../../core/view.js';
import type { Passes, PriceRange, Signal, SignalSteps, Verdict } from '../../core/strategy.js';
import { errorOf } from '../../exchange/binance/errors.js';
import {
  PaperError,
  type Engine,
  type EngineEvent,
  type OrderRecord,
} from '../../exchange/paper/engine/types.js';
import { planNamed, signalNamed } from '../../strategies/registry.js';
import type { BotConfig } from '../config.js';
import { settingsOf } from '../config/settings.js';
import type { Instrument } from '../../core/rules.js';
import type { KlineView } from './kline-view.js';
import { legReport, newOco, newOrder, reportedFill } from './orders.js';

export const ACCOUNT = 'backtest';

const FLAT_PASSES: Passes = { hold: true, exit: true, enter: false };
const HOLDING_PASSES: Passes = { hold: true, enter: true, exit: false };

/** A reconciliation is due after so many trades: it forgets the ids of those that are booked for good. */
const TRADES_KEPT = 64;
const DAY_MS = 86_400_000;

/** Who writes down what a bot does. */
export interface Witness {
  booked(effect: Extract<Effect, { type: 'booked' }>, state: BotState): void;
  noted(effect: Extract<Effect, { type: 'notify' }>): void;
  decided?(effect: Extract<Effect, { type: 'decide' }>): void;
}

/**
 * One bot of a backtest: the same `step`, signal and plan as in its process, but what it sends reaches the matching
 * engine by a call, and nothing is written. Market time is its only clock.
 */
export class Member {
  state: BotState;
  private readonly signal: Signal;
  private readonly steps: SignalSteps | undefined;
  /** The last verdict of a signal without steps. */
  private whole: Verdict | null = null;
  readonly settings: Settings;
  /** As doubles, for the equity of each kline. */
  cash = 0;
  quantity = 0;
  private books: BotState['books'] | null = null;
  private plan: { readonly name: string } | null = null;
  private readonly pending: Effect[] = [];
  private calm = false;
  private readonly watchesLosses: boolean;
  private watchesPrice = false;
  /** It looks at closes that have passed, so it must have seen them. */
  private seesCloses = false;
  private flatIsIdle = false;
  private holdingIsIdle = false;

  constructor(
    readonly config: BotConfig,
    instrument: Instrument,
    tag: string,
    private readonly engine: Engine,
    private readonly witness: Witness,
  ) {
    this.settings = settingsOf(config, instrument);
    this.state = initialState(this.settings, tag);
    const { maxDailyLossPercent, maxDrawdownPercent } = this.settings;
    this.watchesLosses = maxDailyLossPercent != null || maxDrawdownPercent != null;
    this.signal = signalNamed(config.signal.name).create(config.signal, { interval: config.interval });
    this.steps = this.signal.steps;
    this.learn();
  }

  /** How many klines before the first one to trade on its signal wants to have seen. */
  get warmup(): number {
    return signalNamed(this.config.signal.name).warmup(this.config.signal);
  }

  /** Whether prices between closes matter to it now. */
  get followsPrice(): boolean {
    return this.watchesPrice && (this.state.phase !== 'flat' || this.state.orders.length > 0);
  }

  /** Between which prices, both excluded, it needs to see none. */
  get quietPrices(): PriceRange {
    if (!this.followsPrice) return EVERYWHERE;
    const { phase, entry, orders, terms } = this.state;
    const still = this.calm && phase === 'holding' && entry === null && this.pending.length === 0;
    if (!still || !orders.every(isStill)) return NOWHERE;
    const { plan } = terms ?? this.settings.terms;
    return planNamed(plan.name).quietBetween?.(viewOf(this.settings, this.state), plan) ?? NOWHERE;
  }

  /** Whether something is due at a time rather than at a price. */
  get waits(): boolean {
    return !this.calm;
  }

  /** Ends the recovery that every life begins with. */
  begin(time: number): void {
    this.dispatch({ type: 'started', time, wall: time });
    this.reconcile(time);
  }

  /** Whether a closed kline with this verdict would lead to nothing but a note of it. */
  isIdle(action: Verdict['action'], closeTime: number): boolean {
    return this.passesAt(closeTime)?.[action] ?? false;
  }

  /** Which verdicts would lead to nothing at this close; null where any may lead to something. */
  passesAt(closeTime: number): Passes | null {
    if (this.watchesLosses) {
      // What is held may lose too much at any close, and the first close of a day is what its losses count from.
      if (this.quantity !== 0) return null;
      if (this.state.day?.date !== Math.floor(closeTime / DAY_MS)) return null;
    }
    if (this.flatIsIdle) return FLAT_PASSES;
    return this.holdingIsIdle ? HOLDING_PASSES : null;
  }

  /** The market time up to which `passesAt` answers the same while nothing happens. */
  get passesUntil(): number {
    return this.watchesLosses ? ((this.state.day?.date ?? 0) + 1) * DAY_MS : Infinity;
  }

  /** As `SignalSteps.judgeWhile`. */
  judgeWhile(klines: KlineSpan, view: KlineView, from: number, end: number, passes: Passes): number {
    const { steps } = this;
    if (steps?.judgeWhile !== undefined) return steps.judgeWhile(klines, from, end, passes);
    for (let index = from; index < end; index += 1) {
      view.index = index;
      if (!passes[this.judge(view)]) return index;
    }
    return end;
  }

  /** Takes a closed kline in. */
  judge(kline: Kline): Verdict['action'] {
    if (this.steps !== undefined) return this.steps.judge(kline);
    this.whole = this.signal.update(kline);
    return this.whole.action;
  }

  /** What was judged last, with its reasons. */
  verdict(): Verdict {
    return this.steps?.verdict() ?? this.whole!;
  }

  hearKline(kline: Kline, verdict: Verdict): void {
    const { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades } = kline;
    const plain = { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades };
    this.dispatch({ type: 'kline', time: closeTime, wall: closeTime, kline: plain, verdict });
  }

  hearPrice(price: string, time: number): void {
    this.dispatch({ type: 'price', time, wall: time, price });
  }

  /** A pause that has ended, or a question that is due. */
  hearTime(time: number): void {
    const at = wakeAt(this.state, time - 1);
    if (at !== null && at <= time) this.dispatch({ type: 'time', time, wall: time });
  }

  hear(event: EngineEvent, time: number): void {
    if (event.type !== 'execution' || event.order.symbol !== this.settings.symbol) return;
    const fills = event.trade === null ? [] : [reportedFill(event.trade, event.order.clientOrderId)];
    this.dispatch({ type: 'report', time, wall: time, reports: [legReport(event.order)], fills });
  }

  /** Only who waits for money cares. */
  hearBalances(assets: readonly string[], time: number): void {
    if (this.state.entryBackOff === null) return;
    const changed = this.engine.balances(ACCOUNT).filter(({ asset }) => assets.includes(asset));
    const free = Object.fromEntries(changed.map((each) => [each.asset, each.free]));
    this.dispatch({ type: 'balances', time, wall: time, free });
  }

  /** Sends what waits, and what follows from it; `tell` lets others know. Answers whether anything was sent. */
  settle(time: number, tell: (time: number) => void): boolean {
    if (this.pending.length === 0) return false;
    for (let effect = this.pending.shift(); effect !== undefined; effect = this.pending.shift()) {
      this.perform(effect, time);
      tell(time);
    }
    if (this.state.bookedTrades.length > TRADES_KEPT) this.reconcile(time);
    return true;
  }

  private dispatch(event: Event): void {
    const { state, effects } = step(planNamed, this.state, event);
    if (state === this.state && effects.length === 0) return;
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'booked') this.witness.booked(effect, state);
      else if (effect.type === 'notify') this.witness.noted(effect);
      else if (effect.type === 'decide') this.witness.decided?.(effect);
      else if (effect.type === 'place' || effect.type === 'cancel' || effect.type === 'query')
        this.pending.push(effect);
    }
    this.learn();
  }

  private learn(): void {
    const { state } = this;
    if (state.books !== this.books) {
      this.books = state.books;
      // The same as `Number` of their texts, which were decimals just now.
      this.cash = dec(state.books.cash).toNumber();
      this.quantity = dec(state.books.quantity).toNumber();
    }
    const { plan } = state.terms ?? this.settings.terms;
    if (plan !== this.plan) {
      this.plan = plan;
      this.watchesPrice = planNamed(plan.name).watchesPrice(plan);
      this.seesCloses = planNamed(plan.name).seesCloses?.(plan) === true;
    }
    this.calm =
      !state.recovering &&
      state.refusal === null &&
      state.entryBackOff === null &&
      state.exitBackOff === null &&
      state.unprotected === null &&
      state.divergence === null &&
      !state.paused;
    this.flatIsIdle = this.calm && !this.seesCloses && state.phase === 'flat' && state.orders.length === 0;
    this.holdingIsIdle =
      this.calm &&
      state.phase === 'holding' &&
      this.pending.length === 0 &&
      !this.watchesPrice &&
      state.orders.every((order) => order.askAt === null && !order.cancelling);
  }

  private perform(effect: Effect, time: number): void {
    if (effect.type === 'place') this.place(effect, time);
    else if (effect.type === 'cancel') this.cancel(effect, time);
    else if (effect.type === 'query') this.query(effect.id, time);
  }

  private place({ order }: Extract<Effect, { type: 'place' }>, time: number): void {
    const { symbol } = this.settings;
    try {
      if (order.type === 'oco') {
        const { orders } = this.engine.placeOco(ACCOUNT, newOco(symbol, order), time);
        return this.report(orders, time);
      }
      const { order: record, trades } = this.engine.place(ACCOUNT, newOrder(symbol, order), time);
      const fills = trades.map((trade) => reportedFill(trade, record.clientOrderId));
      this.dispatch({ type: 'report', time, wall: time, reports: [legReport(record)], fills });
    } catch (error) {
      const { kind, message } = refusal(error);
      this.dispatch({
        type: 'failed',
        time,
        wall: time,
        id: order.id,
        execution: 'none',
        kind,
        message,
        retryAfterMs: null,
      });
    }
  }

  private cancel(effect: Extract<Effect, { type: 'cancel' }>, time: number): void {
    const { symbol } = this.settings;
    const { id, clientOrderId, list } = effect;
    try {
      const result = list
        ? this.engine.cancelList(ACCOUNT, { symbol, listClientOrderId: id }, time)
        : this.engine.cancel(ACCOUNT, { symbol, origClientOrderId: clientOrderId }, time);
      this.report('orders' in result ? result.orders : [result.order], time);
    } catch (error) {
      const { kind, message } = refusal(error);
      this.dispatch({ type: 'cancel-failed', time, wall: time, id, kind, message });
    }
  }

  /** What a reply says of orders without fills. */
  private report(orders: readonly OrderRecord[], time: number): void {
    this.dispatch({ type: 'report', time, wall: time, reports: orders.map(legReport), fills: NOTHING });
  }

  private query(id: string, time: number): void {
    const order = this.state.orders.find((each) => each.id === id);
    if (order === undefined) return;
    const reports = order.legs.flatMap(({ clientOrderId }) => {
      const record = this.engine.order(ACCOUNT, {
        symbol: this.settings.symbol,
        origClientOrderId: clientOrderId,
      });
      return record === null ? [] : [legReport(record)];
    });
    if (reports.length > 0) this.dispatch({ type: 'report', time, wall: time, reports, fills: [] });
    else this.dispatch({ type: 'absent', time, wall: time, id, serverTime: time });
  }

  private reconcile(time: number): void {
    // Orders of the last day may still be asked for.
    this.engine.forget(time - DAY_MS);
    const { base, quote } = this.settings.instrument;
    const balances = this.engine.balances(ACCOUNT);
    const total = (asset: string): string => {
      const balance = balances.find((each) => each.asset === asset);
      return balance === undefined ? '0' : text(dec(balance.free).plus(balance.locked));
    };
    this.dispatch({
      type: 'snapshot',
      time,
      wall: time,
      baseBalance: total(base),
      quoteBalance: total(quote),
      tradeCursor: this.state.bookedTrades.at(-1) ?? this.state.tradeCursor,
      highestSeq: 0,
    });
  }
}

const NOTHING: readonly never[] = [];
const EVERYWHERE: PriceRange = { below: -Infinity, above: Infinity };
const NOWHERE: PriceRange = { below: Infinity, above: -Infinity };

/** Nothing is on its way, and no stop was triggered that has to be filled in time. */
function isStill({ askAt, cancelling, legs }: Order): boolean {
  return askAt === null && !cancelling && !legs.some(isTriggered);
}

/** What the adapter would have made of the engine's refusal on the wire. */
function refusal(error: unknown): { kind: string; message: string } {
  if (!(error instanceof PaperError)) throw error;
  const { code, message } = error;
  return errorOf({
    method: 'POST',
    path: '/api/v3/order',
    status: 400,
    code,
    text: message,
    json: true,
    retryAfterMs: null,
  });
}
