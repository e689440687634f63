import t from 'tap';
import { createEngine } from './engine.js';
import { BTC, limit, oco, order, refusal, stop } from './testing.js';
import type { Engine, NewOrder } from './types.js';

/** The market at 100, with one filter replaced or added. */
function filtered(filter: Record<string, unknown>): Engine {
  const filters = BTC.filters.filter((f) => f.filterType !== filter.filterType);
  const engine = createEngine({ symbols: [{ ...BTC, filters: [...filters, filter] }] });
  engine.addAccount('a');
  engine.deposit('a', 'USDT', '1000000000', 0);
  engine.deposit('a', 'BTC', '10', 0);
  engine.moveTo('BTCUSDT', 1, '100');
  return engine;
}
function asks(engine: Engine, ...requests: NewOrder[]): string[] {
  return requests.map((request) =>
    refusal(() => engine.place('a', request, 5)).replace('-1013 Filter failure: ', ''),
  );
}
const ok = 'accepted';

t.test('PRICE_FILTER bounds price and stop price, and wants whole ticks', async (t) => {
  const engine = filtered({
    filterType: 'PRICE_FILTER',
    minPrice: '50',
    maxPrice: '150',
    tickSize: '0.5',
  });
  const prices = ['90.5', '90.25', '49.5', '150.5'];
  t.same(asks(engine, ...prices.map((price) => limit('BUY', price))), [
    ok,
    'PRICE_FILTER',
    'PRICE_FILTER',
    'PRICE_FILTER',
  ]);
  t.same(asks(engine, stop('SELL', '90.25'), stop('SELL', '90')), ['PRICE_FILTER', ok]);
});

t.test('LOT_SIZE holds for market orders too', async (t) => {
  const engine = filtered({ filterType: 'LOT_SIZE', minQty: '0.1', maxQty: '5', stepSize: '0.1' });
  const quantities = ['0.1', '0.15', '0.05', '5.1'];
  t.same(asks(engine, ...quantities.map((quantity) => order({ quantity }))), [
    ok,
    'LOT_SIZE',
    'LOT_SIZE',
    'LOT_SIZE',
  ]);
});

t.test('MARKET_LOT_SIZE is for market orders only; a step of zero is none', async (t) => {
  const engine = filtered({
    filterType: 'MARKET_LOT_SIZE',
    minQty: '0',
    maxQty: '2',
    stepSize: '0.00000000',
  });
  t.same(
    asks(
      engine,
      order({ quantity: '1.23456' }),
      order({ quantity: '3' }),
      limit('BUY', '90', { quantity: '3' }),
    ),
    [ok, 'MARKET_LOT_SIZE', ok],
  );
});

t.test('NOTIONAL bounds price × quantity, of market orders by the last price where it says so', async (t) => {
  const rule = {
    filterType: 'NOTIONAL',
    minNotional: '10',
    maxNotional: '1000',
    applyMinToMarket: true,
    applyMaxToMarket: false,
  };
  const engine = filtered(rule);
  t.same(
    asks(
      engine,
      limit('BUY', '50', { quantity: '0.2' }),
      limit('BUY', '50', { quantity: '0.19' }),
      limit('BUY', '50', { quantity: '21' }),
      order({ quantity: '0.1' }),
      order({ quantity: '0.09' }),
      order({ quantity: '11' }),
      stop('SELL', '50', { quantity: '0.1' }),
    ),
    [ok, 'NOTIONAL', 'NOTIONAL', ok, 'NOTIONAL', ok, ok],
  );
  t.same(asks(filtered({ ...rule, applyMinToMarket: false }), order({ quantity: '0.09' })), [ok]);
});

t.test('MIN_NOTIONAL is the older form', async (t) => {
  const engine = filtered({ filterType: 'MIN_NOTIONAL', minNotional: '20', applyToMarket: true });
  t.same(asks(engine, order({ quantity: '0.2' }), order({ quantity: '0.1' })), [ok, 'MIN_NOTIONAL']);
});

