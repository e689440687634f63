import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import t from 'tap';
import { Rehearsal, writeJournal } from '../../test/bot-kit.js';
import { folderOf } from '../../test/folder.js';
import { botFolder, writeStatus } from './folder.js';
import { loadBotView } from './load.js';

t.test('what a bot was denied before it stopped is not told as if it were so now', async (t) => {
  const data = folderOf(t);
  const { config, events, folder } = botFolder(data, 'test');
  mkdirSync(folder, { recursive: true });
  mkdirSync(dirname(events), { recursive: true });
  const plan = '{ "name": "single" }';
  writeFileSync(
    config,
    `{ "id": "test", "symbol": "BTCUSDT", "interval": "5m", "budget": "1000", "signal": { "name": "rsi" }, "plan": ${plan} }`,
  );
  const bot = new Rehearsal();
  const denied = {
    code: 'cap-others',
    values: { what: 'the fleet', asset: 'USDT', limit: '900', wanted: '1000' },
  };
  bot.tell({ type: 'reservation', time: bot.time, wall: bot.wall, reservation: { amount: null, denied } });
  writeJournal(events, bot);
  const process = {
    pid: 7,
    status: 'online',
    restarts: 0,
    uptimeMs: 1,
    memoryBytes: 1,
    cpuPercent: 0,
  } as const;
  const said = { pid: 7, since: 1, startedAt: 1, errors: [] };
  await writeStatus(data, 'test', { ...said, phase: 'ready' });
  const runs = await loadBotView(data, 'test', process, null);
  t.match(runs, {
    actual: 'online',
    reservation: { denied: /cap on the fleet is 900/ },
    errors: [/buys nothing/],
  });
  const killed = await loadBotView(data, 'test', null, null);
  t.match(killed.reservation, { amount: null, denied: null, buys: false });
  t.same(killed.errors, [], 'it asks anew when it starts, with the numbers of then');
  await writeStatus(data, 'test', { ...said, phase: 'starting' });
  t.same((await loadBotView(data, 'test', process, null)).errors, [], 'which it has not done yet');
});
