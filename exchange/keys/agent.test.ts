import { spawnSync } from 'node:child_process';
import { lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../../test/folder.js';
import { KeyAgent } from './agent.js';
import { agentOpener, askAgent } from './agent-client.js';
import { agentSocket } from './agent-socket.js';
import { credentialsOf } from './credentials.js';
import { createVault, rotateMaster, storeKey, vaultOf, type KeyDraft } from './vault.js';

const VAULT = { name: 'VaultError' };
const PASSPHRASE = 'correct horse battery';
const credentials = { key: 'api-key-of-main', secret: 'canary-secret-7f3a91' };
const MAIN: KeyDraft = {
  id: 'main',
  label: 'Main',
  venue: 'binance-testnet',
  owner: null,
  credentials,
  permissions: null,
  now: 1,
};

async function agentOn(t: Test, data: string): Promise<KeyAgent> {
  const agent = new KeyAgent(data);
  await agent.start();
  t.teardown(() => agent.stop());
  return agent;
}

t.test('locked at first; unlocked it seals and opens, and locked again it does not', async (t) => {
  const data = join(folderOf(t), 'data');
  const vault = await createVault(data, { kind: 'passphrase', passphrase: PASSPHRASE });
  const open = () => credentialsOf(data, 'main', 'binance-testnet');
  const unlock = (passphrase: string) => askAgent(data, vault, { ask: 'unlock', passphrase });

  await t.rejects(storeKey(data, agentOpener(data), MAIN), {
    ...VAULT,
    problem: 'locked',
    message: /does not run/,
  });
  const agent = await agentOn(t, data);
  await t.rejects(storeKey(data, agentOpener(data), MAIN), {
    problem: 'locked',
    message: /flotilla key unlock/,
  });
  await t.rejects(unlock('wrong horse battery'), { ...VAULT, problem: 'invalid', field: 'passphrase' });
  t.match(await askAgent(data, vault, { ask: 'status' }), { locked: true });

  t.match(await unlock(PASSPHRASE), { locked: false, pid: process.pid });
  await storeKey(data, agentOpener(data), MAIN);
  t.same(await open(), credentials);
  await t.rejects(unlock('wrong horse battery'), { ...VAULT, problem: 'invalid' });
  t.same(await open(), credentials, 'a wrong passphrase does not lock what is unlocked');

  await askAgent(data, vault, { ask: 'lock' });
  await t.rejects(open(), { ...VAULT, problem: 'locked' });

  await unlock(PASSPHRASE);
  await agent.stop();
  await t.rejects(
    open(),
    { ...VAULT, problem: 'locked', message: /does not run/ },
    'what held the key is gone',
  );
});

t.test('its socket is for its owner only, and a second agent is refused', async (t) => {
  const data = join(folderOf(t), 'data');
  const vault = await createVault(data, { kind: 'passphrase', passphrase: PASSPHRASE });
  await agentOn(t, data);
  const socket = agentSocket(data, vault.id);
  t.ok(Buffer.byteLength(socket) <= 100, 'its name fits');
  t.equal((await lstat(socket)).mode & 0o777, 0o600);
  if (process.getuid?.() === 0) {
    const connect =
      "require('net').connect(process.argv[1]).on('connect', () => process.exit(0)).on('error', (e) => { console.log(e.code); process.exit(1) })";
    const nobody = spawnSync(process.execPath, ['-e', connect, socket], {
      uid: 65_534,
      gid: 65_534,
      encoding: 'utf8',
    });
    t.match(nobody, { status: 1, stdout: /EACCES/ }, 'another user of the machine is not let in');
  }
  await t.rejects(new KeyAgent(data).start(), { name: 'LockedError' });
  t.match(await askAgent(data, vault, { ask: 'status' }), { locked: true }, 'the first one still answers');
});

t.test('a passphrase that was changed meanwhile opens nothing any more', async (t) => {
  const data = join(folderOf(t), 'data');
  const vault = await createVault(data, { kind: 'passphrase', passphrase: PASSPHRASE });
  await agentOn(t, data);
  await askAgent(data, vault, { ask: 'unlock', passphrase: PASSPHRASE });
  await storeKey(data, agentOpener(data), MAIN);
  await rotateMaster(data, agentOpener(data), { kind: 'passphrase', passphrase: 'another horse battery' });
  await t.rejects(credentialsOf(data, 'main', 'binance-testnet'), { ...VAULT, problem: 'locked' });
  const now = await vaultOf(data);
  await askAgent(data, now, { ask: 'unlock', passphrase: 'another horse battery' });
  t.same(await credentialsOf(data, 'main', 'binance-testnet'), credentials);
});

t.test('nonsense is answered without a word of it', async (t) => {
  const data = join(folderOf(t), 'data');
  const vault = await createVault(data, { kind: 'passphrase', passphrase: PASSPHRASE });
  await agentOn(t, data);
  for (const asked of [null, 7, {}, { ask: 'open' }, { ask: 'unlock' }, { ask: 'dance', secret: 'canary' }]) {
    const failure = await askAgent(data, vault, asked as never).catch((error: Error) => error);
    t.type(failure, Error);
    t.notMatch(String(failure), /canary/);
  }
  t.match(await askAgent(data, vault, { ask: 'status' }), { locked: true });
  await rm(agentSocket(data, vault.id), { force: true });
  t.notMatch(await readFile(join(data, 'keys', 'vault.json'), 'utf8'), /horse/);
});
