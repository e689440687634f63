import { readPaperAddress } from '../exchange/connect.js';
import { connectLockstep, type Lockstep } from '../exchange/lockstep-client.js';
import type { Output } from './output.js';

const REJOIN_MS = 500;

/** Keeps a bot registered with the paper exchange's control, over its restarts too. */
export class LockstepMember {
  private connection: Lockstep | null = null;
  private left = false;
  /** What was last said of a failure: it is tried twice a second, and once said is enough. */
  private said: string | null = null;

  constructor(
    private readonly options: {
      readonly data: string;
      readonly bot: string;
      readonly output: Output;
      /** Registered anew: the current hold must be settled again. */
      readonly again: () => void;
    },
  ) {}

  async join(): Promise<void> {
    const { data, bot, output, again } = this.options;
    try {
      const { control, key } = readPaperAddress(data);
      this.connection = await connectLockstep({ control, bot, account: key });
      this.said = null;
      this.connection.onClose(() => this.rejoin());
      again();
    } catch (error) {
      if (this.left) return;
      const { message } = error as Error;
      if (message !== this.said) output.line('warn', 'lockstep', message);
      this.said = message;
      this.rejoin();
    }
  }

  settled(hold: number): void {
    this.connection?.settled(hold);
  }

  leave(): void {
    this.left = true;
    this.connection?.close();
  }

  private rejoin(): void {
    this.connection = null;
    if (!this.left) setTimeout(() => void this.join(), REJOIN_MS).unref();
  }
}
