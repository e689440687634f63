import type {
  Exchange,
  MarketEvent,
  MarketSubscription,
  StreamSpec,
  Subscription,
  UserEvent,
} from '../exchange/port.js';
import type { BotState } from '../core/state.js';
import { planNamed } from '../strategies/registry.js';
import type { BotConfig } from './config.js';
import type { Settle } from './settle.js';

export interface StreamsPort {
  readonly exchange: Exchange;
  readonly config: () => BotConfig;
  readonly state: () => BotState;
  readonly onMarket: (event: MarketEvent) => void;
  readonly onUser: (event: UserEvent) => void;
  readonly settle: Pick<Settle, 'userBarrier' | 'marketBarrier'>;
}

/** What a session hears: the account's stream, and those of its market. */
export class SessionStreams {
  private market: MarketSubscription | null = null;
  private user: Subscription | null = null;

  constructor(private readonly port: StreamsPort) {}

  /** The account first: what an order does must not be missed. `more`: streams beside those of the bot's klines and prices. */
  async open(more: readonly StreamSpec[]): Promise<void> {
    const { exchange, settle, onMarket, onUser } = this.port;
    const { symbol, interval } = this.port.config();
    this.user = await exchange.userStream({
      event: onUser,
      barrier: (payload) => settle.userBarrier(payload),
    });
    this.market = exchange.marketStream([], {
      event: onMarket,
      barrier: (payload) => settle.marketBarrier(payload),
    });
    await this.market.add([{ type: 'kline', symbol, interval }, ...this.prices(), ...more]);
  }

  /** After a changed config: prices that its plan watches now. */
  async renew(): Promise<void> {
    await this.market?.add(this.prices());
  }

  /** Prices between klines are asked for only where the plan watches them. */
  private prices(): StreamSpec[] {
    const { plan, symbol } = this.port.config();
    // A running cycle keeps the plan it began with.
    const running = this.port.state().terms?.plan ?? plan;
    const watches = [plan, running].some((each) => planNamed(each.name).watchesPrice(each));
    return watches ? [{ type: 'price', symbol }] : [];
  }

  close(): void {
    this.market?.close();
    this.user?.close();
  }
}
