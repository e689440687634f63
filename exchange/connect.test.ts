import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ENDPOINTS } from './binance/addresses.js';
import { exchangeFor, marketOf, readPaperAddress } from './connect.js';
import { isRedirected } from './endpoints.js';
import { folderOf } from '../test/folder.js';

const ELSEWHERE = { rest: 'http://127.0.0.1:9', ws: 'ws://x/ws', wsApi: 'ws://x/ws-api/v3' };

t.test('a live venue is refused without a key, and with one that is not stored', async (t) => {
  for (const venue of ['binance', 'binance-testnet'] as const) {
    await t.rejects(exchangeFor({ venue }, folderOf(t)), {
      message: /needs a stored key, and none is named/,
    });
    await t.rejects(exchangeFor({ venue, key: 'main' }, folderOf(t)), {
      message: /No exchange keys are stored/,
    });
  }
});

t.test('who only looks at a live venue needs no key', async (t) => {
  const market = marketOf('binance', folderOf(t));
  t.equal(market.venue, 'binance');
  await market.close();
});

t.test('another address for a venue is read from venues.json, and a damaged one is refused', (t) => {
  const reach = (text: string) => () => marketOf('binance', folderOf(t, { 'venues.json': text }));
  t.doesNotThrow(reach(JSON.stringify({ binance: ELSEWHERE })));
  const folder = folderOf(t, { 'venues.json': JSON.stringify({ binance: ELSEWHERE }) });
  t.equal(isRedirected(folder, 'binance'), true);
  t.equal(isRedirected(folder, 'binance-testnet'), false);
  const stream = { ...ENDPOINTS.binance, wsApi: ELSEWHERE.wsApi };
  const streams = folderOf(t, { 'venues.json': JSON.stringify({ binance: stream }) });
  t.equal(isRedirected(streams, 'binance'), true, 'by any of its addresses');
  t.throws(reach('{'), { message: /venues\.json is not JSON/ });
  t.throws(reach('{"binance":{"rest":"ftp://x"}}'), {
    message: /venues\.json: "binance\.rest".*remove the file/,
  });
  t.throws(reach('{"bnance":{}}'), { message: /venues\.json/ });
  t.end();
});

t.test('paper is reached where its address file says', async (t) => {
  const address = { ...ELSEWHERE, control: 'http://x', key: 'k', secret: 's' };
  const folder = folderOf(t, { paper: { 'address.json': JSON.stringify(address) } });
  const exchange = await exchangeFor({ venue: 'paper' }, folder);
  t.equal(exchange.venue, 'paper');
  await exchange.close();
});

t.test('the address file of another folder, of which this one is a copy, leads to no exchange', async (t) => {
  const address = { ...ELSEWHERE, control: 'http://x', key: 'k', secret: 's' };
  const folder = folderOf(t, { original: { paper: {} }, copy: { paper: {} } });
  const inside = (name: string): string => join(folder, name, 'paper');
  const text = JSON.stringify({ ...address, folder: realpathSync(inside('original')) });
  for (const name of ['original', 'copy']) writeFileSync(join(inside(name), 'address.json'), text);
  t.equal(readPaperAddress(join(folder, 'original')).key, 'k');
  await t.rejects(exchangeFor({ venue: 'paper' }, join(folder, 'copy')), {
    message: /copied or moved, and that exchange is not its own\. Start its own with "flotilla up"/,
  });
});

t.test('a missing or broken address file names the file and the way out', async (t) => {
  await t.rejects(exchangeFor({ venue: 'paper' }, folderOf(t)), {
    message: /address\.json is missing\. Start it with "flotilla up"/,
  });
  const broken = folderOf(t, { paper: { 'address.json': '{"rest":"http://x"}' } });
  await t.rejects(exchangeFor({ venue: 'paper' }, broken), {
    message: /address\.json cannot be read: "ws" is missing/,
  });
});
