/**
 * One process's connection to the exchange: the port as production code knows it, over a network that delays, loses,
 * repeats and misleads. What a failure means is decided by the real adapter's own classification.
 */
import type { Interval, Kline } from '../../core/kline.js';
import { errorOf, transportError, unreadable } from '../../exchange/binance/errors.js';
import { instrumentOf } from '../../exchange/binance/instruments.js';
import { reportOf } from '../../exchange/binance/reports.js';
import { PaperError, type Engine } from '../../exchange/paper/engine/types.js';
import {
  ExchangeError,
  type Balance,
  type DayTicker,
  type Exchange,
  type Fill,
  type Health,
  type MarketEvent,
  type MarketSubscription,
  type OrderReport,
  type PlaceOcoRequest,
  type PlaceRequest,
  type Placed,
  type SendOptions,
  type StreamHandlers,
  type StreamSpec,
  type Subscription,
  type UserEvent,
} from '../../exchange/port.js';
import type { SimProcess } from './process.js';
import { MarketStream, UserStream } from './streams.js';
import { RECV_WINDOW_MS } from '../../bot/config/settings.js';

const TIMEOUT_MS = 10_000;
const LATE_MS = 10_000;
/** An order without an answer may hold its quantity this long: its window, 12 s, and a round of questions. */
const UNANSWERED_MS = 30_000;

interface Call<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Signed into what changes something; null for a query. */
  readonly timestamp: number | null;
  readonly answer: () => T;
}

type Refuse = (error: ExchangeError) => void;

export class Line implements Exchange {
  readonly venue = 'binance';
  private offset: number;
  private lastNow = 0;
  private silentUntil = 0;
  private readonly user = new Set<UserStream>();
  private readonly market = new Set<MarketStream>();

  constructor(readonly process: SimProcess) {
    this.offset = process.run.dice.between(-400, 400);
  }

  private get run() {
    return this.process.run;
  }

  async connect(): Promise<void> {
    await this.syncTime();
  }

  async close(): Promise<void> {
    for (const stream of [...this.user, ...this.market]) stream.close();
  }

  /** The process's guess of the exchange's clock. */
  now(): number {
    this.lastNow = Math.max(this.lastNow, this.run.world.now + this.offset);
    return this.lastNow;
  }

  async syncTime(): Promise<number> {
    const sent = this.run.world.now;
    const time = await this.call({
      method: 'GET',
      path: 'time',
      timestamp: null,
      answer: () => this.run.world.now,
    });
    this.offset = time - (sent + this.run.world.now) / 2;
    // As the adapter's clock does.
    if (this.lastNow > this.run.world.now + this.offset + 1_000)
      this.lastNow = this.run.world.now + this.offset;
    return Math.floor(time);
  }

  /** The exchange's clock and the machine's part, until time is fetched again. */
  jump(): void {
    this.process.trouble(this.run.world.now + UNANSWERED_MS);
    this.offset += this.run.dice.pick([-600_000, -10_000, -900, 900, 10_000, 600_000]) * this.run.dice.roll();
  }

  health(): Health {
    return {
      restOk: true,
      marketStreamOk: true,
      userStreamOk: true,
      usedWeight: 0,
      weightLimit: 6_000,
      latencyMs: 1,
    };
  }

  private query<T>(path: string, answer: () => T): Promise<T> {
    return this.call({ method: 'GET', path, timestamp: null, answer });
  }

  async instrument() {
    return this.query('exchangeInfo', () => instrumentOf(this.run.venue.info));
  }
  async instruments() {
    return [await this.instrument()];
  }

  klines(query: {
    symbol: string;
    interval: Interval;
    startTime?: number;
    endTime?: number;
    limit?: number;
  }): Promise<Kline[]> {
    const { startTime, endTime = Infinity, limit = 500 } = query;
    return this.query('klines', () => {
      const { klines, running } = this.run.venue;
      const all = running === null ? klines : [...klines, running];
      const found = all.filter((kline) => kline.openTime >= (startTime ?? 0) && kline.openTime <= endTime);
      return startTime === undefined ? found.slice(-limit) : found.slice(0, limit);
    });
  }

  price(): Promise<string> {
    return this.query('price', () => this.run.venue.engine.price(this.run.venue.symbol) ?? '0');
  }
  /** No bot asks for it. */
  tickers(): Promise<DayTicker[]> {
    return this.query('ticker', () => []);
  }
  marketTime(): Promise<number> {
    return this.query('ticker', () => this.run.world.now);
  }
  balances(): Promise<Balance[]> {
    return this.query('account', () => this.run.venue.engine.balances(this.process.bot.account));
  }

  private behind(): number {
    const { weather, dice } = this.run;
    return weather.behind === 0 ? 0 : dice.between(0, weather.behind);
  }

