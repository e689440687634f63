import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { KlineFileError, loadKlineFiles, loadKlineFolder, recordedMarket } from './files.js';
import { csv, minute, range, sampleKline, sampleKlines, START } from './samples.js';
import { folderOf } from '../../../test/folder.js';

const HEADER = 'openTime,open,high,low,close,volume';

/** Loads one file of this text. */
function load(t: Test, text: string | Buffer, name = 'BTCUSDT-1m.csv') {
  const dir = folderOf(t, {});
  writeFileSync(join(dir, name), text);
  const { symbols, notes } = loadKlineFolder(dir);
  const series = symbols[0]?.series;
  return { notes, symbols, klines: series ? range(series.length).map((index) => series.kline(index)) : [] };
}

/** The error that a file of these rows (behind the header, so the first is row 2) is refused with. */
function refusal(t: Test, rows: string[], header = HEADER, name = 'BTCUSDT-1m.csv'): KlineFileError {
  try {
    load(t, [header, ...rows].join('\n'), name);
  } catch (error) {
    t.type(error, KlineFileError);
    return error as KlineFileError;
  }
  t.fail(`not refused: ${rows.join(' | ')}`);
  return new KlineFileError('', 0, '');
}

const row = (number: number, rest = '100,103,98,101,1.5') => `${minute(number)},${rest}`;

t.test('header, gzip, CRLF, BOM, quotes, blank lines at the end: the same klines', (t) => {
  const klines = sampleKlines(range(3)).map((kline) => ({ ...kline, quoteVolume: 0, trades: 0 }));
  const text = csv(klines);
  const quoted = text.replace(/[^,\n]+/g, '"$&"');
  t.same(load(t, text).klines, klines);
  t.same(load(t, gzipSync(text), 'BTCUSDT-1m-2024-01.csv.gz').klines, klines);
  t.same(load(t, text.replaceAll('\n', '\r\n')).klines, klines);
  t.same(load(t, `\uFEFF${text}`).klines, klines);
  t.same(load(t, quoted).klines, klines);
  t.same(load(t, `\uFEFF${quoted.replaceAll('\n', '\r\n')}`).klines, klines);
  t.same(load(t, `${text}\r\n\n`).klines, klines);
  t.same(load(t, text.trimEnd()).klines, klines);
  t.end();
});

t.test('the header gives the order; what it does not name is 0, what nobody needs is skipped', (t) => {
  const text = `trades,close,low,openTime,closeTime,high,open,quoteVolume,volume\n7,101,98,${START},x,103,100,151.5,1.5\n`;
  t.same(load(t, text).klines, [{ ...sampleKline(0, START), quoteVolume: 151.5, trades: 7 }]);
  t.same(load(t, `openTime,open,high,low,close\n${row(0, '100,103,98,101')}`).klines[0]!.volume, 0);
  const dump =
    'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
  const kline = load(t, `${dump}\n${row(0)},${minute(1) - 1},150.25,10,1,2,0`).klines[0];
  t.same(kline, { ...sampleKline(0, START), takerBuyVolume: 1, takerBuyQuoteVolume: 2 });
  t.end();
});

t.test("Binance's dumps without a header, in milliseconds and in microseconds", (t) => {
  const tail = `${minute(1) - 1},150.25,10,0.7,70.1,0`;
  const rows = (unit: string) =>
    `${START}${unit},100,103,98,101,1.5,${tail}\n${minute(1)}${unit},101,104,99,102,1.5,${tail}`;
  const taken = { takerBuyVolume: 0.7, takerBuyQuoteVolume: 70.1 };
  const klines = sampleKlines(range(2)).map((kline) => ({ ...kline, ...taken }));
  t.same(load(t, rows('')).klines, klines);
  const micro = load(t, rows('000'));
  t.same(micro.klines, klines);
  t.same(micro.notes, ['BTCUSDT-1m.csv: 2 rows with times in microseconds, read as milliseconds']);
  t.equal(
    refusal(t, [], row(0)).message.replace(/^.*csv/, ''),
    ":1: without a header the 12 columns of Binance's dumps are expected, here are 6; add the header openTime,open,high,low,close,volume",
  );
  t.end();
});

t.test('numbers are read to the last digit', (t) => {
  const cells = [
    '27174569.16633405',
    '0.00000001',
    '100000000',
    '28923.63',
    '1613.38000000',
    '1e-8',
    '0.1',
    '123456789012345678',
    '5.',
    '.5',
  ];
  for (const cell of cells) {
    const { klines } = load(t, `${HEADER}\n${START},${cell},${cell},${cell},${cell},${cell}`);
    t.same([klines[0]!.open, klines[0]!.volume], [Number(cell), Number(cell)], cell);
  }
  t.end();
});