t.test('PERCENT_PRICE_BY_SIDE keeps limits near the market', async (t) => {
  const engine = filtered({
    filterType: 'PERCENT_PRICE_BY_SIDE',
    bidMultiplierUp: '2',
    bidMultiplierDown: '0.5',
    askMultiplierUp: '3',
    askMultiplierDown: '0.9',
    avgPriceMins: 5,
  });
  const name = 'PERCENT_PRICE_BY_SIDE';
  t.same(asks(engine, limit('BUY', '50'), limit('BUY', '49.99'), limit('BUY', '200.01')), [ok, name, name]);
  t.same(asks(engine, limit('SELL', '300'), limit('SELL', '300.01'), limit('SELL', '89.99')), [
    ok,
    name,
    name,
  ]);
});

t.test('MAX_NUM_ORDERS counts what is open, and lets market orders through', async (t) => {
  const engine = filtered({ filterType: 'MAX_NUM_ORDERS', maxNumOrders: 2 });
  t.same(asks(engine, limit('BUY', '90'), limit('BUY', '91'), limit('BUY', '92'), order({ quantity: '1' })), [
    ok,
    ok,
    'MAX_NUM_ORDERS',
    ok,
  ]);
  engine.cancelAll('a', 'BTCUSDT', 6);
  engine.place('a', limit('BUY', '90'), 7);
  t.match(
    refusal(() => engine.placeOco('a', oco(), 7)),
    /MAX_NUM_ORDERS/,
    'a list needs room for both legs',
  );
});

t.test('MAX_NUM_ALGO_ORDERS counts stops that wait', async (t) => {
  const engine = filtered({ filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 1 });
  engine.placeOco('a', oco(), 5);
  t.same(asks(engine, stop('SELL', '90'), limit('BUY', '90')), ['MAX_NUM_ALGO_ORDERS', ok]);
});

t.test('MAX_NUM_ORDER_LISTS counts open lists', async (t) => {
  const engine = filtered({ filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 1 });
  engine.placeOco('a', oco(), 5);
  const { clientOrderId: _a, ...above } = oco().above;
  const { clientOrderId: _b, ...below } = oco().below;
  t.match(
    refusal(() => engine.placeOco('a', oco({ listClientOrderId: 'two', above, below }), 5)),
    /MAX_NUM_ORDER_LISTS/,
  );
});

t.test('MAX_POSITION counts what is held and what open buys may add', async (t) => {
  const engine = filtered({ filterType: 'MAX_POSITION', maxPosition: '12' });
  t.same(asks(engine, limit('BUY', '90'), limit('BUY', '91'), limit('BUY', '92'), limit('SELL', '110')), [
    ok,
    ok,
    'MAX_POSITION',
    ok,
  ]);
});

t.test(
  'LOT_SIZE holds for the shown part of an iceberg, and ICEBERG_PARTS for how many there are',
  async (t) => {
    const lot = filtered({ filterType: 'LOT_SIZE', minQty: '0.1', maxQty: '50', stepSize: '0.1' });
    t.same(asks(lot, limit('BUY', '90', { icebergQty: '0.15' }), limit('BUY', '90', { icebergQty: '0.1' })), [
      'LOT_SIZE',
      ok,
    ]);
    const parts = filtered({ filterType: 'ICEBERG_PARTS', limit: 4 });
    t.same(
      asks(parts, limit('BUY', '90', { icebergQty: '0.25' }), limit('BUY', '90', { icebergQty: '0.24' })),
      [ok, 'ICEBERG_PARTS'],
    );
  },
);

t.test('an iceberg is good till cancelled and shows less than all', async (t) => {
  const engine = filtered({ filterType: 'ICEBERG_PARTS', limit: 10 });
  t.same(asks(engine, limit('BUY', '90', { icebergQty: '1.1' })), ['-2010 IcebergQty exceeds QTY.']);
  t.same(asks(engine, limit('BUY', '90', { icebergQty: '0.5', timeInForce: 'IOC' })), [
    '-2010 Unsupported order combination',
  ]);
  t.same(asks(engine, order({ quantity: '1', icebergQty: '0.5' })), [
    "-1106 Parameter 'icebergQty' sent when not required.",
  ]);
});

