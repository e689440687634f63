import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import t from 'tap';
import { instrument } from '../test/bot-kit.js';
import { dec } from './decimal.js';
import { shape } from './shape.js';
import { clientOrderId, parseClientOrderId } from './orders.js';
import { sellable } from './rules.js';

t.test('a quantity is cut to what is owned and down to the step', async (t) => {
  const cut = shape(
    instrument,
    { slot: 'exit', type: 'market-sell', quantity: '5' },
    dec('1.234567'),
    dec('100'),
  );
  t.match(cut, { shaped: { quantity: '1.23456', side: 'SELL' } });
});

t.test(
  'orders that leave at market have one shape for V8 too: a spread gives each its own, and slows all that read them',
  async (t) => {
    setFlagsFromString('--allow-natives-syntax');
    const isSameShape = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (
      a: unknown,
      b: unknown,
    ) => boolean;
    // V8 takes to that after ten or so.
    const leaving = Array.from({ length: 100 }, (_, index) => {
      const want = { slot: 'exit', type: 'market-sell', quantity: `${index + 1}` } as const;
      return shape(instrument, want, dec('1000'), dec('100')).shaped;
    });
    const [first] = leaving;
    t.match(first, { quantity: '1' });
    t.equal(leaving.filter((other) => isSameShape(first, other)).length, 100);
  },
);

t.test('a target goes up to the tick, a stop down to it', async (t) => {
  const cut = shape(
    instrument,
    { slot: 'protect', type: 'oco', takeProfit: '105.001', stop: '98.009', quantity: '1' },
    dec('1'),
    dec('100'),
  );
  t.match(cut, { shaped: { legs: [{ price: '105.01' }, { stopPrice: '98' }] } });
});

t.test('a limit is never worse than asked: buys go down to the tick, sells up', async (t) => {
  const buy = shape(
    instrument,
    { slot: 'a', type: 'limit', side: 'BUY', price: '99.999', quantity: '1' },
    dec('1000'),
    dec('100'),
  );
  t.match(buy, { shaped: { legs: [{ price: '99.99' }], quote: '99.99' } });
  const sell = shape(
    instrument,
    { slot: 'a', type: 'limit', side: 'SELL', price: '100.001', quantity: '1' },
    dec('1'),
    dec('100'),
  );
  t.match(sell, { shaped: { legs: [{ price: '100.01' }] } });
});

t.test('a symbol without market stops gets a stop-limit that gives way', async (t) => {
  const without = { ...instrument, orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS_LIMIT'] };
  const cut = shape(
    without,
    { slot: 'protect', type: 'oco', takeProfit: '105', stop: '98', quantity: '1' },
    dec('1'),
    dec('100'),
  );
  t.match(cut, { shaped: { legs: [{}, { type: 'STOP_LOSS_LIMIT', stopPrice: '98', price: '97.51' }] } });
});

t.test('a buy of a fixed quantity needs half a per cent of cash to spare', async (t) => {
  const want = { slot: 'entry', type: 'market-buy-quantity', quantity: '1' } as const;
  t.match(shape(instrument, want, dec('100.49'), dec('100')), { breach: { rule: 'cash', minimum: '100.5' } });
  t.match(shape(instrument, want, dec('100.5'), dec('100')), { shaped: { quantity: '1' } });
});

t.test(
  'a market order keeps a margin over the minimum notional, for the exchange values it at an average',
  async (t) => {
    const want = { slot: 'entry', type: 'market-buy', quote: '5.05' } as const;
    t.match(shape(instrument, want, dec('1000'), dec('100')), {
      breach: { rule: 'notional', minimum: '5.1' },
    });
  },
);

t.test('what an exchange would not take is dust', async (t) => {
  t.ok(sellable(instrument, dec('0.1'), dec('100')));
  t.notOk(sellable(instrument, dec('0.04'), dec('100')), 'too little value');
  t.notOk(sellable(instrument, dec('0.000009'), dec('1000000')), 'less than a step');
});

t.test(
  'an id names its bot, its place in the sequence and its slot, and any other id is the user’s own',
  async (t) => {
    const id = clientOrderId('Ab3dEf9h', 123_456_789, 'protect1_tp');
    t.equal(id, 'FAb3dEf9h-21i3v9-protect1_tp');
    t.match(id, /^[a-zA-Z0-9-_]{1,36}$/);
    t.same(parseClientOrderId(id), { tag: 'Ab3dEf9h', seq: 123_456_789, slot: 'protect1_tp' });
    for (const other of ['web_1', 'x-TKT5PX2F123', 'Fshort-1-entry', 'FAb3dEf9h-1-', ''])
      t.equal(parseClientOrderId(other), null);
  },
);
