/** What a backtest writes down of one bot: round trips as its user would tell them. */
import { dec, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';
import type { Effect, ReportedFill } from '../../core/events.js';
import type { Instrument } from '../../core/rules.js';
import type { BotState } from '../../core/state.js';
import type { Reason } from '../../core/strategy.js';
import type { Witness } from './member.js';

/** One exit order, with its share of the entries that it closed. Amounts in quote but `quantity` (base); times in ms. */
export interface Trade {
  readonly bot: string;
  readonly entryTime: number;
  readonly entryPrice: DecimalText;
  readonly exitTime: number;
  readonly exitPrice: DecimalText;
  readonly quantity: DecimalText;
  readonly fees: DecimalText;
  /** Net of the commissions of both sides. */
  readonly pnl: DecimalText;
  readonly reason: string;
}

/** What is held at the end. */
export interface OpenPosition {
  readonly bot: string;
  readonly entryTime: number;
  readonly entryPrice: DecimalText;
  readonly quantity: DecimalText;
  readonly fees: DecimalText;
}

const DECIMALS = 10;

/** As traders call them. What a signal gives has codes of its own. */
const REASONS: Readonly<Record<string, string>> = {
  'target-met': 'take-profit',
  'stop-met': 'stop-loss',
  'stop-loss': 'stop-loss',
  'trailing-stop': 'trailing-stop',
  unprotectable: 'unprotectable',
  'stop-stuck': 'stop-stuck',
};

/** A step of a ladder that rested alone has no reason but its target. */
function reasonOf(reasons: readonly Reason[] = []): string {
  const [first] = reasons;
  return first === undefined ? 'step' : (REASONS[first.code] ?? 'signal');
}

interface Exit {
  readonly orderId: string;
  time: number;
  quantity: Decimal;
  quote: Decimal;
  fees: Decimal;
  pnl: Decimal;
  readonly reason: string;
}

export class Ledger implements Witness {
  readonly trades: Trade[] = [];
  /** All commissions, in quote. */
  fees = ZERO;
  /** All that was executed, in order; null when nobody wants it. */
  readonly fills: ReportedFill[] | null;
  readonly notes = new Map<string, number>();
  private cycle = 0;
  private entryTime = 0;
  private bought = ZERO;
  private spent = ZERO;
  private entryFees = ZERO;
  private exit: Exit | null = null;
  /** Sold of what was bought, by exits that are written down. */
  private sold = ZERO;

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
    if (fill.side === 'BUY') this.buy(fill, fee, state.cycle);
    else this.sell(fill, orderId, fee, dec(pnl ?? '0'), reasonOf(reasons));
  }

  noted({ level, code }: Extract<Effect, { type: 'notify' }>): void {
    if (level !== 'info') this.note(code);
  }

  decided({ decision }: Extract<Effect, { type: 'decide' }>): void {
    if (decision.outcome === 'too-small') this.note('entries denied: the money is below the minimum order');
  }

  /** Writes the last exit down; what is held then, dust apart, is what it answers. */
  finish({ phase }: BotState): OpenPosition | null {
    this.write();
    const quantity = this.bought.minus(this.sold);
    if (phase === 'flat' || quantity.lte(0)) return null;
    return {
      bot: this.bot,
      entryTime: this.entryTime,
      entryPrice: short(this.spent.div(this.bought)),
      quantity: text(quantity),
      fees: short(this.entryFees.times(quantity).div(this.bought)),
    };
  }

  private note(what: string): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + 1);
  }

  /** A commission in another coin than these two is counted apart by the books, not here. */
  private inQuote({ fee, feeAsset, price }: ReportedFill): Decimal {
    if (feeAsset === this.instrument.quote) return dec(fee);
    return feeAsset === this.instrument.base ? dec(fee).times(price) : ZERO;
  }

  /** Dust of an earlier cycle stays in the books, but is no part of this one's trades. */
  private buy(fill: ReportedFill, fee: Decimal, cycle: number): void {
    this.write();
    if (cycle !== this.cycle) {
      this.cycle = cycle;
      this.entryTime = fill.time;
      this.bought = this.spent = this.entryFees = this.sold = ZERO;
    }
    this.bought = this.bought.plus(fill.quantity);
    this.spent = this.spent.plus(dec(fill.price).times(fill.quantity));
    this.entryFees = this.entryFees.plus(fee);
  }

  private sell(fill: ReportedFill, orderId: string, fee: Decimal, pnl: Decimal, reason: string): void {
    if (this.exit?.orderId !== orderId) {
      this.write();
      this.exit = { orderId, time: fill.time, quantity: ZERO, quote: ZERO, fees: ZERO, pnl: ZERO, reason };
    }
    const { exit } = this;
    exit.time = fill.time;
    exit.quantity = exit.quantity.plus(fill.quantity);
    exit.quote = exit.quote.plus(dec(fill.price).times(fill.quantity));
    exit.fees = exit.fees.plus(fee);
    exit.pnl = exit.pnl.plus(pnl);
  }

  private write(): void {
    const { exit, bought } = this;
    if (exit === null) return;
    this.exit = null;
    this.sold = this.sold.plus(exit.quantity);
    const share = bought.eq(0) ? ZERO : exit.quantity.div(bought);
    this.trades.push({
      bot: this.bot,
      entryTime: this.entryTime,
      entryPrice: bought.eq(0) ? '0' : short(this.spent.div(bought)),
      exitTime: exit.time,
      exitPrice: short(exit.quote.div(exit.quantity)),
      quantity: text(exit.quantity),
      fees: short(this.entryFees.times(share).plus(exit.fees)),
      pnl: short(exit.pnl),
      reason: exit.reason,
    });
  }
}

/** Quotients have thirty decimals; nobody reads more than these. The books keep all. */
function short(value: Decimal): DecimalText {
  return text(value.nearest(DECIMALS));
}
