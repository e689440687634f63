import t from 'tap';
import { createEngine } from './engine.js';
import { symbolInfo } from './exchange-info.js';
import { BTC, limit, market, order } from './testing.js';
import type { Engine } from './types.js';

const BNB = symbolInfo({ symbol: 'BNBUSDT', base: 'BNB', quote: 'USDT', tickSize: '0.1', stepSize: '0.001' });

function burning(bnb: string): Engine {
  const engine = createEngine({ symbols: [BTC, BNB] });
  engine.addAccount('a');
  for (const asset of ['USDT', 'BTC']) engine.deposit('a', asset, '1000', 0);
  engine.deposit('a', 'BNB', bnb, 0);
  engine.moveTo('BTCUSDT', 1, '100');
  engine.moveTo('BNBUSDT', 1, '250');
  engine.setBnbBurn('a', true);
  return engine;
}
const paid = (engine: Engine, request: ReturnType<typeof order>) => {
  const [trade] = engine.place('a', request, 5).trades;
  return `${trade!.commission} ${trade!.commissionAsset}`;
};

t.test('an account may have its own rates', async (t) => {
  const engine = market();
  engine.setCommission('a', { maker: '0', taker: '0.0005' });
  t.match(engine.commission('a', 'BTCUSDT'), { maker: '0', taker: '0.0005' });
  t.equal(paid(engine, order({ quantity: '1' })), '0.0005 BTC');
  engine.place('a', limit('SELL', '110'), 5);
  engine.moveTo('BTCUSDT', 6, '110');
  t.equal(engine.trades('a', 'BTCUSDT', {})[1]!.commission, '0');
});

t.test('in BNB it is three quarters, by what BNB costs in the quote asset', async (t) => {
  const engine = burning('1');
  t.equal(paid(engine, order({ quantity: '1' })), '0.0003 BNB', '100 × 0.1 % × 0.75 at 250');
  t.equal(paid(engine, order({ side: 'SELL', quantity: '1' })), '0.0003 BNB');
  t.match(engine.commission('a', 'BTCUSDT').discount, {
    enabledForAccount: true,
    enabledForSymbol: true,
    discount: '0.75',
  });
});

t.test('who buys BNB can pay with it', async (t) => {
  const engine = burning('0');
  t.equal(paid(engine, { ...order({ quantity: '1' }), symbol: 'BNBUSDT' }), '0.00075 BNB');
});

t.test('without enough BNB it is whole, in what is received', async (t) => {
  t.equal(paid(burning('0.0002'), order({ quantity: '1' })), '0.001 BTC');
});

t.test('rates cannot change under orders that hold them', async (t) => {
  const engine = market({ feeAsset: 'quote' });
  engine.place('a', limit('BUY', '90'), 5);
  t.throws(() => engine.setCommission('a', { maker: '0', taker: '0' }), /cancel them before/);
});
