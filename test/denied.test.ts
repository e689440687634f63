/** A bot whose money is denied is still one that looks after what it holds. */
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { changeCaps } from '../bot/files/caps-file.js';
import { readReservation } from '../bot/files/reservations.js';
import type { Order } from '../core/orders.js';
import { until } from './exchange-contract-kit.js';
import { Wire, type WireBot } from './faults-kit.js';

const SURELY = 60;

async function stepUntil(wire: Wire, bot: WireBot, phase: string): Promise<boolean> {
  for (let steps = 0; steps < SURELY; steps += 1) {
    await wire.paper.step(1);
    await bot.quiet();
    if (bot.loop.state.phase === phase) return true;
  }
  return false;
}

const isOpen = ({ legs }: Order): boolean => legs.every(({ status }) => status === 'open');

t.test('a denied bot protects and sells what it holds, buys nothing, and buys once it may', async (t) => {
  const wire = await Wire.open(t, { deposit: { USDT: '1000' } });
  wire.setsAside = true;
  await wire.paper.step(1);
  // Killed after its entry, before its stop is there.
  await wire.faults({ id: 'stop', fault: 'rate-limit', retryAfterSeconds: 1, path: '/api/v3/orderList/oco' });
  const bot = await wire.bot('eager', {
    signal: { name: 'always' },
    plan: { name: 'single', stopLossPercent: 0.3, takeProfitPercent: 0.4 },
  });
  t.match(await readReservation(wire.data, 'eager'), { amount: '1000' });
  const stepping = wire.paper.step(1);
  for (let looks = 0; looks < 500 && (await wire.struck())['stop']!.fired === 0; looks += 1) await pause(20);
  bot.kill();
  await stepping;
  await wire.faults();
  t.same(await wire.signed('/api/v3/openOrders', { symbol: 'BTCUSDT' }), [], 'nothing protects it');

  await changeCaps(wire.data, [{ key: 'fleet.USDT', amount: '500' }]);
  await bot.open();
  await until('its stop rests', () => bot.loop.state.orders.some(isOpen), 10_000);
  t.match(bot.loop.state, { phase: 'holding', reservation: { amount: null, denied: { code: /^cap/ } } });
  const { amount: kept } = (await readReservation(wire.data, 'eager'))!;
  t.equal(kept, bot.loop.state.books.cost, 'set aside for what it holds');
  t.match((await bot.view()).reservation, { amount: kept, buys: false, denied: /cap on the fleet/ });
  const sides = (
    await wire.signed<{ side: string; type: string }[]>('/api/v3/openOrders', {
      symbol: 'BTCUSDT',
    })
  ).map(({ side, type }) => `${side} ${type}`);
  t.same(sides.sort(), ['SELL LIMIT_MAKER', 'SELL STOP_LOSS'], 'it protects what it holds');

  t.ok(await stepUntil(wire, bot, 'flat'), 'it sells');
  const traded = (await bot.view()).trades.length;
  await wire.paper.step(20);
  await bot.quiet();
  t.equal((await bot.view()).trades.length, traded, 'it buys nothing');
  t.match(bot.loop.state.lastDecision, { outcome: 'unreserved' });

  await changeCaps(wire.data, [{ key: 'fleet.USDT', amount: '5000' }]);
  await until('it is given its money', () => bot.loop.state.reservation?.denied === null, 10_000);
  t.ok(await stepUntil(wire, bot, 'holding'), 'it buys again');

  await changeCaps(wire.data, [{ key: 'fleet.USDT', amount: '500' }]);
  const isDenied = (): boolean => bot.loop.state.reservation?.denied?.code.startsWith('cap') === true;
  await until('a cap that is lowered counts for what it was given before', isDenied, 10_000);
  t.ok(await stepUntil(wire, bot, 'flat'), 'it sells all the same');
});
