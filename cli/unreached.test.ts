import t from 'tap';
import { ExchangeError } from '../exchange/port.js';
import { folderOf } from '../test/folder.js';
import { told } from './output.js';
import { refuseWithoutPaper, unreached } from './unreached.js';

const refused = new ExchangeError('GET /api/v3/time: connect ECONNREFUSED 127.0.0.1:1.', {
  kind: 'network',
  execution: 'none',
});

t.test('an exchange that does not answer is said in a sentence, never as a stack', async (t) => {
  await t.rejects(refuseWithoutPaper(folderOf(t)), {
    code: 'VENUE_UNREACHED',
    message: 'The paper exchange does not run here; flotilla up starts it.',
  });
  t.match(told(unreached('binance-testnet', refused)), {
    exitCode: 1,
    message:
      /^Binance’s testnet did not give the klines: GET .*:1\. Try again later, or give files with --klines\.$/,
  });
  t.match(told(refused), { code: 'VENUE_UNREACHED', message: refused.message, exitCode: 1 });
});
