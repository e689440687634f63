/** A bot on a live venue, with stored keys: real processes, and a paper exchange of its own in the exchange's place. */
import { spawn } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { BotStatus } from '../bot/files/folder.js';
import type { BotView } from '../bot/files/view.js';
import { commandLine, json } from '../cli/testing.js';
import { venuesFile } from '../exchange/endpoints.js';
import type { PaperAddress } from '../exchange/venues.js';
import type { KeysView } from '../exchange/keys/shown.js';
import { root } from './fleet-run.js';
import { folderOf } from './folder.js';
import { waitFor } from '../server/fleet/wait.js';

const PASSPHRASE = 'correct horse battery';
const PASSWORD = 'CANARY of a login password';
const BOT = [
  '--symbol',
  'BTCUSDT',
  '--interval',
  '1m',
  '--signal',
  'always',
  '--plan',
  'single',
  '--budget',
  '1000',
];
const WITHIN = { withinMs: 30_000, everyMs: 200 };

t.test('keys are stored, a bot trades with one, and nobody else gets to see it', async (t) => {
  const config = folderOf(t);
  process.env.XDG_CONFIG_HOME = config;
  const { home, data, run, typing, begin } = await commandLine(t);
  const exchange = await begin<PaperAddress>(
    'paper',
    '--data',
    join(home, 'exchange'),
    '--synthetic',
    '--speed',
    '60',
    '--seed',
    '3',
  );
  const { rest, ws, wsApi, key, secret } = exchange.line;
  const up = await begin<{ url: string; token: string }>('up', '--port', '0', '--json');
  let said = '';
  up.child.stderr?.on('data', (chunk) => (said += String(chunk)));
  await writeFile(venuesFile(data), JSON.stringify({ binance: { rest, ws, wsApi } }), { mode: 0o600 });

  const bare = await run('bot', 'create', 'live', ...BOT, '--venue', 'binance', '--key', 'main', '--json');
  t.match(
    json(bare),
    { error: { code: 'KEY_REFUSED', message: /flotilla key add/ } },
    'no bot without a stored key',
  );

  const added = await typing(`${key}\n${secret}\n`, 'key', 'add', 'main', '--venue', 'binance', '--json');
  t.match(json(added), { key: { id: 'main', venue: 'binance', lastFour: key.slice(-4) } });
  await run('bot', 'create', 'live', ...BOT, '--venue', 'binance', '--key', 'main');
  const unasked = await run('bot', 'start', 'live', '--json');
  t.match(json(unasked), { error: { code: 'REAL_MONEY' } }, 'real money is not traded unasked');
  t.match(json(await run('bot', 'preflight', 'live', '--json')), { ok: true });
  const started = await run('bot', 'start', 'live', '--real-money', '--json');
  t.equal(started.code, 0, started.stderr);

  const show = async (): Promise<BotView> =>
    json<BotView & Record<string, unknown>>(await run('bot', 'show', 'live', '--json'));
  const headers = { authorization: `Bearer ${up.line.token}` };
  const look = async () =>
    (await (await fetch(`${up.line.url}/api/bots/live`, { headers })).json()) as BotView;
  const traded = await waitFor(async () => ((await look()).trades.length > 0 ? true : null), WITHIN);
  t.ok(traded, 'it has bought on the exchange that the venue names');

  const people = await signedIn(up.line);
  const secrets = [secret, PASSPHRASE, PASSWORD, people.session, people.token, up.line.token];
  t.ok(secrets.every((each) => each.length > 20));
  const { asked, telling } = await answersWith(secrets, up.line.url, people);
  t.ok(asked > 25, `${asked} addresses asked`);
  t.same(telling, [], 'no answer tells a secret');
  t.same(await processesNaming(secrets), [], 'nor is one in an argument or an environment while all runs');

  await t.test('a copy of the folder does not trade the same money', async (t) => {
    await run('bot', 'stop', 'live');
    const copy = join(home, 'copy');
    await cp(data, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    t.equal((await run('bot', 'start', 'live', '--real-money')).code, 0);
    // As in a copy of a fleet that runs: it was said that it trades real money.
    const said = (folder: string): string => join(folder, 'bots', 'live', 'desired.json');
    await cp(said(data), said(copy));
    const args = [join(root, 'dist', 'bot.cjs'), '--data', copy, '--id', 'live'];
    const twin = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env } });
    t.teardown(() => twin.kill('SIGKILL'));
    const refused = await waitFor(async () => {
      const { phase, errors } = await readStatus(copy);
      return phase === 'refused' ? errors.join() : null;
    }, WITHIN);
    t.match(refused, /\(bot live in .*data.bots.live\) trades on binance\/main as this bot already/);
  });

  const killed = (await show()).process!.pid!;
  up.child.kill('SIGTERM');
  await up.ended;
  const toPassphrase = await typing(
    `${PASSPHRASE}\n${PASSPHRASE}\n`,
    'key',
    'master',
    '--passphrase',
    '--json',
  );
  t.equal(toPassphrase.code, 0, toPassphrase.stderr);
  t.match(json(toPassphrase), { master: { kind: 'passphrase' } });
  t.match(json<KeysView & Record<string, unknown>>(await run('key', 'list', '--json')), {
    locked: false,
    keys: [{ bots: ['live'] }],
  });

  process.kill(killed, 'SIGKILL');
  const again = await waitFor(async () => {
    const { actual, process: now } = await show();
    return actual === 'online' && now?.pid !== killed ? now : null;
  }, WITHIN);
  t.ok(again, 'restarted while the server is down, it gets its key from the agent');

  await run('key', 'lock');
  process.kill(again!.pid!, 'SIGKILL');
  const waiting = await waitFor(async () => {
    const { actual, errors } = await show();
    return actual === 'starting' && errors.some((each) => each.includes('flotilla key unlock')) ? true : null;
  }, WITHIN);
  t.ok(waiting, 'while the keys are locked it waits, and says so');
  t.equal((await typing('wrong horse battery\n', 'key', 'unlock')).code, 2);
  await typing(`${PASSPHRASE}\n`, 'key', 'unlock');
  t.ok(
    await waitFor(async () => ((await show()).actual === 'online' ? true : null), WITHIN),
    'unlocked, it goes on',
  );

  t.same(await placesOf(secrets, [data, join(home, 'pm2'), config]), [], 'in no file, log or dump');
  t.same(await processesNaming(secrets), [], 'neither in an argument nor in an environment');
  t.notOk(
    secrets.some((each) => said.includes(each)),
    'nor in what the server says',
  );
});

