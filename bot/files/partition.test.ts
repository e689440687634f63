import t from 'tap';
import type { Caps } from '../config/caps.js';
import { deniedOf, type Taken, type Wish } from './partition.js';
import { reservationWords } from './reservation-words.js';

const wish = (changes: Partial<Wish> = {}): Wish => ({
  id: 'new',
  venue: 'paper',
  account: 'paper',
  symbol: 'BTCUSDT',
  asset: 'USDT',
  amount: '1000',
  held: '0',
  wanted: '1000',
  ...changes,
});

const taken = (id: string, amount: string, changes: Partial<Taken> = {}): Taken => ({
  ...wish(),
  id,
  amount,
  spendable: amount,
  at: 0,
  ...changes,
});

/** [what, wish, others, caps, account, what it says] */
const cases: readonly [string, Partial<Wish>, readonly Taken[], Caps, string | null, string | null][] = [
  [
    'an empty account covers nothing',
    {},
    [],
    {},
    '0',
    'The account holds 0.00 USDT, and this bot would reserve 1,000.00: lower its budget',
  ],
  ['all of it', {}, [], {}, '1000', null],
  [
    'what others may spend is gone',
    {},
    [taken('a', '600'), taken('b', '400')],
    {},
    '1999.99',
    'The account holds 1,999.99 USDT; a and b need 1,000.00 of it, so at most 999.99 are left for this bot, and it would reserve 1,000.00: lower its budget, or stop another',
  ],
  [
    'what others have invested is no quote any more',
    {},
    [taken('a', '1000', { spendable: '0' })],
    {},
    '1000',
    null,
  ],
  ['what it holds already is no quote either', { held: '700', wanted: '300' }, [], {}, '300', null],
  ['its own reservation is replaced, not added', {}, [taken('new', '900')], {}, '1000', null],
  [
    'another account has other money',
    {},
    [taken('a', '900', { account: 'binance/main', venue: 'binance' })],
    {},
    '1000',
    null,
  ],
  ['another asset too', {}, [taken('a', '900', { asset: 'BTC' })], {}, '1000', null],
  ['an account that is not asked', {}, [taken('a', '900')], {}, null, null],
  [
    'a cap on the symbol',
    {},
    [taken('a', '600')],
    { symbols: { BTCUSDT: '1500' } },
    '9999',
    'The cap on BTCUSDT is 1,500.00 USDT; a needs 600.00 of it, so at most 900.00 are left for this bot, and it would reserve 1,000.00: lower its budget, stop another, or raise the cap (flotilla caps set symbols.BTCUSDT=…)',
  ],
  [
    'a cap counts what is invested too',
    {},
    [taken('a', '600', { spendable: '0' })],
    { symbols: { BTCUSDT: '1500' } },
    '9999',
    /so at most 900.00 are left/.source,
  ],
  [
    'another symbol does not count',
    {},
    [taken('a', '600', { symbol: 'ETHUSDT' })],
    { symbols: { BTCUSDT: '1500' } },
    '9999',
    null,
  ],
  [
    'a cap on the account',
    {},
    [taken('a', '600', { symbol: 'ETHUSDT' })],
    { accounts: { paper: { USDT: '1500' } } },
    '9999',
    /The cap on the account paper is 1,500.00 USDT; .*accounts\.paper\.USDT=/.source,
  ],
  [
    'a cap on the fleet',
    {},
    [taken('a', '600', { symbol: 'ETHUSDT' })],
    { fleet: { USDT: '1500' } },
    '9999',
    /The cap on the fleet is 1,500.00 USDT/.source,
  ],
  [
    'real money is counted apart from paper',
    {},
    [taken('a', '600', { venue: 'binance', account: 'binance/main' })],
    { fleet: { USDT: '1500' } },
    '9999',
    null,
  ],
  [
    'all real money together',
    { venue: 'binance', account: 'binance/b' },
    [taken('a', '600', { venue: 'binance', account: 'binance/a' })],
    { fleet: { USDT: '1500' } },
    '9999',
    /The cap on the fleet/.source,
  ],
  ['a cap in another asset does not count', {}, [], { fleet: { BTC: '1' } }, '9999', null],
  [
    'a cap below the wish alone',
    {},
    [],
    { fleet: { USDT: '999' } },
    '9999',
    'The cap on the fleet is 999.00 USDT, and this bot would reserve 1,000.00: lower its budget, or raise the cap (flotilla caps set fleet.USDT=…)',
  ],
  [
    'somebody else’s bots are counted, never named',
    {},
    [taken('own', '100'), { ...taken('theirs', '100'), unnamed: true }],
    {},
    '1000',
    /; own and 1 other bot need 200.00 of it/.source,
  ],
  [
    'what is parked in a symbol counts there',
    { symbol: 'ETHUSDT' },
    [taken('a', '1000', { parked: { ETHUSDT: '600' } })],
    { symbols: { ETHUSDT: '1500' } },
    '9999',
    /; a needs 600.00 of it, so at most 900.00 are left/.source,
  ],
  [
    'and not where the bot trades now',
    {},
    [taken('a', '1000', { parked: { ETHUSDT: '600' } })],
    { symbols: { BTCUSDT: '1400' } },
    '9999',
    null,
  ],
  [
    'nor where the bot that asks trades now',
    { parked: { ETHUSDT: '600' }, held: '600', wanted: '400' },
    [],
    { symbols: { BTCUSDT: '400', ETHUSDT: '1' } },
    '9999',
    null,
  ],
  [
    'the fleet has it wherever it is',
    {},
    [taken('a', '1000', { parked: { ETHUSDT: '600' } })],
    { fleet: { USDT: '1500' } },
    '9999',
    /; a needs 1,000.00 of it/.source,
  ],
  [
    'many are counted, not named',
    {},
    'abcdef'.split('').map((id) => taken(id, '1')),
    {},
    '1000',
    /6 other bots need 6.00 of it/.source,
  ],
];

