/**
 * The exchange of a run: the real matching engine with a market that moves by itself, and what users see of it, which
 * may be behind. It keeps its own account of what each bot's orders did: the truth that books are compared with.
 */
import type { Kline } from '../../core/kline.js';
import { parseClientOrderId } from '../../core/orders.js';
import { placedOf, reportOf, tradeOf } from '../../exchange/binance/reports.js';
import { createEngine } from '../../exchange/paper/engine/engine.js';
import { symbolInfo } from '../../exchange/paper/engine/exchange-info.js';
import type {
  Engine,
  EngineEvent,
  EngineOptions,
  OrderRecord,
  SymbolInfo,
  TradeRecord,
} from '../../exchange/paper/engine/types.js';
import type { Fill, OrderReport, Placed } from '../../exchange/port.js';
import type { Dice } from './dice.js';
import { checkEngine } from './invariants.js';
import { Ledger } from './ledger.js';
import type { World } from './world.js';

const BNB = symbolInfo({
  symbol: 'BNBUSDT',
  base: 'BNB',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.001',
});

interface Seen<T> {
  readonly at: number;
  readonly value: T;
}

export type Listener = (event: EngineEvent) => void;

export class Venue {
  readonly engine: Engine;
  readonly ledgers = new Map<string, Ledger>();
  readonly klines: Kline[] = [];
  running: Kline | null = null;
  readonly symbol: string;
  /** Tags of bots that buy a fixed quantity: a gap may cost them more than they kept for it. */
  readonly fixedQuantity = new Set<string>();
  /** Tags of bots that follow their user, and the last trade before each was born: the user's later ones count as theirs. */
  readonly followers = new Map<string, bigint>();
  private readonly orders = new Map<string, Map<number, Seen<OrderRecord>[]>>();
  private readonly trades = new Map<string, Seen<TradeRecord>[]>();
  private readonly names = new Map<number, string>();
  /** Of all orders of a client id, the newest first. */
  private readonly ids = new Map<string, number[]>();
  readonly listeners = new Map<string, Set<Listener>>();
  /** Told of the bot whose order it was, once everything that happened at the same time is known. */
  onOrder: (tag: string) => void = () => undefined;
  /** Told of a bot whose market order found nobody to trade with. */
  onNobody: (tag: string) => void = () => undefined;

  constructor(
    readonly world: World,
    readonly info: SymbolInfo,
    options: Partial<EngineOptions>,
  ) {
    this.engine = createEngine({ ...options, symbols: [info, BNB] });
    this.engine.moveTo(BNB.symbol, world.now, '600');
    this.symbol = info.symbol;
  }

  addAccount(account: string, deposits: Record<string, string>): void {
    this.engine.addAccount(account);
    for (const [asset, amount] of Object.entries(deposits))
      this.engine.deposit(account, asset, amount, this.world.now);
    this.orders.set(account, new Map());
    this.trades.set(account, []);
    this.listeners.set(account, new Set());
    this.engine.drain();
  }

  /** The exchange's record of what one bot's orders did. */
  ledger(tag: string): Ledger {
    let ledger = this.ledgers.get(tag);
    if (ledger === undefined) this.ledgers.set(tag, (ledger = new Ledger()));
    return ledger;
  }

  /** Does something at the exchange; whoever listens hears what came of it. */
  act<T>(work: (engine: Engine) => T): T {
    try {
      return work(this.engine);
    } finally {
      this.tell();
    }
  }

  private tell(): void {
    const events = this.engine.drain();
    if (events.length === 0) return;
    for (const event of events) if (event.type === 'execution') this.note(event);
    for (const event of events)
      for (const listener of this.listeners.get(event.account) ?? []) listener(event);
    checkEngine(this);
    for (const tag of events.filter(foundNobody).flatMap(tagsOf)) this.onNobody(tag);
    for (const tag of new Set(events.flatMap(tagsOf))) this.onOrder(tag);
  }

  private note({ account, order, trade, executionType }: Extract<EngineEvent, { type: 'execution' }>): void {
    const at = this.world.now;
    const seen = this.orders.get(account)!;
    const views = seen.get(order.orderId);
    if (views === undefined) {
      const id = `${account} ${order.clientOrderId}`;
      seen.set(order.orderId, [{ at, value: order }]);
      this.names.set(order.orderId, order.clientOrderId);
      this.ids.set(id, [order.orderId, ...(this.ids.get(id) ?? [])]);
    } else views.push({ at, value: order });
    const own = parseClientOrderId(order.clientOrderId);
    this.world.say(
      `exchange: ${executionType} ${order.clientOrderId} ${order.side} ${order.executedQty}/${order.origQty}` +
        (trade === null ? '' : ` trade ${trade.id} ${trade.qty} at ${trade.price}, fee ${trade.commission}`),
    );
    if (trade === null) return;
    this.trades.get(account)!.push({ at, value: trade });
    if (own !== null) this.ledger(own.tag).book(trade, this.info, order.clientOrderId);
    else for (const tag of this.followers.keys()) this.takeIn(tag, trade);
  }

  /** A bot that follows its user is born: what the user has traded since is its to sell, or to buy back with. */
  follow(account: string, tag: string, cursor: string | null): void {
    if (this.followers.has(tag)) return;
    this.followers.set(tag, BigInt(cursor ?? -1));
    for (const { value } of this.trades.get(account) ?? [])
      if (BigInt(value.id) > BigInt(cursor ?? -1) && this.isByHand(value.orderId)) this.takeIn(tag, value);
  }

