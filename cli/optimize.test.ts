import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { futures } from '../bot/lookahead/futures.js';
import { commandLine, json } from './testing.js';

/** As far apart as places get: half a day of time, and another dotless i. */
const PLACES = [
  { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' },
  { TZ: 'Pacific/Apia', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
];

const BOT = ['--symbol', 'BTCUSDT', '--interval', '1m', '--signal', 'rsi', '--plan', 'single'];
const SETS = ['--set', 'signal.period=3..9:2', '--set', 'plan.stopLossPercent=0.4,1'];

function digest(page: string): string {
  return createHash('sha256').update(page).digest('hex');
}

/** A day and a half of minutes. */
function klines(): string {
  const { whole } = futures('1m', 2_200, 9);
  const rows = Array.from({ length: whole.length }, (_, index) => {
    const { openTime, open, high, low, close, volume } = whole.kline(index);
    return [openTime, open, high, low, close, volume].join(',');
  });
  return ['openTime,open,high,low,close,volume', ...rows, ''].join('\n');
}

t.test('flotilla optimize', async (t) => {
  const { run, home } = await commandLine(t);
  const data = join(home, 'BTCUSDT-1m.csv');
  await writeFile(data, klines());
  const optimize = (...more: string[]) => run('optimize', '--klines', data, ...BOT, ...more);
  const read = (name: string) => readFile(join(home, name), 'utf8');

  await t.test(
    'tells the best as text, JSON, CSV and a page, the same with any number of threads',
    async (t) => {
      const files = (name: string) => [
        '--results',
        `${name}.ndjson`,
        '--csv',
        `${name}.csv`,
        '--html',
        `${name}.html`,
      ];
      const [one, two] = [
        await optimize(...SETS, '--workers', '1', ...files('one')),
        await optimize(...SETS, '--workers', '2', ...files('two')),
      ];
      t.match(one, { code: 0, stderr: '' });
      t.equal(two.stdout, one.stdout);
      for (const kind of ['ndjson', 'csv', 'html'])
        t.equal(await read(`two.${kind}`), await read(`one.${kind}`), kind);
      t.match(
        one.stdout,
        /^Klines of BTCUSDT, 1m: 2024-01-01 to 2024-01-02 12:40\.\nTried 8 sets of settings on 2024-01-01 to 2024-01-02 05:20; the best by sharpe:\n\n# +signal\.period/,
      );
      t.match(one.stdout, /Held back and chosen by nothing: 2024-01-02 05:20 to 2024-01-02 12:40\./);
      t.match(one.stdout, /signal\.period down, plan\.stopLossPercent across:/);
      t.equal((await read('one.csv')).split('\n').length, 10);
      t.equal((await read('one.ndjson')).trim().split('\n').length, 9);
      const page = await read('one.html');
      t.notMatch(page, /(?:src|href)=/, 'it needs no other file');
      t.match(page, /<table class="heat">/);
      const again = json(await optimize(...SETS, '--results', 'one.ndjson', '--json')) as {
        best: { values: object }[];
      };
      t.equal(again.best.length, 8);
      t.match(again.best[0]!.values, { 'signal.period': /\d/, 'plan.stopLossPercent': /\d/ });
      const other = await optimize(...SETS, '--results', 'one.ndjson', '--fee', '0.002');
      t.match(other, { code: 2, stderr: /one\.ndjson holds results of other assumptions\./ });
    },
  );

  await t.test(
    'of a folder with holes the longest stretch is used, and the rest is told first',
    async (t) => {
      const folder = join(home, 'holes');
      const lines = klines().trim().split('\n');
      const rows = (from: number, to: number) => [lines[0], ...lines.slice(1 + from, 1 + to), ''].join('\n');
      await mkdir(folder);
      await writeFile(join(folder, 'BTCUSDT-1m-a.csv'), rows(0, 300));
      await writeFile(join(folder, 'BTCUSDT-1m-b.csv'), rows(600, 2_100));
      const ask = (...more: string[]) => run('optimize', '--klines', folder, ...BOT, ...SETS, ...more);
      const unused =
        'BTCUSDT: not used: klines between 2024-01-01T00:00Z and 2024-01-01T05:00Z, because those from 2024-01-01T10:00Z to 2024-01-02T11:00Z are the longest stretch without a time that no file has; begin there with --from 2024-01-01T00:00Z';
      const told = await ask('--html', 'holes.html');
      t.ok(
        told.stdout.startsWith(
          `${unused}.\n\nKlines of BTCUSDT, 1m: 2024-01-01 10:00 to 2024-01-02 11:00.\nTried 8`,
        ),
        told.stdout.slice(0, 500),
      );
      t.ok((await read('holes.html')).includes(unused));
      t.match(json(await ask('--json')), {
        unused: [unused],
        start: Date.UTC(2024, 0, 1, 10),
        end: Date.UTC(2024, 0, 2, 11),
      });
    },
  );

  await t.test(
    'Ctrl-C keeps what was done and leaves no half file; the same command goes on from there',
    async (t) => {
      const args = [
        '--set',
        'signal.period=2..81',
        '--set',
        'plan.stopLossPercent=0.1..2:0.1',
        '--results',
        'long.ndjson',
        '--csv',
        'long.csv',
      ];
      const script = new URL('../dist/flotilla.js', import.meta.url).pathname;
      const child = spawn(process.execPath, [script, 'optimize', '--klines', data, ...BOT, ...args], {
        cwd: home,
      });
      let said = '';
      child.stderr.on('data', (chunk) => (said += String(chunk)));
      const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      while (child.exitCode === null && !existsSync(join(home, 'long.ndjson')))
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill('SIGINT');
      t.equal(await ended, 130);
      t.match(
        said,
        /^Interrupted: long\.ndjson keeps what was done, and the same command goes on from there\.\n$/,
      );
      const kept = await read('long.ndjson');
      t.ok(kept.endsWith('}\n') && kept.split('\n').length < 1_600, `${kept.split('\n').length} lines`);
      t.notOk(readdirSync(home).some((name) => name.startsWith('long.csv')));
    },
  );

  await t.test('what cannot be tried is a sentence and exit code 2, and nothing is written', async (t) => {
    const cases: [string[], RegExp][] = [
      [
        [
          '--set',
          'signal.period=2..401',
          '--set',
          'signal.buyBelow=0..49.98:0.02',
          '--set',
          'plan.stopLossPercent=1..10:0.009',
        ],
        /^There are 1,001,000,000 combinations \(400 of signal\.period × .*--method random/,
      ],
      [['--set', 'signal.period=1..5'], /signal\.period: must be at least 2, is 1/],
      [['--objective', 'luck'], /--objective is return or sharpe or .*, not "luck"/],
      [['--hold-back', '95%'], /--hold-back is a share of the time/],
      [[...SETS, '--walk-forward', '60d'], /--walk-forward is like train=60d,test=20d/],
      [
        [...SETS, '--heat', 'signal.period'],
        /--heat names two of the settings that are varied \(signal\.period, plan\.stopLossPercent\)/,
      ],
      [['--method', 'random', '--samples', 'all'], /--samples should be a whole number/],
      [[...SETS, '--samples', '5'], /--samples goes with --method random; a grid tries every set/],
      [[...SETS, '--walk-forward', 'train=6h,test=2h,train=4h'], /--walk-forward is like train=60d,test=20d/],
    ];
    for (const [options, sentence] of cases)
      t.match(
        await optimize(...options, '--results', 'never.ndjson', '--csv', 'never.csv', '--html', 'never.html'),
        { code: 2, stdout: '', stderr: sentence },
        options.join(' '),
      );
    t.notOk(readdirSync(home).some((name) => name.startsWith('never')));
  });

  await t.test('time zone and language change no byte of a backtest or an optimization', async (t) => {
    const script = new URL('../dist/flotilla.js', import.meta.url).pathname;
    const { NODE_OPTIONS: _, ...env } = process.env;
    const everywhere = (...args: string[]) =>
      Promise.all(
        PLACES.map(async (place, index) => {
          const files = ['--csv', '--html', '--trades'].filter(
            (flag) => args[0] !== 'optimize' || flag !== '--trades',
          );
          const named = files
            .filter((flag) => args[0] !== 'backtest' || flag !== '--csv')
            .flatMap((flag) => [flag, `place${index}${flag}`]);
          const all = [script, ...args, '--klines', data, ...BOT, '--from', '2024-01-01 02:00', ...named];
          // How fast it went is the machine's.
          const { stdout } = await promisify(execFile)(process.execPath, all, {
            cwd: home,
            env: { ...env, ...place },
          });
          const written = await Promise.all(named.filter((_, at) => at % 2 === 1).map(read));
          return [stdout.replace(/"klinesPerSecond":\d+,/, ''), ...written.map(digest)];
        }),
      );
    for (const args of [
      ['backtest', '--set', 'signal.period=5'],
      ['backtest', '--set', 'signal.period=5', '--json'],
      ['optimize', ...SETS, '--top', '3'],
    ]) {
      const [here, there] = await everywhere(...args);
      t.same(there, here, args.join(' '));
      t.match(here![0], args.includes('--json') ? `"start":${Date.UTC(2024, 0, 1, 2)}` : /2024-01-01 02:00/);
    }
  });
});
