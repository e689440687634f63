import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { commandLine, json } from './testing.js';
import { Passwords } from '../server/auth/passwords.js';
import { newTotpSecret } from '../server/auth/totp.js';
import { Users } from '../server/auth/users.js';

const BOT = JSON.stringify({
  id: 'btc-dip',
  symbol: 'BTCUSDT',
  interval: '5m',
  budget: '1000',
  signal: { name: 'rsi' },
  plan: { name: 'single' },
});

/** As if somebody had set them up in the dashboard. */
async function lendCodes(data: string, name: string): Promise<void> {
  const users = new Users(data, new Passwords());
  const codes = { secret: newTotpSecret(), recovery: [], lastStep: 0 };
  await users.setTotp(users.existing(name).id, () => codes);
}

t.test(
  'users by the command line: the password comes from the standard input, never from an argument',
  async (t) => {
    const { run, typing, data } = await commandLine(t);
    const trader = await typing('four words in a row\n', 'user', 'add', 'tina', '--role', 'trader');
    t.match(trader, { code: 1, stderr: /no admin yet.*Make the first user an admin/ });
    t.match((await run('user', 'list')).stdout, /no user yet/, 'and the set-up is not used up');
    const first = await typing('four words in a row\n', 'user', 'add', 'Anna', '--json');
    t.match(json(first), { name: 'anna', role: 'admin', state: 'active' }, first.stderr);
    t.notMatch(first.stdout, /scrypt/, 'its hash is nobody’s business');
    t.match(json(await typing('another long one', 'user', 'add', 'bert', '--json')), { role: 'viewer' });
    t.match(await typing('short', 'user', 'add', 'carla'), { code: 2, stderr: /at least 12/ });
    t.match(await typing('', 'user', 'add', 'carla'), { code: 2, stderr: /standard input/ });
    t.match(await typing('longenough-123', 'user', 'add', 'bert'), {
      code: 2,
      stderr: /a user "bert" already/,
    });
    t.match(await run('user', 'disable', 'anna'), { code: 1, stderr: /only admin/ });
    t.match(await run('user', 'role', 'bert', 'root'), { code: 2, stderr: /one of admin, trader, viewer/ });
    t.match(await run('user', 'role', 'bert', 'trader'), { code: 0 });
    t.match(await run('user', 'disable', 'nobody'), { code: 2, stderr: /no user "nobody"/ });
    t.match((await run('user', 'disable', 'bert')).code, 0);
    t.match((await run('user', 'list')).stdout, /anna +admin +active\nbert +trader +disabled/);
    const file = readFileSync(join(data, 'users.json'), 'utf8');
    t.match(file, /scrypt\$17\$8\$1\$/);
    t.notMatch(file, /four words/);
    const verified = json<{ lines: number; head: string }>(await run('audit', 'verify', '--json'));
    t.match(verified, { lines: 4, fault: null });
    t.match(await run('audit', 'verify', '--head', 'f'.repeat(64)), { code: 1, stdout: /rewritten or cut/ });
    const log = json<{ head: string; entries: object[] }>(await run('audit', 'list', '--json'));
    t.equal(log.head, verified.head);
    mkdirSync(join(data, 'bots/btc-dip'), { recursive: true });
    writeFileSync(join(data, 'bots/btc-dip/config.json'), BOT);
    const shared = json(await run('bot', 'share', 'btc-dip', 'bert', '--json'));
    t.match(shared, { id: 'btc-dip', owner: null, shared: ['bert'] });
    t.match(await run('bot', 'share', 'btc-dip', 'nobody'), { code: 2, stderr: /no user "nobody"/ });
    t.match(
      (await run('bot', 'unshare', 'btc-dip', 'bert')).stdout,
      /belongs to the admins; it is shared with nobody/,
    );
    await lendCodes(data, 'anna');
    t.match((await run('user', 'list')).stdout, /anna .*one-time codes/);
    t.match(await run('user', 'no-totp', 'anna'), { code: 0, stdout: /are off/ });
    t.match((await run('user', 'no-totp', 'anna')).stdout, /anna has set up no one-time codes/);
    t.match(log.entries.at(-1), { action: 'user.add', about: 'anna', via: 'command line', user: String });
  },
);
