import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const script = fileURLToPath(new URL('../../scripts/sim.mjs', import.meta.url));

function simulate(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  return { status, said: `${stdout}${stderr}` };
}

/** What a person needs of a failed run: the end of its trace, its seed, and what was broken. */
function end(said: string): string {
  return said.split('\n').slice(-60).join('\n');
}

t.test('whatever goes wrong, books equal the exchange’s record afterwards', async (t) => {
  const { status, said } = simulate('--seeds', '100');
  t.equal(status, 0, end(said));
  t.match(said, /100 seeds .* 0 failed/);
});

t.test('the same seed gives the same hash of all that happened', async (t) => {
  const [first, second, other] = ['5', '5', '6'].map(
    (seed) => /hash \w+/.exec(simulate('--seed', seed).said)?.[0],
  );
  t.ok(first);
  t.equal(first, second);
  t.not(first, other);
});

t.test('every bot that is broken on purpose is caught', async (t) => {
  const { status, said } = simulate('--mutants', '--seeds', '150');
  t.equal(status, 0, end(said));
  for (const line of said.trim().split('\n')) t.notMatch(line, /NOT CAUGHT/, line);
});
