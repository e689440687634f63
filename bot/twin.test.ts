import t from 'tap';
import { tradeAlone } from './twin.js';

const bot = { id: 'btc-dip', venue: 'binance', key: 'main' } as const;
const linux = { skip: process.platform !== 'linux' && 'needs abstract sockets' };
const tag = `test${process.pid}`;

t.test('of a bot and its copy only one trades real money, until it ends', linux, async (t) => {
  const first = await tradeAlone(tag, '/data/bots/btc-dip', bot);
  await t.rejects(tradeAlone(tag, '/copy/bots/btc-dip', bot), {
    message: `Process ${process.pid} (bot btc-dip in /data/bots/btc-dip) trades on binance/main as this bot already: one of the two folders is a copy of the other, and both would spend the same money. Stop that bot and start this one again, or delete the copy.`,
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

t.test('on paper a copy has an exchange of its own', async (t) => {
  t.equal(await tradeAlone(tag, '/data/bots/btc-dip', { ...bot, venue: 'paper' }), null);
});