  private takeIn(tag: string, trade: TradeRecord): void {
    const ledger = this.ledger(tag);
    const { quote, quantity } = ledger;
    ledger.book(trade, this.info, '');
    // The user pays for what the user buys, and gives the coins that the user sells.
    if (trade.side === 'BUY') ledger.quote = quote;
    else ledger.quantity = quantity;
  }

  private isByHand(orderId: number): boolean {
    return parseClientOrderId(this.names.get(orderId) ?? '') === null;
  }

  /** The user's own trades with an id above this. */
  handTrades(account: string, after: bigint): TradeRecord[] {
    return (this.trades.get(account) ?? [])
      .map(({ value }) => value)
      .filter(
        ({ id, orderId, symbol }) => BigInt(id) > after && symbol === this.symbol && this.isByHand(orderId),
      );
  }

  /** As the exchange showed it `behind` ms ago. */
  order(account: string, clientOrderId: string, behind: number): OrderReport | null {
    const orders = this.orders.get(account)!;
    for (const orderId of this.ids.get(`${account} ${clientOrderId}`) ?? []) {
      const record = at(orders.get(orderId)!, this.world.now - behind);
      if (record !== null) return reportOf(record);
    }
    return null;
  }

  allOrders(account: string, fromOrderId: number, behind: number): OrderReport[] {
    return [...this.orders.get(account)!.values()].flatMap((views) => {
      const record = at(views, this.world.now - behind);
      return record === null || record.orderId < fromOrderId ? [] : [reportOf(record)];
    });
  }

  openOrders(account: string, behind: number): OrderReport[] {
    return this.allOrders(account, 0, behind).filter(
      ({ status }) => status === 'open' || status === 'partial',
    );
  }

  fills(account: string, after: bigint, behind: number): Fill[] {
    const trades = this.trades.get(account)!;
    let first = trades.length;
    while (first > 0 && trades[first - 1]!.value.id > Number(after)) first -= 1;
    return trades
      .slice(first, first + 1_000)
      .filter(({ at }) => at <= this.world.now - behind)
      .map(({ value }) => tradeOf({ ...value, isBuyer: value.side === 'BUY' }));
  }

  placed(order: OrderRecord, trades: readonly TradeRecord[]): Placed {
    const fills = trades.map(({ id, ...trade }) => ({ ...trade, tradeId: id }));
    return placedOf([{ ...order, transactTime: this.world.now, fills }]);
  }

  streamFill(trade: TradeRecord): Fill {
    const clientOrderId = this.names.get(trade.orderId) ?? null;
    return { ...tradeOf({ ...trade, isBuyer: trade.side === 'BUY' }), clientOrderId };
  }
}

function foundNobody(event: EngineEvent): boolean {
  return event.type === 'execution' && event.executionType === 'EXPIRED' && event.order.type === 'MARKET';
}

function tagsOf(event: EngineEvent): string[] {
  const own = event.type === 'execution' ? parseClientOrderId(event.order.clientOrderId) : null;
  return own === null ? [] : [own.tag];
}

function at<T>(views: readonly Seen<T>[], time: number): T | null {
  for (let index = views.length - 1; index >= 0; index -= 1)
    if (views[index]!.at <= time) return views[index]!.value;
  return null;
}

/** Moves the market kline by kline, by chance, until it is frozen. */
export class Market {
  frozen = false;
  onClose: (kline: Kline) => void = () => undefined;
  onPrice: (price: string) => void = () => undefined;
  private price: number;

  constructor(
    private readonly venue: Venue,
    private readonly dice: Dice,
    private readonly terms: { tick: number; start: number; volatility: number; intervalMs: number },
  ) {
    this.price = terms.start;
  }

  begin(): void {
    this.open(null);
  }

  private text(): string {
    const { tick } = this.terms;
    const decimals = Math.max(0, -Math.floor(Math.log10(tick)));
    return Math.max(tick, Math.round(this.price / tick) * tick).toFixed(decimals);
  }

  private wander(share: number): void {
    if (this.frozen) return;
    const jump = this.dice.chance(0.01) ? 6 : 1;
    this.price *= 1 + this.dice.bell() * this.terms.volatility * share * jump;
  }

  private open(prior: string | null): void {
    const { venue, terms } = this;
    const { world } = venue;
    this.wander(this.dice.chance(0.1) ? 1 : 0.02);
    const price = this.text();
    venue.act((engine) => {
      engine.boundary(venue.symbol, world.now, price, prior);
      while (!engine.crossOpen(venue.symbol));
    });
    const value = Number(price);
    venue.running = {
      openTime: world.now,
      closeTime: world.now + terms.intervalMs - 1,
      open: value,
      high: value,
      low: value,
      close: value,
      volume: 1,
      quoteVolume: value,
      trades: 1,
    };
    const points = this.dice.whole(2, 6);
    for (let index = 0; index < points; index += 1)
      world.after(this.dice.between(1, terms.intervalMs - 1), () => this.move(0.5));
    world.after(terms.intervalMs, () => this.close());
  }

  private move(share: number): void {
    const { venue } = this;
    this.wander(share);
    const price = this.text();
    const volume = (this.dice.skewed(10, 20_000) / this.price).toFixed(3);
    venue.act((engine) => {
      while (!engine.moveTo(venue.symbol, venue.world.now, price, volume));
    });
    const value = Number(price);
    const { running } = venue;
    if (running !== null)
      venue.running = {
        ...running,
        high: Math.max(running.high, value),
        low: Math.min(running.low, value),
        close: value,
      };
    this.onPrice(price);
  }

  private close(): void {
    const { venue } = this;
    const kline = venue.running!;
    venue.klines.push(kline);
    this.onClose(kline);
    this.open(this.text());
  }
}
