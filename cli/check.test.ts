import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { problemsOf } from './check.js';
import { commandLine, json } from './testing.js';

const MINE = JSON.stringify({
  ...{ id: 'mine', symbol: 'BTCUSDT', interval: '5m', budget: '1000' },
  ...{ signal: { name: 'rsi' }, plan: { name: 'single' } },
});

const BTC = [
  '--symbol',
  'BTCUSDT',
  '--interval',
  '5m',
  '--signal',
  'rsi',
  '--plan',
  'single',
  '--budget',
  '1000',
];

t.test('check names file, line and column of everything that is wrong', async (t) => {
  const { run, home, data } = await commandLine(t);
  t.match(await run('check'), { code: 0, stdout: '0 of 0 configs are valid.\n' });
  t.equal((await run('bot', 'create', 'good', ...BTC)).code, 0);
  await mkdir(join(data, 'bots/bad'));
  await writeFile(join(data, 'bots/bad/config.json'), '{ "id": "other",\n  "symbol": "BTCUSDT", "period": 3');
  const all = await run('check');
  t.equal(all.code, 2);
  t.match(all.stdout, /^data\/bots\/bad\/config\.json:2:\d+: .*\n[^]*1 of 2 configs are valid/);
  await writeFile(
    join(home, 'mine.json'),
    (await readFile(join(data, 'bots/good/config.json'), 'utf8')).replace('"5m"', '"5x"'),
  );
  const one = await run('check', 'mine.json', '--json');
  t.equal(one.code, 2);
  t.match(json(one), {
    ok: false,
    files: [
      { file: 'mine.json', ok: false, problems: [{ line: 5, path: 'interval', message: /must be one of/ }] },
    ],
  });
  t.match(await run('check', 'gone.json', '.'), {
    code: 2,
    stdout: /gone\.json: there is no such file\n\.: it is a folder; name the config\.json in it/,
  });
});

t.test("a bot's config is checked as its bot reads it: no link is followed", async (t) => {
  const folder = folderOf(t, { 'mine.json': MINE, bots: { mine: {} } });
  const [mine, linked] = [join(folder, 'mine.json'), join(folder, 'bots/mine/config.json')];
  await symlink(mine, linked);
  t.same(await problemsOf(mine), []);
  t.match(await problemsOf(linked), [{ message: /it is a symbolic link, which is not followed/ }]);
});

t.test('the doctor says what is wrong and the next step', async (t) => {
  const { run, data } = await commandLine(t);
  const healthy = await run('doctor', '--json', '--port', '0');
  t.equal(healthy.code, 0, healthy.stdout);
  t.match(json(healthy), { ok: true });
  t.equal((await run('bot', 'create', 'idle', ...BTC)).code, 0);
  await writeFile(join(data, 'bots/idle/desired.json'), '{ "desired": "running" }');
  const down = await run('doctor', '--port', '0');
  t.equal(down.code, 0, 'without its server a bot that should run waits for it');
  t.match(down.stdout, /note {3}idle should run and does not\.\n +→ flotilla up, or flotilla bot start idle/);
  await writeFile(join(data, 'bots/idle/config.json'), '{');
  const ill = await run('doctor', '--port', '0');
  t.equal(ill.code, 1);
  t.match(ill.stdout, /WRONG {2}.*config\.json:1:\d+/);
  const [id, budget] = ['"id": "idle"', '"budget": "none"'];
  const rest =
    '"symbol": "BTCUSDT", "interval": "1m", "signal": { "name": "rsi" }, "plan": { "name": "single" }';
  await writeFile(join(data, 'bots/idle/config.json'), `{ ${id}, ${rest}, ${budget} }`);
  await writeFile(join(data, 'bots/idle/desired.json'), '{ "desired": "stopped" }');
  const faulty = await run('doctor', '--port', '0');
  t.equal(faulty.stdout.match(/budget/g)?.length, 1, faulty.stdout);
  t.match(await run('bot', 'show', 'idle'), { stdout: /on paper, / });
  t.match((await run('bot', 'set', 'idle', 'budget=5')).stderr, /^idle\n +budget +none → 5\n/);
  t.match(await run('bot', 'logs', 'idle'), { code: 0, stdout: '', stderr: /idle has logged nothing yet/ });
  t.match(await run('bot', 'preflight', 'idle'), { code: 0, stdout: /trades on paper: there is nothing/ });
  t.match(await run('audit', 'list', '--last', 'many'), { code: 2, stderr: /a whole number from 1/ });
  await writeFile(join(data, 'users.json'), '{ "users": [');
  const shut = await run('doctor', '--port', '0');
  t.equal(shut.code, 1);
  t.match(shut.stdout, /WRONG {2}users\.json:1:13: the file ends too early: a closing bracket \] is missing/);
});

t.test('down where nothing runs is no failure, and a look leaves no daemon behind', async (t) => {
  const { run, home } = await commandLine(t);
  t.match(json(await run('down', '--json')), { server: false, bots: [], paper: false, openEntries: [] });
  t.notOk((await readdir(join(home, 'pm2')).catch((): string[] => [])).includes('pm2.pid'));
});
