import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { backtest } from '../bot/backtest/run.js';
import { configOf, type BotConfig } from '../bot/config.js';
import { futures } from '../bot/lookahead/futures.js';
import type { KlineSeries } from '../exchange/paper/market/series.js';
import { folderOf } from '../test/folder.js';
import { assumedOf, botOf, fleetOf, marketOf, type InputOptions } from './backtest-input.js';
import { told } from './output.js';
import { refuseUnwritable } from './written-files.js';

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const HEAD = 'openTime,open,high,low,close,volume';

function rows(numbers: Iterable<number>, length = MINUTE, close = 100.5): string[] {
  return [...numbers].map((n) => [START + n * length, 100, 101, 99, close, 1].join(','));
}
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const file = (...lines: string[]) => [HEAD, ...lines, ''].join('\n');

function bot(changes: object = {}): BotConfig {
  const base = { id: 'a', symbol: 'BTCUSDT', interval: '1m', budget: '1000' };
  return configOf(
    { ...base, signal: { name: 'rsi', period: 2 }, plan: { name: 'single' }, ...changes },
    'test',
  );
}

const options = (klines: string, more: Partial<InputOptions> = {}): InputOptions => ({
  klines,
  set: [],
  feeAsset: 'received',
  profile: 'touch',
  ...more,
});

t.test('klines that cannot be a backtest are a sentence with the way out, and wrong input', async (t) => {
  interface Case {
    readonly files: Readonly<Record<string, string>>;
    readonly says: RegExp;
    readonly bots?: readonly BotConfig[];
    readonly more?: Partial<InputOptions>;
  }
  const hour = { 'BTCUSDT-1m.csv': file(...rows(upTo(60))) };
  const cases: Record<string, Case> = {
    'an empty file': {
      files: { 'BTCUSDT-1m.csv': '' },
      says: /no klines of 1m or finer of BTCUSDT \(BTCUSDT-1m\.csv: no klines in it\); add a file BTCUSDT-1m\.csv/,
    },
    'a header alone': { files: { 'BTCUSDT-1m.csv': file() }, says: /\(BTCUSDT-1m\.csv: no klines in it\)/ },
    'one row': {
      files: { 'BTCUSDT-1m.csv': file(...rows([0])) },
      says: /only one kline of 1m of BTCUSDT here \(2024-01-01T00:00Z\)/,
    },
    'one kline of the interval': {
      files: { 'BTCUSDT-1m.csv': file(...rows(upTo(4))) },
      bots: [bot({ interval: '5m' })],
      says: /only one kline of 5m/,
    },
    'files that contradict each other': {
      files: {
        'BTCUSDT-1m-a.csv': file(...rows(upTo(30))),
        'BTCUSDT-1m-b.csv': file(...rows(upTo(30, 20), MINUTE, 100.7)),
      },
      says: /BTCUSDT-1m-b\.csv:2: close at 2024-01-01T00:20Z is 100\.7, but 100\.5 in .*BTCUSDT-1m-a\.csv:22; remove one/,
    },
    'an outage longer than the warm-up': {
      files: { 'BTCUSDT-1m.csv': file(...rows([...upTo(30), ...upTo(30, 71)])) },
      says: /no klines from 2024-01-01T00:30Z to 2024-01-01T01:11Z: that is longer than the 40 klines of 1m .*--from 2024-01-01T01:11Z.*--accept-gaps/,
    },
    'an interval finer than the data': {
      files: { 'BTCUSDT-5m.csv': file(...rows(upTo(30), 5 * MINUTE)) },
      says: /no klines of 1m or finer of BTCUSDT/,
    },
    'an interval that the data do not make up': {
      files: { 'BTCUSDT-3m.csv': file(...rows(upTo(30), 3 * MINUTE)) },
      bots: [bot({ interval: '5m' })],
      says: /klines of 5m cannot be made .* has klines of 3m\. Choose --interval 15m, or give finer klines/,
    },
    'of a fleet, one bot too fine': {
      files: { 'BTCUSDT-5m.csv': file(...rows(upTo(30), 5 * MINUTE)) },
      bots: [bot({ interval: '15m' }), bot({ id: 'b' })],
      says: /^b: klines of 1m cannot be made of those that are there: .*Choose --interval 5m/,
    },
    'a range behind the data': {
      files: hour,
      more: { from: '2024-02-01' },
      says: /no klines at or after 2024-02-01T00:00Z; the last ones end at 2024-01-01T01:00Z/,
    },
    'a range before the data': {
      files: hour,
      more: { to: '2023-06-01' },
      says: /no klines before 2023-06-01T00:00Z; the first ones begin at 2024-01-01T00:00Z/,
    },
    'a range that ends before it begins': {
      files: hour,
      more: { from: '2024-01-02', to: '2024-01-01' },
      says: /--to must be after --from/,
    },
    'a time that is none': {
      files: hour,
      more: { from: 'yesterday' },
      says: /--from should be a date like 2024-03-01/,
    },
    'another symbol': {
      files: { 'ETHUSDT-1m.csv': file(...rows(upTo(9))) },
      says: /no klines of 1m or finer of BTCUSDT/,
    },
    'no folder': { files: {}, says: /no kline files here/ },
  };
  for (const [name, { files, says, bots = [bot()], more = {} }] of Object.entries(cases)) {
    const folder = folderOf(t, files);
    const failure = await marketOf(options(folder, more), bots).then(
      () => t.fail(`${name} is taken`),
      (error: unknown) => told(error),
    );
    t.match(failure, { exitCode: 2, message: says }, name);
  }
});

