/** Faults of clock, limits, streams and files, met by real sessions over the real wire (FAULTS.md R12–R15, R22, R24). */
import { cpSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { LASTED_MS } from '../exchange/binance/backoff.js';
import type { Exchange, ExchangeError } from '../exchange/port.js';
import { checkAccount, checkBooks } from './books-check.js';
import { Wire } from './faults-kit.js';

t.jobs = 4;

const SYMBOL = 'BTCUSDT';

async function outcomeOf(exchange: Exchange, id: string): Promise<string> {
  try {
    const order = {
      symbol: SYMBOL,
      clientOrderId: id,
      side: 'BUY',
      type: 'MARKET',
      quoteQuantity: '20',
    } as const;
    await exchange.place(order, { timestamp: exchange.now() });
    return 'done';
  } catch (error) {
    return (error as ExchangeError).kind;
  }
}

t.test(
  'a clock that is wrong or steps, by up to ten minutes either way: one refusal, then orders go on',
  async (t) => {
    const wire = await Wire.open(t);
    const exchange = wire.exchange();
    await exchange.connect();
    await wire.paper.step(1);
    let sent = 0;
    for (const ms of [600_000, -600_000, 5_000, -5_000, 90_000, 0]) {
      await wire.faults({ fault: 'clock-skew', ms });
      const outcomes: string[] = [];
      for (let tries = 0; tries < 4; tries += 1) {
        outcomes.push(await outcomeOf(exchange, `F0123456a-${(sent += 1).toString(36)}-entry`));
        // A bot's shortest pause after a refusal.
        if (outcomes.at(-1) !== 'done') await sleep(500);
      }
      t.ok(outcomes.filter((each) => each === 'clock').length <= 1, `${ms} ms: ${outcomes.join()}`);
      t.same(new Set(outcomes.slice(1)), new Set(['done']), `${ms} ms: ${outcomes.join()}`);
    }
  },
);

t.test('while banned, not one request leaves, whatever a bot has to do; afterwards it goes on', async (t) => {
  const wire = await Wire.open(t);
  const bot = await wire.bot('banned');
  await wire.paper.step(8);
  await wire.faults(
    { id: 'ban', fault: 'ban', retryAfterSeconds: 3, count: 1 },
    // Strikes nothing: it counts what comes.
    { id: 'seen', fault: 'delay', ms: 0 },
  );
  const began = performance.now();
  await Promise.all(
    bot.loop.state.orders.map(({ id }) => bot.session!['options'].exchange.order(SYMBOL, id)),
  ).catch(() => undefined);
  await bot.session!['options'].exchange.syncTime().catch(() => undefined);
  t.equal((await wire.struck())['ban']?.fired, 1);
  const before = (await wire.struck())['seen']!.seen;
  const stepping = wire.paper.step(5);
  void bot.session!['book'].untilDone();
  while (performance.now() - began < 2_800) await sleep(50);
  t.equal((await wire.struck())['seen']!.seen, before, 'silence');
  await stepping;
  await wire.faults();
  await bot.quiet();
  await wire.paper.step(5);
  await bot.quiet();
  t.same((await checkBooks(wire, await bot.view())).differences, []);
});

t.test('a fleet that restarts together at the limit is asked to wait, and never banned', async (t) => {
  const bots = 8;
  const wire = await Wire.open(t, { deposit: { USDT: '100000' } });
  const fleet = await Promise.all(Array.from({ length: bots }, (_, index) => wire.bot(`fleet${index}`)));
  await wire.paper.step(5);
  for (const bot of fleet) bot.kill();
  await wire.faults({
    id: 'limit',
    fault: 'rate-limit',
    retryAfterSeconds: 1,
    probability: 0.3,
    count: 25,
    seed: 'fleet',
  });
  const { control } = wire.api;
  await control('POST', '/limits', { banAfter: 30 });
  const opened = await Promise.all(
    fleet.map(async (bot) => {
      // As the process does: an exchange that asks to wait is waited for.
      for (let tries = 1; tries < 20; tries += 1) {
        try {
          await bot.open();
          return tries;
        } catch (error) {
          await sleep((error as ExchangeError).retryAfterMs ?? 200);
        }
      }
      return null;
    }),
  );
  t.notOk(opened.includes(null), `all are back: ${opened.join()}`);
  t.ok((await wire.struck())['limit']!.fired > 5, 'they were limited');
  await wire.faults();
  for (const bot of fleet) await bot.quiet();
  await wire.paper.step(3);
  for (const bot of fleet) await bot.quiet();
  const views = await Promise.all(fleet.map((bot) => bot.view()));
  for (const view of views) t.same((await checkBooks(wire, view)).differences, []);
  t.same(
    await checkAccount(wire, views, { USDT: '100000' }),
    [],
    'eight bots on one account: together they own what it holds',
  );
});

t.test(
  'a kline that one stream never tells is fetched within its interval; the other symbol goes on',
  async (t) => {
    const wire = await Wire.open(t, { symbols: ['BTCUSDT', 'ETHUSDT'] });
    const [silent, other] = await Promise.all([wire.bot('silent'), wire.bot('other', { symbol: 'ETHUSDT' })]);
    await wire.paper.step(2);
    const last = silent.loop.state.lastKline!;
    t.equal(other.loop.state.lastKline, last);
    await wire.faults({ id: 'silence', fault: 'missing-event', stream: 'btcusdt@kline*' });
    const began = performance.now();
    // For REST the last of them closes only when the market goes on.
    await wire.paper.step(3);
    t.equal(silent.loop.state.lastKline, last, 'nobody told it');
    t.equal(other.loop.state.lastKline, last + 180_000, 'the other symbol is told on the same exchange');
    while (silent.loop.state.lastKline! < last + 120_000 && performance.now() - began < 65_000)
      await sleep(50);
    t.ok(performance.now() - began < 65_000, `found after ${Math.round(performance.now() - began)} ms`);
    t.equal(silent.loop.state.lastKline, last + 120_000, 'in order');
  },
);

t.test('connections that break again and again while orders rest and fill: no fill is missed', async (t) => {
  const wire = await Wire.open(t);
  const bots = await Promise.all([wire.bot('left'), wire.bot('right')]);
  let breaking = true;
  // Breaks come close together; after some, a connection lasts long enough to be one, or nobody would try it again soon.
  const breaker = (async () => {
    for (let count = 0; breaking; count += 1) {
      const of = (['market', 'user', 'all'] as const)[count % 3];
      await wire.api.control('POST', '/sockets', { do: count % 4 === 0 ? 'close' : 'cut', of });
      await sleep(count % 4 === 3 ? LASTED_MS + 500 : 40 + ((count * 97) % 400));
    }
  })();
  const until = performance.now() + 8_000;
  let steps = 0;
  for (; performance.now() < until; steps += 1) await Promise.race([wire.paper.step(1), sleep(3_000)]);
  breaking = false;
  await breaker;
  await wire.paper.step(1);
  for (const bot of bots) await bot.quiet();
  await sleep(5_500); // the second look at a lost stream
  for (const bot of bots) await bot.quiet();
  const views = await Promise.all(bots.map((bot) => bot.view()));
  for (const view of views) t.same((await checkBooks(wire, view)).differences, []);
  t.same(await checkAccount(wire, views, { USDT: '10000' }), []);
  t.ok(
    views[0]!.trades.length > 5,
    `${steps} steps, ${views.map(({ trades }) => trades.length).join()} trades`,
  );
});

t.test('an old copy of its folder is refused: nothing is sent from it', async (t) => {
  const wire = await Wire.open(t);
  const bot = await wire.bot('restored');
  await wire.paper.step(6);
  await bot.close();
  const { folder } = bot.folder;
  cpSync(folder, `${folder}.backup`, { recursive: true });
  await bot.open();
  await wire.paper.step(12);
  const later = bot.loop.state.seq;
  await bot.close();
  rmSync(folder, { recursive: true });
  cpSync(`${folder}.backup`, folder, { recursive: true });
  await wire.faults({ id: 'orders', fault: 'delay', ms: 0, method: 'POST', path: '/api/v3/order*' });
  await bot.open();
  const { state } = bot.loop;
  t.ok(state.seq < later, `${state.seq} of ${later}`);
  t.match(state.refusal, /old backup or a second copy/);
  await wire.paper.step(6);
  t.equal((await wire.struck())['orders']!.seen, 0);
});
