import t from 'tap';
import { EquityCurve } from './equity-curve.js';
import type { Trade } from './ledger.js';
import { statistics, type Judged } from './statistics.js';

const START = Date.UTC(2024, 0, 31);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function trade(entry: number, exit: number, pnl: string): Trade {
  const [entryTime, exitTime] = [START + entry * HOUR, START + exit * HOUR];
  const amounts = { entryPrice: '1', exitPrice: '1', quantity: '1', fees: '0' };
  return { bot: 'a', entryTime, exitTime, ...amounts, pnl, reason: 'signal' };
}

/** Equity at the end of each day, from 100 on. */
function judged(equities: readonly number[], changes: Partial<Judged> = {}): Judged {
  const curve = new EquityCurve(START, 100);
  for (const [day, equity] of equities.entries()) curve.add(START + day * DAY, equity);
  curve.finish();
  return {
    trades: [],
    curve,
    initialEquity: 100,
    finalEquity: equities.at(-1)!,
    start: START,
    end: START + equities.length * DAY,
    openSince: [],
    ...changes,
  };
}

t.test('ratios are what a hand works out', async (t) => {
  // Days of +10 %, −10 % and +10 %; the fall is a tenth, and 366 days of leap have nothing to do with it.
  const { sharpe, sortino, calmar, maxDrawdownPercent, returnPercent } = statistics(judged([110, 99, 108.9]));
  const close = (value: number | null, wanted: number) =>
    t.ok(Math.abs(value! / wanted - 1) < 1e-9, `${value}`);
  close(sharpe, (0.1 / 3 / Math.sqrt((2 * (1 / 15) ** 2 + (2 / 15) ** 2) / 2)) * Math.sqrt(365));
  close(sortino, (0.1 / 3 / Math.sqrt(0.01 / 3)) * Math.sqrt(365));
  close(calmar, (1.089 ** (365 / 3) - 1) / 0.1);
  close(maxDrawdownPercent, 10);
  close(returnPercent, 8.9);
});

t.test('forty days of hours give what another language works out of the same numbers', async (t) => {
  // Python's statistics and datetime, drawdowns by comparing every pair of hours.
  const expected = {
    sharpe: -1.0513744778780196,
    sortino: -1.4361923326811568,
    maxDrawdownPercent: 15.02572967776974,
    calmar: -3.3479976458007092,
    maxDrawdownMs: 704 * HOUR,
    returnPercent: -7.3771503,
  };
  const start = Date.UTC(2024, 1, 27, 6);
  const curve = new EquityCurve(start, 1_000);
  let [drawn, equity, last] = [12_345n, 1_000, 0];
  for (let hour = 0; hour < 40 * 24; hour += 1) {
    drawn = (drawn * 1_103_515_245n + 12_345n) % 2_147_483_648n;
    equity *= 1 + (Number(drawn) / 2_147_483_648 - 0.497) * 0.02;
    last = Number(equity.toFixed(6));
    curve.add(start + hour * HOUR, last);
  }
  curve.finish();
  const span = { start, end: start + 40 * DAY, trades: [], openSince: [] };
  const told = statistics({ ...span, curve, initialEquity: 1_000, finalEquity: last });
  for (const [name, wanted] of Object.entries(expected)) {
    const value = told[name as keyof typeof expected];
    t.ok(Math.abs(value! / wanted - 1) < 1e-9, `${name} ${value} is ${wanted}`);
  }
});

t.test('what cannot be said is null, never a number that is none', async (t) => {
  t.match(statistics(judged([101])), {
    sharpe: null,
    sortino: null,
    winRatePercent: null,
    profitFactor: null,
  });
  const hour = judged([100, 90, 150], { end: START + HOUR });
  t.equal(statistics(hour).calmar, null, 'half as much again in an hour is beyond all numbers a year');
  t.equal(statistics(judged([101, 102])).calmar, null, 'nothing fell');
  t.equal(statistics(judged([50, 0])).calmar, null, 'nothing is left');
});

t.test('trades are counted by gain, run and month; time held by several bots counts once', async (t) => {
  const trades = [
    trade(0, 6, '3'),
    trade(3, 9, '-1'),
    trade(12, 18, '-2'),
    trade(18, 30, '-1'),
    trade(30, 36, '2'),
  ];
  const all = statistics(judged([100, 101], { trades, openSince: [START + 42 * HOUR] }));
  t.match(all, {
    trades: 5,
    wins: 2,
    winRatePercent: 40,
    expectancy: 0.2,
    profitFactor: 1.25,
    longestLosingRun: 3,
    best: trades[0]!,
    worst: trades[2]!,
    exposurePercent: (100 * (9 + 24 + 6)) / 48,
    months: [
      { month: '2024-01', trades: 3, wins: 1, pnl: 0 },
      { month: '2024-02', trades: 2, wins: 1, pnl: 1 },
    ],
  });
});
