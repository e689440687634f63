import t from 'tap';
import { Rehearsal, instrument, settings } from '../test/bot-kit.js';
import { planNamed } from '../strategies/registry.js';
import { equityOf } from './all-books.js';
import { dec } from './decimal.js';
import { wakeAt } from './engine.js';
import type { Event } from './events.js';
import { moveRefused } from './move.js';
import type { Order } from './orders.js';
import { claimsOf } from './shortage.js';
import type { BotState, Settings } from './state.js';

const ETH: Settings = settings({
  symbol: 'ETHUSDT',
  instrument: { ...instrument, symbol: 'ETHUSDT', base: 'ETH' },
});
const BTC: Settings = settings();

/** cash + cost over all books is the budget and what was realized. */
const balanced = ({ settings: { budget }, books, parked }: BotState) =>
  Object.values(parked ?? {})
    .reduce((sum, each) => sum.plus(each.books.cash).plus(each.books.cost), dec(books.cash).plus(books.cost))
    .eq(dec(budget).plus(books.realizedPnl).minus(books.adjusted));

class Mover extends Rehearsal {
  move(to: Settings, tradeCursor: string | null = '0') {
    return this.tell({ type: 'moved', time: this.time, wall: this.wall, settings: to, tradeCursor });
  }

  /** As a start does it: all books are compared with the exchange. */
  recover(...parked: string[]) {
    this.started();
    for (const book of parked) this.tell({ type: 'started', time: this.time, wall: this.wall, book });
    for (const book of parked) {
      const order = this.state.parked?.[book]?.orders ?? [];
      for (const each of order) this.of(book, () => this.accept(each));
      this.of(book, () => this.snapshot());
    }
    this.snapshot();
  }

  /** What is told meanwhile is of this book. */
  of<Result>(book: string, work: () => Result): Result {
    const tell = this.tell.bind(this);
    this.tell = (event: Event) => tell({ ...event, book });
    try {
      return work();
    } finally {
      this.tell = tell;
    }
  }

  sold(book: string, order: Order, leg: number, price: string, quantity: string) {
    return this.of(book, () => this.fill(order, leg, price, quantity));
  }
}

/** Holds 9.99 BTC that cost 1000, and trades ETH now. */
function parked(): Mover {
  const bot = new Mover();
  bot.holding();
  bot.move(ETH);
  bot.recover('BTCUSDT');
  return bot;
}

t.test(
  'what is held of the symbol that is left is parked with its protection, and buys nothing',
  async (t) => {
    const bot = parked();
    const book = bot.state.parked!['BTCUSDT']!;
    t.equal(bot.state.settings.symbol, 'ETHUSDT');
    t.same([bot.state.phase, bot.state.books.quantity, bot.state.books.cost], ['flat', '0', '0']);
    t.same([book.phase, book.books.quantity, book.books.cash], ['holding', '9.99', '0']);
    t.same(
      book.orders.map(({ slot }) => slot),
      ['protect'],
      'the pair rests on',
    );
    t.ok(balanced(bot.state));
    bot.of('BTCUSDT', () => bot.kline(101, 'enter'));
    t.same(bot.placed, []);
    t.equal(equityOf(bot.state), '1008.99', 'it is worth what is parked at its price');
  },
);

t.test('its take profit is booked, and its money is the bot’s with the same event', async (t) => {
  const bot = parked();
  const [protect] = bot.state.parked!['BTCUSDT']!.orders;
  const { seq } = bot.state;
  bot.sold('BTCUSDT', protect!, 0, '105', '9.99');
  t.same(bot.state.parked, {}, 'an empty book is gone');
  t.equal(bot.state.books.cash, '1047.90105');
  t.equal(bot.state.books.realizedPnl, '47.90105');
  t.equal(bot.state.books.fees['USDT'], '1.04895');
  t.equal(bot.state.seq, seq);
  t.ok(balanced(bot.state));
  t.same(
    bot.effects.filter(({ type }) => type === 'booked').map(({ book }) => book),
    ['BTCUSDT'],
  );
  // As the journal has it: an effect that only looks complete would leave a history that cannot be read.
  const told = JSON.parse(JSON.stringify(bot.effects)) as { type: string; code?: string }[];
  t.match(
    told.find(({ type }) => type === 'closed'),
    { book: 'BTCUSDT', closed: { part: 'cycle', symbol: 'BTCUSDT' } },
  );
  t.match(
    told.find(({ code }) => code === 'cycle-ended'),
    { book: 'BTCUSDT', values: { market: 'BTCUSDT' } },
  );
  const { state } = bot;
  bot.sold('BTCUSDT', protect!, 0, '105', '9.99');
  t.equal(bot.state, state, 'told again, it changes nothing');
});

