import t from 'tap';
import { at, balance, fills, limit, market, oco, order, stop, story } from './testing.js';

const slices = { partialFill: { maxQuoteNotional: '40' } };

t.test('a taker gets its slices at once', async (t) => {
  const engine = market(slices);
  const { order: placed, trades } = engine.place('a', order({ quantity: '1', newClientOrderId: 'm' }), 5);
  t.same(
    trades.map((trade) => trade.qty),
    ['0.4', '0.4', '0.2'],
  );
  t.match(placed, { status: 'FILLED', executedQty: '1', cummulativeQuoteQty: '100' });
  t.same(story(engine), ['NEW m', 'TRADE m', 'TRADE m', 'TRADE m', 'balances BTC USDT']);
});

t.test(
  'a resting limit gets one slice per stretch that touches it, and keeps the rest of its lock',
  async (t) => {
    const engine = market(slices);
    engine.place('a', limit('BUY', '80', { newClientOrderId: 'l' }), 5);
    t.notOk(engine.moveTo('BTCUSDT', 6, '79'), 'it stops after the slice');
    t.equal(at(engine, 'l'), 'PARTIALLY_FILLED');
    t.equal(balance(engine, 'USDT'), '9920 + 40');
    t.ok(engine.moveTo('BTCUSDT', 6, '79'), 'and goes on without it');
    t.equal(engine.price('BTCUSDT'), '79');
    t.ok(engine.quietRange('BTCUSDT').below >= 79, 'a market below the order is not quiet');
    t.notOk(engine.moveTo('BTCUSDT', 7, '90'), 'the next stretch begins below it');
    t.ok(engine.moveTo('BTCUSDT', 7, '90'));
    t.equal(at(engine, 'l'), 'FILLED');
    t.same(fills(engine), ['BUY 0.5 @ 80 maker', 'BUY 0.5 @ 80 maker']);
  },
);

t.test('a partially filled order can be cancelled, which frees what is left', async (t) => {
  const engine = market(slices);
  engine.place('a', limit('BUY', '80', { newClientOrderId: 'l' }), 5);
  engine.moveTo('BTCUSDT', 6, '80');
  engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: 'l' }, 6);
  t.match(engine.order('a', { symbol: 'BTCUSDT', orderId: 1 }), { status: 'CANCELED', executedQty: '0.5' });
  t.equal(balance(engine, 'USDT'), '9960 + 0');
});

t.test('the first slice of a leg ends its sibling; the list ends with the last', async (t) => {
  const engine = market({ partialFill: { maxQuoteNotional: '60' } });
  engine.placeOco('a', oco(), 5);
  engine.drain();
  engine.moveTo('BTCUSDT', 6, '105');
  t.same(story(engine), ['EXPIRED sl', 'TRADE tp', 'balances BTC USDT']);
  t.equal(balance(engine, 'BTC'), '9 + 0.42858');
  engine.moveTo('BTCUSDT', 6, '105');
  engine.moveTo('BTCUSDT', 7, '105');
  t.same(story(engine), ['TRADE tp', 'list ALL_DONE', 'balances BTC USDT']);
});

t.test('a triggered market stop fills wholly, in slices', async (t) => {
  const engine = market(slices);
  engine.place('a', stop('SELL', '80'), 5);
  engine.moveTo('BTCUSDT', 6, '79');
  t.same(fills(engine), ['SELL 0.5 @ 80 taker', 'SELL 0.5 @ 80 taker']);
});

t.test('a slice is one step at least', async (t) => {
  const engine = market({ partialFill: { maxQuoteNotional: '0.0001' } });
  engine.place('a', limit('BUY', '50', { quantity: '0.1' }), 5);
  engine.moveTo('BTCUSDT', 6, '50');
  t.same(fills(engine), ['BUY 0.00001 @ 50 maker']);
});
