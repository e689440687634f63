import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { BotView } from '../bot/files/view.js';
import { waitFor } from '../server/fleet/wait.js';
import { commandLine, json } from './testing.js';

t.test('the demo: four bots trade by themselves, and Ctrl-C ends everything', async (t) => {
  const { run, begin, data, home } = await commandLine(t);
  const demo = join(data, 'demo');
  const list = async (): Promise<BotView[]> =>
    json(await run('bot', 'list', '--json', '--data', demo)) as unknown as BotView[];
  const up = await begin<{ url: string; token: string }>('up', '--demo', '--json', '--port', '0');
  const headers = { authorization: `Bearer ${up.line.token}` };
  const overview = async () =>
    (await (await fetch(`${up.line.url}/api/overview`, { headers })).json()) as { bots: BotView[] };
  const bots = await waitFor(
    async () => {
      const { bots: all } = await overview();
      return all.length === 4 &&
        all.every((bot) => bot.actual === 'online') &&
        all.some((bot) => bot.tradeCount > 0)
        ? all
        : null;
    },
    { withinMs: 60_000, everyMs: 500 },
  );
  t.ok(bots, 'within a minute all are online, and one has traded');
  t.equal(new Set(bots?.map((bot) => bot.symbol)).size, 4, 'on different symbols');
  t.ok(new Set(bots?.map((bot) => bot.interval)).size >= 3, 'at different intervals');
  t.ok(new Set(bots?.map((bot) => bot.signal)).size >= 3, 'by different signals');
  t.ok(bots?.every((bot) => bot.id.startsWith('demo-') && bot.errors.length === 0));
  const elsewhere = (await run('down')).stdout;
  t.match(elsewhere, `The fleet that runs is in ${join(data, 'demo')}; end it with: flotilla down --data `);
  up.child.kill('SIGINT');
  t.equal(await up.ended, 0);
  t.ok((await list()).every((bot) => bot.actual === 'stopped'));
  t.notOk(
    (await readdir(join(home, 'pm2')).catch((): string[] => [])).includes('pm2.pid'),
    'PM2 included, which it had started',
  );
});
