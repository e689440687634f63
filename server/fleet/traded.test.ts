import t from 'tap';
import type { BotView } from '../../bot/files/view.js';
import { sampleBot } from '../../test/sample-bots.js';
import { refusedWords } from './traded.js';

/** After refusals it waits until then. */
function waiting(until: number, code = 'no-stop-room'): BotView {
  const refusal = { side: 'BUY', until, failures: 1, code };
  return sampleBot({ holdUps: { backOff: [refusal] } as unknown as NonNullable<BotView['holdUps']> });
}

t.test('an order that was refused is said to be, with the reason, and not to be under way', (t) => {
  const line = (code: string, message: string) =>
    ({ time: 1, level: 'warn', code, message, values: {} }) as const;
  const log = [
    line('order-refused', 'an older one'),
    line('order-refused', 'The entry order was refused: there is no room for its stop'),
    line('decision', 'Waiting'),
  ];
  const words = refusedWords(sampleBot(), waiting(5), 'buy', log);
  t.match(
    words,
    /^ Not bought: The entry order was refused: there is no room for its stop\. It does not try again by itself/,
  );
  t.match(
    refusedWords(sampleBot(), waiting(5, 'network'), 'buy', []),
    /^ Not bought yet: .* It tries again by/,
  );
  t.match(refusedWords(waiting(5), waiting(6), 'buy', []), /The exchange refused the order \(no-stop-room\)/);
  t.equal(refusedWords(waiting(5), waiting(5), 'buy', log), null, 'one of before is not of this order');
  t.equal(refusedWords(sampleBot(), waiting(5), 'sell', log), null, 'nor one of the other side');
  t.equal(refusedWords(sampleBot(), sampleBot(), 'buy', log), null);
  t.end();
});
