import t from 'tap';
import { at, balance, fills, limit, market, order, refusal, stop } from './testing.js';
import type { Engine, EngineOptions } from './types.js';

/** One kline from 90 to 110 with a volume of 100 has been walked; the next one stands at 100. */
function bookAt100(options: Partial<EngineOptions> = {}): Engine {
  const engine = market({ profile: 'book', ...options });
  engine.boundary('BTCUSDT', 2, '100', null);
  engine.moveTo('BTCUSDT', 2, '90', '25');
  engine.moveTo('BTCUSDT', 3, '110', '50');
  engine.moveTo('BTCUSDT', 4, '100', '25');
  engine.boundary('BTCUSDT', 5, '100', '100');
  engine.crossOpen('BTCUSDT');
  return engine;
}
function walk(engine: Engine, price: string, volume?: string): void {
  while (!engine.moveTo('BTCUSDT', 9, price, volume));
}

t.test(
  'spread and depth come from the last kline: 2 % of its range, 20 % of its volume over ten levels',
  async (t) => {
    const { bids, asks } = bookAt100().depth('BTCUSDT')!;
    t.same(bids.slice(0, 2), [
      ['99.8', '2'],
      ['98.8', '2'],
    ]);
    t.same(asks.slice(0, 2), [
      ['100.2', '2'],
      ['101.2', '2'],
    ]);
    t.equal(asks.length, 10);
    t.equal(market().depth('BTCUSDT'), null, 'the touch profile has no book');
  },
);

t.test('the numbers of the model are the caller’s', async (t) => {
  const engine = bookAt100({ book: { spreadOfRange: '0', levels: 1, depthOfVolume: '0.5' } });
  t.same(engine.depth('BTCUSDT'), { bids: [['99.99', '50']], asks: [['100.01', '50']] });
});

t.test('a market order walks the levels, slips, and leaves them eaten until the path goes on', async (t) => {
  const engine = bookAt100();
  engine.place('a', order({ quantity: '3' }), 6);
  engine.place('a', order({ quantity: '1' }), 6);
  t.same(fills(engine), ['BUY 2 @ 100.2 taker', 'BUY 1 @ 101.2 taker', 'BUY 1 @ 101.2 taker']);
  walk(engine, '100', '1');
  engine.place('a', order({ quantity: '1' }), 10);
  t.equal(fills(engine)[3], 'BUY 1 @ 100.2 taker');
});

t.test('a market order larger than the depth is filled in part and expires', async (t) => {
  const engine = bookAt100();
  engine.deposit('a', 'BTC', '100', 5);
  const { order: placed } = engine.place('a', order({ side: 'SELL', quantity: '30' }), 6);
  t.match(placed, { status: 'EXPIRED', executedQty: '20', expiryReason: 'INSUFFICIENT_LIQUIDITY' });
});

t.test('an amount of quote buys along the levels', async (t) => {
  const engine = bookAt100();
  const { order: placed } = engine.place('a', order({ quoteOrderQty: '301.6' }), 6);
  t.match(placed, { executedQty: '3', cummulativeQuoteQty: '301.6' });
});

t.test('a limit takes down to its price and rests with what is left', async (t) => {
  const engine = bookAt100();
  t.match(engine.place('a', limit('BUY', '100.5', { quantity: '3', newClientOrderId: 'l' }), 6).order, {
    status: 'PARTIALLY_FILLED',
    executedQty: '2',
  });
  t.equal(balance(engine, 'USDT'), '9699.1 + 100.5');
  t.match(engine.place('a', limit('BUY', '101', { quantity: '3', timeInForce: 'IOC' }), 6).order, {
    status: 'EXPIRED',
    expiryReason: 'UNFILLED_IOC_QUANTITY_EXPIRED',
  });
});

t.test('fill or kill is all or nothing', async (t) => {
  const engine = bookAt100();
  const fok = (quantity: string) =>
    engine.place('a', limit('BUY', '101.2', { quantity, timeInForce: 'FOK' }), 6).order;
  t.match(fok('4.1'), { status: 'EXPIRED', executedQty: '0', expiryReason: 'UNFILLED_FOK_ORDER_EXPIRED' });
  t.match(fok('4'), { status: 'FILLED' });
});