  order(_symbol: string, clientOrderId: string): Promise<OrderReport | null> {
    return this.query('order', () =>
      this.run.venue.order(this.process.bot.account, clientOrderId, this.behind()),
    );
  }
  openOrders(): Promise<OrderReport[]> {
    return this.query('openOrders', () => this.run.venue.openOrders(this.process.bot.account, this.behind()));
  }
  allOrders(_symbol: string, fromOrderId?: string): Promise<OrderReport[]> {
    return this.query('allOrders', () => {
      const { account } = this.process.bot;
      const all = this.run.venue.allOrders(account, Number(fromOrderId ?? 0), this.behind());
      return fromOrderId === undefined ? all.slice(-1_000) : all.slice(0, 1_000);
    });
  }
  fills(_symbol: string, afterTradeId: string | null): Promise<Fill[]> {
    return this.query('myTrades', () =>
      this.run.venue.fills(this.process.bot.account, BigInt(afterTradeId ?? '-1'), this.behind()),
    );
  }

  place(order: PlaceRequest, { timestamp }: SendOptions): Promise<Placed> {
    this.run.sent(this.process, [order.clientOrderId], order);
    const { quantity, quoteQuantity, price, stopPrice, clientOrderId } = order;
    return this.change('POST', `order ${clientOrderId}`, timestamp, (engine) => {
      const { order: record, trades } = engine.place(
        this.process.bot.account,
        {
          symbol: order.symbol,
          side: order.side,
          type: order.type,
          newClientOrderId: clientOrderId,
          ...(quantity === undefined ? {} : { quantity }),
          ...(quoteQuantity === undefined ? {} : { quoteOrderQty: quoteQuantity }),
          ...(price === undefined ? {} : { price, timeInForce: 'GTC' as const }),
          ...(stopPrice === undefined ? {} : { stopPrice }),
        },
        this.run.world.now,
      );
      return this.run.venue.placed(record, trades);
    });
  }

  placeOco(list: PlaceOcoRequest, { timestamp }: SendOptions): Promise<Placed> {
    this.run.sent(
      this.process,
      [list.listClientOrderId, list.above.clientOrderId, list.below.clientOrderId],
      list,
    );
    const leg = ({ clientOrderId, type, price, stopPrice }: PlaceOcoRequest['above']) => ({
      clientOrderId,
      type,
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
      ...(type.endsWith('_LIMIT') ? { timeInForce: 'GTC' as const } : {}),
    });
    return this.change('POST', `oco ${list.listClientOrderId}`, timestamp, (engine) => {
      const { orders } = engine.placeOco(
        this.process.bot.account,
        {
          symbol: list.symbol,
          side: list.side,
          quantity: list.quantity,
          listClientOrderId: list.listClientOrderId,
          above: leg(list.above),
          below: leg(list.below),
        },
        this.run.world.now,
      );
      return { reports: orders.map(reportOf), fills: [] };
    });
  }

  cancel(symbol: string, clientOrderId: string, { timestamp }: SendOptions): Promise<OrderReport> {
    return this.change('DELETE', `order ${clientOrderId}`, timestamp, (engine) => {
      const answer = engine.cancel(
        this.process.bot.account,
        { symbol, origClientOrderId: clientOrderId },
        this.run.world.now,
      );
      const orders = 'orders' in answer ? answer.orders : [answer.order];
      return reportOf(orders.find((each) => each.clientOrderId === clientOrderId) ?? orders[0]!);
    });
  }

  cancelList(symbol: string, listClientOrderId: string, { timestamp }: SendOptions): Promise<OrderReport[]> {
    return this.change('DELETE', `list ${listClientOrderId}`, timestamp, (engine) =>
      engine
        .cancelList(this.process.bot.account, { symbol, listClientOrderId }, this.run.world.now)
        .orders.map(reportOf),
    );
  }

  private change<T>(
    method: 'POST' | 'DELETE',
    path: string,
    timestamp: number,
    work: (engine: Engine) => T,
  ): Promise<T> {
    return this.call({ method, path, timestamp, answer: () => this.run.venue.act(work) });
  }

  private call<T>(call: Call<T>): Promise<T> {
    const { process, run } = this;
    const { world } = run;
    return new Promise((resolve, reject) => {
      if (!process.reach(`before ${call.path}`)) return;
      const wait = this.silentUntil - world.now;
      if (wait > 0) {
        const text = `${call.method} ${call.path}: not sent, the request limit is reached`;
        if (call.method !== 'GET') process.bot.countRefusal(call.method, idOf(call.path), text);
        // A bot that asks again at once would do so for ever, in no time at all.
        if (run.failed) return;
        reject(new ExchangeError(text, { kind: 'rate-limit', execution: 'none', retryAfterMs: wait }));
        return;
      }
      let settled = false;
      const once = (deliver: () => void) => () => {
        if (settled) return;
        settled = true;
        deliver();
      };
      const refuse: Refuse = (error) => {
        // As the adapter does: a clock that was refused is set.
        if (error.kind === 'clock') void this.syncTime().catch(() => undefined);
        if (call.timestamp !== null) world.say(`reply to ${call.path}: ${error.message}`);
        reject(error);
      };
      const reply = (deliver: () => void) => void world.after(this.latency(), once(deliver), process);
      if (call.timestamp !== null) world.say(`sends ${call.method} ${call.path}`);
      world.after(
        TIMEOUT_MS,
        once(() => refuse(transportError(call.method, call.path, new Error('no answer in time')))),
        process,
      );
      this.carry(
        call,
        (value) => reply(() => resolve(value)),
        (error) => reply(() => refuse(error)),
      );
      process.reach(`after ${call.path}`);
    });
  }

