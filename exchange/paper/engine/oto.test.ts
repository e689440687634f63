import t from 'tap';
import { at, balance, fills, market, refusal, stop, story } from './testing.js';
import type { NewOto, NewOtoco } from './types.js';

function oto(more: Partial<NewOto> = {}): NewOto {
  return {
    symbol: 'BTCUSDT',
    listClientOrderId: 'list',
    working: { ...ENTRY, clientOrderId: 'w' },
    pending: { side: 'SELL', type: 'STOP_LOSS', quantity: '1', stopPrice: '80', clientOrderId: 'p' },
    ...more,
  };
}
const ENTRY = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '90' } as const;

function otoco(more: Partial<NewOtoco> = {}): NewOtoco {
  return {
    symbol: 'BTCUSDT',
    listClientOrderId: 'list',
    working: { ...ENTRY, clientOrderId: 'w' },
    pendingSide: 'SELL',
    pendingQuantity: '1',
    pendingAbove: { type: 'LIMIT_MAKER', price: '95', clientOrderId: 'tp' },
    pendingBelow: { type: 'STOP_LOSS', stopPrice: '85', clientOrderId: 'sl' },
    ...more,
  };
}

t.test('an OTO places its pending order once the working one is filled', async (t) => {
  const engine = market();
  const { list, orders } = engine.placeOto('a', oto(), 5);
  t.match(list, { contingencyType: 'OTO', listOrderStatus: 'EXECUTING', orders: { length: 2 } });
  t.match(orders, [
    { clientOrderId: 'w', status: 'NEW' },
    { clientOrderId: 'p', status: 'PENDING_NEW', isWorking: false, workingTime: -1 },
  ]);
  t.same(story(engine), ['list EXEC_STARTED', 'NEW p', 'NEW w', 'balances USDT']);
  t.equal(balance(engine, 'BTC'), '10 + 0', 'what waits holds nothing');
  engine.moveTo('BTCUSDT', 6, '90');
  t.same(story(engine), ['TRADE w', 'NEW p', 'balances USDT BTC']);
  t.equal(balance(engine, 'BTC'), '9.999 + 1');
  engine.moveTo('BTCUSDT', 7, '80');
  t.same(story(engine), ['TRADE p', 'list ALL_DONE', 'balances BTC USDT']);
});

t.test('a partial fill does not wake what waits', async (t) => {
  const engine = market({ partialFill: { maxQuoteNotional: '45' } });
  engine.placeOto('a', oto(), 5);
  engine.moveTo('BTCUSDT', 6, '89');
  t.match([at(engine, 'w'), at(engine, 'p')], ['PARTIALLY_FILLED', 'PENDING_NEW']);
  while (!engine.moveTo('BTCUSDT', 6, '89'));
  while (!engine.moveTo('BTCUSDT', 7, '88'));
  t.match([at(engine, 'w'), at(engine, 'p')], ['FILLED', 'NEW']);
});

t.test('a working order that takes at once answers with its trades, the pending one as it was', async (t) => {
  const engine = market();
  const { orders, trades } = engine.placeOto('a', oto({ working: { ...ENTRY, price: '101' } }), 5);
  t.match(orders, [{ status: 'FILLED' }, { status: 'PENDING_NEW' }]);
  t.match(trades, [{ price: '100' }]);
  t.equal(at(engine, 'p'), 'NEW');
});

t.test('cancelling one order of an OTO cancels the other', async (t) => {
  for (const id of ['w', 'p']) {
    const engine = market();
    engine.placeOto('a', oto(), 5);
    engine.drain();
    engine.cancel('a', { symbol: 'BTCUSDT', origClientOrderId: id }, 6);
    t.same(story(engine), ['CANCELED w', 'CANCELED p', 'list ALL_DONE', 'balances USDT']);
  }
});

