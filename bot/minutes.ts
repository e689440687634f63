/**
 * Closed minutes for a plan that watches their average, where the bot decides on longer klines: a feed like that of the
 * bot's own klines, whose signal says nothing. It is watched only: that a market has no minutes hinders nothing.
 */
import type { Kline } from '../core/kline.js';
import type { BotState } from '../core/state.js';
import type { Exchange, StreamSpec } from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import type { BotConfig } from './config.js';
import { Feed } from './feed.js';

/** Enough for the average and the one before it. */
const MISSED_AT_MOST = 8;

export interface MinutesOptions {
  readonly exchange: Exchange;
  readonly config: Pick<BotConfig, 'symbol' | 'interval' | 'plan'>;
  readonly closed: (kline: Kline) => void;
  readonly note: (message: string) => void;
}

export class Minutes {
  private readonly feed: Feed;

  constructor(private readonly options: MinutesOptions) {
    const { exchange, config, closed, note } = options;
    this.feed = new Feed({
      exchange,
      config: { symbol: config.symbol, interval: '1m', signal: { name: 'manual' } },
      decided: closed,
      note,
      missedAtMost: MISSED_AT_MOST,
    });
  }

  /** Whether this bot needs them: its plan follows its user, and its own klines are no minutes. */
  static areWatched({ plan, interval }: Pick<BotConfig, 'interval' | 'plan'>): boolean {
    return planNamed(plan.name).follows !== undefined && interval !== '1m';
  }

  get stream(): StreamSpec {
    return { type: 'kline', symbol: this.options.config.symbol, interval: '1m' };
  }

  get busy(): boolean {
    return this.feed.busy;
  }

  /** From the newest minutes that have closed on. */
  async start(state: BotState): Promise<void> {
    try {
      await this.feed.start(state.follow?.average?.last ?? 0);
    } catch (error) {
      this.options.note(`The average of the last minutes (MA7) is not known: ${(error as Error).message}`);
    }
  }

  hear(kline: Kline): void {
    this.feed.hear(kline);
  }

  catchUp(): Promise<void> {
    return this.feed.catchUp();
  }

  close(): void {
    this.feed.close();
  }
}
