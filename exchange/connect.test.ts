import t from 'tap';
import { exchangeFor } from './connect.js';
import { folderOf } from '../test/folder.js';

t.test('a live venue is refused with a sentence', async (t) => {
  for (const venue of ['binance', 'binance-testnet'] as const) {
    t.throws(() => exchangeFor(venue, folderOf(t)), {
      message: new RegExp(`"${venue}" is refused: keys cannot be stored encrypted`),
    });
  }
});

t.test('paper is reached where its address file says', async (t) => {
  const address = {
    rest: 'http://127.0.0.1:9',
    ws: 'ws://x/ws',
    wsApi: 'ws://x/ws-api/v3',
    control: 'http://x',
    key: 'k',
    secret: 's',
  };
  const folder = folderOf(t, { paper: { 'address.json': JSON.stringify(address) } });
  const exchange = exchangeFor('paper', folder);
  t.equal(exchange.venue, 'paper');
  await exchange.close();
});

t.test('a missing or broken address file names the file and the way out', async (t) => {
  t.throws(() => exchangeFor('paper', folderOf(t)), {
    message: /address\.json is missing\. Start it with "flotilla up"/,
  });
  const broken = folderOf(t, { paper: { 'address.json': '{"rest":"http://x"}' } });
  t.throws(() => exchangeFor('paper', broken), { message: /address\.json cannot be read: "ws" is missing/ });
});
