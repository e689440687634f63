/**
 * The project's own speed and weight, under the names of the design (ARCHITECTURE.md), on real processes.
 * `npm run build` first. One line per figure with --json; --only takes a part of a group's name, or a figure's whole name.
 *
 * npm run bench [-- --json] [--only latency] [--bot FILE.cjs]
 */
import { parseArgs } from 'node:util';
import { csv, golden, rsiMacdBollinger } from './bench/backtest.js';
import { besideBacktest } from './bench/beside-backtest.js';
import type { Figure } from './bench/figure.js';
import { decided, memory } from './bench/fleet.js';
import { halted } from './bench/halt.js';
import { latency } from './bench/latency.js';
import { logSearch } from './bench/log-search.js';
import { marketMemory, replaySpeed } from './bench/market.js';
import { orders } from './bench/orders.js';
import { overview } from './bench/overview.js';
import { ready } from './bench/ready.js';
import { recovery } from './bench/recovery.js';
import { sets } from './bench/sets.js';

interface Options {
  /** Another build of the bot, to compare (latency and ready). */
  readonly bot?: string;
}

const GROUPS: Readonly<Record<string, (options: Options) => Promise<Figure[]>>> = {
  'latency.klineToOrder': latency,
  'bot.ready': ready,
  'memory.botPrivateMB': memory,
  'fleet.decided': decided,
  'halt.20bots': halted,
  'overview.1000bots': overview,
  'overview.besideBacktest': besideBacktest,
  'paper.orders': orders,
  'paper.replay': replaySpeed,
  'paper.month10symbols': marketMemory,
  recovery,
  'log.search500MB': logSearch,
  'backtest.golden': golden,
  'backtest.rsiMacdBollinger': rsiMacdBollinger,
  'backtest.sets1000': sets,
  'csv.rowsPerSecond': csv,
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    bot: { type: 'string' },
  },
});

function wanted(group: string): boolean {
  const { only } = values;
  return only === undefined || group.includes(only) || only.startsWith(group);
}

function print(one: Figure): void {
  if (values.json) return console.log(JSON.stringify(one));
  const { name, value, unit, target, ok } = one;
  const judged = target === null ? '' : `${ok ? 'ok  ' : 'MISS'}  target ${target} ${unit}`;
  console.log(`${name.padEnd(38)} ${`${value} ${unit}`.padStart(14)}  ${judged}`.trimEnd());
}

/** Whether every figure could be measured; a missed target is a figure, not a failure. */
async function main(): Promise<boolean> {
  const groups = Object.entries(GROUPS).filter(([group]) => wanted(group));
  if (groups.length === 0)
    throw new Error(`There is no figure "${values.only}". There are: ${Object.keys(GROUPS).join(', ')}.`);
  let measured = true;
  for (const [group, measure] of groups) {
    try {
      for (const one of await measure(values)) print(one);
    } catch (error) {
      measured = false;
      console.error(`${group} could not be measured: ${(error as Error).stack}`);
    }
  }
  return measured;
}

main().then(
  (measured) => process.exit(measured ? 0 : 1),
  (error: unknown) => {
    console.error((error as Error).stack);
    process.exit(1);
  },
);