t.test('the new symbol is traded with the money that is not bound, under ids that go on', async (t) => {
  const bot = parked();
  bot.kline(10, 'enter');
  t.same(bot.placed, [], 'there is none');
  const [protect] = bot.state.parked!['BTCUSDT']!.orders;
  bot.sold('BTCUSDT', protect!, 0, '105', '5');
  t.match(bot.placed, [{ slot: 'protect' }], 'the rest of it is protected anew');
  const before = bot.state.seq;
  bot.settle();
  bot.kline(10, 'enter');
  const [entry] = bot.placed;
  t.ok(entry!.seq > before, 'one counter for all books');
  t.ok(dec(entry!.quote!).lte(bot.state.books.cash));
  t.ok(balanced(bot.state));
});

t.test('switching back takes the book up again where it is', async (t) => {
  const bot = parked();
  const { books, orders } = bot.state.parked!['BTCUSDT']!;
  bot.move(BTC, '77');
  bot.recover();
  t.same(bot.state.parked, {});
  t.equal(bot.state.phase, 'holding');
  t.equal(bot.state.tradeCursor, '0', 'its own place in the trades');
  t.same(
    bot.state.orders.map(({ id }) => id),
    orders.map(({ id }) => id),
    'and no order of it is placed again',
  );
  t.same([bot.state.books.quantity, bot.state.books.cost], [books.quantity, books.cost]);
  t.ok(balanced(bot.state));
  bot.accept(bot.state.orders[0]!);
  bot.fill(bot.state.orders[0]!, 0, '105', '9.99');
  t.equal(bot.state.books.cash, '1047.90105');
  t.ok(balanced(bot.state));
});

t.test('a cycle that is taken up again counts what it realized itself', async (t) => {
  const bot = parked();
  const [protect] = bot.state.parked!['BTCUSDT']!.orders;
  bot.sold('BTCUSDT', protect!, 0, '105', '5');
  bot.settle();
  bot.kline(10, 'enter');
  bot.fill(bot.placed[0]!, 0, '10', '50');
  bot.accept(bot.placed[0]!);
  bot.fill(bot.state.orders[0]!, 0, '10.5', '49.95');
  bot.move(BTC);
  bot.recover();
  const [rest] = bot.state.orders.filter(({ side }) => side === 'SELL');
  bot.fill(rest ?? bot.placed[0]!, 0, '105', '4.99');
  const closed = bot.effects.find((effect) => effect.type === 'closed');
  t.equal(bot.state.phase, 'flat');
  t.match(closed, { closed: { part: 'cycle', symbol: 'BTCUSDT', pnl: '47.90105' } });
  t.ok(balanced(bot.state));
});

t.test('an entry that may still execute keeps all the cash until it is known', async (t) => {
  const bot = new Mover();
  bot.kline(100, 'enter');
  const [entry] = bot.placed;
  t.match(moveRefused(planNamed, bot.state, ETH), { code: 'move-entering' });
  bot.move(ETH);
  t.equal(bot.state.books.cash, '0');
  t.equal(bot.state.parked!['BTCUSDT']!.books.cash, '1000');
  t.ok(balanced(bot.state));
  bot.recover('BTCUSDT');
  bot.sold('BTCUSDT', entry!, 0, '100', '9');
  t.equal(bot.state.books.cash, '100');
  t.equal(bot.state.parked!['BTCUSDT']!.books.quantity, '8.991');
  t.ok(balanced(bot.state));
  t.match(bot.placed, [{ slot: 'protect' }], 'what was bought is protected');
});

