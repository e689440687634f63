import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Passwords } from './passwords.js';
import { Users } from './users.js';
import { folderOf } from '../../test/folder.js';

/** Real scrypt, as cheap as it gets. */
const CHEAP = { logN: 4, r: 1, p: 1 };
const PASSWORD = 'four words in a row';

t.test('users are kept in a file of their owner alone, passwords as hashes', async (t) => {
  const data = folderOf(t);
  const passwords = new Passwords(CHEAP);
  const users = new Users(data, passwords);
  const anna = await users.add({ name: 'Anna', role: 'admin', password: PASSWORD });
  await users.add({ name: 'bert', role: 'trader', password: PASSWORD });
  const file = join(data, 'users.json');
  const text = readFileSync(file, 'utf8');
  t.notMatch(text, PASSWORD);
  t.equal(statSync(file).mode & 0o777, 0o600);
  const [a, b] = users.all();
  t.not(a?.password, b?.password, 'the same password is salted');
  t.equal(await passwords.verify(PASSWORD, anna.password), true);
  t.equal(await passwords.verify(`${PASSWORD} `, anna.password), false);
  t.equal(await passwords.verify(PASSWORD, null), false, 'nobody has no password');
  t.equal(passwords.worked, 5, 'and costs the same work');

  const other = new Users(data, passwords);
  await other.setPassword(anna.id, 'another four words');
  t.equal(users.existing('ANNA').epoch, 1, 'another process is seen at once');
  await t.rejects(users.add({ name: 'anna', role: 'viewer', password: PASSWORD }), { code: 'USER_EXISTS' });
  await t.rejects(users.add({ name: '../x', role: 'viewer', password: PASSWORD }), {
    code: 'USER_NAME_INVALID',
  });
  for (const weak of ['short', '', 'aaaaaaaaaaaaaaaa', 'carla-carla-carla', 'x'.repeat(201)])
    await t.rejects(users.add({ name: 'carla', role: 'viewer', password: weak }), {
      code: 'PASSWORD_REFUSED',
    });
  await t.rejects(users.setDisabled(anna.id, true), { code: 'LAST_ADMIN' });
  await t.rejects(users.setRole(anna.id, 'viewer'), { code: 'LAST_ADMIN' });
  await users.setRole(users.existing('bert').id, 'admin');
  t.match(await users.setDisabled(anna.id, true), { disabled: true, epoch: 2 });
});

t.test('two writers lose nothing', async (t) => {
  const data = folderOf(t);
  const stores = [new Users(data, new Passwords(CHEAP)), new Users(data, new Passwords(CHEAP))];
  const names = Array.from({ length: 10 }, (_, index) => `user${index}`);
  const early = stores[0]!.add({ name: 'tina', role: 'trader', password: PASSWORD });
  await t.rejects(early, { code: 'FIRST_NO_ADMIN' }, 'whoever comes first must be able to make the others');
  await Promise.all(
    names.map((name, index) => stores[index % 2]!.add({ name, role: 'admin', password: PASSWORD })),
  );
  t.same(
    stores[0]!
      .all()
      .map(({ name }) => name)
      .sort(),
    names,
  );
});

t.test('a damaged file is told with its place, and left as it is', async (t) => {
  const data = folderOf(t);
  const users = new Users(data, new Passwords(CHEAP));
  await users.add({ name: 'anna', role: 'admin', password: PASSWORD });
  const file = join(data, 'users.json');
  const sound = readFileSync(file, 'utf8');
  const cases: [spoiled: string, place: RegExp][] = [
    [sound.slice(0, 60), /users\.json:\d+:\d+: /],
    [sound.replace('"admin"', '"root"'), /users\.json:6:15: users\.0\.role/],
    [sound.replace('"epoch"', '"epoc"'), /users\.json:3:5: users\.0/],
    ['', /users\.json:1:1/],
    [sound.replace('scrypt$', 'md5$'), /users\.json:7:19: users\.0\.password/],
  ];
  for (const [spoiled, place] of cases) {
    writeFileSync(file, spoiled);
    t.throws(() => users.all(), { code: 'FILE_DAMAGED', message: place }, String(place));
    await t.rejects(users.add({ name: 'mallory', role: 'admin', password: PASSWORD }), {
      code: 'FILE_DAMAGED',
    });
    t.equal(readFileSync(file, 'utf8'), spoiled);
  }
  writeFileSync(file, sound);
  chmodSync(file, 0o600);
  t.equal(users.existing('anna').role, 'admin', 'mended, it counts again');
});

t.test('guesses are worked on one by one, and a flood of them is turned away', async (t) => {
  const passwords = new Passwords({ logN: 12, r: 8, p: 1 });
  const answers = await Promise.allSettled(Array.from({ length: 50 }, () => passwords.verify('guess', null)));
  const refused = answers.filter(({ status }) => status === 'rejected');
  t.equal(refused.length, 50 - 16);
  t.equal(passwords.worked, 16);
});
