/** A long history costs nobody a wait: a snapshot takes what is new, in small portions. */
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../../test/folder.js';
import { symbolInfo } from '../engine/exchange-info.js';
import { createEngine, restoreEngine } from '../engine/engine.js';
import { nothingFinished, portionsOf } from '../engine/finished.js';
import type { EngineOptions, OrderRecord } from '../engine/types.js';
import { Archive, readArchive } from './archive.js';
import { Journal } from './journal.js';
import { readJournal } from './stored.js';

const options: EngineOptions = {
  symbols: [
    symbolInfo({ symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' }),
  ],
};
const TRADES = 2_000;

t.test('what a checkpoint takes at once does not grow with history', (t) => {
  const engine = createEngine(options);
  engine.addAccount('a');
  engine.deposit('a', 'USDT', '1000000', 1);
  engine.deposit('a', 'BTC', '100', 1);
  engine.boundary('BTCUSDT', 2, '100', null);
  engine.crossOpen('BTCUSDT');
  const trade = (count: number): void => {
    for (let made = 0; made < count; made += 1)
      engine.place(
        'a',
        { symbol: 'BTCUSDT', side: made % 2 ? 'BUY' : 'SELL', type: 'MARKET', quantity: '1' },
        3,
      );
    engine.drain();
  };
  engine.place(
    'a',
    { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '90' },
    3,
  );
  trade(20);
  const small = engine.checkpoint();
  trade(TRADES);
  const large = engine.checkpoint();
  t.ok(
    large.live.length < small.live.length + 200,
    `${large.live.length} letters after ${small.live.length}`,
  );
  t.equal(large.finished.orders.length, TRADES, 'each order is handed on once');
  const portions = [...portionsOf(large.finished, 50)];
  t.ok(portions.every((each) => each.orders.length + each.trades.length <= 50));
  t.same(engine.checkpoint().finished, nothingFinished());
  const again = restoreEngine(options, JSON.parse(large.live), [
    ...portionsOf(small.finished, 50),
    ...portions,
  ]);
  t.same(again.snapshot(), engine.snapshot());
  t.end();
});

t.test('an archive is as long as its snapshot says; damage is refused', async (t) => {
  const folder = folderOf(t);
  const order = (orderId: number) => ({ orderId, account: 'a' }) as OrderRecord;
  const archive = Archive.begin(folder);
  await archive.append({ ...nothingFinished(), orders: Array.from({ length: 120 }, (_, id) => order(id)) });
  const { mark } = archive;
  await appendFile(join(folder, mark.file), 'torn');
  Archive.reopen(folder, mark);
  t.equal((await readFile(join(folder, mark.file))).length, mark.bytes, 'what was not promised is cut off');
  const read = readArchive(folder, mark);
  t.same(
    read.map(({ orders }) => orders.length),
    [50, 50, 20],
  );
  const next = Archive.begin(folder);
  next.dropOthers();
  t.same(await readdir(folder), [next.mark.file]);
  t.throws(() => Archive.reopen(folder, mark), { message: /what the snapshot rests on is missing/ });
  await writeFile(join(folder, mark.file), 'x'.repeat(mark.bytes));
  t.throws(() => readArchive(folder, mark), { message: /the checksum does not fit/ });
});

t.test('a segment ends behind the records before it, also while they are being written', async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder, 0, (error) => t.fail(error.message));
  const told: number[] = [];
  const append = (from: number, to: number): void => {
    for (let value = from; value <= to; value += 1) {
      journal.append({ value });
      journal.after(() => told.push(value));
    }
  };
  append(1, 3);
  await new Promise((resolve) => setImmediate(resolve));
  append(4, 5);
  const rotated = journal.rotate();
  append(6, 8);
  await rotated;
  t.same(told, [1, 2, 3, 4, 5], 'the new segment begins when the old one is durable');
  await journal.close();
  t.same(told, [1, 2, 3, 4, 5, 6, 7, 8]);
  t.same((await readdir(folder)).length, 2);
  t.same(
    readJournal(folder, 0).map(({ n }) => n),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  t.same(
    readJournal(folder, 5).map(({ n }) => n),
    [6, 7, 8],
  );
});
