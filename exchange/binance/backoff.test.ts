import t from 'tap';
import { backoffMs } from './backoff.js';

t.test('the wait doubles from a quarter of a second to fifteen, and stays there', async (t) => {
  const longest = (attempt: number): number => backoffMs(attempt, () => 1);
  t.same([0, 1, 2, 3, 4, 5].map(longest), [250, 500, 1_000, 2_000, 4_000, 8_000]);
  for (const attempt of [6, 7, 10, 11, 100, 1e9]) t.equal(longest(attempt), 15_000, `attempt ${attempt}`);
});

t.test('the jitter takes up to half of it, and never more', async (t) => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const whole = backoffMs(attempt, () => 1);
    t.equal(
      backoffMs(attempt, () => 0),
      whole / 2,
    );
    t.equal(
      backoffMs(attempt, () => 0.5),
      whole * 0.75,
    );
    for (let tries = 0; tries < 20; tries += 1) {
      const wait = backoffMs(attempt);
      if (wait < whole / 2 || wait >= whole) t.fail(`attempt ${attempt} waits ${wait} ms of ${whole}`);
    }
  }
});
