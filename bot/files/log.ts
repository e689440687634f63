/** `log.ndjson`: what the dashboard and `flotilla bot logs` show; the same lines go to stdout for `pm2 logs`. */
import { open } from 'node:fs/promises';
import { botFolder } from './folder.js';
import type { LogLine } from './view.js';

const CHUNK = 64 * 1024;

/** The last `limit` lines, oldest first, read from the end: the size of the file does not matter. */
export async function readLog(data: string, id: string, limit: number): Promise<LogLine[]> {
  const lines = await tail(botFolder(data, id).log, limit);
  return lines.map(parseLine).filter((line) => line !== null);
}

/** The last `limit` lines of a text file that contain `match` (when given), oldest first; none when it does not exist. */
export async function tail(file: string, limit: number, match?: string): Promise<string[]> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return [];
  try {
    const found: string[] = [];
    let end = (await handle.stat()).size;
    let rest = '';
    while (end > 0 && found.length < limit) {
      const start = Math.max(0, end - CHUNK);
      const chunk = Buffer.alloc(end - start);
      await handle.read(chunk, 0, chunk.length, start);
      const lines = (chunk.toString('latin1') + rest).split('\n');
      rest = start > 0 ? (lines.shift() ?? '') : '';
      for (const line of lines.reverse()) {
        if (line === '' || (match !== undefined && !line.includes(match))) continue;
        if (found.length < limit) found.push(Buffer.from(line, 'latin1').toString('utf8'));
      }
      end = start;
    }
    return found.reverse();
  } finally {
    await handle.close();
  }
}

function parseLine(line: string): LogLine | null {
  try {
    const { time, level, code, msg } = JSON.parse(line) as Record<string, unknown>;
    if (typeof time !== 'number' || typeof msg !== 'string') return null;
    return { time, level: levelOf(level), code: typeof code === 'string' ? code : '', message: msg };
  } catch {
    return null;
  }
}

/** Pino writes levels as numbers: 30 info, 40 warn, 50 and above error. */
function levelOf(level: unknown): LogLine['level'] {
  if (typeof level !== 'number' || level < 40) return 'info';
  return level < 50 ? 'warn' : 'error';
}
