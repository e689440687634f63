import t from 'tap';
import { market, order, limit, stop, refusal, balance, story, fills, at } from './testing.js';

t.test('a market buy fills at once at the current price and pays its commission in base', async (t) => {
  const engine = market();
  const { order: placed, trades } = engine.place('a', order({ quantity: '1', newClientOrderId: 'm' }), 5);
  t.match(placed, {
    status: 'FILLED',
    executedQty: '1',
    cummulativeQuoteQty: '100',
    time: 5,
    orderListId: -1,
  });
  t.match(trades, [
    { price: '100', qty: '1', commission: '0.001', commissionAsset: 'BTC', isMaker: false, time: 5 },
  ]);
  t.equal(balance(engine, 'BTC'), '10.999 + 0');
  t.equal(balance(engine, 'USDT'), '9900 + 0');
  t.same(story(engine), ['NEW m', 'TRADE m', 'balances BTC USDT']);
});

t.test('a market sell pays its commission in quote', async (t) => {
  const engine = market();
  engine.place('a', order({ side: 'SELL', quantity: '2' }), 5);
  t.equal(balance(engine, 'USDT'), '10199.8 + 0');
});

t.test('commission is cut to eight decimals', async (t) => {
  const engine = market({ takerFee: '0.00075' });
  const { trades } = engine.place('a', order({ quantity: '0.33333' }), 5);
  t.equal(trades[0]!.commission, '0.00024999');
});

t.test('commission can be charged in quote on both sides, and is locked with a buy', async (t) => {
  const engine = market({ feeAsset: 'quote', makerFee: '0.002' });
  engine.place('a', limit('BUY', '90'), 5);
  t.equal(balance(engine, 'USDT'), '9909.82 + 90.18');
  engine.moveTo('BTCUSDT', 6, 80);
  t.equal(balance(engine, 'USDT'), '9909.82 + 0');
  t.equal(balance(engine, 'BTC'), '11 + 0');
  engine.place('a', order({ quoteOrderQty: '9909.82' }), 7);
  t.ok(Number(balance(engine, 'USDT').split(' ')[0]) < 0.01, 'an amount of quote covers its own commission');
});

t.test('quoteOrderQty buys as many whole steps as it pays for', async (t) => {
  const engine = market();
  const { order: placed } = engine.place('a', order({ quoteOrderQty: '33.3339' }), 5);
  t.match(placed, {
    executedQty: '0.33333',
    origQty: '0.33333',
    origQuoteOrderQty: '33.3339',
    cummulativeQuoteQty: '33.333',
  });
  t.equal(
    refusal(() => engine.place('a', order({ quoteOrderQty: '0.0001' }), 5)),
    '-2010 Order book liquidity is less than `LOT_SIZE` filter minimum quantity.',
  );
  t.equal(
    refusal(() => engine.place('a', order({ quoteOrderQty: '4' }), 5)),
    '-1013 Filter failure: NOTIONAL',
  );
});

t.test('a resting limit locks its money and fills at its own price, as maker, when touched', async (t) => {
  const engine = market({ makerFee: '0.0005' });
  engine.place('a', limit('BUY', '95', { newClientOrderId: 'l' }), 5);
  t.equal(balance(engine, 'USDT'), '9905 + 95');
  t.same(story(engine), ['NEW l', 'balances USDT']);
  t.ok(engine.moveTo('BTCUSDT', 6, '95.01'));
  t.equal(at(engine, 'l'), 'NEW');
  t.notOk(engine.moveTo('BTCUSDT', 7, '95'), 'it stops after the fill');
  t.ok(engine.moveTo('BTCUSDT', 7, '95'), 'and goes on');
  t.same(fills(engine), ['BUY 1 @ 95 maker']);
  t.equal(balance(engine, 'BTC'), '10.9995 + 0');
  t.equal(balance(engine, 'USDT'), '9905 + 0');
  t.same(story(engine), ['TRADE l', 'balances USDT BTC']);
});

t.test('a marketable limit takes the better current price and frees the rest', async (t) => {
  const engine = market();
  engine.place('a', limit('BUY', '120'), 5);
  t.same(fills(engine), ['BUY 1 @ 100 taker']);
  t.equal(balance(engine, 'USDT'), '9900 + 0');
});

t.test('IOC and FOK limits that are not marketable expire at once', async (t) => {
  const engine = market();
  for (const timeInForce of ['IOC', 'FOK'] as const) {
    const { order: placed } = engine.place(
      'a',
      limit('BUY', '90', { timeInForce, newClientOrderId: timeInForce }),
      5,
    );
    t.match(placed, { status: 'EXPIRED', expiryReason: /UNFILLED/, executedQty: '0' });
    t.same(story(engine), [`NEW ${timeInForce}`, `EXPIRED ${timeInForce}`]);
  }
  t.equal(balance(engine, 'USDT'), '10000 + 0');
});

t.test('a path fills the nearest order first, ties by order id, one at a time', async (t) => {
  const engine = market();
  for (const [id, price] of [
    ['far', '90'],
    ['near', '99'],
    ['b', '95'],
    ['c', '95'],
  ] as const)
    engine.place('a', limit('BUY', price, { newClientOrderId: id }), 5);
  engine.drain();
  const filled: (string | null)[] = [];
  while (!engine.moveTo('BTCUSDT', 6, '80')) {
    filled.push(story(engine)[0]!, engine.price('BTCUSDT'));
  }
  t.same(filled, ['TRADE near', '99', 'TRADE b', '95', 'TRADE c', '95', 'TRADE far', '90']);
  t.equal(engine.price('BTCUSDT'), '80');
});

