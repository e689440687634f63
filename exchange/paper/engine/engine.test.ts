import t from 'tap';
import { createEngine } from './engine.js';
import { symbolInfo } from './exchange-info.js';
import { PaperError, type Engine, type EngineOptions, type NewOco, type NewOrder } from './types.js';

const BTC = symbolInfo({
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
});

/** One account with money and coins, the market standing at 100. */
function market(options: Partial<EngineOptions> = {}): Engine {
  const engine = createEngine({ symbols: [BTC], ...options });
  engine.addAccount('a');
  engine.deposit('a', 'USDT', '10000', 0);
  engine.deposit('a', 'BTC', '10', 0);
  engine.moveTo('BTCUSDT', 1, '100');
  engine.drain();
  return engine;
}
function order(more: Partial<NewOrder>): NewOrder {
  return { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', ...more };
}
function limit(side: 'BUY' | 'SELL', price: string, more: Partial<NewOrder> = {}): NewOrder {
  return order({ side, type: 'LIMIT', price, quantity: '1', timeInForce: 'GTC', ...more });
}
function stop(side: 'BUY' | 'SELL', stopPrice: string, more: Partial<NewOrder> = {}): NewOrder {
  return order({ side, type: 'STOP_LOSS', stopPrice, quantity: '1', ...more });
}
function oco(more: Partial<NewOco> = {}): NewOco {
  return {
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '1',
    listClientOrderId: 'exit',
    above: { type: 'LIMIT_MAKER', price: '105', clientOrderId: 'tp' },
    below: { type: 'STOP_LOSS', stopPrice: '98', clientOrderId: 'sl' },
    ...more,
  };
}
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof PaperError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}
function balance(engine: Engine, asset: string): string {
  const found = engine.balances('a').find((b) => b.asset === asset);
  return `${found?.free ?? '0'} + ${found?.locked ?? '0'}`;
}
/** Events in short: what happened to which order. */
function story(engine: Engine): string[] {
  return engine.drain().map((event) => {
    if (event.type === 'execution') return `${event.executionType} ${event.order.clientOrderId}`;
    if (event.type === 'list') return `list ${event.list.listStatusType}`;
    return `balances ${event.balances.map((b) => b.asset).join(' ')}`;
  });
}
function fills(engine: Engine): string[] {
  return engine
    .trades('a', 'BTCUSDT', {})
    .map((f) => `${f.side} ${f.qty} @ ${f.price} ${f.isMaker ? 'maker' : 'taker'}`);
}
function at(engine: Engine, id: string): string {
  return engine.order('a', { symbol: 'BTCUSDT', origClientOrderId: id })!.status;
}

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
    '-2010 Unsupported order combination',
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
