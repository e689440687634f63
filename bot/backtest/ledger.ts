/** What a backtest writes down of one bot: round trips as its user would tell them. */
import { dec, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';
import type { Effect, ReportedFill } from '../../core/events.js';
import { lotOfSlot } from '../../core/lots.js';
import { slotOfId } from '../../core/orders.js';
import type { Instrument } from '../../core/rules.js';
import type { BotState } from '../../core/state.js';
import type { Reason } from '../../core/strategy.js';
import { Batches, WHOLE } from './batches.js';
import { exitReason } from './exit-reason.js';
import type { Witness } from './member.js';

/** One exit order, with its share of the entries that it closed. Amounts in quote but `quantity` (base); times in ms. */
export interface Trade {
  readonly bot: string;
  /** Of the batch that it closed; where it closed all that was held, of the first entry. */
  readonly entryTime: number;
  /** Of the batch that it closed; where it closed all that was held, their average. */
  readonly entryPrice: DecimalText;
  readonly exitTime: number;
  readonly exitPrice: DecimalText;
  readonly quantity: DecimalText;
  readonly fees: DecimalText;
  /** Net of the commissions of both sides. */
  readonly pnl: DecimalText;
  readonly reason: string;
}

/** What is held at the end; of a plan with batches, one of them. */
export interface OpenPosition {
  readonly bot: string;
  readonly entryTime: number;
  readonly entryPrice: DecimalText;
  /** Net of commissions in base. */
  readonly quantity: DecimalText;
  /** Of its entry, in quote. */
  readonly fees: DecimalText;
  /** At the last close, in quote, after the commissions of its entry. */
  readonly unrealizedPnl: DecimalText;
}

const DECIMALS = 10;

interface Exit {
  readonly orderId: string;
  /** The batch that it closes; null: all there are. */
  readonly batch: number | null;
  time: number;
  quantity: Decimal;
  quote: Decimal;
  fees: Decimal;
  /** Commissions in quote alone, and the books' PnL. */
  charged: Decimal;
  pnl: Decimal;
  readonly reason: string;
}

export class Ledger implements Witness {
  readonly trades: Trade[] = [];
  /** When each entry order began to be filled. */
  readonly entries: number[] = [];
  /** All commissions, in quote. */
  fees = ZERO;
  /** All that was executed, in order; null when nobody wants it. */
  readonly fills: ReportedFill[] | null;
  readonly notes = new Map<string, number>();
  private readonly batches = new Batches();
  private cycle = 0;
  private entryOrder = '';
  private exit: Exit | null = null;

  constructor(
    readonly bot: string,
    private readonly instrument: Instrument,
    keepFills: boolean,
  ) {
    this.fills = keepFills ? [] : null;
  }

  booked({ fill, orderId, pnl, reasons }: Extract<Effect, { type: 'booked' }>, state: BotState): void {
    this.fills?.push(fill);
    const fee = this.inQuote(fill);
    this.fees = this.fees.plus(fee);
    if (fill.side === 'BUY') return this.buy(fill, orderId, fee, state.cycle);
    if (this.exit?.orderId !== orderId) {
      this.write();
      this.exit = beginExit(fill, orderId, reasons ?? [], state);
    }
    this.sell(this.exit!, fill, fee, dec(pnl ?? '0'));
  }

  noted({ level, code }: Extract<Effect, { type: 'notify' }>): void {
    if (level !== 'info') this.note(code);
  }

  decided({ decision }: Extract<Effect, { type: 'decide' }>): void {
    if (decision.outcome === 'too-small') this.note('entries denied: the money is below the minimum order');
  }

  /** Writes the last exit down; what is held then, dust apart, is what it answers. `price`: the last close. */
  finish({ phase, lots }: BotState, price: number | null): OpenPosition[] {
    this.write();
    if (phase === 'flat') return [];
    const done = new Set(lots.filter(({ completed }) => completed).map(({ id }) => id));
    return this.batches
      .held((id) => id === WHOLE || !done.has(id))
      .map(({ entryTime, entryPrice, quantity, fees, cost }) => ({
        bot: this.bot,
        entryTime,
        entryPrice: short(entryPrice),
        quantity: text(quantity),
        fees: short(fees),
        unrealizedPnl: short(
          dec(price ?? entryPrice)
            .times(quantity)
            .minus(cost),
        ),
      }));
  }

  private note(what: string): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + 1);
  }

  /** A commission in another coin than these two is counted apart by the books, not here. */
  private inQuote({ fee, feeAsset, price }: ReportedFill): Decimal {
    if (feeAsset === this.instrument.quote) return dec(fee);
    return feeAsset === this.instrument.base ? dec(fee).times(price) : ZERO;
  }

  private buy(fill: ReportedFill, orderId: string, fee: Decimal, cycle: number): void {
    this.write();
    if (cycle !== this.cycle) {
      this.cycle = cycle;
      this.batches.endCycle();
    }
    if (orderId !== this.entryOrder) this.entries.push(fill.time);
    this.entryOrder = orderId;
    const { base, quote } = this.instrument;
    this.batches.buy(lotOfSlot(slotOf(fill)) ?? WHOLE, fill, fee, base, quote);
  }

  private sell(exit: Exit, fill: ReportedFill, fee: Decimal, pnl: Decimal): void {
    exit.time = fill.time;
    exit.quantity = exit.quantity.plus(fill.quantity);
    exit.quote = exit.quote.plus(dec(fill.price).times(fill.quantity));
    exit.fees = exit.fees.plus(fee);
    if (fill.feeAsset === this.instrument.quote) exit.charged = exit.charged.plus(fill.fee);
    exit.pnl = exit.pnl.plus(pnl);
  }

  private write(): void {
    const { exit } = this;
    if (exit === null) return;
    this.exit = null;
    const closed = this.batches.close(exit.batch, exit.quantity);
    // The books know one average of all batches: beside its own entry, each has the result of its own.
    const own = closed !== null && this.batches.several;
    this.trades.push({
      bot: this.bot,
      entryTime: closed?.entryTime ?? exit.time,
      entryPrice: closed === null ? '0' : short(closed.entryPrice),
      exitTime: exit.time,
      exitPrice: short(exit.quote.div(exit.quantity)),
      quantity: text(exit.quantity),
      fees: short(exit.fees.plus(closed?.fees ?? ZERO)),
      pnl: short(own ? exit.quote.minus(exit.charged).minus(closed.cost) : exit.pnl),
      reason: exit.reason,
    });
  }
}

function beginExit(fill: ReportedFill, orderId: string, reasons: readonly Reason[], state: BotState): Exit {
  const slot = slotOf(fill);
  return {
    orderId,
    batch: lotOfSlot(slot),
    time: fill.time,
    quantity: ZERO,
    quote: ZERO,
    fees: ZERO,
    charged: ZERO,
    pnl: ZERO,
    reason: exitReason(slot, fill, reasons, state),
  };
}

function slotOf({ clientOrderId }: ReportedFill): string {
  return slotOfId(clientOrderId);
}

/** Quotients have thirty decimals; nobody reads more than these. The books keep all. */
function short(value: Decimal): DecimalText {
  return text(value.nearest(DECIMALS));
}
