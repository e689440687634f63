import t from 'tap';
import { at, balance, fills, limit, market, oco, order, refusal, story } from './testing.js';
import type { Engine, EngineOptions, SelfTradePreventionMode } from './types.js';

/** The coming open has left an own purchase of 1 at 97 behind: whoever sells at 95 would meet it first. */
function gapped(options: Partial<EngineOptions> = {}, quantity = '1'): Engine {
  const engine = market(options);
  engine.place('a', limit('BUY', '97', { quantity, newClientOrderId: 'maker' }), 5);
  engine.boundary('BTCUSDT', 6, '95', '100');
  engine.drain();
  return engine;
}
function sell(mode?: SelfTradePreventionMode, quantity = '3') {
  return order({ side: 'SELL', quantity, newClientOrderId: 'taker', selfTradePreventionMode: mode });
}

t.test('by default the own resting order expires, and the taker goes on to the market', async (t) => {
  const engine = gapped();
  const { order: placed, preventedMatches } = engine.place('a', sell(), 6);
  t.match(placed, { status: 'FILLED', executedQty: '3', selfTradePreventionMode: 'EXPIRE_MAKER' });
  t.match(preventedMatches, [
    { preventedMatchId: 0, price: '97', makerPreventedQuantity: '1', takerOrderId: 2, makerOrderId: 1 },
  ]);
  t.match(engine.order('a', { symbol: 'BTCUSDT', origClientOrderId: 'maker' }), {
    status: 'EXPIRED_IN_MATCH',
    preventedMatchId: 0,
    preventedQuantity: '1',
  });
  const events = engine.drain();
  t.match(events[1], {
    executionType: 'TRADE_PREVENTION',
    order: { clientOrderId: 'maker', status: 'EXPIRED_IN_MATCH' },
    prevention: { lastPreventedQuantity: '1', counterOrderId: 2, price: '97', quoteQuantity: '97' },
  });
  t.same(fills(engine), ['SELL 3 @ 95 taker']);
  t.equal(balance(engine, 'USDT'), '10284.715 + 0');
});

t.test('the taker, or both, may expire instead', async (t) => {
  const taker = gapped();
  t.match(taker.place('a', sell('EXPIRE_TAKER'), 6).order, {
    status: 'EXPIRED_IN_MATCH',
    executedQty: '0',
    preventedQuantity: '3',
  });
  t.equal(at(taker, 'maker'), 'NEW');
  t.same(story(taker), ['NEW taker', 'TRADE_PREVENTION taker']);
  const both = gapped();
  both.place('a', sell('EXPIRE_BOTH'), 6);
  t.same(story(both), ['NEW taker', 'TRADE_PREVENTION maker', 'TRADE_PREVENTION taker', 'balances USDT']);
  t.match([at(both, 'maker'), at(both, 'taker')], ['EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH']);
  t.same(fills(both), []);
});

t.test('or both lose what would have traded, and the larger goes on', async (t) => {
  const larger = gapped();
  t.match(larger.place('a', sell('DECREMENT'), 6).order, {
    status: 'FILLED',
    executedQty: '2',
    preventedQuantity: '1',
  });
  t.equal(at(larger, 'maker'), 'EXPIRED_IN_MATCH');
  const smaller = gapped({}, '5');
  t.equal(smaller.place('a', sell('DECREMENT'), 6).order.status, 'EXPIRED_IN_MATCH');
  t.match(smaller.openOrders('a'), [{ clientOrderId: 'maker', status: 'NEW', preventedQuantity: '3' }]);
  t.equal(balance(smaller, 'USDT'), '9806 + 194', 'it holds what it still may buy');
  while (!smaller.crossOpen('BTCUSDT'));
  t.match(smaller.order('a', { symbol: 'BTCUSDT', origClientOrderId: 'maker' }), {
    status: 'FILLED',
    executedQty: '2',
  });
});

t.test('a triggered stop is a taker too', async (t) => {
  const engine = market();
  engine.place('a', limit('BUY', '92', { newClientOrderId: 'maker' }), 5);
  engine.place('a', order({ side: 'SELL', type: 'STOP_LOSS', stopPrice: '94', quantity: '1' }), 5);
  engine.boundary('BTCUSDT', 6, '90', '100');
  while (!engine.crossOpen('BTCUSDT'));
  t.equal(at(engine, 'maker'), 'EXPIRED_IN_MATCH');
  t.same(fills(engine), ['SELL 1 @ 90 taker']);
});

t.test('the leg of a pair that expires so takes the other with it', async (t) => {
  const engine = market();
  engine.placeOco('a', oco(), 5);
  engine.boundary('BTCUSDT', 6, '106', '100');
  engine.drain();
  engine.place('a', order({ quantity: '1', newClientOrderId: 'buy' }), 6);
  t.same(story(engine), [
    'NEW buy',
    'EXPIRED sl',
    'TRADE_PREVENTION tp',
    'TRADE buy',
    'list ALL_DONE',
    'balances BTC USDT',
  ]);
});

t.test(
  'orders of other accounts and worse prices are not met, nor is anything where it may trade with itself',
  async (t) => {
    const engine = gapped();
    engine.addAccount('b');
    engine.deposit('b', 'BTC', '1', 6);
    engine.place('b', order({ side: 'SELL', quantity: '1' }), 6);
    engine.place('a', limit('BUY', '94.99'), 6);
    engine.place('a', order({ side: 'SELL', quantity: '1', selfTradePreventionMode: 'DECREMENT' }), 6);
    t.equal(engine.openOrders('a').length, 1, 'the one at 97 is gone, the one below the market is not');
    t.equal(engine.preventedMatches('a', 'BTCUSDT', {}).length, 1);
    t.same(engine.preventedMatches('a', 'BTCUSDT', { orderId: 99 }), []);
  },
);

t.test('a symbol says which modes it takes', async (t) => {
  const engine = gapped();
  t.equal(
    refusal(() => engine.place('a', sell('NONE'), 6)),
    '-1013 This symbol does not allow the specified self-trade prevention mode.',
  );
});
