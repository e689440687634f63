import t from 'tap';
import { Attempts } from './attempts.js';

function guessing() {
  let now = 1_000_000;
  const attempts = new Attempts(() => now);
  return { attempts, pass: (ms: number) => (now += ms) };
}

t.test('a thousand guesses in a minute are twenty at most, from one address or from many', (t) => {
  const { attempts, pass } = guessing();
  let taken = 0;
  for (let i = 0; i < 1_000; i += 1) {
    if (attempts.begin('anna', '10.0.0.1') === 0) taken += 1;
    pass(60);
  }
  t.ok(taken <= 20 && taken >= 5, `${taken} were looked at`);
  const many = guessing();
  let fromMany = 0;
  for (let i = 0; i < 1_000; i += 1) {
    if (many.attempts.begin('anna', `10.0.${i % 250}.1`) === 0) fromMany += 1;
    many.pass(60);
  }
  t.ok(fromMany <= 30, `${fromMany} from 250 addresses were looked at`);
  t.end();
});

t.test('a thousand at once are no thousand free ones', (t) => {
  const { attempts } = guessing();
  const taken = Array.from({ length: 1_000 }, () => attempts.begin('anna', '10.0.0.1')).filter(
    (wait) => wait === 0,
  );
  t.equal(taken.length, 5);
  t.end();
});

t.test('nobody locks the owner out: who signed in before does not wait for the guesses of others', (t) => {
  const { attempts, pass } = guessing();
  t.equal(attempts.begin('anna', '192.168.1.2'), 0);
  attempts.succeeded('anna', '192.168.1.2');
  for (let i = 0; i < 10_000; i += 1) attempts.begin('anna', `10.${i % 250}.${i % 7}.1`);
  t.equal(attempts.begin('anna', '192.168.1.2'), 0);
  t.ok(attempts.begin('anna', '10.250.0.9') > 0, 'a new address waits');
  t.ok(attempts.begin('anna', '10.250.0.9') <= 60_000, 'a minute at most');
  pass(60_000);
  t.equal(attempts.begin('anna', '10.250.0.9'), 0);
  t.end();
});
