/**
 * One book of a bot at work on the exchange: its orders out, their reports in, and its comparison with the account. A bot
 * has one for the symbol that it trades, and one for each that is parked.
 */
import type { Effect, Event } from '../core/events.js';
import type { Halt } from '../core/halt.js';
import { awaitsFills, type Order } from '../core/orders.js';
import type { BotState } from '../core/state.js';
import type { Exchange, UserEvent } from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import { Looks } from './looks.js';
import { legReport, performer, reportedFill, type Performer } from './perform.js';
import { catchUp, isManual, manualFill, manualOrder, type ReconcileOptions } from './reconcile.js';
import { Reconciler } from './reconciler.js';
import { StopRoom } from './stop-room.js';
import type { Work } from './work.js';

/** Reconciled this often, plus up to a tenth, so that a fleet does not ask all at once. */
const RECONCILE_EVERY_MS = 300_000;
/** Fills that a report promised come by the stream; after this long they are fetched. */
const FILLS_LATE_MS = 1_000;

export interface BookOptions {
  readonly exchange: Exchange;
  readonly symbol: string;
  /** Of this book. */
  readonly state: () => BotState;
  /** Market time (ms). */
  readonly marketTime: () => number;
  /** Takes an event of this book. */
  readonly dispatch: (event: Event) => void;
  readonly work: Work;
  /** A comparison has ended. */
  readonly ended: () => void;
  readonly say: (message: string) => void;
  /** What keeps it from being compared, as a sentence; null when that is over. */
  readonly trouble: (sentence: string | null) => void;
  /** What else the account is to cover; nothing if absent. */
  readonly others?: ReconcileOptions['others'];
  /** What the fleet's kill switch says, and what is done when it says something new. */
  readonly halt: () => Halt | null;
  readonly heed: (halt: Halt) => void;
}

export class Book {
  readonly looks: Looks;
  private readonly actions: Performer;
  private readonly reconciler: Reconciler;
  private readonly stopRoom: StopRoom;
  private lateFills: NodeJS.Timeout | null = null;
  private rounds: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly options: BookOptions) {
    const { exchange, symbol, state, marketTime, dispatch, ended, say, trouble } = options;
    this.stopRoom = new StopRoom(() => state().tag);
    this.actions = performer({ exchange, symbol, marketTime, dispatch });
    this.reconciler = new Reconciler({ work: () => this.reconcileOptions(), ended, say, trouble });
    this.looks = new Looks({
      exchange,
      symbol,
      state,
      stamp: () => this.stamp(),
      dispatch,
      reconcile: () => this.untilDone(),
    });
  }

  /** Whether it is being compared with the exchange. */
  get busy(): boolean {
    return this.reconciler.busy;
  }

  /** Compares it from time to time; `silence`: without a kline for so long (ms) the market is asked whether it trades. */
  start(silence: number): void {
    this.rounds = setInterval(() => void this.untilDone(), RECONCILE_EVERY_MS * (1 + Math.random() / 10));
    this.looks.start(silence);
    this.awaitFills();
  }

  /** Compared with the exchange, tried until it has answered everything. */
  untilDone(): Promise<void> {
    return this.reconciler.untilDone();
  }

  perform(effect: Effect): void {
    const { work, state } = this.options;
    if (effect.type === 'place') this.place(effect.order);
    if (effect.type === 'cancel') void work.track(() => this.actions.cancel(effect));
    if (effect.type !== 'query') return;
    const order = state().orders.find((each) => each.id === effect.id);
    if (order !== undefined) work.query(() => this.actions.query(order));
  }

  private place(order: Order): void {
    const { work } = this.options;
    const holdBack = order.side === 'BUY' ? this.reasonToWait(order) : null;
    if (holdBack === null) void work.track(() => this.actions.place(order));
    else void work.track(() => Promise.resolve().then(holdBack));
  }

  /** The last look at the kill switch, and at the room for its stop, is right before an entry leaves. */
  private reasonToWait(order: Order): (() => void) | null {
    const halt = this.options.halt();
    if (halt !== null) return () => this.holdBackForHalt(order, halt);
    const message = this.stopRoom.lacks(order, this.options.state(), planNamed);
    return message === null ? null : () => this.holdBack(order, 'no-stop-room', message);
  }

  private holdBackForHalt(order: Order, halt: Halt): void {
    this.options.heed(halt);
    this.holdBack(order, 'fleet-halted', 'the fleet is halted');
  }

  /** It was never sent. */
  private holdBack({ id }: Order, kind: string, message: string): void {
    const failed = { type: 'failed', execution: 'none', retryAfterMs: null } as const;
    this.options.dispatch({ ...failed, ...this.stamp(), id, kind, message });
  }

  /** What the user stream tells, also what is of another book. */
  hear(event: UserEvent): void {
    if (event.type === 'resync') this.reconciler.twice();
    if (event.type === 'balances') this.hearBalances(event);
    if (event.type === 'order' && event.report.symbol === this.options.symbol) this.hearOrder(event);
  }

  private hearBalances({ balances }: Extract<UserEvent, { type: 'balances' }>): void {
    const { settings } = this.options.state();
    const free = Object.fromEntries(balances.map((each) => [each.asset, each.free]));
    const locked = Object.fromEntries(balances.map((each) => [each.asset, each.locked]));
    const shown = planNamed(settings.terms.plan.name).follows !== undefined;
    this.options.dispatch({ type: 'balances', ...this.stamp(), free, ...(shown ? { locked } : {}) });
    this.looks.told(balances);
  }

  private hearOrder({ report, fill }: Extract<UserEvent, { type: 'order' }>): void {
    const stamp = { time: report.time, wall: this.wall() };
    this.stopRoom.hear(report);
    if (isManual(report)) {
      const fills = fill === null ? [] : [manualFill(fill)];
      return this.options.dispatch({ type: 'manual', ...stamp, fills, orders: [manualOrder(report)] });
    }
    const fills = fill === null ? [] : reportedFill(fill);
    this.options.dispatch({ type: 'report', ...stamp, reports: [legReport(report)], fills });
  }

  /** A report promised fills that the stream has not told yet: they get a moment to come, and are then fetched. */
  awaitFills(): void {
    if (this.lateFills !== null || this.closed || !this.options.state().orders.some(awaitsFills)) return;
    this.lateFills = setTimeout(() => {
      this.lateFills = null;
      void this.fetchLateFills().finally(() => this.awaitFills());
    }, FILLS_LATE_MS);
  }

  private async fetchLateFills(): Promise<void> {
    if (this.reconciler.busy || !this.options.state().orders.some(awaitsFills)) return;
    await this.options.work.track(async () => {
      await catchUp(this.reconcileOptions()).catch(() => undefined);
    });
  }

  private reconcileOptions(): ReconcileOptions {
    const { exchange, state, marketTime, dispatch, work, others } = this.options;
    return {
      exchange,
      state,
      marketTime,
      dispatch,
      queriesAnswered: () => work.queriesAnswered(),
      others,
      knowOpen: (open) => this.stopRoom.know(open),
    };
  }

  private wall(): number {
    return Math.round(this.options.exchange.now());
  }

  private stamp(): { time: number; wall: number } {
    return { time: this.options.marketTime(), wall: this.wall() };
  }

  close(): void {
    this.closed = true;
    if (this.rounds !== null) clearInterval(this.rounds);
    if (this.lateFills !== null) clearTimeout(this.lateFills);
    this.reconciler.close();
    this.looks.close();
  }
}
