import t from 'tap';
import { instrumentOf } from './instruments.js';

const MODERN = {
  symbol: 'BTCUSDT',
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  orderTypes: ['LIMIT', 'MARKET', 'STOP_LOSS'],
  ocoAllowed: true,
  filters: [
    {
      filterType: 'PRICE_FILTER',
      minPrice: '0.01000000',
      maxPrice: '1000000.00000000',
      tickSize: '0.01000000',
    },
    { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
    { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '75.5', stepSize: '0.00000000' },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: '5',
      bidMultiplierDown: '0.2',
      askMultiplierUp: '5',
      askMultiplierDown: '0.2',
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: '5.00000000',
      applyMinToMarket: true,
      maxNotional: '9000000.00000000',
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
  ],
};

t.test("Binance's filters become an instrument", async (t) => {
  t.same(instrumentOf(MODERN), {
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    status: 'trading',
    tickSize: '0.01',
    stepSize: '0.00001',
    minQuantity: '0.00001',
    maxQuantity: '9000',
    minPrice: '0.01',
    maxPrice: '1000000',
    marketStepSize: '0',
    marketMinQuantity: '0',
    marketMaxQuantity: '75.5',
    minNotional: '5',
    minNotionalForMarket: true,
    maxNotional: '9000000',
    maxNotionalForMarket: false,
    priceBand: { bidUp: '5', bidDown: '0.2', askUp: '5', askDown: '0.2' },
    maxOrders: 200,
    maxAlgoOrders: 5,
    orderTypes: ['LIMIT', 'MARKET', 'STOP_LOSS'],
    oco: true,
  });
});

t.test('the older filters are read too, and what is not stated is off or absent', async (t) => {
  const filters = [
    { filterType: 'MIN_NOTIONAL', minNotional: '10.0', applyToMarket: true, avgPriceMins: 5 },
    { filterType: 'PERCENT_PRICE', multiplierUp: '1.3', multiplierDown: '0.7', avgPriceMins: 5 },
  ];
  const found = instrumentOf({ ...MODERN, status: 'BREAK', filters });
  t.match(found, {
    status: 'halted',
    minNotional: '10',
    minNotionalForMarket: true,
    tickSize: '0',
    stepSize: '0',
    maxNotional: '0',
  });
  t.same(found.priceBand, { bidUp: '1.3', bidDown: '0.7', askUp: '1.3', askDown: '0.7' });
  t.notOk('maxOrders' in found);
  t.equal(instrumentOf({ ...MODERN, status: 'CANCEL_ONLY' }).status, 'cancel-only');
});
