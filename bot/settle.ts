/** The bot's part of the lock step: it settles a hold once all of its streams have passed it and nothing is under way. */
import { holdOf } from '../exchange/lockstep.js';

export interface SettleOptions {
  /** Whether events or requests are still being worked on. */
  readonly busy: () => boolean;
  /** Says so to the exchange. What was decided stands in the journal by then, so whoever reads the files sees it. */
  readonly settled: (hold: number) => void;
}

export class Settle {
  private market = -1;
  private user = -1;
  private said = -1;

  constructor(private readonly options: SettleOptions) {}

  marketBarrier(payload: string): void {
    this.market = holdOf(payload) ?? this.market;
    this.check();
  }

  userBarrier(payload: string): void {
    this.user = holdOf(payload) ?? this.user;
    this.check();
  }

  /** Registered anew: a restarted exchange counts its holds from the start, and tells the current one again. */
  again(): void {
    this.market = -1;
    this.user = -1;
    this.said = -1;
  }

  /** Called whenever something has ended. */
  check(): void {
    const hold = Math.min(this.market, this.user);
    if (hold <= this.said || this.options.busy()) return;
    this.said = hold;
    this.options.settled(hold);
  }
}
