/** MAX_NUM_ALGO_ORDERS counts the stops of a whole account on a symbol: what finds no room for its own is not bought. */
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { BotState } from '../core/state.js';
import { martingale } from '../strategies/plans/martingale.js';
import { Wire, type WireBot } from './faults-kit.js';

const WIDE = { name: 'single', stopLossPercent: 30, takeProfitPercent: 30 } as const;
const ROOM = 5;
const SURELY = 60;

/** A stop of the user's own. */
function stop(wire: Wire, index: number) {
  const newClientOrderId = `web_${index}`;
  const [type, stopPrice] = ['STOP_LOSS', '10000'];
  return wire.api.order({
    symbol: 'BTCUSDT',
    side: 'SELL',
    type,
    quantity: '0.01',
    stopPrice,
    newClientOrderId,
  });
}

async function stepUntil(wire: Wire, bot: WireBot, fits: (state: BotState) => boolean): Promise<boolean> {
  for (let steps = 0; steps < SURELY; steps += 1) {
    await wire.paper.step(1);
    await bot.quiet();
    if (fits(bot.loop.state)) return true;
    // A refused entry is tried again after a second.
    await sleep(50);
  }
  return false;
}

t.test('a bot does not buy what the exchange has no room to protect, and buys when there is', async (t) => {
  const wire = await Wire.open(t, { deposit: { USDT: '10000', BTC: '1' } });
  await wire.paper.step(1);
  // One is there before the bot, and found by asking; the others come while it runs, and are heard of.
  t.equal((await stop(wire, 0)).status, 200);
  const first = await wire.bot('first', { signal: { name: 'always' }, plan: WIDE });
  await wire.paper.step(1);
  await first.quiet();
  t.match(await first.view(), { phase: 'holding' }, 'there is room for one more');
  for (let index = 1; index < ROOM - 1; index += 1) t.equal((await stop(wire, index)).status, 200);
  t.match((await stop(wire, ROOM)).body, { msg: /MAX_NUM_ALGO_ORDERS/ }, 'now it is full');

  const second = await wire.bot('second', { signal: { name: 'always' }, plan: WIDE });
  await wire.paper.step(2);
  await second.quiet();
  const { trades, openOrders } = await second.view();
  t.same([trades, openOrders], [[], []], 'the other bot buys nothing');
  t.match(second.lines.join('\n'), /5 stops of others rest on BTCUSDT .* takes 5: there is no room/);

  const { status } = await wire.api.signed('DELETE', '/api/v3/order', {
    symbol: 'BTCUSDT',
    origClientOrderId: 'web_0',
  });
  t.equal(status, 200);
  t.ok(await stepUntil(wire, second, ({ phase }) => phase === 'holding'), 'now it buys');
  t.match(
    (await second.view()).openOrders,
    [{ type: 'LIMIT_MAKER' }, { type: 'STOP_LOSS' }],
    'with its stop',
  );
});

t.test('a bot that has a stop already does not count the room for another', async (t) => {
  const wire = await Wire.open(t, { deposit: { USDT: '10000', BTC: '1' } });
  await wire.paper.step(1);
  const levels = {
    levels: 3,
    priceDropPercent: 0.1,
    restAhead: 0,
    stopLossPercent: 20,
    takeProfitPercent: 9,
  };
  const plan = { name: 'martingale', ...martingale.parameters.parse(levels) };
  const bot = await wire.bot('deep', { signal: { name: 'always' }, plan });
  t.ok(await stepUntil(wire, bot, ({ phase }) => phase === 'holding'), 'the first level is held');
  const { length } = bot.loop.state.lots;
  for (let index = 1; index < ROOM; index += 1) t.equal((await stop(wire, index)).status, 200);
  t.match((await stop(wire, ROOM)).body, { msg: /MAX_NUM_ALGO_ORDERS/ });
  t.ok(await stepUntil(wire, bot, ({ lots }) => lots.length > length), 'another level is bought');
  t.notMatch(bot.lines.join('\n'), /no room/);
});
