/** `npm run chaos -- --kills 1000 [--bots 6] [--seed N]`: real kills of real processes; exit 1 when a digit differs. */
import { parseArgs } from 'node:util';
import { chaos } from '../test/chaos.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    bots: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
});
const options = { kills: Number(values.kills), bots: Number(values.bots), seed: Number(values.seed) };
console.log(`${options.kills} kills, ${options.bots} bots, seed ${options.seed}`);
const started = Date.now();
const result = await chaos({
  ...options,
  progress: (line) => console.log(`${line} after ${Math.round((Date.now() - started) / 1000)} s`),
});
const { kills } = result;
console.log(
  `killed: bots ${kills.bot}, paper exchange ${kills.paper}, server ${kills.server}, PM2 daemon ${kills.daemon}`,
);
console.log(
  `${result.orders} orders, ${result.trades} trades; ${result.betweenSaveAndAnswer} kills hit between the save of an intent and its answer`,
);
for (const difference of result.differences) console.log(`DIFFERENCE ${difference}`);
console.log(
  result.differences.length === 0
    ? 'Every position equals the exchange to the last digit.'
    : `${result.differences.length} differences.`,
);
process.exitCode = result.differences.length === 0 ? 0 : 1;