t.test(
  'what can be a backtest is taken: equal files that overlap, short outages, long ones on demand',
  async (t) => {
    const overlap = {
      'BTCUSDT-1m-a.csv': file(...rows(upTo(30))),
      'BTCUSDT-1m-b.csv': file(...rows(upTo(30, 20))),
    };
    const whole = await marketOf(options(folderOf(t, overlap)), [bot()]);
    t.equal(whole.series('BTCUSDT').length, 50);
    const gap = (minutes: number) => ({
      'BTCUSDT-1m.csv': file(...rows([...upTo(30), ...upTo(30, 30 + minutes)])),
    });
    t.match((await marketOf(options(folderOf(t, gap(40))), [bot()])).notes, [/40 klines missing/]);
    t.ok(await marketOf(options(folderOf(t, gap(41)), { acceptGaps: true }), [bot()]));
    t.ok(
      await marketOf(options(folderOf(t, gap(41))), [bot({ signal: { name: 'manual' } })]),
      'nothing is remembered',
    );
  },
);

t.test('configs that cannot be read are named', async (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'bots/empty'), { recursive: true });
  const failure = async (work: Promise<unknown>) => told(await work.catch((error: unknown) => error));
  t.match(await failure(fleetOf(join(folder, 'bots'))), {
    exitCode: 2,
    message:
      /bots\/empty\/config\.json is not there; each folder of a fleet needs one: write it, or move the folder away\./,
  });
  t.match(await failure(botOf(options('x', { config: join(folder, 'no.json') }), [])), {
    exitCode: 2,
    message: /no\.json is not there; name a bot's config\.json\./,
  });
  writeFileSync(join(folder, 'bots/empty/config.json'), '{');
  t.match(await failure(fleetOf(join(folder, 'bots'))), { exitCode: 2, message: /config\.json:1:\d+/ });
});

t.test('an option that another one would drown is refused, not left unheard', async (t) => {
  const failure = async (work: Promise<unknown>) => told(await work.catch((error: unknown) => error));
  for (const said of [{ symbol: 'BTCUSDT' }, { budget: '5' }])
    t.match(await failure(botOf(options('x', { config: 'bot.json', ...said }), [])), {
      exitCode: 2,
      message: /--config says symbol, interval, signal, plan and budget already/,
    });
  for (const [name, said] of Object.entries({
    set: { set: ['budget=5'] },
    budget: { budget: '5' },
    config: { config: 'bot.json' },
    plan: { plan: 'single' },
  }))
    t.match(await failure(fleetOf('data/bots', options('x', said))), {
      exitCode: 2,
      message: `--fleet takes its bots as they are: leave --${name} out`,
    });
});

t.test('a tick that is none is refused', (t) => {
  for (const tick of ['0', '0.00', '-1', '1e-3'])
    t.throws(() => assumedOf(options('x', { tick })), { code: 'USAGE', message: /^--tick / });
  t.equal(assumedOf(options('x', { tick: '0.01' })).tick, '0.01');
  t.end();
});

