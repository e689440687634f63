import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { botFolder, readDesired, writeStatus } from '../../bot/files/folder.js';
import { readReservation } from '../../bot/files/reservations.js';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import { Fleet } from './fleet.js';
import { Rehearsal, writeJournal } from '../../test/bot-kit.js';
import { memorySupervisor } from './memory.js';

/** A bot that has sold all that can be sold. */
function withDust(): Rehearsal {
  const bot = new Rehearsal();
  bot.kline(58_000);
  bot.command('buy', { name: 'buy', ageMs: 0 });
  bot.fill(bot.placed[0]!, 0, '58000', '0.01712');
  bot.settle();
  bot.command('sell', { name: 'sell' });
  bot.settle();
  bot.fill(bot.state.orders[0]!, 0, '58000', '0.0171');
  return bot;
}

t.test('an account covers its bots and has the klines they decide on, or they are refused', async (t) => {
  // Not `t.testdir()`: that is gone before the exchange has written its last lines.
  const data = await mkdtemp(join(tmpdir(), 'fl-'));
  const paper = await startPaper({
    folder: join(data, 'paper'),
    port: 0,
    seed: 7,
    start: Date.UTC(2024, 0),
    speed: 'manual',
    deposit: { USDT: '10000' },
  });
  t.teardown(async () => {
    await paper.stop();
    await rm(data, { recursive: true, force: true });
  });
  const script = join(data, 'bot.cjs');
  await writeFile(script, '// bot');
  const supervisor = memorySupervisor({
    onStart: async (spec) => {
      const at = Date.now();
      const id = basename(spec.cwd);
      await writeStatus(data, id, { phase: 'ready', pid: 1, since: at, startedAt: at, errors: [] });
    },
  });
  const fleet = new Fleet({
    data,
    supervisor,
    scripts: { bot: script, paper: script },
    readyWithinMs: 2_000,
  });
  const bot = (id: string, budget: string, interval = '5m') => ({
    id,
    symbol: id === 'eth' ? 'ETHUSDT' : 'BTCUSDT',
    interval,
    budget,
    signal: { name: 'rsi' },
    plan: { name: 'single' },
  });

  await fleet.create(bot('btc', '5000'), { start: true });
  await fleet.create(bot('eth', '3000'), { start: true });
  await t.rejects(fleet.create(bot('more', '2500'), { start: true }), {
    code: 'NOT_STARTED',
    httpStatus: 409,
    field: 'budget',
    message:
      /^Made more, but not started: .*holds 10,000.00 USDT; btc and eth need 8,000.00 of it, so at most 2,000.00 are left/,
  });
  t.equal(await readDesired(data, 'more'), 'stopped');
  await fleet.restart('eth');
  await fleet.stop('eth');
  await fleet.start('more');
  await t.rejects(fleet.start('eth'), { code: 'BUDGET_UNCOVERED' });
  const owned = (owner: string | null) => ({ owner, shared: [] });
  const owners = { bots: { btc: owned('u-anna'), eth: owned(null) } };
  await writeFile(join(data, 'owners.json'), JSON.stringify(owners));
  const counted = { message: /; more and 1 other bot need 7,500.00 of it/ };
  await t.rejects(fleet.start('eth'), counted, 'another one’s bot is counted, not named');
  await rm(join(data, 'owners.json'));

  await fleet.create({ ...bot('test', '9000'), symbol: 'BTCUSDT' });
  writeJournal(botFolder(data, 'test').events, withDust());
  await t.rejects(fleet.start('test'), { code: 'BUDGET_UNCOVERED' });
  t.equal(
    await readReservation(data, 'test'),
    null,
    'nothing stays set aside for the dust of one that stands still',
  );

  await t.rejects(fleet.create(bot('fast', '100', '1s')), {
    code: 'INTERVAL_UNKNOWN',
    field: 'interval',
    message: /this market has no 1s klines/,
  });
});
