import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../../test/folder.js';
import { startPaper } from './paper.js';
import { client, klineFile, Listener } from './test-client.js';
import { zoneOffset } from './zoned.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Friday. */
const START = Date.UTC(2024, 2, 1);

t.test('a zone is read as Binance writes them', (t) => {
  const zones = ['0', '8', '+8', '-1:00', '05:45', '14', '-12:00'].map(zoneOffset);
  t.same(zones, [0, 8 * HOUR, 8 * HOUR, -HOUR, 5.75 * HOUR, 14 * HOUR, -12 * HOUR]);
  for (const wrong of ['15', '-12:30', 'CET', '8:60', '']) t.throws(() => zoneOffset(wrong), { code: -1100 });
  t.end();
});

t.test('days of another zone begin at its midnight', async (t) => {
  const folder = folderOf(t);
  await mkdir(join(folder, 'klines'));
  const rows = Array.from({ length: 96 }, (_, hour) => [100 + hour, 101 + hour, 99 + hour, 100.5 + hour]);
  await writeFile(join(folder, 'klines/BTCUSDT-1h.csv'), klineFile(START, HOUR, rows));
  const paper = await startPaper({
    folder: join(folder, 'paper'),
    klines: join(folder, 'klines'),
    interval: '1h',
    speed: 'manual',
  });
  t.teardown(() => paper.stop());
  const stream = await Listener.open(`${paper.address.ws}/btcusdt@kline_1d@+08:00/btcusdt@kline_1h@+08:00`);
  t.teardown(() => stream.close());
  await paper.step(72);
  const { get } = client(paper.address);
  const ask = async (query: string) =>
    (await get(`/api/v3/klines?symbol=BTCUSDT&${query}`)).body as (number | string)[][];
  const days = await ask('interval=1d&timeZone=8');
  t.same(
    days.map(([openTime]) => openTime),
    [START - 8 * HOUR, START + 16 * HOUR, START + 16 * HOUR + DAY, START + 16 * HOUR + 2 * DAY],
  );
  t.same(days[1]!.slice(1, 7), [
    '116.00000000',
    '140.00000000',
    '115.00000000',
    '139.50000000',
    '243.00000000',
    START + 16 * HOUR + DAY - 1,
  ]);
  const told = await stream.find(({ k }) => k.i === '1d' && k.x && k.t === START + 16 * HOUR);
  t.match(told.k, { o: '116.00000000', c: '139.50000000', v: '243.00000000' });
  t.ok(await stream.find(({ k }) => k.i === '1h' && k.x && k.t === START));
  t.same(await ask('interval=1d&timeZone=8&limit=2'), days.slice(2));
  t.same(await ask(`interval=1d&timeZone=8&startTime=${START}&limit=1`), [days[1]]);
  t.same(await ask(`interval=1d&timeZone=8&endTime=${START + 16 * HOUR - 1}`), [days[0]]);
  t.same(await ask('interval=1h&timeZone=8&limit=2'), await ask('interval=1h&limit=2'));
  const [week] = await ask('interval=1w&timeZone=-2');
  t.equal(week![0], Date.UTC(2024, 1, 26, 2), 'a week begins on Monday there');
  t.match((await get('/api/v3/klines?symbol=BTCUSDT&interval=1d&timeZone=15')).body, { code: -1100 });
});
