import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { seal } from '../../bot/files/entry.js';
import { withSymbols } from '../../bot/files/old-lines.js';
import { Past } from '../../bot/files/past.js';
import type { BotView, TradeView } from '../../bot/files/view.js';
import { dec, text, ZERO } from '../../core/decimal.js';
import { folderOf } from '../../test/folder.js';
import { sampleBot } from '../../test/sample-bots.js';
import { Cycles } from './cycles.js';
import { cursorFrom, cursorText, fillPage, mergedFills, type Cursor } from './fills.js';
import { dayFrom, DAY_MS } from './filter.js';
import { lotRows } from './lot-rows.js';
import { LotBook, type LotEvent } from './lots.js';
import { fillsCsv } from './tables.js';
import { summarize } from './summary.js';
import { Sums } from './sums.js';

/** mulberry32: the same numbers for the same seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const fill = (over: Partial<TradeView>): TradeView => ({
  ...{ tradeId: '1', orderId: '1', clientOrderId: 'F-1', time: 0, side: 'BUY', price: '100', quantity: '1' },
  ...{ fee: '0', feeAsset: 'USDT', pnl: null },
  ...over,
});
const event = (over: Partial<TradeView>): LotEvent => ({ kind: 'fill', bot: 'a', ...fill(over) });

t.test('the oldest coins are sold first, and fees are where they were paid', async (t) => {
  const book = new LotBook('BTC', 'USDT');
  book.take(event({ time: 1, tradeId: 'b1', price: '100', quantity: '1', fee: '0.1' }));
  book.take(event({ time: 2, tradeId: 'b2', price: '200', quantity: '1', fee: '0.001', feeAsset: 'BTC' }));
  const sold = book.take(
    event({
      time: 3,
      tradeId: 's1',
      side: 'SELL',
      price: '300',
      quantity: '1.5',
      fee: '0.003',
      feeAsset: 'BNB',
    }),
  );
  t.match(sold, [
    {
      acquired: { time: 1, price: '100', tradeId: 'b1' },
      disposed: { time: 3, price: '300', tradeId: 's1' },
      ...{ quantity: '1', cost: '100.1', proceeds: '300', gain: '199.9' },
      fees: { USDT: '0.1', BNB: '0.002' },
    },
    { acquired: { tradeId: 'b2' }, quantity: '0.5', proceeds: '150' },
  ]);
  t.equal(book.open.quantity, '0.499', 'the fee in coins is not there to be sold');
  const [last, beyond] = book.take(event({ time: 4, side: 'SELL', price: '10', quantity: '1' }));
  t.equal(last?.quantity, '0.499');
  t.match(beyond, { acquired: null, quantity: '0.501', cost: '0', gain: null }, 'its cost is not known');
  t.same(book.open, { quantity: '0', cost: '0' });
});

t.test('lots keep every coin and every cent, whatever is bought and sold', async (t) => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = dice(seed);
    // No exchange fills a quantity of nothing.
    const amount = (most: number): string => (0.1 + random() * most).toFixed(1 + Math.floor(random() * 8));
    const book = new LotBook('BTC', 'USDT');
    const total = { bought: ZERO, spent: ZERO, sold: ZERO, brought: ZERO, fees: ZERO };
    const given = { quantity: ZERO, cost: ZERO, proceeds: ZERO, uncovered: ZERO, fees: ZERO, gain: ZERO };
    for (let at = 0; at < 200; at++) {
      const side = random() < 0.5 ? 'BUY' : 'SELL';
      const feeAsset = ['USDT', 'BTC', 'BNB'][Math.floor(random() * 3)]!;
      const [price, quantity] = [amount(100_000), amount(2)];
      const fee = feeAsset === 'BTC' ? text(dec(quantity).times('0.001')) : amount(0.5);
      const [inBase, inQuote] = [feeAsset === 'BTC' ? dec(fee) : ZERO, feeAsset === 'USDT' ? dec(fee) : ZERO];
      const value = dec(price).times(quantity);
      if (side === 'BUY') {
        total.bought = total.bought.plus(quantity).minus(inBase);
        total.spent = total.spent.plus(value).plus(inQuote);
      } else {
        total.sold = total.sold.plus(quantity).plus(inBase);
        total.brought = total.brought.plus(value).minus(inQuote);
      }
      const out = random() < 0.1;
      const next: LotEvent = out
        ? { kind: 'out', bot: 'a', time: at, quantity }
        : event({ time: at, side, price, quantity, fee, feeAsset });
      if (out) {
        // It was counted above as a trade: now it is none.
        if (side === 'BUY') {
          total.bought = total.bought.minus(quantity).plus(inBase);
          total.spent = total.spent.minus(value).minus(inQuote);
          total.sold = total.sold.plus(quantity);
        } else {
          total.sold = total.sold.minus(inBase);
          total.brought = total.brought.minus(value).plus(inQuote);
        }
      }
      for (const each of book.take(next)) {
        given.quantity = given.quantity.plus(each.quantity);
        given.cost = given.cost.plus(each.cost);
        given.proceeds = given.proceeds.plus(each.proceeds);
        if (each.acquired === null) given.uncovered = given.uncovered.plus(each.quantity);
        if (each.gain !== null) given.gain = given.gain.plus(each.gain);
      }
    }
    const { open } = book;
    const what = (name: string): string => `seed ${seed}: ${name}`;
    t.equal(text(given.quantity), text(total.sold), what('all that left is told'));
    t.equal(
      text(given.quantity.minus(given.uncovered).plus(open.quantity)),
      text(total.bought),
      what('coins'),
    );
    t.equal(text(given.cost.plus(open.cost)), text(total.spent), what('cost'));
    t.equal(text(given.proceeds), text(total.brought), what('proceeds'));
  }
});

const trades = (count: number, random: () => number, from: number): TradeView[] =>
  Array.from({ length: count }, () => Math.floor(random() * 5 * DAY_MS))
    .sort((a, b) => a - b)
    .map((time, index) =>
      fill({
        time: from + time,
        tradeId: String(index),
        side: index % 2 === 0 ? 'BUY' : 'SELL',
        pnl: index % 2 === 0 ? null : '1.5',
      }),
    );

t.test('fills of many bots come in order, page by page, each once', async (t) => {
  const random = dice(7);
  const bots = Array.from({ length: 23 }, (_, index) =>
    sampleBot({
      id: `b${index}`,
      trades: trades(index * 3, random, 20_000 * DAY_MS),
      tags: index % 2 ? ['odd'] : [],
    }),
  );
  const all = bots.flatMap((bot) => bot.trades.map((trade) => ({ ...trade, id: bot.id })));
  const forth = [...mergedFills(bots, {}, 'oldest')];
  t.equal(forth.length, all.length);
  t.ok(forth.every(({ time }, index) => index === 0 || forth[index - 1]!.time <= time));
  const seen: string[] = [];
  let cursor: Cursor | null = null;
  do {
    const page = fillPage(bots, {}, cursor, 37);
    seen.push(...page.fills.map(({ bot, index }) => `${bot.id} ${index}`));
    cursor = page.next === null ? null : cursorFrom(cursorText(page.next));
  } while (cursor !== null);
  t.equal(seen.length, all.length);
  t.equal(new Set(seen).size, all.length, 'each once');
  const back = [...mergedFills(bots, {}, 'newest')].map(({ bot, index }) => `${bot.id} ${index}`);
  t.same(seen, back);
  const some = [...mergedFills(bots, { tag: 'odd', side: 'SELL', from: 20_001, to: 20_002 }, 'newest')];
  const wanted = all.filter(
    ({ id, side, time }) =>
      Number(id.slice(1)) % 2 === 1 && side === 'SELL' && time >= 20_001 * DAY_MS && time < 20_003 * DAY_MS,
  );
  t.equal(some.length, wanted.length);
  t.ok(wanted.length > 20);
  t.equal(cursorFrom('x'), null);
  t.equal(dayFrom('2024-02-30'), null);
});

t.test('bots of one account and symbol share their lots; days choose what was sold on them', async (t) => {
  const at = (time: number, side: 'BUY' | 'SELL', price: string) =>
    fill({ time: time * DAY_MS, side, price });
  const bots = [
    sampleBot({ id: 'a', trades: [at(1, 'BUY', '10')] }),
    sampleBot({ id: 'b', trades: [at(2, 'SELL', '30'), at(4, 'BUY', '20')] }),
    sampleBot({ id: 'c', venue: 'binance', key: 'k', trades: [at(3, 'BUY', '1'), at(5, 'SELL', '2')] }),
  ];
  t.same(
    [...lotRows(bots, {})].map(({ account, bot, gain }) => `${account} ${bot} ${gain}`),
    ['binance/k c 1', 'paper b 20'],
  );
  t.same(
    [...lotRows(bots, { to: 3 })].map(({ bot }) => bot),
    ['b'],
  );
  t.same(
    [...lotRows(bots, { from: 5 })].map(({ bot, gain }) => `${bot} ${gain}`),
    ['c 1'],
    'what was bought before counts',
  );
});

t.test(
  'days, months and cycles are summed, the newest cycles from memory and older ones from the history',
  async (t) => {
    const data = folderOf(t);
    const cycle = (number: number, pnl: string) =>
      ({
        ...{
          part: 'cycle',
          number,
          symbol: 'BTCUSDT',
          plan: 'single',
          openedAt: 0,
          closedAt: number * DAY_MS,
        },
        ...{ price: '1', quantity: '1', cost: '100', received: '1', pnl, end: 'exit', sales: [] },
      }) as const;
    const all = Array.from({ length: 60 }, (_, index) => cycle(index + 1, index % 3 === 0 ? '-2' : '4'));
    mkdirSync(join(data, 'bots', 'a'), { recursive: true });
    const lines = all.slice(0, 59).map((each, seq) => seal({ kind: 'closed', ...each, seq }));
    writeFileSync(join(data, 'bots', 'a', 'trades.ndjson'), `${lines.join('')}{"torn":`);
    const figures = { count: 60, won: 40, winRatePercent: 66.7, pnl: '1', averagePnl: '1' };
    const past = {
      cycles: all.slice(-50).reverse(),
      batches: [],
      figures: { cycles: figures, batches: figures, steps: figures },
      elsewhere: 0,
    };
    const sells = [
      fill({ time: DAY_MS, side: 'SELL', pnl: '1.1', fee: '0.2' }),
      fill({ time: 40 * DAY_MS, side: 'SELL', pnl: '-3' }),
    ];
    const bots: BotView[] = [
      sampleBot({ id: 'a', past, trades: sells } as Partial<BotView>),
      sampleBot({ id: 'e', quote: 'EUR', trades: [fill({ time: DAY_MS, side: 'SELL', pnl: '500' })] }),
    ];
    const sums = await summarize(bots, {}, new Cycles(data));
    t.match(sums, { currency: 'USDT', currencies: ['USDT', 'EUR'], pnl: '-1.9', fees: { USDT: '0.2' } });
    t.same(
      sums.months.map(({ name, pnl }) => `${name} ${pnl}`),
      ['1970-01 1.1', '1970-02 -3'],
    );
    t.equal(sums.cycles.count, 60, 'the last one is not in the file yet');
    t.equal(sums.cycles.won, 40);
    t.equal(sums.cycles.medianPercent, 4);
    t.same(
      sums.cycles.bins.filter(({ count }) => count > 0),
      [
        { from: -5, to: -2, count: 0 },
        { from: -2, to: -1, count: 20 },
        { from: 2, to: 5, count: 40 },
      ].filter(({ count }) => count > 0),
    );
    t.equal((await summarize(bots, { to: 9 }, new Cycles(data))).cycles.count, 9);
    t.equal((await summarize(bots, {}, new Cycles(data), 'EUR')).pnl, '500');

    const kept = new Sums(data);
    const first = await kept.of(bots, {});
    t.same(first, sums);
    t.equal(await kept.of([...bots], {}), first, 'nothing is summed anew while no history has grown');
    const [a, e] = bots as [BotView, BotView];
    writeFileSync(join(data, 'bots', 'a', 'trades.ndjson'), '');
    const more = { ...past, cycles: [cycle(61, '4'), ...past.cycles.slice(0, 49)] };
    const grown = [{ ...a, past: more, trades: [...a.trades, fill({ side: 'SELL', pnl: '9' })] }, e];
    const then = await kept.of(grown as BotView[], {});
    t.equal(then.pnl, '7.1');
    t.equal(then.cycles.count, 61, 'a cycle more is joined to those that were read before');
  },
);

t.test(
  'a bot that changed its symbol keeps each fill, lot and cycle in the market it was traded in',
  async (t) => {
    const at = (time: number, side: 'BUY' | 'SELL', price: string, over: Partial<TradeView> = {}) =>
      fill({ time: time * DAY_MS, side, price, pnl: side === 'SELL' ? '5' : null, ...over });
    const bot = sampleBot({
      ...{ id: 'm', symbol: 'ETHUSDT', base: 'ETH', quote: 'USDT' },
      trades: [
        at(1, 'BUY', '60000', { symbol: 'BTCUSDT' }),
        at(2, 'BUY', '3000', { symbol: 'ETHUSDT' }),
        at(3, 'SELL', '3100', { symbol: 'ETHUSDT' }),
        at(4, 'SELL', '61000', { symbol: 'BTCUSDT' }),
      ],
      adjustments: [
        { symbol: 'BTCUSDT', uuid: 'u', time: 1.5 * DAY_MS, quantity: '0.5', cost: '1', cash: '0' },
      ],
    });
    const lots = [...lotRows([bot], {})];
    t.same(
      lots.map(({ symbol, base, quantity, gain }) => [symbol, base, quantity, gain]),
      [
        ['BTCUSDT', 'BTC', '0.5', null],
        ['BTCUSDT', 'BTC', '0.5', '500'],
        ['BTCUSDT', 'BTC', '0.5', null],
        ['ETHUSDT', 'ETH', '1', '100'],
      ],
      'no lot is made of two symbols',
    );
    t.equal([...lotRows([bot], { symbol: 'ETHUSDT' })].length, 1);
    t.same(
      [...mergedFills([bot], { symbol: 'BTCUSDT' }, 'oldest')].map(({ symbol, base, price }) => [
        symbol,
        base,
        price,
      ]),
      [
        ['BTCUSDT', 'BTC', '60000'],
        ['BTCUSDT', 'BTC', '61000'],
      ],
      'also by a symbol that the bot trades no more',
    );
    const cycle = { openedAt: 0, closedAt: 4 * DAY_MS, number: 1, pnl: '5', percent: 1, end: 'exit' };
    const cycles = { of: async () => [{ ...cycle, symbol: 'BTCUSDT' }] };
    const sums = await summarize([bot], { symbol: 'BTCUSDT' }, cycles);
    t.match(sums, { pnl: '5', buys: 1, sells: 1, cycles: { count: 1, best: [{ symbol: 'BTCUSDT' }] } });
    t.equal((await summarize([bot], { symbol: 'ETHUSDT' }, cycles)).cycles.count, 0);
    const csv = (await fillsCsv([bot], {}).toArray()).join('');
    t.match(csv, /,BTCUSDT,SELL,61000,1,BTC,USDT,/);
  },
);

t.test('what a bot practised on paper before it went live stays on paper', async (t) => {
  const at = (time: number, side: 'BUY' | 'SELL', price: string, over: Partial<TradeView> = {}) =>
    fill({ time: time * DAY_MS, side, price, pnl: side === 'SELL' ? price : null, ...over });
  const bot = sampleBot({
    ...{ id: 'm', venue: 'binance', key: 'main' },
    trades: [
      at(1, 'BUY', '10', { account: 'paper' }),
      at(2, 'SELL', '20', { account: 'paper' }),
      at(3, 'BUY', '30', { account: 'binance/main' }),
      at(4, 'SELL', '31'),
    ],
  });
  t.same(
    [...lotRows([bot], {})].map(({ account, acquired, gain }) => [account, acquired?.price, gain]),
    [
      ['binance/main', '30', '1'],
      ['paper', '10', '10'],
    ],
    'no lot is made of practice and real money',
  );
  const cycle = { symbol: 'BTCUSDT', openedAt: 0, number: 1, pnl: '5', percent: 1, end: 'exit' };
  const cycles = {
    of: async () => [
      { ...cycle, closedAt: 2 * DAY_MS, account: 'paper' },
      { ...cycle, closedAt: 4 * DAY_MS },
    ],
  };
  const real = await summarize([bot], {}, cycles);
  t.match(real, { venue: 'binance', pnl: '31', buys: 1, sells: 1, cycles: { count: 1 } });
  t.same([...real.venues].sort(), ['binance', 'paper']);
  t.match(await summarize([bot], { venue: 'paper' }, cycles), { pnl: '20', cycles: { count: 1 } });
  t.same(
    [...mergedFills([bot], { venue: 'paper' }, 'oldest')].map(({ venue, price }) => `${venue} ${price}`),
    ['paper 10', 'paper 20'],
  );
  const csv = (await fillsCsv([bot], {}).toArray()).join('');
  t.match(csv, /,m,paper,BTCUSDT,SELL,20,/);
  const past = new Past('binance/main');
  for (const account of ['paper', 'binance/main', undefined])
    past.add({
      ...{ part: 'cycle', number: 1, symbol: 'BTCUSDT', plan: 'single', openedAt: 0, closedAt: 1 },
      ...{ price: '1', quantity: '1', cost: '1', received: '1', pnl: '1', end: 'exit', sales: [] },
      ...(account === undefined ? {} : { account }),
    });
  t.match(past.view(), { figures: { cycles: { count: 2 } }, elsewhere: 1 }, 'a win rate is of one account');
});

t.test('an old line that names no symbol has that of its cycle', (t) => {
  const ended = [
    { symbol: 'BTCUSDT', openedAt: 10, closedAt: 20 },
    { symbol: 'ETHUSDT', openedAt: 30, closedAt: 40 },
  ];
  const lines = [
    { time: 10 },
    { time: 20 },
    { time: 25 },
    { time: 40 },
    { time: 41, symbol: 'SOLUSDT' },
    { time: 42 },
  ];
  t.same(
    withSymbols(lines, ended).map(({ symbol }: { symbol?: string }) => symbol),
    ['BTCUSDT', 'BTCUSDT', undefined, 'ETHUSDT', 'SOLUSDT', undefined],
  );
  t.end();
});
