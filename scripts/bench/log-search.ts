/** `log.search500MB`: words are sought in a rotated log of 500 MB that has them in its first line alone. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { botFolder } from '../../bot/files/folder.js';
import { searchLog } from '../../bot/files/log-search.js';
import { figure, type Figure } from './figure.js';
import { Place } from './place.js';

const BYTES = 500_000_000;
const ID = 'talker';

export async function logSearch(): Promise<Figure[]> {
  const place = new Place();
  try {
    write(place.data);
    await searchLog(place.data, ID, { text: 'at', limit: 1 });
    const before = process.memoryUsage().rss;
    let most = before;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const began = performance.now();
    const { lines } = await searchLog(place.data, ID, { text: 'The Needle', limit: 200 });
    const seconds = (performance.now() - began) / 1_000;
    delay.disable();
    clearInterval(timer);
    if (lines.length !== 1) throw new Error(`${lines.length} lines were found`);
    return [
      figure('log.search500MB', seconds, 's'),
      figure('log.search500MB.rssGrowthMB', (most - before) / 1e6, 'MB', { atMost: 30 }),
      figure('log.search500MB.blocked.p99', delay.percentile(99) / 1e6, 'ms', { atMost: 10 }),
    ];
  } finally {
    await place.end();
  }
}

function write(data: string): void {
  const { folder } = botFolder(data, ID);
  mkdirSync(folder, { recursive: true });
  const fd = openSync(join(folder, 'log.previous.ndjson'), 'w');
  const line = (time: number, msg: string): string =>
    `${JSON.stringify({ level: 30, time, code: 'decision', msg })}\n`;
  writeSync(fd, line(0, 'the needle'));
  const many = Array.from({ length: 20_000 }, (_, at) => line(at, `RSI ${at % 100}, needs to fall at ${at}`));
  const piece = Buffer.from(many.join(''));
  for (let size = 0; size < BYTES; size += piece.length) writeSync(fd, piece);
  closeSync(fd);
}
