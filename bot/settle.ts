/** The bot's part of the lock step: it settles a hold once all of its streams have passed it and nothing is under way. */
import { holdOf } from '../exchange/lockstep.js';

export interface SettleOptions {
  /** Whether events or requests are still being worked on. */
  readonly busy: () => boolean;
  /** Makes what was decided visible to others (the checkpoint) before the market moves on. */
  readonly flush: () => Promise<void>;
  readonly settled: (hold: number) => void;
}

export class Settle {
  private market = -1;
  private user = -1;
  private said = -1;
  private flushing = false;

  constructor(private readonly options: SettleOptions) {}

  marketBarrier(payload: string): void {
    this.market = Math.max(this.market, holdOf(payload) ?? -1);
    this.check();
  }

  userBarrier(payload: string): void {
    this.user = Math.max(this.user, holdOf(payload) ?? -1);
    this.check();
  }

  /** A new connection to the market's control: the hold must be said again. */
  again(): void {
    this.said = -1;
    this.check();
  }

  /** Called whenever something has ended. */
  check(): void {
    const hold = Math.min(this.market, this.user);
    if (hold <= this.said || this.flushing || this.options.busy()) return;
    this.flushing = true;
    void this.options.flush().finally(() => {
      this.flushing = false;
      if (this.options.busy()) return;
      this.said = hold;
      this.options.settled(hold);
      this.check();
    });
  }
}
