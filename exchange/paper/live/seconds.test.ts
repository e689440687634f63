import t from 'tap';
import type { Kline } from '../../../core/kline.js';
import { flat } from './rows.js';
import { complete, wholeRows, type Moments } from './seconds.js';

const at = (second: number): number => second * 1_000;
const kline = (second: number, price: number): Kline => ({
  ...flat(at(second), '1s', price),
  volume: 1,
  quoteVolume: price,
  trades: 1,
});

/** What was told: in which second, by which symbols. */
function told(seconds: Readonly<Record<number, readonly string[]>>): Moments {
  return new Map(
    Object.entries(seconds).map(([second, symbols]) => [
      at(Number(second)),
      new Map(symbols.map((symbol) => [symbol, kline(Number(second), 100)])),
    ]),
  );
}

const known = (moments: Moments, from: number, symbols: (time: number) => readonly string[]): number[] =>
  [...complete(moments, at(from), symbols).keys()].map((time) => time / 1_000);
const both = (): string[] => ['BTC', 'ETH'];

t.test('a second is known once every symbol has told it', async (t) => {
  t.same(known(told({}), 5, both), []);
  t.same(known(told({ 5: ['BTC'] }), 5, both), [], 'one is still to come');
  t.same(known(told({ 5: ['BTC', 'ETH'] }), 5, both), [5]);
  t.same(known(told({ 5: ['BTC', 'ETH'], 6: ['ETH', 'BTC'], 7: ['BTC'] }), 5, both), [5, 6]);
});

t.test('who is silent had no trade, once two later seconds were told without a break', async (t) => {
  t.same(known(told({ 5: ['BTC'], 6: ['BTC'] }), 5, both), [], 'one later second may be early');
  t.same(known(told({ 5: ['BTC'], 6: ['BTC'], 7: ['BTC'] }), 5, both), [5]);
  t.same(known(told({ 5: ['BTC'], 7: ['BTC'], 8: ['BTC'] }), 5, both), [], 'a second is missing in between');
});

t.test('what lies behind a second of which nobody told anything is not known', async (t) => {
  t.same(known(told({ 6: ['BTC', 'ETH'] }), 5, both), []);
  t.same(known(told({ 5: ['BTC', 'ETH'], 7: ['BTC', 'ETH'] }), 5, both), [5]);
});

t.test('nobody waits for a symbol that is followed only later', async (t) => {
  const symbols = (time: number): string[] => (time < at(6) ? ['BTC'] : ['BTC', 'ETH']);
  t.same(known(told({ 5: ['BTC'], 6: ['BTC'] }), 5, symbols), [5]);
});

t.test('each symbol gets a kline of each moment: where it had no trade, at the price before', async (t) => {
  const moments: Moments = new Map([
    [at(7), new Map([['BTC', kline(7, 103)]])],
    [at(5), new Map([['BTC', kline(5, 101)]])],
    [at(6), new Map([['ETH', kline(6, 50)]])],
  ]);
  const rows = wholeRows(
    moments,
    '1s',
    new Map([
      ['BTC', { from: at(0), lastClose: 100 }],
      ['ETH', { from: at(6), lastClose: 49 }],
      ['SOL', { from: at(8), lastClose: 9 }],
    ]),
  );
  const closes = (symbol: string): number[][] =>
    rows.get(symbol)!.map(({ openTime, close, volume }) => [openTime / 1_000, close, volume]);
  t.same(closes('BTC'), [
    [5, 101, 1],
    [6, 101, 0],
    [7, 103, 1],
  ]);
  t.same(closes('ETH'), [
    [6, 50, 1],
    [7, 50, 0],
  ]);
  t.same(closes('SOL'), [], 'not followed yet');
});
