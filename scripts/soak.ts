/**
 * Whether a bot leaks: one bot that trades often, stepped over many klines in lock step under PM2, with its private
 * memory, open files and the sizes of its files now and then. It must not grow once it is warm (FAULTS R19).
 *
 * npm run soak [-- --klines 100000]
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBooks } from '../test/books-check.js';
import { FleetRun } from '../test/fleet-run.js';
import { privateMegabytes } from './bench/machine.js';

const SAMPLES = 20;
/** The first samples are warm-up: the journal's first segments, code that is compiled, pools that fill. */
const WARM = 5;
/** R19's bound. */
const MOST_GROWTH_MB = 5;

interface Sample {
  readonly klines: number;
  readonly megabytes: number;
  readonly descriptors: number;
  readonly folderKilobytes: number;
}

function sample(klines: number, pid: number, folder: string): Sample {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0);
  return {
    klines,
    megabytes: privateMegabytes(pid),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    folderKilobytes: Math.round(bytes / 1_024),
  };
}

async function soak(fleet: FleetRun, klines: number): Promise<Sample[]> {
  // prettier-ignore
  await fleet.start([
    '--synthetic', '--symbols', 'BTCUSDT', '--interval', '1m', '--speed', 'manual', '--start', '2024-01-01', '--seed', '5',
  ]);
  // prettier-ignore
  const made = await fleet.cli(
    'bot', 'create', 'soak', '--symbol', 'BTCUSDT', '--interval', '1m', '--signal', 'rsi', '--plan', 'single',
    '--budget', '1000', '--set', 'signal.period=3', '--set', 'signal.buyBelow=45', '--set', 'signal.sellAbove=55', '--start',
  );
  if (made.code !== 0) throw new Error(made.stderr);
  const { process: running } = await fleet.show('soak');
  if (running?.pid == null) throw new Error('the bot does not run');
  const samples: Sample[] = [];
  for (let done = 0; done < klines;) {
    done += (await fleet.step(Math.ceil(klines / SAMPLES))).klines;
    const taken = sample(done, running.pid, join(fleet.data, 'bots', 'soak'));
    samples.push(taken);
    console.log(
      `${taken.klines} klines: ${taken.megabytes.toFixed(1)} MB private, ${taken.descriptors} descriptors, ` +
        `${taken.folderKilobytes} kB of files`,
    );
  }
  return samples;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { klines: { type: 'string', default: '100000' } } });
  const fleet = new FleetRun();
  try {
    const samples = await soak(fleet, Number(values.klines));
    const view = await fleet.show('soak');
    const { differences, trades } = await checkBooks(fleet, view);
    const warm = samples.slice(WARM);
    const half = Math.floor(warm.length / 2);
    const growth =
      mean(warm.slice(half).map((each) => each.megabytes)) -
      mean(warm.slice(0, half).map((each) => each.megabytes));
    const descriptors = warm.map((each) => each.descriptors);
    const opened = Math.max(...descriptors) - Math.min(...descriptors);
    console.log(
      `${trades} trades; from the first half to the second: ${growth.toFixed(2)} MB more, ${opened} descriptors of difference`,
    );
    for (const difference of differences) console.log(difference);
    return growth <= MOST_GROWTH_MB && opened <= 2 && differences.length === 0 ? 0 : 1;
  } finally {
    await fleet.end();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  },
);
