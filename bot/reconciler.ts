/** Reconciles, one at a time, and again and again until the exchange has answered everything. */
import { reconcile, type ReconcileOptions } from './reconcile.js';

const RETRY_MS = 2_000;
/** The exchange's memory may lag behind a lost connection by seconds. */
const SECOND_LOOK_MS = 5_000;
/** An exchange that is down for long is not worth a line every two seconds. */
const SAY_AGAIN_MS = 60_000;

export interface ReconcilerOptions {
  readonly work: () => ReconcileOptions;
  readonly ended: () => void;
  readonly say: (message: string) => void;
  /** What keeps the bot from comparing its books, as a sentence, for as long as it lasts; null when it is over. */
  readonly trouble: (sentence: string | null) => void;
}

export class Reconciler {
  private running: Promise<void> | null = null;
  private secondLook: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly options: ReconcilerOptions) {}

  get busy(): boolean {
    return this.running !== null;
  }

  untilDone(): Promise<void> {
    this.running ??= this.again().finally(() => {
      this.running = null;
      this.options.ended();
    });
    return this.running;
  }

  /** What the first look after a lost connection missed, the second finds. */
  twice(): void {
    void this.untilDone();
    if (this.secondLook !== null) clearTimeout(this.secondLook);
    this.secondLook = setTimeout(() => void this.untilDone(), SECOND_LOOK_MS);
  }

  private async again(): Promise<void> {
    const since = Date.now();
    let said = -Infinity;
    while (!this.closed) {
      try {
        await reconcile(this.options.work());
        if (said !== -Infinity) this.options.trouble(null);
        return;
      } catch (error) {
        const { message } = error as Error;
        if (Date.now() - said >= SAY_AGAIN_MS) {
          said = Date.now();
          this.options.say(`The books cannot be compared with the exchange: ${message} Trying on.`);
          this.options.trouble(
            `The exchange does not answer as it should since ${new Date(since).toISOString().slice(11, 19)} UTC: ${message} The bot waits and goes on by itself.`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  close(): void {
    this.closed = true;
    if (this.secondLook !== null) clearTimeout(this.secondLook);
  }
}