t.test('a working order that expires takes the list with it', async (t) => {
  const engine = market();
  const working = { ...ENTRY, timeInForce: 'FOK', clientOrderId: 'w' } as const;
  engine.placeOtoco('a', otoco({ working }), 5);
  t.same(story(engine).slice(3), ['NEW w', 'EXPIRED w', 'EXPIRED sl', 'EXPIRED tp', 'list ALL_DONE']);
  const reason = (id: string) =>
    engine.order('a', { symbol: 'BTCUSDT', origClientOrderId: id })!.expiryReason;
  t.equal(reason('w'), 'UNFILLED_FOK_ORDER_EXPIRED');
  t.equal(reason('tp'), 'OTO_PHASE_ONE_EXPIRED');
});

t.test('a pending order that is refused when its time comes expires as rejected', async (t) => {
  const engine = market();
  const pending = { ...oto().pending, quantity: '100' };
  engine.placeOto('a', oto({ pending }), 5);
  engine.moveTo('BTCUSDT', 6, '90');
  t.match(engine.order('a', { symbol: 'BTCUSDT', origClientOrderId: 'p' }), {
    status: 'EXPIRED',
    expiryReason: 'REJECTED',
  });
  t.equal(engine.list('a', { listClientOrderId: 'list' })!.list.listOrderStatus, 'ALL_DONE');
});

t.test('an OTOCO places a pair, which is then like any other', async (t) => {
  const engine = market();
  engine.placeOtoco('a', otoco(), 5);
  t.equal(engine.openOrders('a').length, 3);
  engine.moveTo('BTCUSDT', 6, '90');
  t.equal(balance(engine, 'BTC'), '9.999 + 1', 'held once');
  engine.drain();
  engine.moveTo('BTCUSDT', 7, '95');
  t.same(story(engine), ['EXPIRED sl', 'TRADE tp', 'list ALL_DONE', 'balances BTC USDT']);
  t.same(fills(engine), ['BUY 1 @ 90 maker', 'SELL 1 @ 95 maker']);
});

t.test('a pair that the market has left before it is placed expires as rejected', async (t) => {
  const engine = market();
  engine.placeOtoco(
    'a',
    otoco({ pendingBelow: { type: 'STOP_LOSS', stopPrice: '91', clientOrderId: 'sl' } }),
    5,
  );
  engine.moveTo('BTCUSDT', 6, '90');
  t.match([at(engine, 'w'), at(engine, 'sl'), at(engine, 'tp')], ['FILLED', 'EXPIRED', 'EXPIRED']);
});

t.test('what waits counts as open', async (t) => {
  const engine = market();
  for (let i = 0; i < 5; i += 1)
    engine.placeOto('a', { ...oto(), listClientOrderId: `l${i}`, ...anonymous(oto()) }, 5);
  t.equal(
    refusal(() => engine.place('a', stop('SELL', '80'), 5)),
    '-1013 Filter failure: MAX_NUM_ALGO_ORDERS',
  );
});
function anonymous({ working, pending }: NewOto): Pick<NewOto, 'working' | 'pending'> {
  return { working: { ...working, clientOrderId: '' }, pending: { ...pending, clientOrderId: '' } };
}

t.test('each place has its types and names', async (t) => {
  const engine = market();
  const place = (more: Partial<NewOtoco>) => refusal(() => engine.placeOtoco('a', otoco(more), 5));
  t.match(place({ working: { ...ENTRY, type: 'STOP_LOSS_LIMIT', stopPrice: '101' } }), /^-1159 /);
  t.equal(place({ pendingAbove: { type: 'LIMIT', price: '95' } }), '-1158 Order type not supported in OCO.');
  t.equal(
    place({ pendingAbove: { type: 'LIMIT_MAKER' } }),
    "-1102 Mandatory parameter 'pendingAbovePrice' was not sent, was empty/null, or malformed.",
  );
  t.equal(place({ pendingSide: 'BUY' }), '-1165 A limit order in a buy OCO must be below.');
  t.equal(
    place({ pendingBelow: { type: 'TAKE_PROFIT', stopPrice: '85' } }),
    '-1199 A take profit order in a sell OCO must be above.',
  );
  t.equal(
    place({ pendingAbove: { type: 'STOP_LOSS', stopPrice: '105' } }),
    '-1197 A stop loss order in a sell OCO must be below.',
  );
  t.same(engine.allOrders('a', 'BTCUSDT', {}), []);
});
