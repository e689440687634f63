import {
  appendFileSync,
  mkdirSync,
  openSync,
  utimesSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../test/folder.js';
import { searchLog } from './log-search.js';

const LEVELS = { info: 30, warn: 40, error: 50 } as const;

const line = (time: number, message: string, level: keyof typeof LEVELS = 'info', code = 'note'): string =>
  `${JSON.stringify({ level: LEVELS[level], time, code, msg: message })}\n`;

function bot(data: string) {
  const folder = join(data, 'bots', 'one');
  mkdirSync(folder, { recursive: true });
  return (name: string) => join(folder, name);
}

const words = async (data: string, query: Parameters<typeof searchLog>[2]) =>
  (await searchLog(data, 'one', query)).lines.map(({ message }) => message);

t.test('lines are found by words, code and level, whatever their letters, the newest of them', async (t) => {
  const data = folderOf(t);
  const file = bot(data)('log.ndjson');
  writeFileSync(file, line(1, 'Bought 0.1 BTC at 64,210.5') + line(2, 'Zurück "über" 5 €', 'warn', 'back'));
  appendFileSync(file, line(3, 'sold 0.1 BTC', 'error', 'fill') + 'no line\n' + line(4, 'a\\b [x] (y)'));
  t.same(await words(data, { text: 'btc', limit: 10 }), ['Bought 0.1 BTC at 64,210.5', 'sold 0.1 BTC']);
  t.same(await words(data, { text: 'btc', limit: 1 }), ['sold 0.1 BTC']);
  t.equal((await searchLog(data, 'one', { text: 'btc', limit: 1 })).more, true);
  t.same(await words(data, { text: 'ÜBER', limit: 10 }), ['Zurück "über" 5 €']);
  t.same(await words(data, { text: '"', limit: 10 }), ['Zurück "über" 5 €']);
  t.same(await words(data, { text: '\\b [X', limit: 10 }), ['a\\b [x] (y)']);
  t.same(await words(data, { text: 'FILL', limit: 10 }), ['sold 0.1 BTC']);
  t.same(await words(data, { level: 'warn', limit: 10 }), ['Zurück "über" 5 €', 'sold 0.1 BTC']);
  t.same(await words(data, { level: 'error', text: 'back', limit: 10 }), []);
  t.same(await words(data, { text: 'msg', limit: 10 }), [], 'what holds the words is no part of them');
});

t.test('what was turned over is found too, oldest first over all files', async (t) => {
  const data = folderOf(t);
  const file = bot(data);
  const write = (name: string, time: number): void => {
    writeFileSync(file(name), line(time, `hit ${time}`) + line(time + 1, 'miss'));
    utimesSync(file(name), time, time);
  };
  write('log.ndjson.1', 10);
  write('log.previous.ndjson', 20);
  write('log.ndjson', 5);
  write('other.ndjson', 30);
  t.same(await words(data, { text: 'hit', limit: 10 }), ['hit 10', 'hit 20', 'hit 5']);
  t.same(await words(data, { text: 'hit', limit: 2 }), ['hit 20', 'hit 5']);
  t.same((await searchLog(data, 'none', { limit: 5 })).lines, [], 'a bot without a log has no lines');
});

t.test('lines are whole where pieces end, and a search may be ended', async (t) => {
  const data = folderOf(t);
  const file = bot(data)('log.ndjson');
  for (let at = 0; at < 4_000; at++)
    appendFileSync(file, line(at, `${'x'.repeat(at % 700)} number ${at} end`));
  appendFileSync(file, `${'y'.repeat(3_000_000)}\n${line(5_000, 'after the long one')}`);
  const all = await searchLog(data, 'one', { text: ' end', limit: 5_000 });
  t.same(
    all.lines.map(({ time }) => time),
    Array.from({ length: 4_000 }, (_, at) => at),
  );
  t.same(await words(data, { text: 'after', limit: 5 }), ['after the long one']);
  const ended = await searchLog(data, 'one', { text: ' end', limit: 5_000, signal: AbortSignal.abort() });
  t.same(ended.lines, []);
});

t.test('a log of 60 MB is searched in the memory of a small one', async (t) => {
  const data = folderOf(t);
  const fd = openSync(bot(data)('log.previous.ndjson'), 'w');
  writeSync(fd, line(1, 'the needle'));
  const filler = Array.from({ length: 10_000 }, (_, at) => line(at, `nothing to see at ${at * 7}`)).join('');
  for (let size = 0; size < 60_000_000; size += filler.length) writeSync(fd, filler);
  closeSync(fd);
  await searchLog(data, 'one', { text: 'warm up', limit: 1 });
  const before = process.memoryUsage().rss;
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  t.same(await words(data, { text: 'the NEEDLE', limit: 10 }), ['the needle']);
  clearInterval(timer);
  const grown = (Math.max(most, process.memoryUsage().rss) - before) / 1e6;
  t.ok(grown < 30, `${grown.toFixed(1)} MB more`);
});
