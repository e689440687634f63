import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { followAlone } from './leader.js';

const follower = { venue: 'paper', symbol: 'BTCUSDT', plan: { name: 'follow' } } as const;

t.test('one bot follows its user per account and symbol, until it ends', async (t) => {
  const data = folderOf(t);
  const first = await followAlone(data, { ...follower, id: 'first' });
  await t.rejects(followAlone(data, { ...follower, id: 'second' }), {
    message:
      'The bot first follows your trades of BTCUSDT on paper already: a second one would answer each of them twice. Stop that one first, or choose another symbol.',
  });
  const other = await followAlone(data, { ...follower, id: 'second', symbol: 'ETHUSDT' });
  const keyed = await followAlone(data, { ...follower, id: 'third', venue: 'binance', key: 'mine' });
  t.equal(await followAlone(data, { ...follower, id: 'fourth', plan: { name: 'single' } }), null);
  first?.release();
  const second = await followAlone(data, { ...follower, id: 'second' });
  t.not(second, null);
  for (const lock of [other, keyed, second]) lock?.release();
});

t.test('a follower of another owner is not named', async (t) => {
  const data = folderOf(t);
  const bots = { first: { owner: 'u-anna', shared: [] }, third: { owner: 'u-anna', shared: [] } };
  writeFileSync(join(data, 'owners.json'), JSON.stringify({ bots }));
  const first = await followAlone(data, { ...follower, id: 'first' });
  await t.rejects(followAlone(data, { ...follower, id: 'second' }), { message: /^Another bot follows/ });
  await t.rejects(followAlone(data, { ...follower, id: 'third' }), { message: /^The bot first follows/ });
  writeFileSync(join(data, 'owners.json'), 'rubbish');
  await t.rejects(followAlone(data, { ...follower, id: 'third' }), { message: /^Another bot follows/ });
  first?.release();
});
