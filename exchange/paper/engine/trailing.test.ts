import t from 'tap';
import { restoreEngine } from './engine.js';
import { BTC, at, fills, limit, market, oco, order, story } from './testing.js';
import type { Engine, NewOrder } from './types.js';

/** The scenarios of Binance's trailing stop FAQ, a hundredth of its prices: the market begins at 400. */
function walk(engine: Engine, ...prices: string[]): void {
  for (const price of prices) while (!engine.moveTo('BTCUSDT', 9, price));
}
function start(request: Partial<NewOrder>): Engine {
  const engine = market();
  walk(engine, '400');
  engine.place('a', order({ quantity: '1', newClientOrderId: 's', ...request }), 5);
  return engine;
}
const gtc = { timeInForce: 'GTC' } as const;

t.test(
  'a bought stop begins to trail at its stop price, and fires a delta above the lowest since',
  async (t) => {
    const engine = start({
      ...gtc,
      type: 'STOP_LOSS_LIMIT',
      stopPrice: '440',
      trailingDelta: 500,
      price: '450',
    });
    walk(engine, '370', '450', '460', '420', '440.99');
    t.equal(at(engine, 's'), 'NEW');
    walk(engine, '441');
    t.same(fills(engine), ['BUY 1 @ 441 taker']);
  },
);

t.test('a sold stop trails the highest since its stop price was met', async (t) => {
  const engine = start({
    ...{ ...gtc, side: 'SELL', type: 'STOP_LOSS_LIMIT' },
    ...{ stopPrice: '390', trailingDelta: 1000, price: '360' },
  });
  walk(engine, '415', '370', '410', '369.01');
  t.equal(at(engine, 's'), 'NEW');
  walk(engine, '368');
  t.same(fills(engine), ['SELL 1 @ 369 taker']);
});

t.test(
  'a target trails too: it sells after a fall from the highest, and buys after a rise from the lowest',
  async (t) => {
    const sell = start({ side: 'SELL', type: 'TAKE_PROFIT', stopPrice: '420', trailingDelta: 750 });
    walk(sell, '415', '390', '450', '440', '465', '430.13');
    t.equal(at(sell, 's'), 'NEW');
    walk(sell, '430');
    t.same(
      fills(sell),
      ['SELL 1 @ 430.12 taker'],
      '465 less 7.5 % is 430.125, of which the first tick is met',
    );
    const buy = start({ type: 'TAKE_PROFIT', stopPrice: '380', trailingDelta: 850 });
    walk(buy, '420', '370', '390', '380', '402');
    t.same(fills(buy), ['BUY 1 @ 401.45 taker']);
  },
);

t.test('without a stop price it trails from where the market stands, and says since when', async (t) => {
  const engine = start({ side: 'SELL', type: 'STOP_LOSS', trailingDelta: 700 });
  t.match(engine.openOrders('a'), [
    { trailingDelta: 700, trailingTime: 5, stopPrice: '0', isWorking: false },
  ]);
  walk(engine, '420', '395.5', '455', '423.16');
  t.equal(at(engine, 's'), 'NEW');
  walk(engine, '420');
  t.same(fills(engine), ['SELL 1 @ 423.15 taker']);
});

t.test('a gap is followed, and one through the stop fills at the open', async (t) => {
  const engine = start({ side: 'SELL', type: 'STOP_LOSS', trailingDelta: 1000 });
  engine.boundary('BTCUSDT', 10, '500', '400');
  while (!engine.crossOpen('BTCUSDT'));
  engine.boundary('BTCUSDT', 11, '440', '500');
  while (!engine.crossOpen('BTCUSDT'));
  t.same(fills(engine), ['SELL 1 @ 440 taker']);
});

t.test('a market that a trailing stop follows is not quiet above it', async (t) => {
  const engine = start({ side: 'SELL', type: 'STOP_LOSS', trailingDelta: 1000 });
  t.same(engine.quietRange('BTCUSDT'), { below: 360, above: 400 });
});

t.test('the stop goes on trailing in an engine restored from a snapshot', async (t) => {
  const engine = start({ side: 'SELL', type: 'STOP_LOSS', trailingDelta: 1000 });
  walk(engine, '500');
  const restored = restoreEngine({ symbols: [BTC] }, JSON.parse(JSON.stringify(engine.snapshot())));
  walk(restored, '440');
  t.same(fills(restored), ['SELL 1 @ 450 taker']);
});

t.test('the leg of a pair may trail', async (t) => {
  const engine = market();
  const below = { type: 'STOP_LOSS', trailingDelta: 200, clientOrderId: 'sl' } as const;
  engine.placeOco('a', oco({ below }), 5);
  walk(engine, '104');
  engine.drain();
  engine.moveTo('BTCUSDT', 9, '101');
  t.same(story(engine), ['EXPIRED tp', 'TRADE sl', 'list ALL_DONE', 'balances BTC USDT']);
  t.same(fills(engine), ['SELL 1 @ 101.92 taker']);
});

t.test('a delta belongs to stops and targets, which need it or a stop price', async (t) => {
  const engine = market();
  const place = (request: NewOrder) => () => engine.place('a', request, 5);
  t.throws(place(limit('BUY', '90', { trailingDelta: 100 })), { code: -1106 });
  t.throws(place(order({ type: 'STOP_LOSS', quantity: '1' })), { code: -1102 });
  t.throws(place(order({ type: 'STOP_LOSS', quantity: '1', trailingDelta: 1.5 })), { code: -1130 });
});