t.test('after a fill the market stands where the path was', async (t) => {
  const engine = market();
  engine.place('a', limit('BUY', '95'), 5);
  engine.moveTo('BTCUSDT', 6, '90');
  engine.place('a', order({ side: 'SELL', quantity: '1' }), 6);
  t.same(fills(engine), ['BUY 1 @ 95 maker', 'SELL 1 @ 95 taker']);
});

t.test('a market stop fills at its stop inside the path, at the open when that gaps through', async (t) => {
  const engine = market();
  engine.place('a', stop('SELL', '98'), 5);
  engine.moveTo('BTCUSDT', 6, '90');
  engine.moveTo('BTCUSDT', 6, '90');
  engine.place('a', stop('SELL', '88'), 7);
  engine.boundary('BTCUSDT', 8, '85', '90');
  t.notOk(engine.crossOpen('BTCUSDT'));
  t.ok(engine.crossOpen('BTCUSDT'));
  engine.place('a', stop('BUY', '86'), 9);
  engine.boundary('BTCUSDT', 10, '89', '85');
  engine.crossOpen('BTCUSDT');
  t.same(fills(engine), ['SELL 1 @ 98 taker', 'SELL 1 @ 85 taker', 'BUY 1 @ 89 taker']);
});

t.test('a market take-profit never fills better than its stop', async (t) => {
  const engine = market();
  engine.place('a', order({ side: 'SELL', type: 'TAKE_PROFIT', stopPrice: '105', quantity: '1' }), 5);
  engine.boundary('BTCUSDT', 6, '110', '100');
  engine.crossOpen('BTCUSDT');
  t.same(fills(engine), ['SELL 1 @ 105 taker']);
});

t.test('a bought market stop that a gap makes unaffordable expires and frees its money', async (t) => {
  const engine = market();
  engine.place('a', stop('BUY', '110', { quantity: '90', newClientOrderId: 's' }), 5);
  engine.boundary('BTCUSDT', 6, '120', '100');
  engine.crossOpen('BTCUSDT');
  t.equal(at(engine, 's'), 'EXPIRED');
  t.equal(balance(engine, 'USDT'), '10000 + 0');
});

t.test('a triggered stop-limit takes if marketable, never worse than its limit', async (t) => {
  const engine = market();
  const sell = (stopPrice: string, price: string) =>
    stop('SELL', stopPrice, { type: 'STOP_LOSS_LIMIT', price, timeInForce: 'GTC' });
  engine.place('a', sell('98', '97'), 5);
  engine.moveTo('BTCUSDT', 6, '96');
  engine.moveTo('BTCUSDT', 6, '96');
  engine.place('a', sell('95', '93'), 7);
  engine.boundary('BTCUSDT', 8, '94', '96');
  engine.crossOpen('BTCUSDT');
  t.same(fills(engine), ['SELL 1 @ 98 taker', 'SELL 1 @ 94 taker']);
});

t.test('a triggered stop-limit that is not marketable rests as a limit', async (t) => {
  const engine = market();
  engine.place(
    'a',
    stop('SELL', '98', { type: 'STOP_LOSS_LIMIT', price: '97', timeInForce: 'GTC', newClientOrderId: 's' }),
    5,
  );
  t.equal(engine.openOrders('a')[0]!.isWorking, false);
  engine.boundary('BTCUSDT', 6, '90', '100');
  engine.drain();
  t.notOk(engine.crossOpen('BTCUSDT'), 'a trigger holds the market too');
  t.ok(engine.crossOpen('BTCUSDT'));
  t.same(story(engine), ['NEW s']);
  t.match(engine.openOrders('a'), [{ isWorking: true, workingTime: 6, status: 'NEW' }]);
  while (!engine.moveTo('BTCUSDT', 7, '100'));
  t.same(fills(engine), ['SELL 1 @ 97 maker']);
});

t.test('at a boundary a market order executes at the coming open, which nobody reads before', async (t) => {
  const engine = market();
  engine.boundary('BTCUSDT', 6, '102', '100');
  t.equal(engine.price('BTCUSDT'), '100');
  engine.place('a', order({ quantity: '1' }), 6);
  t.same(fills(engine), ['BUY 1 @ 102 taker']);
  t.ok(engine.crossOpen('BTCUSDT'));
  t.equal(engine.price('BTCUSDT'), '102');
});

t.test(
  'a limit placed at a boundary executes at the open only if the prior close would have met it too',
  async (t) => {
    const engine = market();
    engine.boundary('BTCUSDT', 6, '95', '100');
    engine.place('a', limit('BUY', '101'), 6);
    engine.place('a', limit('BUY', '97'), 6);
    t.same(fills(engine), ['BUY 1 @ 95 taker']);
    t.notOk(engine.crossOpen('BTCUSDT'));
    t.ok(engine.crossOpen('BTCUSDT'));
    t.same(fills(engine), ['BUY 1 @ 95 taker', 'BUY 1 @ 97 maker']);
    engine.boundary('BTCUSDT', 7, '95', null);
    engine.place('a', limit('BUY', '96'), 7);
    t.equal(fills(engine)[2], 'BUY 1 @ 95 taker', 'without a prior close the open alone decides');
  },
);

t.test('a gapped open fills a resting target at its own price', async (t) => {
  const engine = market();
  engine.place('a', limit('SELL', '105'), 5);
  engine.boundary('BTCUSDT', 6, '120', '100');
  engine.crossOpen('BTCUSDT');
  t.same(fills(engine), ['SELL 1 @ 105 maker']);
});
