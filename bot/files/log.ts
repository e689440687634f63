/** `log.ndjson`: what the dashboard and `flotilla bot logs` show; the same lines go to stdout for `pm2 logs`. */
import { open } from 'node:fs/promises';
import { botFolder } from './folder.js';
import type { LogLine } from './view.js';

type Figures = NonNullable<LogLine['values']>;

const CHUNK = 64 * 1024;

/** The last `limit` lines, oldest first, read from the end: the size of the file does not matter. */
export async function readLog(data: string, id: string, limit: number): Promise<LogLine[]> {
  const lines = await tail(botFolder(data, id).log, limit);
  return lines.map(parseLogLine).filter((line) => line !== null);
}

/** What is said of trading: what a timeline shows, without decisions, orders on their way and process matters. */
const EVENTS =
  /"code":"(fill|wallet-changed|cycle-ended|dry-run|found|unprotectable|stop-stuck|diverged|batch-[a-z]+|fleet-[a-z]+|books-[a-z]+|command-[a-z-]+)"/;

/** The last `limit` lines of the log that tell of trades, batches, cycles, the wallet and commands, oldest first. */
export async function readEvents(data: string, id: string, limit: number): Promise<LogLine[]> {
  const lines = await tail(botFolder(data, id).log, limit, EVENTS);
  return lines.map(parseLogLine).filter((line) => line !== null);
}

/** Whether a timeline shows a line of this code. */
export function isEvent(code: string): boolean {
  return EVENTS.test(`"code":"${code}"`);
}

/** The last `limit` lines of a text file that match (when asked), oldest first; none when it does not exist. */
export async function tail(file: string, limit: number, match?: string | RegExp): Promise<string[]> {
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
        if (line === '' || (match !== undefined && !matches(line, match))) continue;
        if (found.length < limit) found.push(Buffer.from(line, 'latin1').toString('utf8'));
      }
      end = start;
    }
    return found.reverse();
  } finally {
    await handle.close();
  }
}

function matches(line: string, match: string | RegExp): boolean {
  return typeof match === 'string' ? line.includes(match) : match.test(line);
}

/** Null for what is no line of a log. */
export function parseLogLine(line: string): LogLine | null {
  try {
    const { time, level, code, msg, values } = JSON.parse(line) as Record<string, unknown>;
    if (typeof time !== 'number' || typeof msg !== 'string') return null;
    const figures = typeof values === 'object' && values !== null ? { values: values as Figures } : {};
    return {
      time,
      level: levelOf(level),
      code: typeof code === 'string' ? code : '',
      message: msg,
      ...figures,
    };
  } catch {
    return null;
  }
}

/** Pino writes levels as numbers: 30 info, 40 warn, 50 and above error. */
function levelOf(level: unknown): LogLine['level'] {
  if (typeof level !== 'number' || level < 40) return 'info';
  return level < 50 ? 'warn' : 'error';
}
