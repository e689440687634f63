/** The paper exchange over the wire, through the adapter, against the suite that every exchange must pass. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { binanceExchange } from '../exchange/binance/adapter.js';
import { connectLockstep } from '../exchange/lockstep-client.js';
import { holdOf } from '../exchange/lockstep.js';
import { startPaper, type Paper } from '../exchange/paper/wire/paper.js';
import type { Exchange, MarketEvent, UserEvent } from '../exchange/port.js';
import { until } from './exchange-contract-kit.js';
import { exchangeContract, type ContractVenue } from './exchange-contract.js';

const SYMBOL = 'BTCUSDT';
const silent = { warn: () => undefined, error: () => undefined };

async function start(t: Test): Promise<Paper> {
  // Not t.testdir(): that is gone before the teardown in which the exchange saves its books.
  const folder = await mkdtemp(join(tmpdir(), 'paper-'));
  const paper = await startPaper({
    folder,
    symbols: [SYMBOL],
    interval: '1m',
    speed: 'manual',
    seed: 7,
    start: Date.UTC(2024, 0, 1),
    deposit: { USDT: '10000', BTC: '1' },
  });
  t.teardown(async () => {
    await paper.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return paper;
}

function adapter(t: Test, paper: Paper, secret = paper.address.secret): Exchange {
  const exchange = binanceExchange({ venue: 'paper', address: { ...paper.address, secret }, logger: silent });
  t.teardown(() => exchange.close());
  return exchange;
}

async function venue(t: Test): Promise<ContractVenue> {
  const paper = await start(t);
  const exchange = adapter(t, paper);
  await exchange.connect();
  await paper.step(1);
  const advance = async (klines: number) => void (await paper.step(klines));
  return { exchange, symbol: SYMBOL, interval: '1m', impostor: adapter(t, paper, 'not-the-secret'), advance };
}

exchangeContract(t, venue);

t.test('in lock step the market waits for a bot, and each hold reaches it behind its events', async (t) => {
  const paper = await start(t);
  const exchange = adapter(t, paper);
  await exchange.connect();
  const { control, key } = paper.address;
  const lockstep = await connectLockstep({ control, bot: 'contract', account: key });
  t.equal(lockstep.lockStep, true);
  const market = { closes: 0, hold: 0 };
  const user = { hold: 0 };
  const heard: { hold: number; closes: number }[] = [];
  const settle = () => {
    const hold = Math.min(market.hold, user.hold);
    if (hold === 0 || heard.at(-1)?.hold === hold) return;
    heard.push({ hold, closes: market.closes });
    lockstep.settled(hold);
  };
  const stream = exchange.marketStream([{ type: 'kline', symbol: SYMBOL, interval: '1m' }], {
    event: (event: MarketEvent) => void (event.type === 'kline' && event.closed && market.closes++),
    barrier(payload) {
      market.hold = holdOf(payload) ?? market.hold;
      settle();
    },
  });
  await stream.add([]);
  await exchange.userStream({
    event: (_event: UserEvent) => undefined,
    barrier(payload) {
      user.hold = holdOf(payload) ?? user.hold;
      settle();
    },
  });
  const { klines } = await paper.step(3);
  t.equal(klines, 3);
  t.equal(market.closes, 3, 'the step ends when all has been heard');
  t.ok(heard.length >= 3);
  t.same(
    heard.map(({ closes }) => closes),
    heard.map(({ closes }) => closes).sort((a, b) => a - b),
  );
  lockstep.close();
});

t.test(
  'when the exchange restarts, both streams return by themselves and say what may have been missed',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'paper-'));
    const options = {
      folder,
      symbols: [SYMBOL],
      interval: '1m',
      speed: 'manual',
      start: Date.UTC(2024, 0, 1),
    } as const;
    let paper = await startPaper(options);
    t.teardown(async () => {
      await paper.stop();
      await rm(folder, { recursive: true, force: true });
    });
    const exchange = adapter(t, paper);
    await exchange.connect();
    const events: (MarketEvent | UserEvent)[] = [];
    const event = (told: MarketEvent | UserEvent) => void events.push(told);
    await exchange.marketStream([{ type: 'kline', symbol: SYMBOL, interval: '1m' }], { event }).add([]);
    await exchange.userStream({ event });
    await paper.stop();
    const health = () => exchange.health();
    await until('the loss was noticed', () => !health().marketStreamOk && !health().userStreamOk);
    const { port } = new URL(paper.address.rest);
    paper = await startPaper({ ...options, port: Number(port) });
    const told = (type: string) => events.some((each) => each.type === type);
    await until('both are back', () => told('gap') && told('resync'));
    t.match(health(), { marketStreamOk: true, userStreamOk: true });
    await paper.step(1);
    await until('a kline closed', () => told('kline'));
    await exchange.place(
      {
        symbol: SYMBOL,
        clientOrderId: 'F0contract-1-entry',
        side: 'BUY',
        type: 'MARKET',
        quoteQuantity: '100',
      },
      { timestamp: exchange.now() },
    );
    await until('the order was told', () => told('order'));
  },
);