t.test('a limit inside the spread makes, one at the best offer would take', async (t) => {
  const engine = bookAt100();
  const maker = (price: string) => order({ type: 'LIMIT_MAKER', quantity: '1', price });
  t.equal(
    refusal(() => engine.place('a', maker('100.1'), 6)),
    'accepted',
  );
  t.equal(
    refusal(() => engine.place('a', maker('100.2'), 6)),
    '-2010 Order would immediately match and take.',
  );
});

t.test('a resting limit that is only reached fills by a share of the stretch’s volume', async (t) => {
  const engine = bookAt100();
  engine.place('a', limit('BUY', '95', { quantity: '5', newClientOrderId: 'l' }), 6);
  walk(engine, '95', '8');
  t.same(fills(engine), ['BUY 2 @ 95 maker'], 'a quarter');
  t.equal(at(engine, 'l'), 'PARTIALLY_FILLED');
  walk(engine, '95');
  t.equal(fills(engine).length, 1, 'no share of a volume that is not told');
});

t.test(
  'one that the market trades through fills, at its own price, by the stretch’s volume at most',
  async (t) => {
    const engine = bookAt100();
    engine.place('a', limit('BUY', '95', { quantity: '5' }), 6);
    engine.place('a', limit('BUY', '94', { quantity: '5' }), 6);
    walk(engine, '90', '7');
    t.same(fills(engine), ['BUY 5 @ 95 maker', 'BUY 2 @ 94 maker']);
    walk(engine, '91');
    t.same(fills(engine)[2], 'BUY 3 @ 94 maker', 'a volume that is not told limits nothing');
  },
);

t.test('of an iceberg that is only reached no more fills than it shows', async (t) => {
  const engine = bookAt100();
  engine.place('a', limit('BUY', '95', { quantity: '5', icebergQty: '0.5' }), 6);
  walk(engine, '95', '8');
  t.same(fills(engine), ['BUY 0.5 @ 95 maker']);
});

t.test('limits wait for the volume behind a gap; a stop fills from the open on', async (t) => {
  const engine = bookAt100();
  engine.addAccount('b');
  engine.deposit('b', 'USDT', '1000', 5);
  engine.place('b', limit('BUY', '95'), 6);
  engine.place('a', stop('SELL', '94', { quantity: '0.4' }), 6);
  engine.boundary('BTCUSDT', 7, '90', '100');
  while (!engine.crossOpen('BTCUSDT'));
  t.same(fills(engine), ['SELL 0.4 @ 95 taker'], 'it meets the purchase that the gap has left behind');
  engine.place('a', stop('SELL', '89.9', { quantity: '1' }), 7);
  walk(engine, '89', '1');
  t.same(fills(engine)[1], 'SELL 1 @ 89.89 taker', 'after a kline without range: a tick below');
  t.match(engine.trades('b', 'BTCUSDT', {}), [{ qty: '0.4' }, { qty: '0.6', price: '95', isMaker: true }]);
});

t.test('accounts meet each other inside the spread: one trade, told to both', async (t) => {
  const engine = bookAt100();
  engine.addAccount('b');
  engine.deposit('b', 'BTC', '10', 5);
  engine.place('a', limit('BUY', '100', { quantity: '1' }), 6);
  const [sold] = engine.place('b', order({ side: 'SELL', quantity: '2' }), 6).trades;
  t.same(fills(engine), ['BUY 1 @ 100 maker']);
  t.equal(sold!.price, '100');
  t.equal(engine.trades('a', 'BTCUSDT', {})[0]!.id, sold!.id);
  t.equal(engine.trades('b', 'BTCUSDT', {})[1]!.price, '99.8');
});

t.test('its market is never quiet', async (t) => {
  t.same(bookAt100().quietRange('BTCUSDT'), { below: Infinity, above: -Infinity });
});
