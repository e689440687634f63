import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../test/folder.js';
import { seal, type Entry } from './entry.js';
import { Histories } from './histories.js';
import { readHistory } from './trades.js';

const fill = (seq: number, more: object = {}): string =>
  seal({
    ...{
      symbol: 'BTCUSDT',
      tradeId: String(seq),
      orderId: '1',
      clientOrderId: 'F-1',
      time: seq,
      side: 'BUY',
    },
    ...{ price: '1', quantity: '1', fee: '0', feeAsset: 'USDT', pnl: null, seq },
    ...more,
  });
const closed = (seq: number, account = 'paper'): string =>
  seal({
    ...{ kind: 'closed', part: 'cycle', symbol: 'BTCUSDT', account, number: seq, openedAt: 0, closedAt: seq },
    ...{ bought: '1', averagePrice: '1', cost: '1', pnl: String(seq - 3), end: null, sales: [], seq },
  });
const adjustment = (seq: number): string =>
  seal({ kind: 'adjustment', uuid: 'u', time: seq, quantity: '1', cost: '1', cash: '0', seq });

t.test(
  'a history that grows is what reading it whole gives, and the same objects while it does not',
  async (t) => {
    const file = join(folderOf(t), 'trades.ndjson');
    const histories = new Histories();
    const check = async (said: string): Promise<void> => {
      const history = await histories.of(file, []);
      t.same(history, await readHistory(file, []), said);
      const again = await histories.of(file, []);
      t.equal(await histories.of(file, []), again, `${said}: nothing new`);
    };
    await check('no file');
    const { symbol: _, ...unnamed } = JSON.parse(fill(1)) as Record<string, unknown>;
    delete unnamed['crc'];
    for (const [said, text] of [
      ['an empty file', ''],
      ['an old line that names no symbol', seal(unnamed)],
      ['a cycle that tells it', closed(2)],
      ['several at once', fill(3) + adjustment(4) + fill(5)],
      ['a line that is not what was written', fill(6).replace('"BUY"', '"SELL"')],
      ['an empty line', '\n'],
      ['letters of more than a byte', fill(7, { symbol: '币安人生USDT' })],
      ['the first half of a line', fill(8).slice(0, 40)],
      ['its second half', fill(8).slice(40)],
      ['a cycle more', closed(9, 'binance/main')],
    ] as const) {
      appendFileSync(file, text);
      await check(said);
    }
    const before = await histories.of(file, []);
    const count = before.trades.length;
    appendFileSync(file, fill(10));
    t.equal((await histories.of(file, [])).trades.length, count + 1);
    t.equal(before.trades.length, count, 'what was given away stays as it was');

    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.slice(0, -fill(10).length));
    await check('cut');
    writeFileSync(`${file}.new`, fill(1) + whole);
    renameSync(`${file}.new`, file);
    await check('replaced by a longer one');
    writeFileSync(file, fill(1) + fill(2) + whole + whole);
    await check('written over in its place');
    rmSync(file);
    await check('gone');
  },
);

t.test('what only the journal knows yet is beside what is kept, once', async (t) => {
  const folder = folderOf(t);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'trades.ndjson');
  writeFileSync(file, fill(1) + fill(2));
  const entry = (seq: number): Entry => {
    const { seq: _seq, orderId, pnl, symbol, crc: _crc, ...trade } = JSON.parse(fill(seq));
    return { seq, event: {}, effects: [{ type: 'booked', symbol, orderId, pnl, fill: trade }] } as never;
  };
  const histories = new Histories();
  const ids = async (later: Entry[]): Promise<string[]> =>
    (await histories.of(file, later)).trades.map(({ tradeId }) => tradeId);
  t.same(await ids([entry(2), entry(3)]), ['1', '2', '3']);
  t.same(await ids([]), ['1', '2']);
  appendFileSync(file, fill(3));
  t.same(await ids([entry(3)]), ['1', '2', '3']);
  t.same(await Promise.all([ids([]), ids([]), ids([])]), Array(3).fill(['1', '2', '3']), 'asked at once');
});
