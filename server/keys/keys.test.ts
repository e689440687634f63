import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseConfig } from '../../bot/config.js';
import { capsFile, changeCaps } from '../../bot/files/caps-file.js';
import { writeReservation } from '../../bot/files/reservations.js';
import { venuesFile, type LiveVenue } from '../../exchange/endpoints.js';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import { folderOf } from '../../test/folder.js';
import { memorySupervisor } from '../fleet/memory.js';
import { writeConfig, CONFIG } from '../testing.js';
import { Keys, type NewKey } from './keys.js';
import { isLiveConfig, preflight } from './preflight.js';

/** A paper exchange that stands in for Binance, and the keys of a data folder that reaches it as `binance`. */
async function keysIn(t: Test) {
  const folder = folderOf(t);
  const data = join(folder, 'data');
  process.env.XDG_CONFIG_HOME = join(folder, 'config');
  const start = Date.UTC(2024, 0);
  const paper = await startPaper({ folder: join(folder, 'x'), port: 0, seed: 7, start, speed: 'manual' });
  t.teardown(() => paper.stop());
  const { rest, ws, wsApi, control, key, secret } = paper.address;
  writeConfig(data, CONFIG);
  const reached = { rest, ws, wsApi };
  await writeFile(venuesFile(data), JSON.stringify({ binance: reached, 'binance-testnet': reached }));
  const keyWith = async (rights: object): Promise<{ key: string; secret: string }> => {
    const { accounts } = (await (await fetch(`${control}/state`)).json()) as { accounts: { id: string }[] };
    const body = JSON.stringify({ account: accounts[0]!.id, ...rights });
    const made = await fetch(`${control}/keys`, { method: 'POST', body });
    return (await made.json()) as { key: string; secret: string };
  };
  const keys = new Keys({ data, supervisor: memorySupervisor(), script: join(folder, 'none.cjs') });
  return { data, keys, paper, keyWith, own: { key, secret } };
}

const wanted = (credentials: NewKey['credentials'], venue: LiveVenue = 'binance'): NewKey => ({
  id: 'main',
  venue,
  owner: null,
  credentials,
});

t.test('a key is stored once the venue has said what it may do', async (t) => {
  const { data, keys, keyWith } = await keysIn(t);
  const { key, secret } = await keyWith({ addresses: ['127.0.0.1'] });
  const checked = await keys.add(wanted({ key, secret }));
  t.match(checked.key, {
    id: 'main',
    label: 'main',
    lastFour: key.slice(-4),
    permissions: { reading: true, spotTrading: true, withdrawals: false, ipRestricted: true },
  });
  t.match(checked.warnings, [/venues\.json sends binance to another address/]);
  t.match(await keys.view(), { master: { kind: 'file' }, locked: null, keys: [{ id: 'main', bots: [] }] });
  const stored = await readFile(join(data, 'keys/vault.json'), 'utf8');
  t.notOk(stored.includes(secret) || stored.includes(key), 'neither key nor secret stands in the file');
});

t.test('what a key allows beyond what a bot needs is warned about', async (t) => {
  const { keys, keyWith, own } = await keysIn(t);
  t.match((await keys.add(wanted(own))).warnings, [/works from any address/, /venues\.json/]);
  const looking = await keyWith({ readOnly: true });
  t.match((await keys.replace('main', looking)).warnings[0], /may not trade/);
  t.match((await keys.check('main')).key, { permissions: { spotTrading: false } });
});

t.test('a key that may withdraw is refused, and so is one that the venue does not know', async (t) => {
  const { keys, keyWith } = await keysIn(t);
  await t.rejects(keys.add(wanted(await keyWith({ withdrawals: true }))), {
    code: 'KEY_REFUSED',
    message: /may withdraw money/,
  });
  const unknown = { key: 'x'.repeat(64), secret: 'y'.repeat(64) };
  for (const venue of ['binance', 'binance-testnet'] as const)
    await t.rejects(keys.add(wanted(unknown, venue)), {
      code: 'KEY_REFUSED',
      message: /This key is refused by/,
    });
  t.same((await keys.view()).keys, []);
});