t.test('files that cannot be written are told before the work', (t) => {
  const folder = folderOf(t, { file: '' });
  const cases: [Parameters<typeof refuseUnwritable>[0], RegExp][] = [
    [{ html: join(folder, 'gone/a.html') }, /^--html should name a file to write: .* not there\.$/],
    [{ csv: folder }, /^--csv .* is a folder\.$/],
    [{ trades: join(folder, 'file/a.csv') }, /^--trades .*\/file, which is no folder\.$/],
    [{ results: '' }, /^--results should name a file to write: "" is empty\.$/],
    [
      { csv: join(folder, 'a'), html: join(folder, './a') },
      /^--html and --csv name the same file .*; give each its own\.$/,
    ],
  ];
  for (const [files, message] of cases) t.throws(() => refuseUnwritable(files), { code: 'USAGE', message });
  refuseUnwritable({ html: join(folder, 'a.html'), csv: undefined, results: join(folder, 'file') });
  t.end();
});

t.test('inside a kline the price goes along finer klines where there are some', async (t) => {
  // Of one 5m kline: first up to the target, then down to the stop, or the other way round.
  const quiet = (n: number) => [START + n * MINUTE, 100, 100, 100, 100, 1];
  const up = (n: number) => [START + n * MINUTE, 100, 106, 100, 100, 1];
  const down = (n: number) => [START + n * MINUTE, 100, 100, 96, 100, 1];
  const lead = upTo(30).map(quiet);
  const fine = (first: typeof up, second: typeof up) =>
    file(
      ...[...lead, first(30), second(31), quiet(32), quiet(33), quiet(34), ...upTo(10, 35).map(quiet)].map(
        (row) => row.join(','),
      ),
    );
  const coarse = file(
    ...upTo(9).map((n) =>
      [START + n * 5 * MINUTE, 100, n === 6 ? 106 : 100, n === 6 ? 96 : 100, 100, 5].join(','),
    ),
  );
  const config = bot({ interval: '5m', signal: { name: 'always' } });
  const firstExit = async (files: Record<string, string>) => {
    const market = await marketOf(options(folderOf(t, files)), [config]);
    const [trade] = backtest({ bots: [config], market, fee: '0' }).trades;
    return trade && [trade.reason, new Date(trade.exitTime).toISOString().slice(11, 16)];
  };
  t.same(await firstExit({ 'BTCUSDT-5m.csv': coarse }), ['stop-loss', '00:31'], 'open, low, high, close');
  t.same(await firstExit({ 'BTCUSDT-5m.csv': coarse, 'BTCUSDT-1m.csv': fine(up, down) }), [
    'take-profit',
    '00:30',
  ]);
  t.same(await firstExit({ 'BTCUSDT-5m.csv': coarse, 'BTCUSDT-1m.csv': fine(down, up) }), [
    'stop-loss',
    '00:30',
  ]);
});

t.test(
  'finer klines for a part of the time count for that part, and decisions stay those of the interval',
  async (t) => {
    const source = futures('1m', 1_500, 4);
    const config = bot({ interval: '5m', signal: { name: 'rsi', period: 5, buyBelow: 45, sellAbove: 55 } });
    const signalsAlone = {
      ...config,
      plan: { name: 'single', stopLossPercent: 99, takeProfitPercent: 1000 },
    };
    const text = (series: KlineSeries, from: number, to: number) =>
      file(...upTo(to - from, from).map((index) => csv(series, index)));
    const five = file(...upTo(300).map((n) => gathered(source.whole, n * 5)));
    const trades = async (files: Record<string, string>) => {
      const market = await marketOf(options(folderOf(t, files)), [signalsAlone]);
      return backtest({ bots: [signalsAlone], market }).trades;
    };
    const coarse = await trades({ 'BTCUSDT-5m.csv': five });
    t.ok(coarse.length > 3);
    t.same(await trades({ 'BTCUSDT-1m.csv': text(source.whole, 0, 1_500) }), coarse);
    t.same(
      await trades({ 'BTCUSDT-5m.csv': five, 'BTCUSDT-1m.csv': text(source.whole, 500, 1_000) }),
      coarse,
    );
  },
);

function csv(series: KlineSeries, index: number): string {
  const { openTime, open, high, low, close, volume } = series.kline(index);
  return [openTime, open, high, low, close, volume].join(',');
}

/** The kline of five minutes that begins with this one. */
function gathered(series: KlineSeries, from: number): string {
  const klines = upTo(5, from).map((index) => series.kline(index));
  const high = Math.max(...klines.map((kline) => kline.high));
  const low = Math.min(...klines.map((kline) => kline.low));
  const volume = klines.reduce((sum, kline) => sum + kline.volume, 0).toFixed(8);
  return [klines[0]!.openTime, klines[0]!.open, high, low, klines[4]!.close, volume].join(',');
}
