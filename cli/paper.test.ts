import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { PaperAddress } from '../exchange/venues.js';
import { commandLine, json } from './testing.js';

const MARKET = [
  '--synthetic',
  '--seed',
  '7',
  '--start',
  '2024-01-01',
  '--interval',
  '1m',
  '--speed',
  'manual',
];

t.test(
  'a market that cannot be opened fails up with 2 and the place, and leaves nothing running',
  async (t) => {
    const { run, home } = await commandLine(t);
    await writeFile(
      join(home, 'BTCUSDT-1m.csv'),
      'openTime,open,high,low,close,volume\n1704067200000,1,1,1,1,1\n1704067260000,one,1,1,1,1\n',
    );
    const failed = await run('up', '--json', '--port', '0', '--klines', home);
    t.equal(failed.code, 2, failed.stdout);
    t.match(json(failed), { error: { code: 'PAPER_OPTIONS_INVALID', message: /BTCUSDT-1m\.csv:3/ } });
    t.match(json(await run('down', '--json')), { paper: false });
  },
);

t.test('paper: the exchange in the foreground prints its address and ends on Ctrl-C', async (t) => {
  const { run, begin } = await commandLine(t);
  const paper = await begin<PaperAddress>(
    'paper',
    '--port',
    '0',
    '--json',
    ...MARKET,
    '--key',
    'k'.repeat(20),
    '--secret',
    's'.repeat(20),
    '--deposit',
    'USDT=500',
  );
  t.match(paper.line, { rest: /^http/, key: 'k'.repeat(20), secret: 's'.repeat(20) });
  t.ok((await fetch(`${paper.line.rest}/api/v3/ping`)).ok);
  const second = await run('paper', '--json');
  t.equal(second.code, 1);
  t.match(json(second), { error: { code: 'DATA_IN_USE' } });
  paper.child.kill('SIGINT');
  t.equal(await paper.ended, 0);
});
