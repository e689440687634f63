import t from 'tap';
import type { ReportedFill } from '../../core/events.js';
import { beginningOf } from './beginning.js';
import { commissionOf } from './commission.js';
import { compareOrders, type Sides } from './compare.js';
import { countWords } from './count-words.js';
import type { Diary, Heard } from './diary.js';
import { filledOrders } from './fill-orders.js';

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);
const instrument = { base: 'BTC', quote: 'USDT', minNotional: '5' };

/** The fill of one order in minute `minute`; 0.1 % of a buy in base, of a sale in quote. */
function fill(
  minute: number,
  slot: string,
  price: number,
  quantity = 1,
  changes: Partial<ReportedFill> = {},
): ReportedFill {
  const buys = /entry|so/.test(slot);
  return {
    tradeId: `${minute}${slot}`,
    clientOrderId: `Fabcdefgh-${minute}-${slot}`,
    side: buys ? 'BUY' : 'SELL',
    price: String(price),
    quantity: String(quantity),
    fee: buys ? String(quantity / 1_000) : String((quantity * price) / 1_000),
    feeAsset: buys ? 'BTC' : 'USDT',
    time: START + minute * MINUTE,
    ...changes,
  };
}

const heard = (minute: number, changes: Partial<Heard> = {}): [number, Heard] => [
  START + minute * MINUTE,
  { verdict: 'hold', late: false, outcome: 'waits', ...changes },
];

function compared(live: ReportedFill[], tested: ReportedFill[], diary: Partial<Sides['diary']> = {}) {
  return compareOrders({
    instrument,
    dust: '0',
    interval: '1m',
    live: filledOrders(live),
    tested: filledOrders(tested),
    diary: { heard: new Map(), happenings: [], byHand: new Set(), ...diary },
  });
}
const causes = (...given: Parameters<typeof compared>) =>
  compared(...given).differences.map(({ cause }) => cause);

const round = [fill(5, 'entry', 100), fill(9, 'exit', 101)];

t.test('what is equal is counted, and nothing else is said', async (t) => {
  t.same(compared(round, round), { equal: 2, equalButTime: 0, differences: [] });
  const halves = [fill(5, 'entry', 100, 0.5), fill(5, 'entry', 100, 0.5, { tradeId: 'b' }), round[1]!];
  t.equal(compared(halves, round).equal, 2, 'in however many fills, if they add up');
  const soon = fill(5, 'entry', 100, 1, { time: START + 5 * MINUTE + 18 });
  t.same(
    compared([soon, round[1]!], round),
    { equal: 2, equalButTime: 0, differences: [] },
    '18 ms are the way to the exchange',
  );
  const cheaper = fill(5, 'entry', 100, 1, { time: START + 5 * MINUTE + 18, fee: '0.00075' });
  t.same(causes([cheaper], [round[0]!]), ['commission']);
});

t.test('a worse price, a later time, parts, and another commission', async (t) => {
  t.match(compared([fill(5, 'entry', 100.2), round[1]!], round).differences, [
    { cause: 'slippage', because: 'the price was 0.2 worse than the backtest assumes' },
  ]);
  t.match(compared([round[0]!, fill(9, 'exit', 101.5)], round).differences[0]!.because, /0\.5 better/);
  const late = fill(5, 'entry', 100.1, 1, { time: START + 5 * MINUTE + 1_500 });
  t.match(compared([late], [round[0]!]).differences, [
    { cause: 'latency', because: 'it was filled 1.5 s later' },
  ]);
  const slow = fill(5, 'entry', 100, 1, { time: START + 5 * MINUTE + 1_800 });
  const timed = compared([slow, round[1]!], round);
  t.match(timed, { equal: 1, equalButTime: 1, differences: [{ cause: 'latency' }] });
  t.equal(countWords(timed), 'no order differs, 1 is equal and 1 equal but for its time');
  const both = compared([slow, fill(9, 'exit', 101.5)], round);
  t.match(both, { equal: 0, equalButTime: 1, differences: [{ cause: 'latency' }, { cause: 'slippage' }] });
  t.equal(countWords(both), '1 order differs, 0 are equal and 1 equal but for its time');
  t.equal(compared([late], [round[0]!]).equalButTime, 0, 'another price is more than another time');
  const parts = [fill(5, 'entry', 100, 0.5), fill(5, 'entry', 100.4, 0.5, { tradeId: 'b' })];
  t.same(causes(parts, [round[0]!]), ['partial-fill']);
  t.same(causes([fill(5, 'entry', 100, 1, { fee: '0.00075' })], [round[0]!]), ['commission']);
});

