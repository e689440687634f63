import t from 'tap';
import { ExchangeError } from './port.js';
import { logText } from './log-text.js';

const AT = Date.UTC(2024, 2, 7);

t.test('no text can forge an entry of a log, or move the cursor of who reads it', async (t) => {
  const evil =
    'no\n2024-03-07T00:00:00.000Z all is well\r\n2024-03-07T00:00:00.000Z so it is\u001b[2J\u2028x\u202ey';
  for (const thrown of [
    new Error(evil),
    evil,
    { message: evil },
    new ExchangeError(evil, { kind: 'venue', execution: 'none' }),
  ]) {
    const lines = logText(AT, thrown).split(/[\n\r\u2028\u2029]/);
    t.match(lines[0], /^2024-03-07T00:00:00.000Z /);
    t.same(
      lines.slice(1).filter((line) => !line.startsWith('    ')),
      [],
      'all else is set in',
    );
    t.notMatch(lines.join(''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

t.test(
  'neither signatures nor keys of a failure get into a log, in whatever form it carries them',
  async (t) => {
    const failure = Object.assign(new Error('GET /api/v3/account?timestamp=1&signature=CANARYdeadbeef'), {
      config: { headers: { 'X-MBX-APIKEY': 'CANARYkey' }, url: 'https://x/?listenKey=CANARYlisten&a=1' },
      cause: new Error('{"apiKey":"CANARYapi","secret":"CANARYsecret","signature":"CANARYsig"}'),
      options: { apiKey: 'CANARYoption', apiSecret: 'x', secretKey: 'CANARYquoted' },
    });
    const text = logText(AT, failure);
    t.notMatch(text, /CANARY/);
    t.match(text, /timestamp=1/, 'the rest is told');
  },
);
