import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import type { Exchange, MarketEvent, StreamHandlers, StreamSpec } from '../exchange/port.js';
import { EXAMPLE_MARKET } from '../strategies/example-market.js';
import { Markets, type PriceSink } from './markets.js';
import { atPrice, withAssets } from './store/overlay.js';
import type { BotView } from '../bot/files/view.js';

/** An exchange as far as the server uses one: everything else would be a bug, and throws. */
function fakeExchange(log: string[]): { exchange: Exchange; tell: (event: MarketEvent) => void } {
  let handlers: StreamHandlers<MarketEvent> | null = null;
  const names = (specs: readonly StreamSpec[]): string =>
    specs.map(({ type, symbol }) => `${type} ${symbol}`).join(',');
  const exchange: Partial<Exchange> = {
    connect: async () => void log.push('connect'),
    close: async () => void log.push('close'),
    instruments: async () => [EXAMPLE_MARKET],
    price: async () => '100',
    klines: async () => {
      log.push('klines');
      return [];
    },
    health: () => ({
      restOk: true,
      marketStreamOk: true,
      userStreamOk: false,
      usedWeight: 0,
      weightLimit: 0,
      latencyMs: 3,
    }),
    marketStream: (specs, given) => {
      log.push(`stream ${names(specs)}`);
      handlers = given;
      return {
        close: () => void log.push('stream closed'),
        add: async (more) => void log.push(`add ${names(more)}`),
        remove: async (fewer) => void log.push(`remove ${names(fewer)}`),
      };
    },
  };
  return { exchange: exchange as Exchange, tell: (event) => handlers?.event(event) };
}

const wanted = (...symbols: string[]): Map<string, Set<string>> => new Map([['paper', new Set(symbols)]]);

t.test('one ticker stream per venue follows the symbols in use', async (t) => {
  const log: string[] = [];
  const { exchange, tell } = fakeExchange(log);
  const prices: string[] = [];
  const sink: PriceSink = {
    setPrice: (venue, symbol, price) => void prices.push(`${venue} ${symbol} ${price}`),
    clearPrices: (venue) => void prices.push(`clear ${venue}`),
    instrumentsKnown: (venue) => void prices.push(`known ${venue}`),
  };
  const markets = new Markets(() => exchange);
  markets.follow(wanted('BTCUSDT'), sink);
  await pause(5);
  tell({ type: 'ticker', symbol: 'BTCUSDT', last: '101', open: '99', time: 1 });
  tell({ type: 'gap', from: 1, to: 2 });
  t.same(prices, ['known paper', 'paper BTCUSDT 100', 'paper BTCUSDT 101', 'clear paper']);
  t.match(markets.known('paper', 'BTCUSDT'), { base: 'BTC' });
  markets.follow(wanted('BTCUSDT', 'ETHUSDT'), sink);
  markets.follow(wanted('ETHUSDT'), sink);
  await pause(5);
  t.same(log, ['connect', 'stream ticker BTCUSDT', 'add ticker ETHUSDT', 'remove ticker BTCUSDT']);
  t.match(markets.health(), { exchangeLatencyMs: 3, streamAgeMs: Number });
  await markets.close();
  t.same(log.slice(-2), ['stream closed', 'close']);
});

t.test('klines are asked for once a second, however many look', async (t) => {
  const log: string[] = [];
  const markets = new Markets(() => fakeExchange(log).exchange);
  t.teardown(() => markets.close());
  await Promise.all(Array.from({ length: 20 }, () => markets.klines('paper', 'BTCUSDT', '1m', 100)));
  t.equal(log.filter((line) => line === 'klines').length, 1);
});

t.test('an exchange that cannot be reached is a sentence, and is tried again', async (t) => {
  let opened = 0;
  const markets = new Markets(() => {
    opened++;
    throw new Error('No paper exchange is set up here.');
  });
  t.teardown(() => markets.close());
  await t.rejects(markets.instruments('paper'), {
    kind: 'network',
    message: 'No paper exchange is set up here.',
  });
  await t.rejects(markets.instruments('paper'));
  t.equal(opened, 2);
  t.match(markets.health(), { exchangeLatencyMs: null, streamAgeMs: null });
});

t.test('a price changes what is open and what all is worth, to the last digit', (t) => {
  const view = {
    venue: 'paper',
    symbol: 'BTCUSDT',
    base: '',
    quote: '',
    price: '64000',
    cash: '23.1',
    equity: '0',
    position: { quantity: '0.0152', averagePrice: '64210.5', cost: '975.9996', unrealizedPnl: '0' },
  } as unknown as BotView;
  t.match(atPrice(view, '65000.1'), {
    price: '65000.1',
    equity: '1011.10152',
    position: { unrealizedPnl: '12.00192' },
  });
  t.match(withAssets(view, undefined), { base: 'BTC', quote: 'USDT' });
  t.match(withAssets(view, EXAMPLE_MARKET), { base: 'BTC', pricePrecision: 2, quantityPrecision: 5 });
  t.end();
});
