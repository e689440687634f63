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
    this.market = Math.max(this.market, holdOf(payload) ?? -1);
    this.check();
  }

  userBarrier(payload: string): void {
    this.user = Math.max(this.user, holdOf(payload) ?? -1);
    this.check();
  }

  /** A new connection to the market's control: the hold must be said again, and numbers may begin anew. */
  again(): void {
    this.said = -1;
    this.check();
  }

  /** Called whenever something has ended. */
  check(): void {
    const hold = Math.min(this.market, this.user);
    if (hold <= this.said || this.options.busy()) return;
    this.said = hold;
    this.options.settled(hold);
  }
}
