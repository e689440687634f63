/** The rules of the real exchange's symbols, as they change under a live market. */
import { cpSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../../../test/folder.js';
import type { PaperAddress } from '../../venues.js';
import { exchangeInfoJson, symbolInfo } from '../engine/exchange-info.js';
import type { SymbolInfo } from '../engine/types.js';
import { startPaper } from '../wire/paper.js';
import { client } from '../wire/test-client.js';
import { differences, RulesWatch } from './rules-watch.js';
import { folderBeside, madeUp, START } from './testing.js';

const BTC = symbolInfo({
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
});
const COARSE: SymbolInfo = {
  ...BTC,
  filters: BTC.filters.map((filter) =>
    filter.filterType === 'PRICE_FILTER' ? { ...filter, tickSize: '0.10' } : filter,
  ),
};
const told = (info: SymbolInfo): unknown => (exchangeInfoJson([info], 0).symbols as unknown[])[0];

/** A watch that asks once, and what it did. */
async function lookedOnce(now: SymbolInfo, ask: () => Promise<readonly unknown[]>) {
  const [changes, notes]: [SymbolInfo[], string[]] = [[], []];
  const use = { now: () => now, change: (info: SymbolInfo) => void changes.push(info) };
  const note = (message: string): void => void notes.push(message);
  const watch = new RulesWatch({ ask, symbols: ['BTCUSDT'], use, from: 'there', note });
  await watch.first;
  watch.close();
  return { changes, notes };
}

t.test('only rules that differ are put in force, and said', async (t) => {
  const same = await lookedOnce(BTC, async () => [told({ ...BTC, status: 'BREAK' })]);
  t.same(same, { changes: [], notes: [] }, 'a status is no rule');
  const { changes, notes } = await lookedOnce(BTC, async () => [told(COARSE)]);
  t.match(changes, [{ symbol: 'BTCUSDT', filters: COARSE.filters }]);
  t.match(notes, [/there has changed the rules of BTCUSDT \(PRICE_FILTER\); they count from now on/]);
  t.same(differences(BTC, { ...COARSE, ocoAllowed: false }), ['PRICE_FILTER', 'ocoAllowed']);
});

t.test('what cannot be used changes nothing: no answer, half an answer, other assets', async (t) => {
  const away = await lookedOnce(BTC, () => Promise.reject(new Error('no network')));
  t.match(away, { changes: [], notes: [/cannot be asked for at there: no network/] });
  const half = await lookedOnce(BTC, async () => [{ symbol: 'BTCUSDT', status: 'TRADING' }]);
  t.match(half, { changes: [], notes: [/"baseAsset" of BTCUSDT is missing/] });
  const other = await lookedOnce(BTC, async () => [told({ ...COARSE, quoteAsset: 'USDC' })]);
  t.match(other, { changes: [], notes: [/other assets as BTCUSDT now; its former rules stay/] });
  t.same((await lookedOnce(BTC, async () => [told({ ...COARSE, symbol: 'ETHUSDT' })])).changes, []);
});

t.test('once closed, an answer that comes late changes nothing', async (t) => {
  const changes: SymbolInfo[] = [];
  let answer: (told: unknown[]) => void = () => undefined;
  const asked = new Promise<unknown[]>((resolve) => (answer = resolve));
  const use = { now: () => BTC, change: (info: SymbolInfo) => void changes.push(info) };
  const watch = new RulesWatch({
    ...{ ask: () => asked, symbols: ['BTCUSDT'], use },
    ...{ from: 'there', note: () => undefined },
  });
  watch.close();
  answer([told(COARSE)]);
  await watch.first;
  t.same(changes, []);
});

/** All that an account and the rules say. */
async function seen(address: PaperAddress) {
  const api = client(address);
  const { symbols } = (await api.get('/api/v3/exchangeInfo')).body;
  const orders = (await api.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).body;
  return { symbols, orders };
}

t.test('changed rules count from the next start on, and a restart repeats what came before', async (t) => {
  const dir = folderOf(t);
  const real = await madeUp(t, join(dir, 'real'));
  await real.step(3);
  const live = { live: true, key: 'k', secret: 's' } as const;
  const folder = await folderBeside(real.address, join(dir, 'first'));
  const first = await startPaper({ folder, ...live, symbols: ['BTCUSDT'] });
  t.teardown(() => first.stop());
  const { price } = (await client(first.address).get('/api/v3/ticker/price?symbol=BTCUSDT')).body;
  const half = Math.floor(Number(price) / 2);
  const order = (at: number) => ({
    ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' },
    price: at.toFixed(2),
  });
  t.equal((await client(first.address).order(order(half + 0.07))).status, 200, 'at the former tick');

  const info = (await client(real.address).get('/api/v3/exchangeInfo')).body;
  const btc = info.symbols.find(({ symbol }: SymbolInfo) => symbol === 'BTCUSDT');
  btc.filters.find(({ filterType }: { filterType: string }) => filterType === 'PRICE_FILTER').tickSize =
    '0.10';
  const rules = join(dir, 'rules.json');
  await writeFile(rules, JSON.stringify(info));
  const made = { symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], interval: '1s', start: START, seed: 5 } as const;
  const changed = await startPaper({
    ...{ folder: join(dir, 'changed'), ...made, speed: 'manual' },
    exchangeInfo: rules,
  });
  t.teardown(() => changed.stop());
  await changed.step(3);

  // As a kill leaves it: the first one has no chance to take a snapshot.
  cpSync(folder, join(dir, 'second/paper'), { recursive: true });
  const second = await startPaper({
    folder: await folderBeside(changed.address, join(dir, 'second')),
    ...live,
  });
  t.teardown(() => second.stop());
  const refused = await client(second.address).order(order(half + 0.05));
  t.match(refused.body, { code: -1013, msg: /PRICE_FILTER/ });
  t.equal((await client(second.address).order(order(half + 0.1))).status, 200);
  const before = await seen(second.address);
  t.equal(before.orders.length, 2, 'what rested stays as it was taken');

  const nowhere = {
    rest: 'http://127.0.0.1:9',
    ws: 'ws://127.0.0.1:9/ws',
    wsApi: 'ws://127.0.0.1:9/ws-api/v3',
  };
  for (const name of ['killed', 'ended']) {
    if (name === 'ended') await second.stop();
    cpSync(join(dir, 'second/paper'), join(dir, name, 'paper'), { recursive: true });
    const address = { ...nowhere, control: '', key: '', secret: '' };
    const again = await startPaper({ folder: await folderBeside(address, join(dir, name)), ...live });
    t.same(
      await seen(again.address),
      before,
      `${name}: from the ${name === 'ended' ? 'snapshot' : 'journal'}`,
    );
    await again.stop();
  }
});