t.test('a venue that does not answer stores nothing', async (t) => {
  const { keys, own, paper } = await keysIn(t);
  await paper.stop();
  await t.rejects(keys.add(wanted(own)), {
    code: 'VENUE_UNREACHED',
    message: /so it is not stored: [^]*[^.]\. Try again later\.$/,
  });
  t.same((await keys.view()).keys, []);
});

t.test('a key in use is not removed', async (t) => {
  const { data, keys, own } = await keysIn(t);
  await keys.add(wanted(own));
  writeConfig(data, { ...CONFIG, venue: 'binance', key: 'main' });
  t.match(await keys.view(), { keys: [{ id: 'main', bots: ['btc-dip'] }] });
  await t.rejects(keys.remove('main'), { code: 'KEY_IN_USE', message: /used by btc-dip\. Delete that bot/ });
  writeConfig(data, { ...CONFIG, id: 'hers', venue: 'binance', key: 'main' });
  await t.rejects(
    keys.remove('main', (bot) => bot === 'btc-dip'),
    { message: /used by btc-dip and 1 other bot\. Delete those bots/ },
  );
  writeConfig(data, { ...CONFIG, id: 'hers' });
  writeConfig(data, CONFIG);
  await keys.remove('main');
  t.same((await keys.view()).keys, []);
  await t.rejects(keys.remove('main'), { code: 'KEY_NOT_FOUND' });
});

t.test('one that stores a second key has nothing to say of the master key', async (t) => {
  const { keys, own } = await keysIn(t);
  await keys.add(wanted(own));
  const passphrase = 'correct horse battery';
  await t.rejects(keys.add({ ...wanted(own), id: 'two' }, { kind: 'passphrase', passphrase }), {
    code: 'KEY_REFUSED',
    message: /flotilla key master/,
  });
  await t.rejects(keys.unlock(passphrase), { code: 'KEY_REFUSED', message: /there is no passphrase/ });
});

t.test('the preflight says what caps leave, and names nobody else’s bots', async (t) => {
  const { data, keys, own } = await keysIn(t);
  await keys.add(wanted(own));
  const config = parseConfig(JSON.stringify({ ...CONFIG, venue: 'binance', key: 'main' }), 'config.json');
  if (!isLiveConfig(config)) throw new Error('It is live.');
  const neighbour = { venue: 'binance', key: 'main', symbol: 'BTCUSDT', desired: 'running' } as const;
  const fleet = ['hers', 'his'].map((id) => ({ ...neighbour, id }));
  const said = async (what: string, among: typeof fleet = []) => {
    const { lines } = await preflight(data, keys, config, among);
    return lines.find((line) => line.what === what);
  };
  t.match(await said('caps'), { verdict: 'ok', words: /^It sets 1,000\.00 USDT aside; no cap bounds/ });
  await changeCaps(data, [{ key: 'fleet.USDT', amount: '1500' }]);
  t.match(await said('caps'), { verdict: 'ok', words: /within the cap on it/ });
  const aside = { venue: 'binance', account: 'binance/main', symbol: 'BTCUSDT', asset: 'USDT', at: 0 };
  await writeReservation(data, { ...aside, id: 'hers', amount: '700' });
  t.match(await said('caps'), { verdict: 'refused', words: /cap on the fleet .* hers needs 700/ });
  t.match(await said('neighbours', fleet), { verdict: 'refused', words: /^hers, his trades BTCUSDT/ });

  const bots = { hers: { owner: 'u-ann', shared: [] }, 'btc-dip': { owner: 'u-bob', shared: [] } };
  await writeFile(join(data, 'owners.json'), JSON.stringify({ bots }));
  const caps = await said('caps');
  t.match(caps, { verdict: 'refused', words: /cap on the fleet .* 700/ });
  t.notMatch(caps?.words, /hers/);
  t.match(await said('neighbours', fleet), { verdict: 'refused', words: /^Another bot trades BTCUSDT/ });
  await changeCaps(data, [{ key: 'fleet.USDT', amount: undefined }]);
  await writeFile(capsFile(data), '{ "fleet": 7 }');
  t.match(await said('caps'), { verdict: 'refused', words: /could not be set aside: .*caps\.json/ });
});
