import { chmod, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../test/folder.js';
import { credentialsOf } from './credentials.js';
import { createKeyFile } from './master.js';
import { seal, unseal } from './seal.js';
import { readVault, vaultFile } from './vault-file.js';
import {
  createVault,
  fileOpener,
  listKeys,
  masterFrom,
  openerWith,
  removeKey,
  replaceKey,
  rotateMaster,
  storeKey,
  vaultOf,
  type KeyDraft,
} from './vault.js';

const VAULT = { name: 'VaultError' };
const SECRET = 'canary-secret-7f3a91';

function draft(id: string, given: Partial<KeyDraft> = {}): KeyDraft {
  const credentials = { key: `api-key-of-${id}`, secret: SECRET };
  return {
    id,
    label: 'Main',
    venue: 'binance',
    owner: 'ann',
    credentials,
    permissions: null,
    now: 1_000,
    ...given,
  };
}

async function vaultWith(data: string, ...ids: readonly string[]) {
  const vault = await createVault(data, { kind: 'file', path: join(data, '..', 'master.key') });
  const opener = (await fileOpener(vault))!;
  for (const id of ids) await storeKey(data, opener, draft(id));
  return opener;
}

t.test('what is sealed opens with the same master key and context, and with nothing else', (t) => {
  const [master, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const sealed = seal(master, SECRET, ['a', 'b']);
  t.equal(unseal(master, sealed, ['a', 'b']), SECRET);
  t.equal(unseal(other, sealed, ['a', 'b']), null);
  t.equal(unseal(master, sealed, ['ab', '']), null);
  t.not(seal(master, SECRET, ['a', 'b']), sealed, 'never twice the same');
  const bytes = Buffer.from(sealed, 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    t.equal(unseal(master, changed.toString('base64'), ['a', 'b']), null, `byte ${at} changed`);
  }
  t.equal(unseal(master, '', ['a', 'b']), null);
  t.end();
});

t.test('a key is stored sealed, and opens again', async (t) => {
  const data = join(folderOf(t), 'data');
  await vaultWith(data, 'main');
  t.match(await credentialsOf(data, 'main', 'binance'), { key: 'api-key-of-main', secret: SECRET });
  const text = await readFile(vaultFile(data), 'utf8');
  t.notMatch(text, new RegExp(SECRET), 'the secret is not in the file');
  t.notMatch(text, /api-key-of/, 'nor is the API key');
  t.match(await listKeys(data), [{ id: 'main', label: 'Main', owner: 'ann', lastFour: 'main' }]);
  t.notOk(JSON.stringify(await listKeys(data)).includes('sealed'));
  for (const name of await readdir(join(data, 'keys')))
    t.equal((await stat(join(data, 'keys', name))).mode & 0o077, 0, `${name} is for its owner only`);
});

t.test('entries cannot be exchanged for one another', async (t) => {
  const data = join(folderOf(t), 'data');
  await vaultWith(data, 'mine', 'yours');
  const vault = (await readVault(data))!;
  const swapped = {
    ...vault,
    keys: { ...vault.keys, mine: { ...vault.keys.mine!, sealed: vault.keys.yours!.sealed } },
  };
  await writeFile(vaultFile(data), JSON.stringify(swapped));
  await t.rejects(credentialsOf(data, 'mine', 'binance'), {
    ...VAULT,
    problem: 'unsafe',
    message: /does not open/,
  });
  const stolen = { ...vault, keys: { ...vault.keys, mine: { ...vault.keys.mine!, owner: 'eve' } } };
  await writeFile(vaultFile(data), JSON.stringify(stolen));
  await t.rejects(
    credentialsOf(data, 'mine', 'binance'),
    { ...VAULT, problem: 'unsafe' },
    'nor given to another owner',
  );
});

t.test('a replaced key keeps its name; a removed one is gone', async (t) => {
  const data = join(folderOf(t), 'data');
  const opener = await vaultWith(data, 'main');
  const credentials = { key: 'another-key', secret: 'another-secret' };
  const info = await replaceKey(data, opener, 'main', { credentials, permissions: null, now: 2_000 });
  t.match(info, { id: 'main', lastFour: '-key', createdAt: 1_000, rotatedAt: 2_000, owner: 'ann' });
  t.same(await credentialsOf(data, 'main', 'binance'), credentials);
  await removeKey(data, 'main');
  await t.rejects(credentialsOf(data, 'main', 'binance'), {
    problem: 'missing',
    message: /There is no key "main"/,
  });
});

t.test('another master key opens everything, and the old key file is gone', async (t) => {
  const folder = folderOf(t);
  const data = join(folder, 'data');
  const opener = await vaultWith(data, 'one', 'two');
  await rotateMaster(data, opener, { kind: 'file', path: join(folder, 'second.key') });
  t.match(await credentialsOf(data, 'two', 'binance'), { secret: SECRET });
  t.same(await readdir(folder), ['data', 'second.key']);
  const vault = await vaultOf(data);
  await t.rejects(opener.open(vault, 'one'), { ...VAULT, problem: 'unsafe' }, 'the old one opens nothing');
  const passphrase = 'correct horse battery';
  await rotateMaster(data, (await fileOpener(vault))!, { kind: 'passphrase', passphrase });
  t.same(await readdir(folder), ['data'], 'behind a passphrase there is no key file');
  const locked = await vaultOf(data);
  const opened = await openerWith(await masterFrom(locked, passphrase)).open(locked, 'one');
  t.equal(opened.secret, SECRET);
  await t.rejects(masterFrom(locked, 'wrong horse battery'), {
    problem: 'invalid',
    message: 'The passphrase is wrong.',
  });
});

t.test('a rotation that fails half-way leaves the vault as it was', async (t) => {
  const folder = folderOf(t);
  const data = join(folder, 'data');
  const opener = await vaultWith(data, 'one', 'two');
  const before = await readFile(vaultFile(data), 'utf8');
  const broken = {
    ...opener,
    open: (vault: Parameters<typeof opener.open>[0], id: string) =>
      id === 'two' ? Promise.reject(new Error('cut')) : opener.open(vault, id),
  };
  await t.rejects(rotateMaster(data, broken, { kind: 'file', path: join(folder, 'second.key') }), /cut/);
  t.equal(await readFile(vaultFile(data), 'utf8'), before);
  t.match(await credentialsOf(data, 'one', 'binance'), { secret: SECRET });
});

t.test('files that others could read, links, and damage are refused with the way out', async (t) => {
  const folder = folderOf(t);
  const data = join(folder, 'data');
  await vaultWith(data, 'main');
  const ask = () => credentialsOf(data, 'main', 'binance');
  const keyFile = join(folder, 'master.key');

  await chmod(keyFile, 0o644);
  await t.rejects(ask(), { ...VAULT, problem: 'unsafe', message: /mode 644.*chmod 600/ });
  await chmod(keyFile, 0o600);
  await chmod(vaultFile(data), 0o640);
  await t.rejects(ask(), { ...VAULT, problem: 'unsafe', message: /mode 640/ });
  await chmod(vaultFile(data), 0o600);
  t.ok(await ask());

  const text = await readFile(vaultFile(data), 'utf8');
  for (const [what, damaged] of [
    ['cut', text.slice(0, -20)],
    ['empty', ''],
    ['with a strange member', text.replace('"version"', '"extra": 1, "version"')],
    ['of a later version', text.replace('"version": 1', '"version": 2')],
  ] as const) {
    await writeFile(vaultFile(data), damaged);
    await t.rejects(ask(), { ...VAULT, problem: 'unsafe', message: /is damaged.*left as it is/ }, what);
    t.equal(await readFile(vaultFile(data), 'utf8'), damaged, 'and nothing is written over it');
  }
  await writeFile(vaultFile(data), text);

  await createKeyFile(join(folder, 'other.key'));
  await writeFile(keyFile, await readFile(join(folder, 'other.key')));
  await t.rejects(ask(), { ...VAULT, problem: 'unsafe', message: /master key of another vault/ });

  const linked = join(folder, 'linked');
  await symlink(join(folder, 'other.key'), linked);
  await t.rejects(
    createKeyFile(linked),
    { ...VAULT, problem: 'invalid' },
    'a key file is never written through a link',
  );
});

t.test('names, labels, keys and passphrases that make no sense are refused at their field', async (t) => {
  const folder = folderOf(t);
  const data = join(folder, 'data');
  const opener = await vaultWith(data, 'main');
  const refused: readonly (readonly [Partial<KeyDraft>, string])[] = [
    [{ id: '../x' }, 'id'],
    [{ id: '__proto__' }, 'id'],
    [{ id: '' }, 'id'],
    [{ id: 'main' }, 'id'],
    [{ id: 'ok', label: '' }, 'label'],
    [{ id: 'ok', credentials: { key: 'with space in it', secret: SECRET } }, 'key'],
    [{ id: 'ok', credentials: { key: 'long-enough', secret: 'short' } }, 'secret'],
  ];
  for (const [given, field] of refused)
    await t.rejects(storeKey(data, opener, draft('x', given)), { ...VAULT, problem: 'invalid', field });
  t.same(
    (await listKeys(data)).map(({ id }) => id),
    ['main'],
  );
  await t.rejects(
    createVault(data, { kind: 'file' }),
    { ...VAULT, problem: 'invalid' },
    'a vault is made once',
  );
  const other = join(folder, 'other');
  await t.rejects(createVault(other, { kind: 'passphrase', passphrase: 'short' }), {
    ...VAULT,
    field: 'passphrase',
  });
  await t.rejects(credentialsOf(data, 'main', 'binance-testnet'), {
    ...VAULT,
    message: /is one of binance, not/,
  });
});

t.test('two that add at once both find their key stored', async (t) => {
  const data = join(folderOf(t), 'data');
  const opener = await vaultWith(data);
  const ids = Array.from({ length: 20 }, (_, index) => `key-${index}`);
  await Promise.all(ids.map((id) => storeKey(data, opener, draft(id))));
  t.same((await listKeys(data)).map(({ id }) => id).sort(), [...ids].sort());
});