t.test('a fill that came sooner is no latency', async (t) => {
  const at = (minute: number, seconds: number) => ({ time: START + minute * MINUTE + seconds * 1_000 });
  const stop = fill(9, 'protect_s', 98, 1, at(9, 12));
  const tested = fill(9, 'protect_s', 98, 1, at(9, 40));
  const rested = compared([round[0]!, stop], [round[0]!, tested]);
  t.match(rested, {
    equalButTime: 1,
    differences: [{ cause: 'path', because: /28\.0 s sooner: the market/ }],
  });
  t.same(causes([fill(5, 'so2', 98, 1, at(5, 12))], [fill(5, 'so2', 98, 1, at(5, 40))]), ['path']);
  const early = compared([fill(5, 'entry', 100)], [fill(6, 'entry', 100)]).differences;
  t.match(early, [
    { cause: 'signal', because: /the kline of 2024-01-01T00:04Z, in the backtest at that of .*:05Z/ },
  ]);
  t.same(causes([fill(9, 'protect_s', 98, 1, at(9, 40))], [stop]), ['latency']);
});

t.test('an entry that was not made is explained by what it heard and what came of it', async (t) => {
  const missing = (...map: [number, Heard][]) => causes([], [round[0]!], { heard: new Map(map) });
  t.same(missing(), ['missed-kline']);
  t.same(missing(heard(4, { verdict: 'enter', late: true, outcome: 'missed' })), ['missed-kline']);
  t.same(missing(heard(4, { verdict: 'enter', outcome: 'paused' })), ['pause']);
  t.same(missing(heard(4, { verdict: 'enter', outcome: 'fleet-halted' })), ['halt']);
  t.same(missing(heard(4, { verdict: 'enter', outcome: 'daily-loss' })), ['denied']);
  t.same(missing(heard(4)), ['signal']);
  const happenings = [{ time: START + 60 * MINUTE, what: 'config' as const, words: '' }];
  t.same(causes([], [round[0]!], { heard: new Map([heard(4)]), happenings }), ['config-change']);
});

t.test('what follows from a difference is told as that, until both hold the same again', async (t) => {
  const diary = { heard: new Map([heard(4, { verdict: 'enter', outcome: 'paused' })]) };
  const later = [fill(20, 'entry', 100, 0.9), fill(29, 'exit', 101, 0.9)];
  const other = [fill(20, 'entry', 100, 1.1), fill(29, 'exit', 101, 1.1)];
  t.same(causes(later, [...round, ...other], diary), ['pause', 'follows', 'follows', 'follows']);
  const after = {
    heard: new Map([...diary.heard, heard(39, { verdict: 'enter', outcome: 'fleet-halted' })]),
  };
  t.same(causes([], [...round, fill(40, 'entry', 100)], after), ['pause', 'follows', 'halt']);
});

t.test('a trade by hand, and a stop that only one of them met', async (t) => {
  const byHand = new Set([round[1]!.clientOrderId]);
  t.same(causes(round, [round[0]!, fill(30, 'exit', 90)], { byHand }), ['manual', 'follows']);
  t.same(causes([round[0]!, fill(7, 'protect_s', 98)], [round[0]!]), ['path']);
});

t.test('it begins with the first kline, or at an entry out of nothing', async (t) => {
  const fills = [
    fill(5, 'entry', 100),
    fill(9, 'exit', 101, 0.999),
    fill(20, 'entry', 100),
    fill(29, 'exit', 101, 0.999),
  ];
  const diary = {
    heard: new Map([heard(0), heard(1)]),
    whole: true,
    fills,
    settings: { budget: '1000', instrument },
  } as unknown as Diary;
  t.same(beginningOf(diary, '1000', '1m', null), { time: START, cash: '1000', dust: '0' });
  const later = beginningOf(diary, '1000', '1m', START + 10 * MINUTE);
  t.same(later, { time: START + 19 * MINUTE, cash: '1000.798101', dust: '0' });
  const since = { ...diary, moved: { cash: '1200', parked: false } };
  t.equal(beginningOf(since, '1000', '1m', null)?.cash, '1200', 'what it had when it changed its symbol');
  t.equal(beginningOf({ ...diary, whole: false }, '1000', '1m', null)?.time, START + 4 * MINUTE);
  t.equal(beginningOf(diary, '1000', '1m', START + 25 * MINUTE), null);
});

t.test('the commission is what was charged', async (t) => {
  const usual = instrument as never;
  t.same(commissionOf([], usual), { fee: '0.001', feeAsset: 'received' });
  t.same(commissionOf(round, usual), { fee: '0.001', feeAsset: 'received' });
  const quoted = [fill(5, 'entry', 100, 1, { fee: '0.075', feeAsset: 'USDT' })];
  t.same(commissionOf(quoted, usual), { fee: '0.00075', feeAsset: 'quote' });
  t.same(commissionOf([fill(5, 'entry', 100, 1, { fee: '0.0001', feeAsset: 'BNB' })], usual).fee, '0.001');
});
