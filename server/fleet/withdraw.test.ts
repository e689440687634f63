import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { BotView, OrderView } from '../../bot/files/view.js';
import { botFolder } from '../../bot/files/folder.js';
import { twinName } from '../../bot/files/twin-name.js';
import { exchangeFor } from '../../exchange/connect.js';
import { acquireName } from '../../exchange/lock.js';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import type { Exchange } from '../../exchange/port.js';
import { Fleet } from './fleet.js';
import { memorySupervisor } from './memory.js';
import { cancelEntries } from './withdraw.js';

async function market(t: Test): Promise<{ data: string; exchange: Exchange; stop: () => Promise<void> }> {
  // Not `t.testdir()`: that is gone before the exchange has written its last lines.
  const data = await mkdtemp(join(tmpdir(), 'fl-'));
  const folder = join(data, 'paper');
  const paper = await startPaper({ folder, port: 0, seed: 7, start: Date.UTC(2024, 0), speed: 'manual' });
  const exchange = await exchangeFor({ venue: 'paper' }, data);
  await exchange.connect();
  const stop = async (): Promise<void> => {
    await exchange.close();
    await paper.stop();
  };
  t.teardown(async () => {
    await stop();
    await rm(data, { recursive: true, force: true });
  });
  return { data, exchange, stop };
}

/** The view of a bot with one resting order, as its checkpoint would give it. */
function holding(order: OrderView): BotView {
  return { id: 'btc-dip', venue: 'paper', symbol: 'BTCUSDT', openOrders: [order] } as unknown as BotView;
}

async function rest(exchange: Exchange, side: 'BUY' | 'SELL', clientOrderId: string): Promise<OrderView> {
  const order = {
    symbol: 'BTCUSDT',
    clientOrderId,
    side,
    type: 'LIMIT',
    quantity: '0.001',
    price: '30000',
  } as const;
  if (side === 'BUY') await exchange.place(order, { timestamp: exchange.now() });
  return {
    slot: 'entry',
    clientOrderId,
    side,
    type: 'LIMIT',
    price: '30000',
    stopPrice: null,
    quantity: '0.001',
    filled: '0',
    status: 'open',
  };
}

t.test('the resting entry of a bot that does not run is cancelled on the exchange', async (t) => {
  const { data, exchange } = await market(t);
  const order = await rest(exchange, 'BUY', 'Fabcdefgh-1-entry');
  t.same(await cancelEntries(data, holding(order)), []);
  t.equal((await exchange.order('BTCUSDT', order.clientOrderId))?.status, 'cancelled');
  t.same(await cancelEntries(data, holding(order)), [], 'one that has ended is no failure');
});

t.test('of a copied folder nothing is cancelled while the bot that it was copied from runs', async (t) => {
  const { data, exchange } = await market(t);
  const order = await rest(exchange, 'BUY', 'Fabcdefgh-1-entry');
  const { folder } = botFolder(data, 'original');
  await mkdir(folder, { recursive: true });
  const runs = await acquireName(await twinName('abcdefgh', folder, { venue: 'paper' }), 'bot original');
  t.same(await cancelEntries(data, holding(order)), []);
  t.equal(
    (await exchange.order('BTCUSDT', order.clientOrderId))?.status,
    runs === null ? 'cancelled' : 'open',
  );
  runs?.release();
  await cancelEntries(data, holding(order));
  t.equal(
    (await exchange.order('BTCUSDT', order.clientOrderId))?.status,
    'cancelled',
    'once it has ended they are',
  );
});

t.test('protection stays', async (t) => {
  const { data, exchange } = await market(t);
  t.same(await cancelEntries(data, holding(await rest(exchange, 'SELL', 'Fabcdefgh-2-protect'))), []);
});

t.test('an entry that cannot be reached is named with the reason', async (t) => {
  const { data, exchange, stop } = await market(t);
  const order = await rest(exchange, 'BUY', 'Fabcdefgh-1-entry');
  await stop();
  t.match(await cancelEntries(data, holding(order)), [{ id: 'btc-dip', order, reason: /\w+/ }]);
});

t.test('the venue is asked for symbol and smallest order before a bot is made or changed', async (t) => {
  const { data } = await market(t);
  const fleet = new Fleet({ data, supervisor: memorySupervisor() });
  const config = {
    id: 'b',
    symbol: 'BTCUSDT',
    interval: '5m',
    budget: '100',
    signal: { name: 'rsi' },
    plan: { name: 'single' },
  };
  await t.rejects(fleet.create({ ...config, symbol: 'BTCUSD' }), {
    code: 'SYMBOL_UNKNOWN',
    httpStatus: 422,
    message: /Did you mean BTCUSDT\?/,
  });
  await t.rejects(fleet.create({ ...config, symbol: 'QQQQ' }), {
    code: 'SYMBOL_UNKNOWN',
    message: /which trades .*BTCUSDT/,
  });
  await t.rejects(fleet.create({ ...config, budget: '4.99' }), {
    code: 'BOT_BUDGET_TOO_SMALL',
    field: 'budget',
    message: /at least 5 USDT/,
  });
  await fleet.create(config);
  await t.rejects(fleet.edit('b', { changes: [{ path: 'budget', value: '1' }] }), {
    code: 'BOT_BUDGET_TOO_SMALL',
  });
});