async function readStatus(data: string): Promise<Pick<BotStatus, 'phase' | 'errors'>> {
  const text = await readFile(join(data, 'bots', 'live', 'status.json'), 'utf8').catch(() => '');
  return text === '' ? { phase: 'starting', errors: [] } : (JSON.parse(text) as BotStatus);
}

interface Line {
  readonly url: string;
  readonly token: string;
}

interface People {
  readonly session: string;
  readonly cookie: string;
  readonly token: string;
}

/** A user with a password, who signs in and makes a lasting token; all as programs and browsers do. */
async function signedIn({ url, token: run }: Line): Promise<People> {
  const send = (path: string, type: string, body: string, headers: Record<string, string>) =>
    fetch(url + path, {
      ...{ method: 'POST', redirect: 'manual', body },
      headers: { 'content-type': type, 'hx-request': 'true', ...headers },
    });
  const made = JSON.stringify({ name: 'cara', role: 'admin', password: PASSWORD });
  await send('/api/users', 'application/json', made, { authorization: `Bearer ${run}` });
  const typed = new URLSearchParams({ name: 'cara', password: PASSWORD }).toString();
  const entered = await send('/login', 'application/x-www-form-urlencoded', typed, {});
  const cookie = /^[^;]+/.exec(entered.headers.get('set-cookie') ?? '')?.[0] ?? '';
  const wanted = JSON.stringify({ name: 'canary', scope: 'admin', days: 1 });
  const answer = await send('/api/tokens', 'application/json', wanted, { cookie });
  const { token = '' } = (await answer.json()) as { token?: string };
  return { session: cookie.split('=')[1] ?? '', cookie, token };
}

const PAGES = ['/', '/me', '/users', '/keys', '/audit', '/bots/live', '/why', '/trades', '/settings', '/new'];

/** Every address of the API that is only read, and pages, as each of both asks for them. */
async function answersWith(
  secrets: readonly string[],
  url: string,
  { cookie, token }: People,
): Promise<{ asked: number; telling: string[] }> {
  const authorization = `Bearer ${token}`;
  const document = await fetch(`${url}/api/openapi.json`, { headers: { authorization } });
  const { paths } = (await document.json()) as { paths: Record<string, object> };
  const read = Object.entries(paths).flatMap(([path, verbs]) =>
    'get' in verbs && !/events/.test(path) ? [path.replace('{id}', 'live')] : [],
  );
  const addresses = [...PAGES, ...read.filter((path) => !path.includes('{'))];
  const telling: string[] = [];
  for (const path of addresses)
    for (const headers of [{ cookie }, { authorization }] as Record<string, string>[]) {
      const answer = await fetch(url + path, { headers, redirect: 'manual' });
      const text = JSON.stringify([...answer.headers]) + (await answer.text());
      if (secrets.some((each) => text.includes(each))) telling.push(path);
    }
  return { asked: addresses.length, telling };
}

/** Files below these folders in which one of the texts stands. */
async function placesOf(secrets: readonly string[], folders: readonly string[]): Promise<string[]> {
  const places: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const text = await readFile(file, 'latin1').catch(() => '');
      if (secrets.some((secret) => text.includes(secret))) places.push(file);
    }
  }
  return places;
}

async function processesNaming(secrets: readonly string[]): Promise<string[]> {
  const places: string[] = [];
  for (const pid of await readdir('/proc').catch(() => []))
    for (const file of ['cmdline', 'environ']) {
      const text = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '') : '';
      if (secrets.some((secret) => text.includes(secret))) places.push(`${pid} ${file}`);
    }
  return places;
}
