/** Ten thousand requests that nobody means well, against the real app (FAULTS.md §5): refused with a message, nothing changed. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { noteConfigByHand } from '../server/audit/by-hand.js';
import type { AuditEntry } from '../server/audit/chain.js';
import { CONFIG, testServer, writeConfig } from '../server/testing.js';
import { folderOf } from './folder.js';

const AUDIT = 'audit.ndjson';
const SEED = 23;
const REQUESTS = 10_000;

/** Numbers that look random and are the same in every run (mulberry32). */
function dice(seed: number) {
  let state = seed;
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { roll, pick: <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]! };
}

/** Values that stand where a number, a name or an object should. */
const WRONG: readonly unknown[] = [
  '',
  ' ',
  '1,5',
  '0x10',
  '1e400',
  '-0',
  '-1',
  'NaN',
  'Infinity',
  '٣',
  '1'.repeat(5_000),
  0,
  -1,
  1e308,
  9_007_199_254_740_993,
  null,
  true,
  [],
  [[]],
  {},
  { name: '__proto__' },
  { toString: 'x' },
  'btcusdt',
  'BTC\u202eUSDT',
  'ВТСUSDT',
  '../x',
  '<img src=x onerror=alert(1)>',
  'a\u0000b',
];
const KEYS = [
  'id',
  'name',
  'symbol',
  'interval',
  'budget',
  'signal',
  'plan',
  'risk',
  'tags',
  'dryRun',
  'venue',
  'stopLos',
  '__proto__',
  'constructor',
];
const IDS = [
  'btc-dip',
  'btc-dip',
  'btc-dip',
  'nobody',
  '..',
  '%2e%2e',
  '%00',
  'a'.repeat(300),
  '😀',
  'con',
  '__proto__',
  'BTC-DIP',
];
const ACTIONS = [
  '',
  '',
  '',
  '',
  '/start',
  '/stop',
  '/restart',
  '/log',
  '/decisions',
  '/klines',
  '/pause',
  '/sell',
  '/nothing',
];
const QUERIES = [
  '',
  '?limit=1e9',
  '?limit=-1',
  '?limit=1&limit=2',
  '?limit=',
  '?force=maybe',
  '?limit[]=1',
  '?x=%ff',
];
const TYPES = [
  'application/json',
  'application/json',
  'application/json',
  'text/plain',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-7',
];
const TEXTS = [
  '',
  '{',
  '[',
  'null',
  '"',
  '{"a":1}{"b":2}',
  '\ufeff{}',
  '{"id":"a","id":"b"}',
  `${'['.repeat(9_000)}`,
  '{"a":'.repeat(3_000),
  'NaN',
  '\u0000',
];

t.test(`no request of ten thousand (seed ${SEED}) breaks the server or changes a byte`, async (t) => {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const server = await testServer(data);
  t.teardown(() => server.close());
  // The API's limit does not count the token of the start: every request gets to what it asks for.
  const uncounted = { authorization: `Bearer ${server.auth.runToken}` };
  const { roll, pick } = dice(SEED);
  // What was written by hand is noted once it has stood for a while, which ten thousand requests may take.
  await noteConfigByHand(data, 'btc-dip', server.auth.audit);
  const before = filesOf(data);
  const view = (await server.app.inject('/api/bots/btc-dip')).json();

  /** A config with one thing or more that is wrong. */
  const body = (): string => {
    if (roll() < 0.3) return pick(TEXTS);
    const config: Record<string, unknown> = { ...CONFIG, id: 'another' };
    // Always one that cannot be right; the rest as it comes.
    config['interval'] = pick(WRONG);
    for (let count = 0; count < 3; count += 1)
      Object.defineProperty(config, pick(KEYS.filter((key) => key !== 'interval')), {
        value: pick(WRONG),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return JSON.stringify(config);
  };
  const statuses = new Map<number, number>();
  const slow: number[] = [];
  for (let count = 0; count < REQUESTS; count += 1) {
    const method = pick([
      'GET',
      'POST',
      'POST',
      'PATCH',
      'PATCH',
      'PUT',
      'DELETE',
      'OPTIONS',
      'HEAD',
      'TRACE',
    ] as const);
    const target =
      roll() < 0.4
        ? pick([
            '/api/bots',
            '/api/bots',
            '/api/bots',
            '/api/bots',
            '/api/bots/',
            '/api/overview',
            '/api/symbols',
            '/api/x',
          ])
        : `/api/bots/${pick(IDS)}${pick(ACTIONS)}`;
    const url = target + pick(QUERIES);
    // What would be meant is not sent: the real bot is neither started, stopped nor deleted by a sound request.
    if (url.includes('/api/bots/btc-dip') && ['POST', 'DELETE'].includes(method)) continue;
    const withBody = !['GET', 'HEAD', 'TRACE'].includes(method);
    const began = performance.now();
    const answer = await server.app.inject({
      method: method as 'GET',
      url,
      headers: { ...uncounted, ...(withBody ? { 'content-type': pick(TYPES) } : {}) },
      ...(withBody ? { payload: body() } : {}),
    });
    slow.push(performance.now() - began);
    const { statusCode } = answer;
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    const told = `${method} ${url}: ${statusCode} ${answer.body.slice(0, 300)}`;
    // 503: no exchange is set up here, and the answer says so.
    if (statusCode >= 500 && statusCode !== 503) t.fail(told);
    if (withBody && statusCode < 400 && method !== 'OPTIONS') t.fail(`taken: ${told}`);
    if (statusCode >= 400 && method !== 'HEAD' && !/"message":"(?:[^"\\]|\\.){5,}/.test(answer.body))
      t.fail(`without a message: ${told}`);
    if (/node_modules|\.ts:\d|at Object\./.test(answer.body)) t.fail(`tells how it is made: ${told}`);
  }
  t.same(server.failures, [], 'nothing was thrown that nobody expected');
  const after = filesOf(data);
  // That it was tried is written down, as a failure each time; nothing else is.
  const tries = (after[AUDIT] ?? '')
    .slice((before[AUDIT] ?? '').length)
    .split('\n')
    .filter(Boolean);
  t.ok(after[AUDIT]?.startsWith(before[AUDIT] ?? ''), 'the audit log has only grown');
  t.same([...new Set(tries.map((line) => (JSON.parse(line) as AuditEntry).outcome))], ['failed']);
  t.match(await server.auth.audit.verify(), { fault: null });
  t.same({ ...after, [AUDIT]: '' }, { ...before, [AUDIT]: '' }, 'no other file has changed');
  t.same((await server.app.inject('/api/bots/btc-dip')).json(), view);
  slow.sort((a, b) => a - b);
  t.comment(
    `${JSON.stringify([...statuses].sort())}, p99 ${slow[Math.floor(slow.length * 0.99)]!.toFixed(1)} ms`,
  );
  for (const status of [400, 404, 415, 422])
    t.ok((statuses.get(status) ?? 0) >= 10, `${status}: ${statuses.get(status)}`);
});

function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}
