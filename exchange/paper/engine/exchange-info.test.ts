import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { createEngine } from './engine.js';
import { exchangeInfoJson, symbolInfo, symbolInfoFromBinance } from './exchange-info.js';
import { BTC, order, refusal } from './testing.js';

t.test('a symbol of the paper exchange survives the trip through exchangeInfo', async (t) => {
  const json = exchangeInfoJson([BTC], 7) as { symbols: unknown[] };
  t.match(json, { timezone: 'UTC', serverTime: 7, exchangeFilters: [], rateLimits: [{ limit: 6000 }] });
  t.same(symbolInfoFromBinance(JSON.parse(JSON.stringify(json.symbols[0]))), BTC);
});

t.test('the step grows where tick × step would need more than eight decimals', async (t) => {
  const step = (tickSize: string, stepSize: string) => {
    const info = symbolInfo({ symbol: 'XUSDT', base: 'X', quote: 'USDT', tickSize, stepSize });
    return info.filters.find((f) => f.filterType === 'LOT_SIZE')!.stepSize;
  };
  t.equal(step('0.01', '0.00001'), '0.00001000');
  t.equal(step('0.0001', '0.00001'), '0.00010000');
  t.equal(step('0.00000001', '0.1'), '1.00000000');
});

t.test('an entry that lacks something is refused with a sentence', async (t) => {
  t.throws(() => symbolInfoFromBinance({ symbol: 'XUSDT' }), {
    message: 'exchangeInfo: "status" of XUSDT is missing or malformed.',
  });
});

const RECORDED = new URL('../../../../shared/fixtures/exchangeInfo-spot-2025-08.json.gz', import.meta.url);
const absent = existsSync(RECORDED) ? false : 'the recorded exchangeInfo is not beside this repository';

t.test('symbols recorded from Binance can be traded', { skip: absent }, async (t) => {
  const recorded = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as { symbols: unknown[] };
  const symbols = recorded.symbols.map(symbolInfoFromBinance);
  t.ok(symbols.length > 20);
  const engine = createEngine({ symbols });
  engine.addAccount('a');
  engine.deposit('a', 'USDT', '1000', 0);
  engine.moveTo('BTCUSDT', 1, '60000');
  t.equal(
    refusal(() => engine.place('a', order({ quoteOrderQty: '100' }), 1)),
    'accepted',
  );
  t.equal(
    refusal(() => engine.place('a', order({ quantity: '0.000015' }), 1)),
    '-1013 Filter failure: LOT_SIZE',
  );
  t.equal(
    refusal(() => engine.place('a', order({ quantity: '0.00001' }), 1)),
    '-1013 Filter failure: NOTIONAL',
  );
});
