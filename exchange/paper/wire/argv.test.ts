import { join } from 'node:path';
import t from 'tap';
import { parseOptions } from './argv.js';
import { folderOf } from '../../../test/folder.js';

t.test('a command line becomes options', (t) => {
  const line =
    '--folder data/paper --klines k --symbols BTCUSDT,SOLUSDT --interval 5m --from 2024-03-01 --to 2024-03-15T12:00';
  t.match(parseOptions(`${line} --speed manual --deposit USDT=10000,BTC=1.5 --port 0`.split(' ')), {
    folder: 'data/paper',
    symbols: ['BTCUSDT', 'SOLUSDT'],
    interval: '5m',
    from: Date.UTC(2024, 2, 1),
    to: Date.UTC(2024, 2, 15, 12),
    speed: 'manual',
    deposit: { USDT: '10000', BTC: '1.5' },
    port: 0,
  });
  t.equal(parseOptions(['--speed', '60']).speed, 60);
  t.match(
    parseOptions('--limits binance,ordersPer10s=5 --profile book --exchange-info rules.json.gz'.split(' ')),
    {
      limits: { weightPerMinute: 6_000, ordersPer10s: 5, connectionsPer5m: 300 },
      profile: 'book',
      exchangeInfo: 'rules.json.gz',
    },
  );
  const file = join(folderOf(t, { 'faults.json': '[{"fault":"delay","ms":5}]' }), 'faults.json');
  t.same(parseOptions(['--faults', file]).faults, [{ fault: 'delay', ms: 5 }]);
  t.end();
});

t.test('each mistake is a sentence that names the option', (t) => {
  const refused = (line: string, message: RegExp) =>
    t.throws(() => parseOptions(line.split(' ')), { name: 'PaperOptionError', message });
  refused('--speed fast', /^--speed should be a number above 0/);
  refused('--speed -1', /speed/);
  refused('--interval 7m', /^--interval should be one of 1s, 1m/);
  refused('--from yesterday', /^--from should be a date like/);
  refused('--from 2024-02-30', /^--from should be a date like .* it is "2024-02-30"/);
  refused('--to 2023-02-29T12:00Z', /^--to should be a date like/);
  refused('--symbols btc', /is no symbol/);
  refused('--deposit USDT', /^--deposit should be like USDT=10000,BTC=1/);
  refused('--deposit USDT=0', /--deposit/);
  refused('--fee 2', /^--fee should be a fraction/);
  refused('--port 99999', /^--port should be a whole number up to 65535/);
  refused('--limits speed=5', /^--limits should be "binance" or like weightPerMinute=6000/);
  refused('--limits constructor=5', /^--limits should be/);
  refused('--profile deep', /^--profile should be touch or book/);
  refused('--faults /nowhere.json', /^--faults \/nowhere\.json cannot be read/);
  refused('--klines k --synthetic', /exclude each other/);
  refused('--colour red', /Unknown option '--colour'/);
  t.end();
});
