import t from 'tap';
import { createEngine } from './engine.js';
import { BTC, market, order, limit, stop, oco, refusal, balance, fills, at } from './testing.js';
import type { Engine, NewOrder } from './types.js';

t.test('a stop that would trigger and a maker that would match are refused', async (t) => {
  const engine = market();
  const trigger = '-2010 Order would trigger immediately.';
  t.equal(
    refusal(() => engine.place('a', stop('SELL', '100'), 5)),
    trigger,
  );
  t.equal(
    refusal(() => engine.place('a', stop('BUY', '99'), 5)),
    trigger,
  );
  t.equal(
    refusal(() => engine.place('a', stop('SELL', '99', { type: 'TAKE_PROFIT' }), 5)),
    trigger,
  );
  t.equal(
    refusal(() => engine.place('a', order({ type: 'LIMIT_MAKER', price: '100', quantity: '1' }), 5)),
    '-2010 Order would immediately match and take.',
  );
});

t.test('a client id is refused while its order is open, and accepted again afterwards', async (t) => {
  const engine = market();
  engine.place('a', limit('BUY', '90', { newClientOrderId: 'x' }), 5);
  t.equal(
    refusal(() => engine.place('a', order({ quantity: '1', newClientOrderId: 'x' }), 5)),
    '-2010 Duplicate order sent.',
  );
  engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: 'x' }, 6);
  engine.place('a', order({ quantity: '1', newClientOrderId: 'x' }), 7);
  const { order: again } = engine.place('a', order({ quantity: '1', newClientOrderId: 'x' }), 7);
  t.equal(fills(engine).length, 2, 'a resent market order executes twice');
  t.equal(
    engine.order('a', { symbol: 'BTCUSDT', origClientOrderId: 'x' })!.orderId,
    again.orderId,
    'the newest is meant',
  );
  engine.placeOco('a', oco(), 8);
  t.equal(
    refusal(() =>
      engine.placeOco(
        'a',
        oco({ above: { type: 'LIMIT_MAKER', price: '105' }, below: { type: 'STOP_LOSS', stopPrice: '98' } }),
        8,
      ),
    ),
    '-2010 Duplicate order sent.',
    'a list id too',
  );
});

t.test('a cancel names the original id, and an ended order is unknown to it', async (t) => {
  const engine = market();
  engine.place('a', limit('BUY', '90', { newClientOrderId: 'x' }), 5);
  engine.drain();
  t.match(engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: 'x', newClientOrderId: 'c' }, 6), {
    order: { status: 'CANCELED', clientOrderId: 'x', updateTime: 6 },
    cancelClientOrderId: 'c',
  });
  const [event] = engine.drain();
  t.match(event, { executionType: 'CANCELED', cancelClientOrderId: 'c', order: { clientOrderId: 'x' } });
  const unknown = '-2011 Unknown order sent.';
  t.equal(
    refusal(() => engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: 'x' }, 7)),
    unknown,
  );
  t.equal(
    refusal(() => engine.cancelList('a', { symbol: 'BTCUSDT', orderListId: 9 }, 7)),
    unknown,
  );
  t.equal(
    refusal(() => engine.cancelAll('a', 'BTCUSDT', 7)),
    unknown,
  );
});

t.test('cancelAll ends every order and each list once', async (t) => {
  const engine = market();
  engine.placeOco('a', oco(), 5);
  engine.place('a', limit('BUY', '90'), 5);
  const results = engine.cancelAll('a', 'BTCUSDT', 6);
  t.match(results, [{ list: { orderListId: 1 } }, { order: { status: 'CANCELED' } }]);
  t.same(engine.openOrders('a'), []);
});

t.test('nobody spends what is not free', async (t) => {
  const engine = market();
  const short = '-2010 Account has insufficient balance for requested action.';
  t.equal(
    refusal(() => engine.place('a', order({ quantity: '101' }), 5)),
    short,
  );
  engine.place('a', limit('SELL', '110', { quantity: '9.5' }), 5);
  t.equal(
    refusal(() => engine.place('a', order({ side: 'SELL', quantity: '0.51' }), 5)),
    short,
  );
  t.equal(
    refusal(() => engine.placeOco('a', oco(), 5)),
    short,
  );
  t.equal(
    refusal(() => engine.deposit('a', 'BTC', '-0.6', 5)),
    short,
    'nor withdraws it',
  );
  engine.deposit('a', 'BTC', '-0.5', 5);
  t.equal(balance(engine, 'BTC'), '0 + 9.5');
});