t.test('resting levels are taken back, and are not placed again', async (t) => {
  const plan = { initialAmount: '1', levels: 3, restAhead: 2 };
  const terms = { plan: planOf('martingale', plan), signalName: 'rsi' };
  const bot = new Mover({ terms });
  bot.kline(100, 'enter');
  bot.fill(bot.placed[0]!, 0, '100', '1');
  bot.settle();
  t.ok(bot.state.orders.some(({ side }) => side === 'BUY'));
  bot.move({ ...ETH, terms });
  bot.recover('BTCUSDT');
  bot.of('BTCUSDT', () => bot.later(1_000));
  for (let round = 0; round < 3; round += 1)
    for (const order of bot.state.parked!['BTCUSDT']!.orders.filter(({ cancelling }) => cancelling))
      bot.of('BTCUSDT', () => bot.cancelledThere(order));
  const book = bot.state.parked!['BTCUSDT']!;
  t.same(new Set(book.orders.map(({ side }) => side)), new Set(['SELL']));
  t.equal(book.books.cash, '0', 'and their cash is the bot’s again');
  t.ok(dec(bot.state.books.cash).gt('800'));
  t.ok(balanced(bot.state));
});

t.test('nothing is parked that the bot itself watches over', async (t) => {
  const watched = (parameters: object) => {
    const bot = new Mover({ terms: { plan: planOf('single', parameters), signalName: 'rsi' } });
    bot.holding();
    return moveRefused(planNamed, bot.state, ETH)?.code ?? null;
  };
  t.equal(watched({}), null);
  t.equal(watched({ trailingStopPercent: 1 }), 'move-watched');
  const ladder = (parameters: object, changes: Partial<Settings> = {}) => {
    const terms = { plan: planOf('ladder', parameters), signalName: 'rsi' };
    const bot = new Mover({ terms, ...changes });
    bot.kline(100, 'enter');
    bot.fill(bot.placed[0]!, 0, '100', '2.5');
    bot.settle();
    return moveRefused(planNamed, bot.state, ETH)?.code ?? null;
  };
  t.equal(ladder({ trigger: 'touch' }), null);
  t.equal(ladder({ trigger: 'drop' }), 'move-watched');
  t.equal(ladder({ multiStep: false, trailingStopPercent: 2 }), 'move-watched');
  t.equal(ladder({}, { instrument: { ...instrument, maxAlgoOrders: 1 } }), 'move-watched');
});

t.test('another quote asset is another bot, and another account needs a flat one', async (t) => {
  const bot = new Mover({ account: 'paper' });
  const other = { ...ETH, account: 'paper', instrument: { ...ETH.instrument, quote: 'BTC' } };
  t.match(moveRefused(planNamed, bot.state, other), { code: 'move-quote', values: { other: 'BTC' } });
  const live = { ...BTC, account: 'binance/main' };
  t.equal(moveRefused(planNamed, bot.state, live), null);
  bot.holding();
  t.match(moveRefused(planNamed, bot.state, live), { code: 'move-holds' });
  bot.fill(bot.state.orders[0]!, 0, '105', '9.99');
  t.equal(moveRefused(planNamed, bot.state, live), null);
  bot.move(live, '5');
  t.equal(bot.state.books.cash, '1000', 'what was made on the old account stays there');
  t.equal(bot.state.books.realizedPnl, '0');
  t.same([bot.state.tradeCursor, bot.state.tag], ['5', 'abcdefgh']);
});

