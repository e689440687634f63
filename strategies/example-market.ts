import type { Instrument } from '../core/rules.js';

/** A market as Binance has it: what the examples of the plans' pages and many tests are reckoned with. */
export const EXAMPLE_MARKET: Instrument = {
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
  marketMaxQuantity: '0',
  minNotional: '5',
  minNotionalForMarket: true,
  maxNotional: '9000000',
  maxNotionalForMarket: false,
  orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT'],
  oco: true,
};
