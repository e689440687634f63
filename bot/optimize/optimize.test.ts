import { existsSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../test/folder.js';
import { configOf } from '../config.js';
import { futures } from '../lookahead/futures.js';
import { readAxis } from './axis.js';
import { evaluate, inThisThread } from './evaluate.js';
import type { Evaluator, Job } from './job.js';
import { optimize, type OptimizeOptions } from './optimize.js';
import { permutation } from './permutation.js';
import { noResults, ResultsFile } from './results-file.js';
import { spaceOf, type Method } from './space.js';
import { divided } from './stretches.js';
import { checkAxes } from './validate.js';

const config = configOf(
  {
    id: 'test',
    symbol: 'BTCUSDT',
    interval: '5m',
    budget: '1000',
    signal: { name: 'rsi', period: 5, buyBelow: 45, sellAbove: 55 },
    plan: { name: 'single' },
  },
  'test',
);
const chosen = { signal: 'rsi', plan: 'single' };
const job: Job = { config, assumed: { fee: '0.0002', feeAsset: 'received', profile: 'touch' } };
const source = futures('5m', 3 * 288, 21);
const market = source.market(source.whole);
const whole = { start: market.start, end: market.end! };
const SETS = ['signal.period=3..7:2', 'signal.buyBelow=40,45', 'plan.stopLossPercent=0.5,2'];

const axesOf = (pairs: readonly string[]) => pairs.map((pair) => readAxis(pair, chosen));

function options(
  changes: Partial<OptimizeOptions> & { method?: Method; sets?: string[] } = {},
): OptimizeOptions {
  const { method = { name: 'grid' }, sets = SETS, ...rest } = changes;
  return {
    space: spaceOf(axesOf(sets), method),
    division: divided(whole, '5m', 0.25, null),
    judgement: { objective: 'return', minTrades: 0 },
    top: 3,
    heat: { rows: 0, columns: 1 },
    results: noResults,
    ...rest,
  };
}

/** Answers late and in any order, as threads do. */
function unruly(lanes: number): Evaluator {
  let turn = 7;
  return {
    lanes,
    evaluate: async (task) => {
      turn = (turn * 5 + 3) % 11;
      await new Promise((resolve) => setTimeout(resolve, turn));
      return evaluate(job, market, task);
    },
    close: async () => undefined,
  };
}

t.test('values are lists, ranges, or both; decimals stay exact', async (t) => {
  const values = (pair: string, names = chosen) => {
    const { count, at } = readAxis(pair, names);
    return Array.from({ length: count }, (_, index) => at(index));
  };
  t.same(values('signal.period=10..20:5'), ['10', '15', '20']);
  t.same(values('signal.period=2..4'), ['2', '3', '4']);
  t.same(values('plan.stopLossPercent=0.1..0.5:0.2,3'), ['0.1', '0.3', '0.5', '3']);
  t.same(values('plan.stopLossPercent=1..1.9:0.5'), ['1', '1.5'], 'the end only where a step meets it');
  t.same(values('plan.quantity=0.1,0.20'), ['0.1', '0.20']);
  t.same(values('signal.period=2..6:2,3..5:2,7'), ['2', '4', '6', '3', '5', '7'], 'ranges that interleave');
  t.same(values('signal.period=14'), ['14']);
  const ladder = { signal: 'rsi', plan: 'ladder' };
  t.same(values('plan.trigger=touch,drop', ladder), ['touch', 'drop']);
  t.same(values('plan.multiStep=true,false', ladder), ['true', 'false']);
  t.same(values('plan.steps=100@2|50@1,50@3', ladder), ['100@2', '50@1,50@3'], 'commas belong to a text');
});

t.test('what cannot be tried is told before anything is', async (t) => {
  const refused = (sets: string[], message: RegExp, method: Method = { name: 'grid' }) =>
    t.throws(
      () => {
        const axes = axesOf(sets);
        checkAxes(config, axes);
        spaceOf(axes, method);
      },
      { message },
      sets.join(' '),
    );
  refused(['signal.period'], /must have the form name=value/);
  refused(['signal.perod=1..3'], /unknown setting.*signal\.period/);
  refused(['signal.period=20..10'], /ends below its beginning: 20\.\.10; write 10\.\.20/);
  refused(['signal.period=10..20:0'], /step must be above 0/);
  refused(['signal.period=3,5,3'], /names the value 3 twice/);
  refused(['plan.stopLossPercent=3,3.0'], /names the value 3\.0 twice/);
  refused(['signal.period=3..7:2,5'], /names the value 5 twice/);
  refused(['signal.period=2..8:3,3..5:1'], /names the value 5 twice/);
  refused(['signal.period=3', 'signal.period=4..5'], /is given twice/);
  refused(['signal.period=0..10'], /signal\.period: must be at least 2, is 0/);
  refused(['plan.stopLossPercent=50..150:10'], /plan\.stopLossPercent: must be .*99, is 150/);
  refused(['signal.period=3,many'], /must be a plain decimal number, is "many"/);
  refused(['budget=0,100'], /budget: must be above 0, is 0/);
  refused(
    ['signal.period=2..101', 'signal.buyBelow=0.01..10:0.01', 'signal.sellAbove=50..60:0.001'],
    /^There are 1,000,100,000 combinations \(100 of signal\.period × 1,000 of signal\.buyBelow × 10,001 of signal\.sellAbove\); at most 1,000,000 can be tried\. .*--method random --samples 1000\.$/,
  );
  refused(['signal.buyBelow=0.00001..50:0.00001'], /--samples 1,000,000 at most/, {
    name: 'random',
    samples: 2_000_000,
    seed: '1',
  });
  t.doesNotThrow(
    () => checkAxes(config, axesOf(['signal.buyBelow=40..80:10'])),
    'a contradiction is no mistake',
  );
});

t.test('random sets are each tried once, and are the same for the same seed', async (t) => {
  for (const count of [1, 2, 5, 1_000, 4_097]) {
    const place = permutation(count, 'a');
    t.same(
      Array.from({ length: count }, (_, index) => place(index)).sort((a, b) => a - b),
      Array.from({ length: count }, (_, index) => index),
    );
  }
  const huge = ['signal.period=2..101', 'signal.buyBelow=0.01..10:0.01', 'signal.sellAbove=50..60:0.001'];
  const draw = (seed: string) => {
    const space = spaceOf(axesOf(huge), { name: 'random', samples: 50, seed });
    return Array.from({ length: space.count }, (_, index) => space.pairs(index).join(' '));
  };
  t.same(draw('x'), draw('x'));
  t.not(draw('x')[0], draw('y')[0]);
  t.equal(new Set(draw('x')).size, 50);
});

t.test('the best is what a search by hand finds, and is judged on what was held back', async (t) => {
  const found = await optimize(options(), inThisThread(job, market));
  const { space, division } = options();
  const all = Array.from({ length: space.count }, (_, set) => {
    const outcome = evaluate(job, market, { pairs: space.pairs(set), stretch: division.train });
    return { set, value: 'figures' in outcome ? outcome.figures.returnPercent : NaN };
  }).sort((a, b) => b.value - a.value || a.set - b.set);
  t.same(
    found.best.map(({ set }) => set),
    all.slice(0, 3).map(({ set }) => set),
  );
  const held = evaluate(job, market, { pairs: space.pairs(all[0]!.set), stretch: division.heldBack! });
  t.same(found.best[0]!.heldBack, 'figures' in held ? held.figures : null);
  t.equal(division.heldBack!.start, division.train.end, 'nothing is in both');
  t.equal(found.sets, 12);
  t.equal(found.heat!.cells.length, 3);
  t.equal(found.heat!.cells[0]!.length, 2);
});

t.test('other klines at the end change nothing about what is chosen', async (t) => {
  const { division, space } = options();
  const cut = source.whole.indexAt(division.train.end);
  const elsewhere = source.market(source.other(cut));
  const chosenOn = async (there: typeof market) =>
    (await optimize(options(), inThisThread(job, there))).best.map(({ set, figures }) => ({ set, figures }));
  t.same(await chosenOn(market), await chosenOn(elsewhere), `${space.count} sets`);
});

t.test('the outcome does not depend on how many are tried at a time, nor on a break', async (t) => {
  const folder = folderOf(t);
  const windows = { train: 86_400_000, test: 21_600_000 };
  const division = divided(whole, '5m', 0.25, windows);
  const run = (name: string, lanes: number) => {
    const results = ResultsFile.open(join(folder, name), { klines: 'x' });
    return optimize(options({ division, results }), unruly(lanes));
  };
  const one = await run('one', 1);
  const many = await run('many', 4);
  t.same(many, one);
  const bytes = readFileSync(join(folder, 'one'), 'utf8');
  t.equal(readFileSync(join(folder, 'many'), 'utf8'), bytes);
  t.equal(one.walk!.windows.length, 5);
  t.ok(one.walk!.windows.every(({ train, test }) => train.end === test.start));

  const lines = bytes.split('\n');
  for (const kept of [
    `${lines.slice(0, 9).join('\n')}\n`,
    `${lines.slice(0, 9).join('\n')}\n${lines[9]!.slice(0, 40)}`,
  ]) {
    writeFileSync(join(folder, 'broken'), kept);
    let done = 0;
    const results = ResultsFile.open(join(folder, 'broken'), { klines: 'x' });
    const counted = inThisThread(job, market);
    const again = await optimize(options({ division, results }), {
      ...counted,
      evaluate: (task) => ((done += 1), counted.evaluate(task)),
    });
    t.same(again, one);
    t.equal(readFileSync(join(folder, 'broken'), 'utf8'), bytes, 'a torn line is made good');
    t.equal(done, 12 * 6 - 8 + 3 + 5, 'what was there is not tried again');
  }
});

t.test('results of something else are refused, and stay as they are', async (t) => {
  const file = join(folderOf(t), 'r.ndjson');
  await optimize(
    options({ results: ResultsFile.open(file, { klines: 'x', method: 1 }) }),
    inThisThread(job, market),
  );
  const bytes = readFileSync(file, 'utf8');
  t.throws(() => ResultsFile.open(file, { klines: 'y', method: 1 }), {
    message: /r\.ndjson holds results of other klines\. Name another file with --results/,
  });
  t.equal(readFileSync(file, 'utf8'), bytes);
  writeFileSync(file, 'notes of mine\nmore\n');
  t.throws(() => ResultsFile.open(file, {}), { message: /holds something else than results/ });
  writeFileSync(file, bytes.replace('"set":3', '"set":"3"'));
  const opened = ResultsFile.open(file, { klines: 'x', method: 1 });
  await t.rejects(optimize(options({ results: opened }), inThisThread(job, market)), {
    message: /r\.ndjson:5: /,
  });
  const absent = join(folderOf(t), 'never.ndjson');
  ResultsFile.open(absent, {});
  t.notOk(existsSync(absent), 'nothing is written before the first result');
  const shared = ResultsFile.open(join(folderOf(t), 'two.ndjson'), {});
  const outcome = { invalid: 'x' };
  shared.add({ part: 0, set: 0, values: {}, outcome });
  appendFileSync(join(t.testdirName, 'two.ndjson'), 'x');
  t.throws(() => shared.add({ part: 0, set: 1, values: {}, outcome }), { message: /Somebody else writes/ });
  shared.close();
});

t.test(
  'settings that contradict each other are left out and counted; where all do, that is the answer',
  async (t) => {
    const found = await optimize(
      options({ sets: ['signal.buyBelow=40,50,60'], heat: null }),
      inThisThread(job, market),
    );
    t.match(found, { sets: 2, left: { count: 1, because: /signal\.buyBelow must be below sellAbove/ } });
    await t.rejects(
      optimize(options({ sets: ['signal.buyBelow=60,65'], heat: null }), inThisThread(job, market)),
      {
        message: /None of the sets can be: signal\.buyBelow must be below sellAbove/,
      },
    );
  },
);

t.test('sets with too few trades stand behind all others', async (t) => {
  const sets = ['signal.buyBelow=5,45'];
  const best = async (minTrades: number) =>
    (
      await optimize(
        options({ sets, heat: null, judgement: { objective: 'max-drawdown', minTrades } }),
        inThisThread(job, market),
      )
    ).best[0]!.values['signal.buyBelow'];
  t.equal(await best(0), '5', 'who never trades never loses');
  t.equal(await best(10), '45');
});

t.test('a search without anything to vary is one backtest', async (t) => {
  const found = await optimize(options({ sets: [], heat: null }), inThisThread(job, market));
  t.match(found, { sets: 1, combinations: 1, best: [{ set: 0, values: {} }] });
});

t.test('too little time to divide is refused', async (t) => {
  const day = { start: whole.start, end: whole.start + 900_000 };
  t.throws(() => divided(day, '5m', 0.2, null), { message: /too few klines of 5m to hold back/ });
  t.throws(() => divided(whole, '5m', 0.2, { train: 86_400_000 * 60, test: 86_400_000 }), {
    message: /not even one train and test fit/,
  });
  t.throws(() => divided(whole, '5m', 0.2, { train: 1_000, test: 1_000 }), {
    message: /at least 2 klines of 5m/,
  });
});
