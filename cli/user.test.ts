import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { commandLine, json } from './testing.js';

t.test(
  'users by the command line: the password comes from the standard input, never from an argument',
  async (t) => {
    const { run, typing, data } = await commandLine(t);
    const first = await typing('four words in a row\n', 'user', 'add', 'Anna', '--json');
    t.match(json(first), { name: 'anna', role: 'admin', state: 'active' }, first.stderr);
    t.notMatch(first.stdout, /scrypt/, 'its hash is nobody’s business');
    t.match(json(await typing('another long one', 'user', 'add', 'bert', '--json')), { role: 'viewer' });
    t.match(await typing('short', 'user', 'add', 'carla'), { code: 2, stderr: /at least 12/ });
    t.match(await typing('', 'user', 'add', 'carla'), { code: 2, stderr: /standard input/ });
    t.match(await run('user', 'disable', 'anna'), { code: 1, stderr: /only admin/ });
    t.match(await run('user', 'role', 'bert', 'root'), { code: 2, stderr: /one of admin, trader, viewer/ });
    t.match(await run('user', 'role', 'bert', 'trader'), { code: 0 });
    t.match(await run('user', 'disable', 'nobody'), { code: 2, stderr: /no user "nobody"/ });
    t.match((await run('user', 'disable', 'bert')).code, 0);
    t.match((await run('user', 'list')).stdout, /anna +admin +active\nbert +trader +disabled/);
    const file = readFileSync(join(data, 'users.json'), 'utf8');
    t.match(file, /scrypt\$17\$8\$1\$/);
    t.notMatch(file, /four words/);
  },
);
