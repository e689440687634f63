import t from 'tap';
import { serverClock } from './time.js';

const SERVER = Date.UTC(2026, 0, 1);

/** A machine that has run for `now` ms, and an exchange whose clock is `ahead` of what it was then. */
function machine() {
  const state = { now: 5_000, ahead: 0 };
  const clock = serverClock(
    async () => SERVER + state.now + state.ahead,
    () => state.now,
  );
  return { state, clock };
}

t.test('the machine’s own clock may jump by an hour: the exchange’s is counted on', async (t) => {
  const { state, clock } = machine();
  await clock.sync();
  const real = Date.now;
  t.teardown(() => (Date.now = real));
  for (const hours of [1, -1]) {
    Date.now = () => real() + hours * 3_600_000;
    state.now += 100;
    t.equal(clock.now(), SERVER + state.now);
  }
});

t.test('a process that was stopped for ten minutes counts them', async (t) => {
  const { state, clock } = machine();
  await clock.sync();
  state.now += 600_000;
  t.equal(clock.now(), SERVER + 605_000);
});

t.test(
  'a clock that drifts by 500 in a million is off by 150 ms after five minutes, and set then',
  async (t) => {
    const { state, clock } = machine();
    await clock.sync();
    state.now += 300_000;
    state.ahead = 150;
    t.equal(clock.now(), SERVER + 305_000, 'within the window of a request');
    await clock.sync();
    t.equal(clock.now(), SERVER + 305_150);
  },
);

t.test(
  'set back by more than the exchange takes, it is followed; by less, it stands until that is made up',
  async (t) => {
    const { state, clock } = machine();
    await clock.sync();
    const before = clock.now();
    state.ahead = -900;
    await clock.sync();
    t.equal(clock.now(), before);
    state.now += 901;
    t.equal(clock.now(), before + 1);
    state.ahead = -600_000;
    await clock.sync();
    t.equal(clock.now(), SERVER + state.now - 600_000);
  },
);
