import t from 'tap';
import { at, limit, market, order, refusal, story } from './testing.js';
import type { CancelReplace, NewOrder } from './types.js';

function replace(mode: CancelReplace['mode'], request: NewOrder, id = 'old'): CancelReplace {
  return { mode, cancel: { origClientOrderId: id }, order: request };
}
function withOld() {
  const engine = market();
  engine.place('a', limit('BUY', '90', { newClientOrderId: 'old' }), 5);
  engine.drain();
  return engine;
}
const fresh = limit('BUY', '91', { newClientOrderId: 'new' });
const tooMuch = limit('BUY', '91', { quantity: '1000', newClientOrderId: 'new' });

t.test('both halves succeed', async (t) => {
  const engine = withOld();
  t.match(engine.cancelReplace('a', replace('STOP_ON_FAILURE', fresh), 6), {
    code: null,
    cancelResult: 'SUCCESS',
    newOrderResult: 'SUCCESS',
    cancelResponse: { order: { clientOrderId: 'old', status: 'CANCELED' } },
    newOrderResponse: { order: { clientOrderId: 'new', status: 'NEW' }, trades: [] },
  });
  t.same(story(engine), ['CANCELED old', 'balances USDT', 'NEW new', 'balances USDT']);
});

t.test('the new order may use what the old one held, and its id', async (t) => {
  const engine = withOld();
  const all = limit('BUY', '100', { quantity: '99.9', price: '99.9', newClientOrderId: 'old' });
  t.equal(engine.cancelReplace('a', replace('STOP_ON_FAILURE', all), 6).code, null);
});

t.test('a cancel that fails stops it, or does not', async (t) => {
  const engine = withOld();
  t.match(engine.cancelReplace('a', replace('STOP_ON_FAILURE', fresh, 'nope'), 6), {
    code: -2022,
    cancelResult: 'FAILURE',
    newOrderResult: 'NOT_ATTEMPTED',
    cancelResponse: { code: -2011, msg: 'Unknown order sent.' },
    newOrderResponse: null,
  });
  t.match(engine.cancelReplace('a', replace('ALLOW_FAILURE', fresh, 'nope'), 6), {
    code: -2021,
    cancelResult: 'FAILURE',
    newOrderResult: 'SUCCESS',
    newOrderResponse: { order: { status: 'NEW' } },
  });
});

t.test('a new order that fails leaves the old one cancelled', async (t) => {
  const engine = withOld();
  const refused = { code: -2010, msg: 'Account has insufficient balance for requested action.' };
  t.match(engine.cancelReplace('a', replace('STOP_ON_FAILURE', tooMuch), 6), {
    code: -2021,
    cancelResult: 'SUCCESS',
    newOrderResult: 'FAILURE',
    newOrderResponse: refused,
  });
  t.equal(at(engine, 'old'), 'CANCELED');
  t.match(engine.cancelReplace('a', replace('ALLOW_FAILURE', tooMuch), 6), {
    code: -2022,
    cancelResult: 'FAILURE',
    newOrderResult: 'FAILURE',
  });
});

t.test('a filter is looked at before anything is cancelled', async (t) => {
  const engine = withOld();
  t.equal(
    refusal(() => engine.cancelReplace('a', replace('ALLOW_FAILURE', limit('BUY', '90.001')), 6)),
    '-1013 Filter failure: PRICE_FILTER',
  );
  t.equal(at(engine, 'old'), 'NEW');
});

t.test('a cancel may be for untouched orders only, or for partially filled ones', async (t) => {
  const engine = withOld();
  const which = { symbol: 'BTCUSDT', origClientOrderId: 'old' };
  t.equal(
    refusal(() => engine.cancel('a', { ...which, cancelRestrictions: 'ONLY_PARTIALLY_FILLED' }, 6)),
    '-2011 Order was not canceled due to cancel restrictions.',
  );
  engine.cancel('a', { ...which, cancelRestrictions: 'ONLY_NEW' }, 6);
  t.equal(at(engine, 'old'), 'CANCELED');
  t.equal(engine.place('a', order({ quantity: '1' }), 7).order.status, 'FILLED');
});
