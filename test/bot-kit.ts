/** A bot's life without files and wire: the core with a plan, told what happened by hand. */
import { rmSync } from 'node:fs';
import { Journal } from '../bot/files/journal.js';
import { step } from '../core/engine.js';
import type { Command } from '../core/commands.js';
import type { Effect, Event, LegReport, ReportedFill } from '../core/events.js';
import type { Halt } from '../core/halt.js';
import type { Kline } from '../core/kline.js';
import type { Order } from '../core/orders.js';
import type { Instrument } from '../core/rules.js';
import type { BotState, Settings } from '../core/state.js';
import { initialState } from '../core/state.js';
import type { Verdict } from '../core/strategy.js';
import { EXAMPLE_MARKET } from '../strategies/example-market.js';
import { planNamed } from '../strategies/registry.js';

export const instrument = EXAMPLE_MARKET;

export function settings(changes: Partial<Settings> = {}): Settings {
  return {
    id: 'test',
    symbol: 'BTCUSDT',
    interval: '5m',
    instrument,
    budget: '1000',
    terms: { plan: { name: 'single', stopLossPercent: 2, takeProfitPercent: 5 }, signalName: 'rsi' },
    dryRun: false,
    maxDailyLossPercent: null,
    recvWindowMs: 1_500,
    ...changes,
  };
}

export const START = Date.UTC(2024, 2, 1);
const FIVE_MINUTES = 300_000;

export function flatKline(index: number, close: number): Kline {
  const openTime = START + index * FIVE_MINUTES;
  return {
    openTime,
    closeTime: openTime + FIVE_MINUTES - 1,
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
    quoteVolume: close,
    trades: 1,
  };
}

/** The journal that a bot's process would have written of it. */
export function writeJournal(file: string, { born: state, events }: Rehearsal): void {
  const { settings, tag, tradeCursor } = state;
  rmSync(file, { force: true });
  const journal = Journal.open(file, 0);
  journal.append({ type: 'born', tag, settings, tradeCursor, wall: START }, [], false);
  events.reduce((now, event) => {
    const { state, effects } = step(planNamed, now, event);
    journal.append(event, effects, false);
    return state;
  }, state);
  journal.close();
}

/** Feeds events and keeps what came of them; times go on by themselves. */
export class Rehearsal {
  state: BotState;
  readonly born: BotState;
  effects: Effect[] = [];
  readonly events: Event[] = [];
  wall = START;
  time = START;
  private klines = 0;
  private tradeId = 0;

  constructor(changes: Partial<Settings> = {}) {
    this.born = { ...initialState(settings(changes), 'abcdefgh'), tradeCursor: '0' };
    this.state = this.born;
    this.snapshot();
  }

  tell(event: Event): Effect[] {
    this.events.push(event);
    const next = step(planNamed, this.state, event);
    this.state = next.state;
    this.effects = next.effects;
    return next.effects;
  }

  private stamp() {
    return { time: this.time, wall: this.wall };
  }

  kline(close: number, action: Verdict['action'] = 'hold', more: { late?: true } = {}): Effect[] {
    const kline = flatKline(this.klines++, close);
    this.time = kline.closeTime;
    this.wall += 1_000;
    return this.tell({
      type: 'kline',
      ...this.stamp(),
      kline,
      verdict: { action, reasons: [], indicators: {} },
      ...more,
    });
  }

  price(price: string): Effect[] {
    return this.tell({ type: 'price', ...this.stamp(), price });
  }

  later(ms: number): Effect[] {
    this.wall += ms;
    return this.tell({ type: 'time', ...this.stamp() });
  }

  report(reports: LegReport[], fills: ReportedFill[] = []): Effect[] {
    return this.tell({ type: 'report', ...this.stamp(), reports, fills });
  }

  snapshot(
    changes: {
      baseBalance?: string;
      quoteBalance?: string;
      tradeCursor?: string | null;
      highestSeq?: number;
      others?: { base: string; quote: string };
    } = {},
  ): Effect[] {
    return this.tell({
      type: 'snapshot',
      ...this.stamp(),
      baseBalance: '1000',
      quoteBalance: '1000000',
      tradeCursor: null,
      highestSeq: 0,
      ...changes,
    });
  }