t.test('TRAILING_DELTA bounds by where the stop would be: above the market, or below it', async (t) => {
  const engine = filtered({
    filterType: 'TRAILING_DELTA',
    minTrailingAboveDelta: 100,
    maxTrailingAboveDelta: 200,
    minTrailingBelowDelta: 10,
    maxTrailingBelowDelta: 20,
  });
  const trailing = (side: 'BUY' | 'SELL', type: 'STOP_LOSS' | 'TAKE_PROFIT', trailingDelta: number) =>
    order({ side, type, trailingDelta, quantity: '0.1' });
  const name = 'TRAILING_DELTA';
  t.same(asks(engine, trailing('BUY', 'STOP_LOSS', 100), trailing('BUY', 'STOP_LOSS', 99)), [ok, name]);
  t.same(asks(engine, trailing('SELL', 'TAKE_PROFIT', 200), trailing('SELL', 'TAKE_PROFIT', 201)), [
    ok,
    name,
  ]);
  t.same(asks(engine, trailing('SELL', 'STOP_LOSS', 10), trailing('SELL', 'STOP_LOSS', 9)), [ok, name]);
  t.same(asks(engine, trailing('BUY', 'TAKE_PROFIT', 20), trailing('BUY', 'TAKE_PROFIT', 21)), [ok, name]);
});

t.test('MAX_NUM_ICEBERG_ORDERS counts icebergs', async (t) => {
  const engine = filtered({ filterType: 'MAX_NUM_ICEBERG_ORDERS', maxNumIcebergOrders: 1 });
  const iceberg = limit('BUY', '90', { icebergQty: '0.5' });
  t.same(asks(engine, iceberg, iceberg, limit('BUY', '90')), [ok, 'MAX_NUM_ICEBERG_ORDERS', ok]);
});

t.test('the filters of the exchange count over all its symbols', async (t) => {
  const other = { ...BTC, symbol: 'BTCUSDC', quoteAsset: 'USDC' };
  const counting = (filter: Record<string, unknown>) => {
    const engine = createEngine({ symbols: [BTC, other], exchangeFilters: [filter] });
    engine.addAccount('a');
    for (const asset of ['USDT', 'USDC', 'BTC']) engine.deposit('a', asset, '1000', 0);
    for (const symbol of ['BTCUSDT', 'BTCUSDC']) engine.moveTo(symbol, 1, '100');
    return engine;
  };
  const there = (request: NewOrder) => ({ ...request, symbol: 'BTCUSDC' });
  t.same(
    asks(
      counting({ filterType: 'EXCHANGE_MAX_NUM_ORDERS', maxNumOrders: 1 }),
      limit('BUY', '90'),
      there(limit('BUY', '90')),
    ),
    [ok, 'EXCHANGE_MAX_NUM_ORDERS'],
  );
  t.same(
    asks(
      counting({ filterType: 'EXCHANGE_MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 1 }),
      stop('SELL', '90'),
      there(limit('BUY', '90')),
      there(stop('SELL', '90')),
    ),
    [ok, ok, 'EXCHANGE_MAX_NUM_ALGO_ORDERS'],
  );
  const lists = counting({ filterType: 'EXCHANGE_MAX_NUM_ORDER_LISTS', maxNumOrderLists: 1 });
  lists.placeOco('a', oco(), 5);
  t.match(
    refusal(() => lists.placeOco('a', { ...oco({ listClientOrderId: 'two' }), symbol: 'BTCUSDC' }, 5)),
    /EXCHANGE_MAX_NUM_ORDER_LISTS/,
  );
});

t.test(
  'PERCENT_PRICE and the notional of market orders look at the average that the caller knows',
  async (t) => {
    const band = { filterType: 'PERCENT_PRICE', multiplierUp: '1.1', multiplierDown: '0.9', avgPriceMins: 5 };
    const engine = createEngine({
      symbols: [{ ...BTC, filters: [...BTC.filters.filter((f) => f.filterType === 'NOTIONAL'), band] }],
      averagePrice: (_symbol, minutes) => (minutes === 5 ? 50 : null),
    });
    engine.addAccount('a');
    engine.deposit('a', 'USDT', '10000', 0);
    engine.moveTo('BTCUSDT', 1, '100');
    t.same(asks(engine, limit('BUY', '55'), limit('BUY', '55.01'), limit('BUY', '44.99')), [
      ok,
      'PERCENT_PRICE',
      'PERCENT_PRICE',
    ]);
    t.same(
      asks(engine, order({ quantity: '0.1' }), order({ quantity: '0.09' })),
      [ok, 'NOTIONAL'],
      '5 at 50',
    );
  },
);
