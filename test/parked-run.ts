/** One seed of a bot that changes its symbol again and again, under kills, halts and lost answers. */
import { parkedBooks } from '../core/all-books.js';
import { dec, text } from '../core/decimal.js';
import { step, wakeAt } from '../core/engine.js';
import type { Effect, Event } from '../core/events.js';
import { moveRefused } from '../core/move.js';
import { initialState, type BotState, type Settings } from '../core/state.js';
import { planNamed } from '../strategies/registry.js';
import { flatKline, instrument, settings, START } from './bot-kit.js';
import { ParkedMarket } from './parked-market.js';
import { Dice } from './sim/dice.js';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'XRPUSDT'];
const ROUNDS = 3;
const TURNS = 60;

export type Step = (state: BotState, event: Event) => { state: BotState; effects: Effect[] };
export const sound: Step = (state, event) => step(planNamed, state, event);

const PLANS = [
  { name: 'single', stopLossPercent: 2, takeProfitPercent: 3 },
  { name: 'martingale', levels: 3, restAhead: 2, initialAmount: '1' },
  { name: 'ladder', maxBatches: 2 },
].map(({ name, ...given }) => ({ ...planNamed(name).parameters.parse(given), name }));

export class ParkedRun {
  moves = 0;
  sales = 0;
  private state: BotState;
  /** The checkpoint, and what the journal has beyond it. */
  private saved: string;
  private journal: string[] = [];
  private readonly market: ParkedMarket;
  private readonly dice: Dice;
  /** What is on its way to the bot; a kill loses it. */
  private arriving: (() => void)[] = [];
  private told = 0;
  private wall = START;
  private klines = 0;
  private calm = false;
  private commands = 0;

  constructor(
    seed: number,
    private readonly stepOf: Step,
  ) {
    this.dice = Dice.of(seed, 'parked');
    this.market = new ParkedMarket(this.dice, SYMBOLS);
    const first = this.settingsOf('BTCUSDT');
    this.state = { ...initialState(first, 'abcdefgh'), tradeCursor: '0' };
    this.saved = JSON.stringify(this.state);
  }