t.test('a flat bot moves with all its money, and its dust waits in the old symbol', async (t) => {
  const bot = new Mover();
  bot.fill(bot.holding(), 0, '105', '9.98999');
  t.equal(bot.state.phase, 'flat');
  const { cash } = bot.state.books;
  bot.move({ ...ETH, budget: '1500' });
  t.equal(bot.state.books.cash, dec(cash).plus('500').toFixed(), 'an edited budget counts too');
  t.equal(bot.state.parked!['BTCUSDT']!.books.quantity, '0.00001');
  t.ok(balanced(bot.state));
  bot.recover('BTCUSDT');
  bot.kline(10, 'enter');
  t.equal(bot.placed.length, 1);
});

t.test('a user sells a parked book, cancels in it, and flattens all', async (t) => {
  const bot = parked();
  bot.command('1', { name: 'sell', symbol: 'BTCUSDT' });
  t.match(bot.state.commands, [{ uuid: '1', code: 'selling', done: true }]);
  t.same(
    bot.effects.filter(({ type }) => type === 'cancel').map(({ book }) => book),
    ['BTCUSDT'],
  );
  const { state } = bot;
  bot.command('1', { name: 'sell', symbol: 'BTCUSDT' });
  t.equal(bot.state, state, 'once');
  bot.command('2', { name: 'sell', symbol: 'XRPUSDT' });
  t.match(bot.state.commands[1], { code: 'no-such-book', done: false, values: { open: 'BTCUSDT' } });
  const other = parked();
  other.command('3', { name: 'flatten' });
  t.equal(other.state.parked!['BTCUSDT']!.phase, 'exiting');
  t.match(other.state.commands, [{ uuid: '3', code: 'flattening' }]);
  const halted = parked();
  halted.halt({ id: 'h', since: 1, flatten: true });
  t.equal(halted.state.parked!['BTCUSDT']!.phase, 'exiting', 'the kill switch reaches it');
});

t.test('the clock wakes parked books, and an order of a later copy refuses the whole bot', async (t) => {
  const bot = new Mover();
  bot.holding();
  bot.move(ETH);
  bot.tell({ type: 'started', time: bot.time, wall: bot.wall, book: 'BTCUSDT' });
  const asked = bot.effects.find(({ type }) => type === 'query');
  t.equal(asked?.book, 'BTCUSDT');
  t.ok(wakeAt(bot.state, bot.wall)! > bot.wall);
  bot.later(1_000);
  t.match(bot.effects, [{ type: 'query', book: 'BTCUSDT' }]);
  bot.of('BTCUSDT', () => bot.snapshot({ highestSeq: 99 }));
  t.match(bot.state.refusal, /knows order 99/);
});

t.test('the account must cover parked coins too', async (t) => {
  const bot = parked();
  t.equal(claimsOf(bot.state, 'BTC').toFixed(), '9.99');
  t.equal(claimsOf(bot.state, 'BTC', 'BTCUSDT').toFixed(), '0');
  bot.of('BTCUSDT', () => bot.snapshot({ baseBalance: '9' }));
  t.match(bot.state.parked!['BTCUSDT']!.divergence, { shortages: [{ asset: 'BTC', missing: '0.99' }] });
  const seen = [{ asset: 'BTC', missing: '0.99' }];
  bot.command('1', { name: 'adopt', seen, symbol: 'BTCUSDT' });
  t.equal(bot.state.parked!['BTCUSDT']!.books.quantity, '9');
  t.ok(balanced(bot.state));
});

t.test('what is set aside covers what is parked', async (t) => {
  const bot = parked();
  const [protect] = bot.state.parked!['BTCUSDT']!.orders;
  bot.sold('BTCUSDT', protect!, 0, '105', '5');
  const reservation = { amount: '1000', denied: null };
  bot.tell({ type: 'reservation', time: bot.time, wall: bot.wall, reservation });
  bot.kline(10, 'enter');
  const [entry] = bot.placed;
  const { cost } = bot.state.parked!['BTCUSDT']!.books;
  t.ok(dec(entry!.quote!).plus(cost).lte('1000'), 'together no more than that');
});

function planOf(name: string, parameters: object): Settings['terms']['plan'] {
  return { ...planNamed(name).parameters.parse(parameters), name };
}
