import { join } from 'node:path';
import t from 'tap';
import { startPaper } from '../exchange/paper/wire/paper.js';
import { client } from '../exchange/paper/wire/test-client.js';
import { AuditLog } from '../server/audit/log.js';
import { auditWords } from '../views/audit-words.js';
import { commandLine, json } from './testing.js';

t.test('a trade by hand is the account’s own; what the exchange would refuse is said in words', async (t) => {
  const { run, data } = await commandLine(t);
  const [folder, start] = [join(data, 'paper'), Date.UTC(2024, 0)];
  const paper = await startPaper({ folder, port: 0, seed: 7, start, speed: 'manual' });
  t.teardown(() => paper.stop());
  await paper.step(1);
  const [bought, coarse, poor] = await Promise.all([
    run('hand', 'buy', 'ethusdt', '0.1', '--json'),
    run('hand', 'buy', 'ETHUSDT', '0.10000001'),
    run('hand', 'sell', 'SOLUSDT', '5'),
  ]);
  t.match(json(bought), { symbol: 'ETHUSDT', side: 'BUY', status: 'filled', executed: '0.1' });
  const orders = (await client(paper.address).signed('GET', '/api/v3/allOrders', { symbol: 'ETHUSDT' })).body;
  t.match(orders, [{ clientOrderId: /^hand-/, status: 'FILLED' }], 'no bot takes it for its own');
  t.match(coarse, { code: 2, stderr: /ETHUSDT is traded in steps of 0\.\d+1 ETH/ });
  t.match(poor, { code: 1, stderr: /has not enough free SOL for that/ });
  const noted = (await new AuditLog(data).list({ action: 'hand' }, 9)).map(auditWords).sort();
  t.match(
    noted,
    [
      'bought 0.1 of ETHUSDT by hand on the practice account',
      /^tried to buy by hand on the practice account: ETHUSDT is traded in steps/,
      /^tried to sell by hand on the practice account: .* not enough free SOL/,
    ],
    'who trades by hand is written down as for any command',
  );
});