  private latency(): number {
    return this.run.dice.skewed(1, this.run.weather.slowest);
  }

  /** What becomes of one request on its way, at the exchange, and on the way back. */
  private carry<T>(call: Call<T>, done: (value: T) => void, failed: Refuse): void {
    const { world, weather, dice } = this.run;
    const { method, path, timestamp } = call;
    const broken = () => transportError(method, path, new Error('socket hang up'));
    const said = (status: number, code: number | null, text: string, retryAfterMs: number | null = null) =>
      errorOf({ method, path, status, code, text, json: code !== null, retryAfterMs });
    const perform = (deliver: (value: T) => void, refuse: Refuse) => {
      if (timestamp !== null && timestamp > world.now + 1_000)
        return refuse(said(400, -1021, 'Timestamp for this request was 1000ms ahead of the server time.'));
      try {
        deliver(call.answer());
      } catch (error) {
        if (!(error instanceof PaperError)) return this.run.crash(error as Error);
        if (method !== 'GET') this.process.bot.countRefusal(method, idOf(path), error.message);
        refuse(said(400, error.code, error.message));
      }
    };
    const quietly = () =>
      perform(
        () => undefined,
        () => undefined,
      );
    const unclear = () =>
      dice.pick([
        () => said(503, null, 'Service Unavailable'),
        () => said(500, -1000, 'An unknown error occurred while processing the request.'),
        () => said(502, null, '<html>Bad Gateway</html>'),
        () => said(400, -1006, 'An unexpected response was received from the message bus.'),
        () => said(408, -1007, 'Timeout waiting for response from backend server.'),
        () => unreadable(method, path),
        broken,
      ])();

    let roll = dice.roll();
    const meets = (share: number) => {
      roll -= share;
      if (roll < 0) this.process.trouble(world.now + UNANSWERED_MS);
      return roll < 0;
    };
    world.after(this.latency(), () => {
      const tooOld = timestamp !== null && world.now > timestamp + RECV_WINDOW_MS;
      if (meets(weather.lostBefore)) {
        if (dice.chance(0.5)) failed(broken());
        return;
      }
      if (meets(weather.limited)) {
        const retryAfterMs = dice.whole(1, 10) * 1_000;
        this.silentUntil = world.now + retryAfterMs;
        return failed(said(dice.chance(0.2) ? 418 : 429, -1003, 'Too many requests.', retryAfterMs));
      }
      if (tooOld) return failed(said(400, -1021, 'Timestamp for this request is outside of the recvWindow.'));
      if (meets(weather.lostAfter)) {
        quietly();
        if (dice.chance(0.5)) failed(broken());
        return;
      }
      if (meets(weather.unclear)) {
        if (dice.chance(0.5)) quietly();
        return failed(unclear());
      }
      if (timestamp !== null && meets(weather.late)) {
        const until = timestamp + RECV_WINDOW_MS + LATE_MS;
        world.at(dice.between(world.now, until), quietly);
        if (dice.chance(0.7)) failed(unclear());
        return;
      }
      perform(done, failed);
    });
  }

  async userStream(handlers: StreamHandlers<UserEvent>): Promise<Subscription> {
    await this.query('subscribe', () => undefined);
    const stream = new UserStream(this.process, handlers, () => this.user.delete(stream));
    this.user.add(stream);
    return stream;
  }

  marketStream(_specs: readonly StreamSpec[], handlers: StreamHandlers<MarketEvent>): MarketSubscription {
    const stream = new MarketStream(this.process, handlers, () => this.market.delete(stream));
    this.market.add(stream);
    return stream;
  }

  /** Both streams fail together or alone, for a while. */
  disconnect(): void {
    const { dice } = this.run;
    for (const stream of [...this.user, ...this.market])
      if (dice.chance(0.7)) stream.drop(dice.skewed(200, 30_000));
  }

  hearKline(kline: Kline): void {
    for (const stream of this.market) stream.kline(kline);
  }
  hearPrice(price: string): void {
    for (const stream of this.market) stream.price(price);
  }
}

/** A request that places an order is told by the order's id. */
function idOf(path: string): string {
  return path.slice(path.indexOf(' ') + 1);
}
