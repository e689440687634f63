import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { BotView } from '../bot/files/view.js';
import { checkAccount, checkBooks } from './books-check.js';
import { FleetRun, root } from './fleet-run.js';

const MARKET = [
  '--synthetic',
  '--seed',
  '7',
  '--symbols',
  'BTCUSDT,SOLUSDT',
  '--interval',
  '5m',
  '--speed',
  'manual',
];

async function until<T>(what: string, ask: () => Promise<T | null | false>, ms = 15_000): Promise<T> {
  for (
    const deadline = Date.now() + ms;
    Date.now() < deadline;
    await new Promise((resolve) => setTimeout(resolve, 50))
  ) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
  }
  throw new Error(`${what} did not happen within ${ms} ms`);
}

t.test('a fleet under PM2 on a generated market, in lock step', async (t) => {
  const fleet = new FleetRun();
  t.teardown(() => fleet.end());
  await fleet.start(MARKET);

  const books = async (ids: string[]) => {
    const views = await Promise.all(ids.map((id) => fleet.look(id)));
    for (const view of views)
      t.same(
        (await checkBooks(fleet, view)).differences,
        [],
        `${view.id}: books equal the exchange's record`,
      );
    return views;
  };

  await t.test('bots are created, started and ready from the command line', async (t) => {
    for (const [id, symbol] of [
      ['btc', 'BTCUSDT'],
      ['sol', 'SOLUSDT'],
    ]) {
      const made = await fleet.cli(
        'bot',
        'create',
        id!,
        '--symbol',
        symbol!,
        '--interval',
        '5m',
        '--signal',
        'rsi-macd-bollinger',
        '--plan',
        'single',
        '--budget',
        '1000',
        '--start',
      );
      t.equal(made.code, 0, made.stderr);
      t.match(await fleet.show(id!), { desired: 'running', actual: 'online', reconciled: true, errors: [] });
    }
  });

  await t.test(
    'stepped on, each bot has decided on every kline, and its books equal the exchange to the last digit',
    async (t) => {
      const { klines } = await fleet.step(600);
      t.equal(klines, 600);
      const views = await books(['btc', 'sol']);
      const lastKline = views[0]!.lastKline!;
      t.equal(views[1]!.lastKline, lastKline);
      t.ok(
        views.every((view) => view.trades.length > 2),
        'both have traded',
      );
      t.same(await checkAccount(fleet, views, { USDT: '10000' }), []);
    },
  );

  await t.test('a bot that is killed comes back with its books, and its position is protected', async (t) => {
    const before = await fleet.show('btc');
    process.kill(before.process!.pid!, 'SIGKILL');
    const after = await until('the restart', async () => {
      const view = await fleet.look('btc');
      return view.actual === 'online' && view.process!.pid !== before.process!.pid && view;
    });
    t.same(pick(after), pick(before));
    await fleet.step(100);
    await books(['btc', 'sol']);
  });

  await t.test('a second copy of a running bot is refused, and says who holds it', async (t) => {
    const bot = join(root, 'dist', 'bot.cjs');
    const copy = spawn(process.execPath, [bot, '--data', fleet.data, '--id', 'btc'], {
      env: fleet.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    copy.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => copy.once('exit', resolve));
    t.not(code, 0);
    const { process: held } = await fleet.show('btc');
    t.match(said, new RegExp(`in use by process ${held!.pid} \\(bot btc\\)`));
  });

  await t.test('the server killed, the bots trade on; started again, it finds them', async (t) => {
    const before = await fleet.show('sol');
    await fleet.stopServer('SIGKILL');
    await fleet.step(50);
    const [alone] = await books(['sol']);
    t.equal(alone!.process!.pid, before.process!.pid);
    t.ok(alone!.lastKline! > before.lastKline!);
    await fleet.start(MARKET);
    const overview = (await (await fleet.ask('/api/overview')).json()) as { bots: BotView[] };
    t.same(
      overview.bots.map(({ id, actual, process }) => ({ id, actual, pid: process!.pid })),
      [
        { id: 'btc', actual: 'online', pid: (await fleet.show('btc')).process!.pid },
        { id: 'sol', actual: 'online', pid: before.process!.pid },
      ],
    );
    await fleet.step(20);
    await books(['btc', 'sol']);
  });

  await t.test('the paper exchange killed, its accounts and the market go on where they were', async (t) => {
    const before = await books(['btc', 'sol']);
    const { pid } = JSON.parse(await pm2Pid(fleet)) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await until('the return of the exchange', () =>
      fetch(`${fleet.paper.rest}/api/v3/ping`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    await until('the return of the bots', async () =>
      (await Promise.all(['btc', 'sol'].map((id) => fleet.look(id)))).every(
        (view) => view.reconciled && view.actual === 'online',
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await fleet.step(100);
    const after = await books(['btc', 'sol']);
    t.equal(after[0]!.lastKline, before[0]!.lastKline! + 100 * 300_000, 'no kline was lost');
    t.same(await checkAccount(fleet, after, { USDT: '10000' }), []);
  });

  await t.test(
    'a config written by hand is seen within a second, stopped until started; a bad one is shown with its place',
    async (t) => {
      const folder = join(fleet.data, 'bots', 'byhand');
      mkdirSync(folder, { recursive: true });
      const config = join(folder, 'config.json');
      const text =
        '{ "id": "byhand", "symbol": "BTCUSDT", "interval": "5m", "budget": "500", // mine\n  "signal": { "name": "rsi" }, "plan": { "name": "single" } }';
      writeFileSync(config, text);
      const seen = async () => (await (await fleet.ask('/api/overview')).json()) as { bots: BotView[] };
      const bot = await until(
        'its appearance',
        async () => (await seen()).bots.find((each) => each.id === 'byhand') ?? null,
        1_000,
      );
      t.match(bot, { desired: 'stopped', actual: 'stopped', budget: '500', errors: [] });
      writeFileSync(config, text.replace('"500"', '"-5"'));
      const bad = await until(
        'the error',
        async () =>
          (await seen()).bots.find((each) => each.id === 'byhand' && each.errors.length > 0) ?? null,
        1_000,
      );
      t.match(bad.errors, [/config\.json:1:\d+: budget/]);
      t.equal(readFileSync(config, 'utf8').includes('// mine'), true);
    },
  );

  await t.test('a stop leaves position and protection in place', async (t) => {
    for (let tries = 0; tries < 20 && (await fleet.look('btc')).openOrders.length === 0; tries += 1)
      await fleet.step(20);
    const before = await fleet.look('btc');
    t.equal((await fleet.cli('bot', 'stop', 'btc')).code, 0);
    const after = await fleet.show('btc');
    t.match(after, { desired: 'stopped', actual: 'stopped' });
    t.same(
      after.openOrders.map((order) => order.clientOrderId),
      before.openOrders.map((order) => order.clientOrderId),
    );
    const open = await fleet.signed<unknown[]>('/api/v3/openOrders', { symbol: 'BTCUSDT' });
    t.equal(open.length, before.openOrders.length);
  });
});

function pick({ position, cash, realizedPnl, fees, cycle, trades }: BotView) {
  return {
    position: { quantity: position.quantity, cost: position.cost },
    cash,
    realizedPnl,
    fees,
    cycle,
    trades,
  };
}

/** The paper exchange's pid, as its lock's holder says. */
async function pm2Pid(fleet: FleetRun): Promise<string> {
  const { lockHolder } = await import('../exchange/lock.js');
  return JSON.stringify(await lockHolder(join(fleet.data, 'paper')));
}
