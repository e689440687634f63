import t from 'tap';
import { closeWords } from './first-close.js';

t.test('when the first kline closes is said by the clock of its market', async (t) => {
  const now = Date.UTC(2026, 10, 21, 14, 25);
  t.equal(closeWords(now, '1h', now), ' That is at 15:00 UTC, in 35 m.');
  t.equal(
    closeWords(now + 3_599_000 - 25 * 60_000, '1m', now + 3_599_000 - 25 * 60_000),
    ' That is at 15:00 UTC, in 1 s.',
  );
  t.equal(closeWords(now, '1w', now), ' That is at 2026-11-23 00:00 UTC, in 1 d 9 h.');
  t.equal(
    closeWords(Date.UTC(2024, 2, 7, 14, 25), '1h', now),
    ' That is at 2024-03-07 15:00 by its market’s own clock, 35 m from now there.',
  );
  t.equal(closeWords(now, '', now), '', 'nothing of settings that cannot be read');
});
