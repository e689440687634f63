/** The fleet's kill switch, seen by a real session right before an entry leaves: nothing here tells it beforehand. */
import { writeFileSync } from 'node:fs';
import t from 'tap';
import { haltFile, readHalt, removeHalt, writeHalt } from '../bot/files/halt-file.js';
import { Wire } from './faults-kit.js';
import { folderOf } from './folder.js';

t.test('an entry that is about to leave is held back by the switch alone', async (t) => {
  const wire = await Wire.open(t);
  const single = { name: 'single', stopLossPercent: 10, takeProfitPercent: 10 } as const;
  const bot = await wire.bot('eager', { signal: { name: 'always' }, plan: single });
  await writeHalt(wire.data, { flatten: false });
  await wire.paper.step(3);
  await bot.quiet();
  const orders = () => wire.signed<unknown[]>('/api/v3/allOrders', { symbol: 'BTCUSDT' });
  t.same(await orders(), [], 'nothing ever reached the exchange');
  t.match(bot.loop.state, { phase: 'flat', orders: [], halt: { flatten: false } });
  t.equal(bot.loop.state.lastDecision?.outcome, 'fleet-halted');
  t.equal(bot.loop.state.seq, 1, 'one entry was meant, and given up');
  bot.kill();
  await bot.open();
  await wire.paper.step(1);
  t.same(await orders(), [], 'nor after a kill');
  t.equal(await removeHalt(wire.data), true);
  bot.session?.heed(readHalt(wire.data));
  await wire.paper.step(1);
  await bot.quiet();
  t.match(bot.loop.state, { phase: 'holding', halt: null });
});

t.test('the switch is a file: whatever stands in it halts, and only what says so sells', async (t) => {
  const data = folderOf(t);
  t.equal(readHalt(data), null);
  writeFileSync(haltFile(data), '');
  t.match(readHalt(data), { flatten: false });
  writeFileSync(haltFile(data), '{"flatten": true');
  t.match(readHalt(data), { flatten: false });
  t.equal(await removeHalt(data), true);
  t.equal(await removeHalt(data), false);
  const kept = await writeHalt(data, { flatten: false });
  t.same(await writeHalt(data, { flatten: false }), kept, 'thrown twice, it is one halt');
  const sold = await writeHalt(data, { flatten: true });
  t.not(sold.id, kept.id, 'to sell after all is another');
  t.same(await writeHalt(data, { flatten: false }), sold);
});
