import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { tradeAlone } from './twin.js';

const bot = { id: 'btc-dip', venue: 'binance', key: 'main' } as const;
const linux = { skip: process.platform !== 'linux' && 'needs abstract sockets' };
const tag = `test${process.pid}`;

t.test('of a bot and its copy only one trades real money, until it ends', linux, async (t) => {
  const first = await tradeAlone(tag, '/data/bots/btc-dip', bot);
  await t.rejects(tradeAlone(tag, '/copy/bots/btc-dip', bot), {
    message: `Process ${process.pid} (bot btc-dip in /data/bots/btc-dip) trades on binance/main as this bot already: one of the two folders is a copy of the other, and both would spend the same money. Stop that bot and start this one again, or delete the copy; flotilla bot clone makes another bot with the same settings.`,
  });
  const others = [
    await tradeAlone(`${tag}x`, '/data/bots/other', bot),
    await tradeAlone(tag, '/data/bots/btc-dip', { ...bot, key: 'second' }),
  ];
  t.notOk(others.includes(null), 'other bots, and other accounts, are not in the way');
  first?.release();
  const copy = await tradeAlone(tag, '/copy/bots/btc-dip', bot);
  t.not(copy, null);
  for (const lock of [...others, copy]) lock?.release();
});

t.test(
  'on paper a copied bot waits for the other too; a copied data folder has an exchange of its own',
  linux,
  async (t) => {
    const folder = folderOf(t, { data: { bots: {} }, copy: { bots: {} } });
    const paper = { id: 'btc-dip', venue: 'paper' } as const;
    const first = await tradeAlone(tag, join(folder, 'data/bots/btc-dip'), paper);
    await t.rejects(tradeAlone(tag, join(folder, 'data/bots/copied'), { ...paper, id: 'copied' }), {
      message: /trades on paper as this bot already/,
    });
    const elsewhere = await tradeAlone(tag, join(folder, 'copy/bots/btc-dip'), paper);
    t.not(elsewhere, null);
    for (const lock of [first, elsewhere]) lock?.release();
  },
);
