import t from 'tap';
import {
  beginCycle,
  book,
  averagePrice,
  equity,
  openBooks,
  unrealizedPnl,
  type BookedFill,
  type Books,
} from './position.js';

const buy = (price: string, quantity: string, fee = '0', feeAsset = 'BTC'): BookedFill => ({
  side: 'BUY',
  price,
  quantity,
  fee,
  feeAsset,
});
const sell = (price: string, quantity: string, fee = '0', feeAsset = 'USDT'): BookedFill => ({
  side: 'SELL',
  price,
  quantity,
  fee,
  feeAsset,
});

function after(fills: BookedFill[], from: Books = openBooks('1000')): { books: Books; pnl: string | null } {
  return fills.reduce<{ books: Books; pnl: string | null }>(
    ({ books }, fill) => book(books, fill, 'BTC', 'USDT'),
    { books: from, pnl: null },
  );
}

const cases: { name: string; fills: BookedFill[]; expect: Partial<Books>; pnl: string | null }[] = [
  {
    name: 'a commission in base lessens the quantity and is not charged again',
    fills: [buy('100', '2', '0.002')],
    expect: { quantity: '1.998', cost: '200', cash: '800', realizedPnl: '0', fees: { BTC: '0.002' } },
    pnl: null,
  },
  {
    name: 'a commission in quote adds to the cost and is paid from the cash',
    fills: [buy('100', '2', '0.2', 'USDT')],
    expect: { quantity: '2', cost: '200.2', cash: '799.8', fees: { USDT: '0.2' } },
    pnl: null,
  },
  {
    name: 'a commission in another asset stands in the fees only',
    fills: [buy('100', '2', '0.001', 'BNB')],
    expect: { quantity: '2', cost: '200', cash: '800', fees: { BNB: '0.001' } },
    pnl: null,
  },
  {
    name: 'a sell realizes its proceeds less its commission and its share of the cost',
    fills: [buy('100', '2', '0.2', 'USDT'), sell('110', '1', '0.11')],
    expect: { quantity: '1', cost: '100.1', cash: '909.69', realizedPnl: '9.79', fees: { USDT: '0.31' } },
    pnl: '9.79',
  },
  {
    name: 'the last unit takes all the cost that is left',
    fills: [buy('100', '3'), sell('100', '1'), sell('100', '2')],
    expect: { quantity: '0', cost: '0', cash: '1000', realizedPnl: '0' },
    pnl: '0',
  },
];

for (const { name, fills, expect, pnl } of cases) {
  t.test(name, async (t) => {
    const result = after(fills);
    t.match(result.books, expect);
    t.equal(result.pnl, pnl);
  });
}

t.test('cash, cost and realized profit always add up to the budget', async (t) => {
  const { books } = after([
    buy('100', '3', '0.3', 'USDT'),
    sell('90', '1.3', '0.117'),
    buy('80', '2', '0.16', 'USDT'),
    sell('95', '0.7', '0.0665'),
  ]);
  t.equal(Number(books.cash) + Number(books.cost) - Number(books.realizedPnl), 1000);
});

t.test('the average price is that of the entries of this cycle, gross', async (t) => {
  const { books } = after([buy('100', '1', '0.001'), buy('110', '3', '0.003')]);
  t.equal(averagePrice(books), '107.5');
  const next = beginCycle(after([sell('120', '3.99')], books).books);
  t.equal(averagePrice(next), null);
  t.equal(next.quantity, '0.006', 'dust stays in the books');
  t.not(next.cost, '0', 'and keeps its cost');
});

t.test('equity and open profit follow the price; without one equity counts the cost', async (t) => {
  const { books } = after([buy('100', '2')]);
  t.equal(equity(books, '110'), '1020');
  t.equal(unrealizedPnl(books, '110'), '20');
  t.equal(equity(books, null), '1000');
  t.equal(unrealizedPnl(books, null), null);
});

t.test('amounts are exact where doubles are not', async (t) => {
  const { books } = after([buy('0.1', '3'), buy('0.2', '3')]);
  t.equal(books.cost, '0.9');
  t.equal(books.cash, '999.1');
});
