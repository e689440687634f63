import t from 'tap';
import { market, oco, refusal, balance, story } from './testing.js';

t.test('an OCO locks its quantity once; a filled leg expires the other and ends the list', async (t) => {
  const engine = market();
  const placed = engine.placeOco('a', oco({ quantity: '10' }), 5);
  t.match(placed, {
    list: { listClientOrderId: 'exit', listOrderStatus: 'EXECUTING', orders: { length: 2 } },
  });
  t.equal(balance(engine, 'BTC'), '0 + 10');
  t.same(story(engine), ['NEW sl', 'NEW tp', 'list EXEC_STARTED', 'balances BTC']);
  engine.moveTo('BTCUSDT', 6, '106');
  t.same(story(engine), ['EXPIRED sl', 'TRADE tp', 'list ALL_DONE', 'balances BTC USDT']);
  t.equal(engine.order('a', { symbol: 'BTCUSDT', origClientOrderId: 'sl' })!.expiryReason, 'OCO_TRIGGER');
  t.equal(engine.list('a', { listClientOrderId: 'exit' })!.list.listOrderStatus, 'ALL_DONE');
  t.same(engine.openOrders('a'), []);
  t.equal(balance(engine, 'BTC'), '0 + 0');
});

t.test(
  'a triggered stop-limit leg that rests expires its sibling and keeps the list and its lock',
  async (t) => {
    const engine = market();
    engine.placeOco(
      'a',
      oco({
        below: {
          type: 'STOP_LOSS_LIMIT',
          stopPrice: '98',
          price: '97.5',
          timeInForce: 'GTC',
          clientOrderId: 'sl',
        },
      }),
      5,
    );
    engine.boundary('BTCUSDT', 6, '90', '100');
    engine.drain();
    engine.crossOpen('BTCUSDT');
    t.same(story(engine), ['EXPIRED tp', 'NEW sl']);
    t.equal(balance(engine, 'BTC'), '9 + 1');
    engine.cancelList('a', { symbol: 'BTCUSDT', listClientOrderId: 'exit' }, 7);
    t.same(story(engine), ['CANCELED sl', 'list ALL_DONE', 'balances BTC']);
    t.equal(balance(engine, 'BTC'), '10 + 0');
  },
);

t.test('an OCO buy locks what its dearer leg needs', async (t) => {
  const engine = market();
  const legs = {
    above: { type: 'STOP_LOSS', stopPrice: '110' },
    below: { type: 'LIMIT_MAKER', price: '90' },
  } as const;
  engine.placeOco('a', oco({ side: 'BUY', ...legs }), 5);
  t.equal(balance(engine, 'USDT'), '9890 + 110');
  engine.moveTo('BTCUSDT', 6, '90');
  t.equal(balance(engine, 'USDT'), '9910 + 0');
});

t.test('cancelling one leg cancels the list', async (t) => {
  const engine = market();
  engine.placeOco('a', oco(), 5);
  engine.drain();
  const result = engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: 'tp', newClientOrderId: 'x' }, 6);
  t.match(result, {
    list: { listStatusType: 'ALL_DONE' },
    orders: [{ status: 'CANCELED' }, { status: 'CANCELED' }],
    cancelClientOrderId: 'x',
  });
  t.same(story(engine), ['CANCELED sl', 'CANCELED tp', 'list ALL_DONE', 'balances BTC']);
});

t.test('an OCO must have the market between its legs', async (t) => {
  const engine = market();
  const wrong = '-2010 The relationship of the prices for the orders is not correct.';
  t.equal(
    refusal(() => engine.placeOco('a', oco({ above: { type: 'LIMIT_MAKER', price: '100' } }), 5)),
    wrong,
  );
  t.equal(
    refusal(() => engine.placeOco('a', oco({ below: { type: 'STOP_LOSS', stopPrice: '100' } }), 5)),
    wrong,
  );
  t.equal(
    refusal(() => engine.placeOco('a', oco({ below: { type: 'LIMIT_MAKER', price: '90' } }), 5)),
    '-1168 At least one OCO order must be contingent.',
  );
  t.equal(
    refusal(() =>
      engine.placeOco('a', oco({ below: { type: 'STOP_LOSS_LIMIT', stopPrice: '90', price: '89' } }), 5),
    ),
    "-1102 Mandatory parameter 'belowTimeInForce' was not sent, was empty/null, or malformed.",
  );
  t.equal(
    refusal(() =>
      engine.placeOco('a', oco({ above: { type: 'LIMIT_MAKER', price: '105', stopPrice: '104' } }), 5),
    ),
    "-1106 Parameter 'aboveStopPrice' sent when not required.",
  );
  t.same(engine.drain(), [], 'a refusal changes nothing');
  t.same(engine.allOrders('a', 'BTCUSDT', {}), []);
});