  command(uuid: string, command: Command): Effect[] {
    return this.tell({ type: 'command', ...this.stamp(), uuid, ...command });
  }

  halt(halt: Halt | null): Effect[] {
    return this.tell({ type: 'halt', ...this.stamp(), halt });
  }

  /** Both legs (or the one) are cancelled at the exchange. */
  cancelledThere(order: Order): Effect[] {
    return this.report(
      order.legs.map((leg, index) => ({
        clientOrderId: leg.clientOrderId,
        orderId: `${order.seq}${index}`,
        status: 'cancelled',
        executed: '0',
      })),
    );
  }

  market(status: Instrument['status']): Effect[] {
    return this.tell({ type: 'market', ...this.stamp(), status });
  }

  started(): Effect[] {
    return this.tell({ type: 'started', ...this.stamp() });
  }

  failed(order: Order, execution: 'none' | 'unknown', kind = 'network'): Effect[] {
    return this.tell({
      type: 'failed',
      ...this.stamp(),
      id: order.id,
      execution,
      kind,
      message: 'it failed',
      retryAfterMs: null,
    });
  }

  absent(order: Order, serverTime: number): Effect[] {
    return this.tell({ type: 'absent', ...this.stamp(), id: order.id, serverTime });
  }

  /** The orders that the last event placed. */
  get placed(): Order[] {
    return this.effects.flatMap((effect) => (effect.type === 'place' ? [effect.order] : []));
  }

  get cancelled(): string[] {
    return this.effects.flatMap((effect) => (effect.type === 'cancel' ? [effect.clientOrderId] : []));
  }

  get notices(): string[] {
    return this.effects.flatMap((effect) => (effect.type === 'notify' ? [effect.code] : []));
  }

  /** The exchange takes the order and lets it rest. */
  accept(order: Order): Effect[] {
    return this.report(
      order.legs.map((leg, index) => ({
        clientOrderId: leg.clientOrderId,
        orderId: `${order.seq}${index}`,
        status: 'open',
        executed: '0',
      })),
    );
  }

  /** What is being cancelled is cancelled, what is placed rests; what sells at market waits for its fill. */
  settle(): void {
    for (let rounds = 0; rounds < 5; rounds += 1) {
      for (const order of this.state.orders.filter(({ cancelling }) => cancelling))
        this.report(
          order.legs.map(({ clientOrderId, orderId, executed }) => ({
            clientOrderId,
            orderId: orderId ?? '9',
            status: 'cancelled',
            executed,
          })),
        );
      for (const order of this.state.orders)
        if (order.type !== 'market-sell' && order.legs.some(({ status }) => status === 'intended'))
          this.accept(order);
    }
  }

  fillOf(order: Order, leg: number, price: string, quantity: string, feeRate = 0.001): ReportedFill {
    const { clientOrderId } = order.legs[leg]!;
    const buys = order.side === 'BUY';
    const amount = buys ? Number(quantity) : Number(quantity) * Number(price);
    this.tradeId += 1;
    return {
      tradeId: `${this.tradeId}`,
      clientOrderId,
      side: order.side,
      price,
      quantity,
      fee: (amount * feeRate).toFixed(8),
      feeAsset: buys ? 'BTC' : 'USDT',
      time: this.time,
    };
  }

  /** One leg is filled wholly; the others of its pair expire. */
  fill(order: Order, leg: number, price: string, quantity: string): Effect[] {
    const fill = this.fillOf(order, leg, price, quantity);
    const reports = order.legs.map((each, index): LegReport => ({
      clientOrderId: each.clientOrderId,
      orderId: `${order.seq}${index}`,
      status: index === leg ? 'filled' : 'expired',
      executed: index === leg ? quantity : '0',
    }));
    return this.report(reports, [fill]);
  }

  /** Enters at 100 with 10 BTC and rests its protection; answers the OCO. */
  holding(): Order {
    this.kline(100, 'enter');
    const [entry] = this.placed;
    this.fill(entry!, 0, '100', '10');
    const [protect] = this.placed;
    this.accept(protect!);
    return this.state.orders[0]!;
  }
}