  /** Errors: what was found wrong. */
  play(): void {
    this.start();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let turn = 0; turn < TURNS; turn += 1) this.turn();
      this.settle();
    }
  }

  private turn(): void {
    const { dice } = this;
    this.wall += dice.whole(200, 4_000);
    this.kline();
    if (dice.chance(0.12)) this.command();
    if (dice.chance(0.05)) this.halt();
    for (let count = dice.whole(0, 6); count > 0 && this.arriving.length > 0; count -= 1) this.arrive();
    const wake = wakeAt(this.state, this.wall - 1);
    if (wake !== null && wake <= this.wall) this.tell({ type: 'time', ...this.stamp() });
    if (dice.chance(0.12)) this.kill();
  }

  private stamp() {
    return { time: START + this.klines * 300_000, wall: this.wall };
  }

  private kline(): void {
    this.klines += 1;
    const own = this.state.settings.symbol;
    for (const symbol of SYMBOLS) {
      const kline = flatKline(this.klines, this.market.move(symbol, this.wall));
      const action = this.dice.pick(['enter', 'hold', 'exit'] as const);
      const verdict = { action: symbol === own ? action : 'hold', reasons: [], indicators: {} } as const;
      const book = this.bookOf(symbol);
      if (symbol === own || this.state.parked?.[symbol] !== undefined)
        this.tell({ type: 'kline', ...this.stamp(), kline, verdict, ...book });
    }
    this.noteFills();
  }

  private bookOf(symbol: string): { book?: string } {
    return symbol === this.state.settings.symbol ? {} : { book: symbol };
  }

  /** The user stream: late, twice, out of order; what is lost is found by the next comparison. */
  private noteFills(): void {
    for (; this.told < this.market.fills.length; this.told += 1) {
      const { symbol, fill } = this.market.fills[this.told]!;
      const id = [...this.market.orders.values()].find(({ order }) =>
        order.legs.some(({ clientOrderId }) => clientOrderId === fill.clientOrderId),
      )!.order.id;
      const deliver = () => {
        const reports = this.market.reports(id)!;
        this.tell({ type: 'report', ...this.stamp(), reports, fills: [fill], ...this.bookOf(symbol) });
      };
      if (this.dice.chance(0.9)) this.arriving.push(deliver);
      if (this.dice.chance(0.1)) this.arriving.push(deliver);
    }
  }

  private arrive(): void {
    const index = this.dice.chance(0.8) ? 0 : this.dice.whole(0, this.arriving.length - 1);
    this.arriving.splice(index, 1)[0]!();
  }

  private tell(event: Event): void {
    const { state, effects } = this.stepOf(this.state, event);
    this.journal.push(JSON.stringify(event));
    this.state = state;
    this.check();
    for (const effect of effects) this.perform(effect);
    this.noteFills();
  }

  private perform(effect: Effect): void {
    const symbol = effect.book ?? this.state.settings.symbol;
    if (effect.type === 'booked' && effect.book !== undefined) this.sales += 1;
    if (effect.type === 'place') {
      const { order } = effect;
      if (order.side === 'BUY' && effect.book !== undefined)
        throw new Error(`an entry of the parked ${symbol} leaves`);
      const fate = this.calm ? 1 : this.dice.roll();
      if (fate < 0.04) return this.fails(symbol, order.id, 'none');
      if (fate >= 0.08) this.market.place(symbol, order, this.wall);
      if (fate < 0.12) return this.fails(symbol, order.id, 'unknown');
      this.arriving.push(() => this.answer(symbol, order.id));
    }
    if (effect.type === 'cancel') {
      this.market.cancel(effect.id);
      if (this.calm || this.dice.chance(0.9)) this.arriving.push(() => this.answer(symbol, effect.id));
    }
    if (effect.type === 'query') {
      const serverTime = this.wall;
      this.arriving.push(() => this.answer(symbol, effect.id, serverTime));
    }
  }

  private fails(symbol: string, id: string, execution: 'none' | 'unknown'): void {
    const failure = { kind: 'network', message: 'lost', retryAfterMs: null } as const;
    this.arriving.push(() =>
      this.tell({ type: 'failed', ...this.stamp(), id, execution, ...failure, ...this.bookOf(symbol) }),
    );
  }

  private answer(symbol: string, id: string, serverTime = this.wall): void {
    const reports = this.market.reports(id);
    const book = this.bookOf(symbol);
    if (reports === null) this.tell({ type: 'absent', ...this.stamp(), id, serverTime, ...book });
    else this.tell({ type: 'report', ...this.stamp(), reports, fills: [], ...book });
  }

  private command(): void {
    const parked = parkedBooks(this.state).map(([symbol]) => symbol);
    const symbol = parked.length > 0 && this.dice.chance(0.5) ? { symbol: this.dice.pick(parked) } : {};
    const uuid = String((this.commands += 1));
    const name = this.dice.pick(['sell', 'pause', 'resume', 'resume', 'flatten'] as const);
    this.tell({
      type: 'command',
      ...this.stamp(),
      uuid,
      ...(name === 'sell' ? { name, ...symbol } : { name }),
    });
  }

  private halt(): void {
    const halt = { id: String(this.wall), since: this.wall, flatten: this.dice.chance(0.3) };
    this.tell({ type: 'halt', ...this.stamp(), halt: this.state.halt === null ? halt : null });
  }

  /** The machine remembers the checkpoint and the journal, and nothing else. */
  private kill(): void {
    this.arriving = [];
    const before = JSON.stringify(this.state);
    this.state = this.journal.reduce(
      (state, line) => this.stepOf(state, JSON.parse(line) as Event).state,
      JSON.parse(this.saved) as BotState,
    );
    if (JSON.stringify(this.state) !== before) throw new Error('the journal gives another state');
    this.saved = before;
    this.journal = [];
    this.wall += this.dice.whole(100, 30_000);
    if (this.dice.chance(0.5)) this.move();
    // Killed right at the change.
    if (this.dice.chance(0.2)) return this.kill();
    this.start();
  }

  private move(): void {
    const wanted = this.settingsOf(this.dice.pick(SYMBOLS));
    if (wanted.symbol === this.state.settings.symbol || moveRefused(planNamed, this.state, wanted)) return;
    this.moves += 1;
    const tradeCursor = this.market.lastOn(wanted.symbol) ?? '0';
    this.tell({ type: 'moved', ...this.stamp(), settings: wanted, tradeCursor });
  }

  private settingsOf(symbol: string): Settings {
    const plan = this.dice.pick(PLANS);
    const own = { ...instrument, symbol, base: symbol.replace('USDT', '') };
    return settings({ symbol, instrument: own, terms: { plan, signalName: 'rsi' } });
  }

  /** As a session begins: all books are recovering at once, and compared one after the other, the bot's own last. */
  private start(): void {
    const books = parkedBooks(this.state).map(([symbol]) => symbol);
    this.tell({ type: 'started', ...this.stamp() });
    for (const book of books) this.tell({ type: 'started', ...this.stamp(), book });
    while (this.arriving.length > 0) this.arrive();
    for (const symbol of [...books, this.state.settings.symbol]) this.compare(symbol);
  }

  private compare(symbol: string): void {
    const own = symbol === this.state.settings.symbol;
    const book = own ? this.state : this.state.parked?.[symbol];
    if (book === undefined) return;
    const fills = this.market.fillsOf(symbol, book.tradeCursor);
    const of = this.bookOf(symbol);
    if (fills.length > 0) this.tell({ type: 'report', ...this.stamp(), reports: [], fills, ...of });
    const tradeCursor = this.market.lastOn(symbol) ?? '0';
    const balances = { baseBalance: '1000000', quoteBalance: '1000000' };
    this.tell({ type: 'snapshot', ...this.stamp(), ...balances, tradeCursor, highestSeq: 0, ...of });
  }

  private check(): void {
    const { books, parked = {}, settings: own } = this.state;
    const all = Object.values(parked).reduce(
      (sum, each) => sum.plus(each.books.cash).plus(each.books.cost),
      dec(books.cash).plus(books.cost),
    );
    const should = dec(own.budget).plus(books.realizedPnl);
    if (!all.minus(should).abs().lt('0.0000000001'))
      throw new Error(`cash and cost of all books are ${text(all)}, should be ${text(should)}`);
    if (this.state.refusal !== null) throw new Error(this.state.refusal);
  }

  /** No more is lost: then all books are the exchange's record, to the last digit. */
  private settle(): void {
    this.calm = true;
    this.kill();
    for (let round = 0; round < 60; round += 1) {
      this.wall += 2_000;
      this.tell({ type: 'time', ...this.stamp() });
      while (this.arriving.length > 0) this.arrive();
    }
    for (const symbol of [...parkedBooks(this.state).map(([name]) => name), this.state.settings.symbol])
      this.compare(symbol);
    while (this.arriving.length > 0) this.arrive();
    const { settings: own, books, parked = {} } = this.state;
    for (const symbol of SYMBOLS) {
      const held = symbol === own.symbol ? books.quantity : (parked[symbol]?.books.quantity ?? '0');
      const there = this.market.coins(symbol);
      if (!there.eq(held))
        throw new Error(`${symbol}: the books hold ${held}, the exchange says ${text(there)}`);
    }
    for (const [symbol, { orders }] of Object.entries(parked))
      if (orders.some(({ side }) => side === 'BUY')) throw new Error(`the parked ${symbol} still buys`);
    const bound = Object.values(parked).reduce((sum, each) => sum.plus(each.books.cash), dec(books.cash));
    const cash = this.market.quote().plus(own.budget);
    if (!bound.eq(cash))
      throw new Error(`the books have ${text(bound)} of cash, the exchange says ${text(cash)}`);
    this.calm = false;
  }
}