t.test('money is given once: accounts cover what may be spent, caps all that is set aside', async (t) => {
  for (const [what, wanted, others, caps, total, says] of cases) {
    const denied = deniedOf(wish(wanted), others, { caps, total });
    const words = denied === null ? null : reservationWords(denied.code, denied.values);
    if (says === null || words === null) t.equal(words, says, what);
    else if (says.startsWith('The account') || says.endsWith('…)')) t.equal(words, says, what);
    else t.match(words, new RegExp(says), what);
  }
});

t.test('who is no admin is told nothing of what others have, and all of what is theirs', async (t) => {
  const caps: Caps = { fleet: { USDT: '1500' } };
  const asked = (others: readonly Taken[], discreet: boolean) => {
    const denied = deniedOf(wish(), others, { caps, total: '9999', discreet })!;
    return { values: JSON.stringify(denied.values), words: reservationWords(denied.code, denied.values) };
  };
  const theirs = [taken('own', '100'), taken('theirs', '633', { unnamed: true })];
  const told = asked(theirs, true);
  t.equal(
    told.words,
    'The cap on the fleet is 1,500.00 USDT, and what other bots leave of it is less than the 1,000.00 that this bot would reserve: lower its budget, stop another of yours, or ask an admin to raise the cap',
  );
  t.notMatch(told.values, /633|733|767|theirs/, 'nor is it kept');
  t.match(asked(theirs, false).words, /own and 1 other bot need 733.00 of it, so at most 767.00 are left/);
  t.match(asked([taken('own', '733')], true).words, /own needs 733.00 of it, so at most 767.00 are left/);
  const poor = deniedOf(wish(), theirs, { caps: {}, total: '1321', discreet: true })!;
  t.equal(
    reservationWords(poor.code, poor.values),
    'What other bots leave on the account paper is less than the 1,000.00 USDT that this bot would reserve: lower its budget, stop another of yours, or ask an admin for more',
  );
  t.notMatch(JSON.stringify(poor.values), /633|733|1321|588|theirs/, 'of the account no more than of a cap');
  const own = deniedOf(wish(), theirs.slice(0, 1), { caps: {}, total: '1000', discreet: true })!;
  t.match(reservationWords(own.code, own.values), /own needs 100.00 of it, so at most 900.00 are left/);
  const elsewhere = taken('theirs', '9', { unnamed: true, venue: 'binance', account: 'binance/x' });
  t.match(
    asked([taken('own', '733'), elsewhere], true).words,
    /own needs 733.00/,
    'it counts for nothing here',
  );
});
