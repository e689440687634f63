import t from 'tap';
import { createEngine } from './engine.js';
import { ACCOUNTS, ASSETS, Dice, SYMBOLS, attempt, randomAction } from './testing-random.js';
import { market, order, stop, story } from './testing.js';
import {
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type OrderRecord,
  type TradeRecord,
} from './types.js';

const SEEDS = 40;
const STEPS = 60;

function start(telling: 'all' | 'news', more: Partial<EngineOptions>): Engine {
  const engine = createEngine({ symbols: SYMBOLS, telling, ...more });
  for (const account of ACCOUNTS) {
    engine.addAccount(account);
    for (const asset of ASSETS) engine.deposit(account, asset, asset === 'USDT' ? '1000' : '10', 0);
    engine.takeTouched(account);
  }
  for (const { symbol } of SYMBOLS) engine.moveTo(symbol, 1, '100');
  engine.drain();
  return engine;
}

/** The orders and trades anywhere in a reply. */
function* recordsIn(reply: unknown): Generator<object> {
  if (typeof reply !== 'object' || reply === null) return;
  if ('orderId' in reply && 'account' in reply) yield reply;
  else for (const part of Object.values(reply)) yield* recordsIn(part);
}

class Heard {
  readonly orders = new Map<number, string>();
  readonly trades = new Set<string>();

  reply(reply: unknown): void {
    for (const record of recordsIn(reply))
      if ('status' in record) this.hear(record as OrderRecord);
      else this.trades.add(JSON.stringify(record));
  }

  events(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.type !== 'execution') continue;
      this.hear(event.order);
      if (event.trade !== null) this.trades.add(JSON.stringify(event.trade));
    }
  }

  /** That a stop begins to trail is no event. */
  private hear(order: OrderRecord): void {
    this.orders.set(order.orderId, JSON.stringify({ ...order, trailingTime: null }));
  }
}

for (let seed = 1; seed <= SEEDS; seed += 1)
  t.test(`seed ${seed}: replies and news tell what all events tell, and each thing once`, async (t) => {
    const dice = new Dice(seed);
    const more: Partial<EngineOptions> = {
      feeAsset: dice.pick(['received', 'quote']),
      profile: dice.pick(['touch', 'book']),
    };
    const [told, quiet] = [start('all', more), start('news', more)];
    const [all, heard] = [new Heard(), new Heard()];
    const wrong: string[] = [];
    for (let step = 1; step <= STEPS; step += 1) {
      const action = randomAction(dice, told, step);
      const replies = [attempt(told, action), attempt(quiet, action)];
      if (JSON.stringify(replies[0]) !== JSON.stringify(replies[1]))
        wrong.push(`step ${step}: another reply`);
      const [events, news] = [told.drain(), quiet.drain()];
      all.events(events);
      heard.reply(replies[1]);
      heard.events(news);
      for (const account of ACCOUNTS) {
        const touched = quiet.takeTouched(account).join();
        const changed = changedIn(events, account).join();
        if (touched !== changed) wrong.push(`step ${step}: ${account} has other ${changed}, told ${touched}`);
      }
      for (const event of news)
        if (event.type === 'execution' && event.trade !== null && isIn(replies[1], event.trade))
          wrong.push(`step ${step}: trade ${event.trade.id} was told twice`);
    }
    t.same(wrong, []);
    t.same([...heard.orders].sort(), [...all.orders].sort());
    t.same([...heard.trades].sort(), [...all.trades].sort());
    t.same(quiet.snapshot(), { ...(told.snapshot() as object), events: [] }, 'nothing else differs');
  });

function changedIn(events: readonly EngineEvent[], account: string): string[] {
  const balances = events.flatMap((event) =>
    event.type === 'balances' && event.account === account ? event.balances : [],
  );
  return [...new Set(balances.map(({ asset }) => asset))];
}

function isIn(reply: unknown, trade: TradeRecord): boolean {
  const text = JSON.stringify(trade);
  return [...recordsIn(reply)].some((record) => JSON.stringify(record) === text);
}

t.test('a stop that is struck later is news, with the leg that ended for it', async (t) => {
  const engine = market({ telling: 'news' });
  engine.place('a', order({ side: 'BUY', quantity: '1', newClientOrderId: 'in' }), 2);
  engine.place('a', stop('SELL', '98', { newClientOrderId: 'out' }), 3);
  t.same(story(engine), []);
  engine.moveTo('BTCUSDT', 4, '97');
  t.same(story(engine), ['TRADE out']);
  t.same([...engine.takeTouched('a')].sort(), ['BTC', 'USDT']);
  t.same(engine.takeTouched('a'), []);
});