t.test('a bad row refuses the file and names file, row, value and way out', (t) => {
  const rules: [string[], number, RegExp][] = [
    [
      [row(0), row(1), row(1)],
      4,
      /openTime 1704067260000 \(2024-01-01T00:01Z\) stands in row 3 already; remove one of the two/,
    ],
    [
      [row(0), row(2), row(1)],
      4,
      /1704067260000 \(2024-01-01T00:01Z\) comes after 1704067320000 .* sort the rows/,
    ],
    [[`${START + 1000},1,1,1,1,1`], 2, /no opening time of a 1m kline/],
    [
      [`${START / 1000},1,1,1,1,1`],
      2,
      /openTime 1704067200 is not a UTC time in milliseconds .* seconds must be multiplied/,
    ],
    [[`${START}000000,1,1,1,1,1`], 2, /is not a UTC time in milliseconds/],
    [['yesterday,1,1,1,1,1'], 2, /openTime is "yesterday", expected a UTC time in milliseconds/],
    [[row(0), row(1, '100,97,98,99,1')], 3, /high 97 is below low 98/],
    [[row(0, '100,99,98,99,1')], 2, /open 100 lies outside 98 to 99/],
    [[row(0, '99,100,98,97,1')], 2, /close 97 lies outside 98 to 100/],
    [[row(0, '0,100,0,97,1')], 2, /open is 0, expected a price above 0/],
    [[row(0, '1,100,-1,97,1')], 2, /low is -1, expected a price above 0/],
    [[row(0, '1,NaN,1,1,1')], 2, /high is "NaN", expected a number/],
    [[row(0, '1,1e300,1,1,1')], 2, /high is 1e\+300, expected a price above 0 and below 10\^18/],
    [[row(0, '100,103,98,101,-1')], 2, /negative/],
    [[row(0, '100,103,98,101')], 2, /5 cells, expected 6/],
    [[row(0, '100,103,98,101,1,2')], 2, /more than the 6 cells/],
    [[row(0), '', row(1)], 3, /row is empty; remove it/],
    ...[
      'NaN',
      'null',
      '-',
      '',
      ' ',
      '1,5'.replace(',', '_'),
      '0x10',
      'Infinity',
      '1e400',
      '--1',
      '1.2.3',
      '\0',
    ].map((cell): [string[], number, RegExp] => [[row(0), row(1, `100,103,98,${cell},1`)], 3, /close is "/]),
  ];
  for (const [rows, number, problem] of rules) {
    const error = refusal(t, rows);
    t.match(error.message, problem);
    t.equal(error.row, number, error.message);
    t.ok(error.message.startsWith(`${error.file}:${number}: `));
    t.match(error.file, /BTCUSDT-1m\.csv$/);
  }
  t.end();
});

t.test('rows are counted in quoted files too', (t) => {
  t.match(refusal(t, [`"${START}","1","1","1","1","x"`]).message, /csv:2: volume is "x"/);
  t.match(refusal(t, [`"${START}","1","1","1","1","1`]).message, /csv:\d: .*[Qq]uote/);
  t.end();
});

t.test('a header that lacks a column, or names one twice, is refused', (t) => {
  t.match(refusal(t, [], 'openTime,open,high,low,volume').message, /csv:1: .* lacks close/);
  t.match(refusal(t, [], HEADER.replaceAll(',', ';')).message, /with commas between them/);
  t.match(refusal(t, [], `${HEADER},Volume`).message, /names Volume twice/);
  t.end();
});

t.test('files of no kline, of one, and folders of none', (t) => {
  t.same(load(t, csv(sampleKlines([0]))).klines.length, 1);
  t.match(load(t, `${HEADER}\n`).notes, ['BTCUSDT-1m.csv: no klines in it']);
  t.match(load(t, '').notes, ['BTCUSDT-1m.csv: no klines in it']);
  t.throws(() => loadKlineFolder(folderOf(t, {})), /no kline files here/);
  t.throws(() => recordedMarket({ dir: folderOf(t, { 'BTCUSDT-1m.csv': '' }) }), /no klines in these files/);
  t.throws(() => loadKlineFolder(join(folderOf(t, {}), 'absent')), /cannot be read \(ENOENT\)/);
  t.end();
});

t.test('names say what is inside', (t) => {
  const dir = folderOf(t, {
    'ETHUSDT-5m-2024.csv': csv(sampleKlines(range(2), '5m')),
    'btc.csv': 'x',
    'BTCUSDT-7m.csv': 'x',
    'README.md': 'x',
  });
  const { symbols, notes } = loadKlineFolder(dir);
  t.same(
    symbols.map(({ symbol }) => symbol),
    ['ETHUSDT'],
  );
  t.match(notes, [/BTCUSDT-7m.csv: left out/, /btc.csv: left out/]);
  t.throws(() => loadKlineFiles([join(dir, 'btc.csv')]), /expected SYMBOL-INTERVAL/);
  t.end();
});

t.test('one file may stand for a folder', (t) => {
  const dir = folderOf(t, {
    'AUSDT-1m.csv': csv(sampleKlines(range(3))),
    'BUSDT-1m.csv': csv(sampleKlines(range(3))),
  });
  t.same(
    recordedMarket({ dir: join(dir, 'AUSDT-1m.csv') }).symbols.map(({ symbol }) => symbol),
    ['AUSDT'],
  );
  t.end();
});

t.test('a damaged archive is refused', (t) => {
  const whole = gzipSync(csv(sampleKlines(range(1000))));
  t.throws(() => load(t, whole.subarray(0, whole.length - 50), 'BTCUSDT-1m.csv.gz'), {
    name: 'KlineFileError',
    message: /cannot be unpacked/,
  });
  t.throws(() => load(t, 'no archive at all', 'BTCUSDT-1m.csv.gz'), { message: /cannot be unpacked/ });
  t.end();
});

t.test('gaps are kept and told, thousandfold prices are told', (t) => {
  t.same(load(t, csv(sampleKlines(range(10, 4)))).notes, [
    'BTCUSDT-1m.csv: 1 kline missing after 2024-01-01T00:03Z: kept as an outage',
  ]);
  const many = load(t, csv(sampleKlines(range(200).filter((number) => number % 4 !== 1))));
  t.equal(many.klines.length, 150);
  t.equal(many.notes.length, 21);
  t.equal(many.notes.at(-1), 'BTCUSDT-1m.csv: 30 more gaps with 30 klines: kept as outages');
  const spike = load(t, `${HEADER}\n${row(0)}\n${row(1, '100,100000,98,101,1')}\n`);
  t.same(spike.notes, [
    'BTCUSDT-1m.csv: 1 klines reach ten times the price before or a tenth of it, first in row 3: kept',
  ]);
  t.end();
});