t.test('each type demands its parameters and refuses others', async (t) => {
  const engine = market();
  const place = (more: Partial<NewOrder>) => refusal(() => engine.place('a', order(more), 5));
  const lacks = (name: string) =>
    `-1102 Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`;
  const extra = (name: string) => `-1106 Parameter '${name}' sent when not required.`;
  t.equal(place({ type: 'LIMIT', quantity: '1', price: '90' }), lacks('timeInForce'));
  t.equal(place({ type: 'LIMIT', timeInForce: 'GTC', price: '90' }), lacks('quantity'));
  t.equal(place({ type: 'STOP_LOSS', quantity: '1' }), lacks('stopPrice'));
  t.match(place({}), /^-1102 Param 'quantity' or 'quoteOrderQty'/);
  t.equal(place({ quantity: '1', timeInForce: 'GTC' }), extra('timeInForce'));
  t.equal(place({ quantity: '1', quoteOrderQty: '1' }), extra('quoteOrderQty'));
  t.equal(place({ type: 'LIMIT_MAKER', quantity: '1', price: '90', stopPrice: '1' }), extra('stopPrice'));
  t.equal(place({ quantity: '0.123456789' }), "-1111 Parameter 'quantity' has too much precision.");
  t.match(place({ quantity: '1e3' }), /^-1100 Illegal characters found in parameter 'quantity'/);
  t.equal(place({ quantity: '0' }), '-1013 Invalid quantity.');
  t.equal(place({ symbol: 'NOPE', quantity: '1' }), '-1121 Invalid symbol.');
  t.equal(place({ type: 'ICEBERG' as 'MARKET', quantity: '1' }), '-1116 Invalid orderType.');
  t.equal(place({ side: 'HOLD' as 'BUY', quantity: '1' }), '-1117 Invalid side.');
});

t.test('a halted market takes neither orders nor cancels nor fills; cancel-only takes cancels', async (t) => {
  const engine = market();
  engine.place('a', limit('BUY', '90', { newClientOrderId: 'x' }), 5);
  engine.setStatus('BTCUSDT', 'HALT');
  t.equal(
    refusal(() => engine.place('a', order({ quantity: '1' }), 6)),
    '-2010 Market is closed.',
  );
  t.equal(
    refusal(() => engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: 'x' }, 6)),
    '-2011 Market is closed.',
  );
  t.ok(engine.moveTo('BTCUSDT', 6, '85'));
  t.equal(at(engine, 'x'), 'NEW');
  engine.setStatus('BTCUSDT', 'TRADING');
  t.notOk(engine.moveTo('BTCUSDT', 7, '86'), 'what was passed meanwhile fills first');
  t.same(fills(engine), ['BUY 1 @ 90 maker']);
  engine.place('a', limit('BUY', '80', { newClientOrderId: 'y' }), 8);
  engine.setStatus('BTCUSDT', 'CANCEL_ONLY');
  t.equal(
    refusal(() => engine.place('a', order({ quantity: '1' }), 9)),
    '-2010 Market is closed.',
  );
  engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: 'y' }, 9);
  t.equal(at(engine, 'y'), 'CANCELED');
});

t.test('before its first price a market is closed', async (t) => {
  const engine = createEngine({ symbols: [BTC] });
  engine.addAccount('a');
  t.equal(engine.price('BTCUSDT'), null);
  t.equal(
    refusal(() => engine.place('a', order({ quantity: '1' }), 5)),
    '-2010 Market is closed.',
  );
});

t.test('test() checks as place() does and changes nothing', async (t) => {
  const engine = market();
  const before = engine.snapshot();
  engine.test('a', order({ quantity: '1' }), 5);
  t.match(
    refusal(() => engine.test('a', order({ quantity: '101' }), 5)),
    /insufficient/,
  );
  t.same(engine.snapshot(), before);
});

t.test('history is asked by id, by time, or for the latest', async (t) => {
  const engine = market();
  for (let time = 5; time < 10; time += 1) engine.place('a', order({ quantity: '0.1' }), time);
  const ids = (options: Parameters<Engine['trades']>[2]) =>
    engine.trades('a', 'BTCUSDT', options).map((f) => f.id);
  t.same(ids({}), [1, 2, 3, 4, 5]);
  t.same(ids({ limit: 2 }), [4, 5]);
  t.same(ids({ fromId: 2, limit: 2 }), [2, 3]);
  t.same(ids({ startTime: 6, endTime: 8 }), [2, 3, 4]);
  t.same(ids({ orderId: 3 }), [3]);
  t.same(
    engine.allOrders('a', 'BTCUSDT', { fromOrderId: 4 }).map((o) => o.orderId),
    [4, 5],
  );
  t.match(
    refusal(() => engine.order('a', { symbol: 'BTCUSDT', orderId: 1, origClientOrderId: 'nope' })),
    /^-2039/,
  );
  t.equal(engine.order('a', { symbol: 'BTCUSDT', orderId: 99 }), null);
});

t.test('the quiet range says how far the market may move without touching an order', async (t) => {
  const engine = market();
  t.same(engine.quietRange('BTCUSDT'), { below: -Infinity, above: Infinity });
  engine.placeOco('a', oco(), 5);
  engine.place('a', limit('BUY', '99'), 5);
  t.same(engine.quietRange('BTCUSDT'), { below: 99, above: 105 });
});
