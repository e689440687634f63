/** The streams of one process: in order normally; in a storm late, twice, or not at all. */
import type { Kline } from '../../core/kline.js';
import { reportOf } from '../../exchange/binance/reports.js';
import type { EngineEvent, OrderRecord } from '../../exchange/paper/engine/types.js';
import type {
  MarketEvent,
  MarketSubscription,
  StreamHandlers,
  StreamSpec,
  Subscription,
  UserEvent,
} from '../../exchange/port.js';
import type { SimProcess } from './process.js';

/** How late an event out of order may be (ms). */
const REORDERED_MS = 5_000;
/** Only the bot's own rounds of reconciliation find an event that nobody sent (ms). */
const VANISHED_MS = 360_000;

/** While it is down all is lost; what was on the way mostly too. */
abstract class Stream<Event> {
  protected up = true;
  protected closed = false;
  private last = 0;
  private generation = 0;

  constructor(
    protected readonly process: SimProcess,
    protected readonly handlers: StreamHandlers<Event>,
    private readonly onClose: () => void,
  ) {}

  protected send(event: Event): void {
    const { world, weather, dice } = this.process.run;
    if (!this.up || this.closed) return;
    // A stream that goes on, but without this event: nobody tells that it is missing.
    if (dice.chance(weather.vanished)) return this.process.trouble(world.now + VANISHED_MS);
    const { generation } = this;
    const deliver = () => {
      // What was on the way when the connection broke mostly never arrives.
      if (this.closed || (generation !== this.generation && !dice.chance(0.3))) return;
      this.handlers.event(event);
    };
    const at = world.now + dice.skewed(1, weather.slowest);
    if (dice.chance(weather.reordered)) {
      this.process.trouble(world.now + REORDERED_MS);
      world.at(at + dice.skewed(0, REORDERED_MS), deliver, this.process);
    } else {
      this.last = Math.max(this.last, at);
      world.at(this.last, deliver, this.process);
    }
    if (dice.chance(weather.doubled)) world.at(at + dice.skewed(0, 8_000), deliver, this.process);
  }

  drop(ms: number): void {
    if (!this.up || this.closed) return;
    const { world } = this.process.run;
    const since = world.now;
    this.process.trouble(since + ms);
    this.up = false;
    this.generation += 1;
    world.after(
      ms,
      () => {
        if (this.closed) return;
        this.up = true;
        this.handlers.event(this.again(since));
      },
      this.process,
    );
  }

  protected abstract again(since: number): Event;

  close(): void {
    this.closed = true;
    this.onClose();
  }
}

export class UserStream extends Stream<UserEvent> implements Subscription {
  private readonly listener = (event: EngineEvent) => this.hear(event);

  constructor(process: SimProcess, handlers: StreamHandlers<UserEvent>, onClose: () => void) {
    super(process, handlers, onClose);
    process.run.venue.listeners.get(process.bot.account)!.add(this.listener);
  }

  private hear(event: EngineEvent): void {
    const { venue } = this.process.run;
    if (event.type === 'execution') {
      const report = reportOf(event.order satisfies OrderRecord);
      this.send({
        type: 'order',
        report,
        fill: event.trade === null ? null : venue.streamFill(event.trade),
      });
    }
    if (event.type === 'balances') this.send({ type: 'balances', balances: event.balances });
  }

  protected again(since: number): UserEvent {
    return { type: 'resync', since };
  }

  override close(): void {
    this.process.run.venue.listeners.get(this.process.bot.account)!.delete(this.listener);
    super.close();
  }
}

export class MarketStream extends Stream<MarketEvent> implements MarketSubscription {
  private wantsPrices = false;

  async add(specs: readonly StreamSpec[]): Promise<void> {
    if (specs.some(({ type }) => type === 'price')) this.wantsPrices = true;
  }
  async remove(): Promise<void> {}

  kline(kline: Kline): void {
    const { symbol } = this.process.run.venue;
    const { interval } = this.process.bot.config;
    this.send({ type: 'kline', symbol, interval, kline, closed: true, time: kline.closeTime + 1 });
  }

  price(price: string): void {
    if (this.wantsPrices)
      this.send({ type: 'price', symbol: this.process.run.venue.symbol, bid: price, ask: price });
  }

  protected again(since: number): MarketEvent {
    return { type: 'gap', from: since, to: this.process.run.world.now };
  }
}
