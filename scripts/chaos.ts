/** `npm run chaos -- --kills 1000 [--bots 6] [--seed N]`: real kills of real processes; exit 1 when anything differs. */
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
const began = performance.now();
const result = await chaos({
  ...options,
  progress: (line) =>
    console.log(`${String(Math.round((performance.now() - began) / 1_000)).padStart(5)} s: ${line}`),
});
const { kills, minutes, unprotected } = result;
const all = kills.bot + kills.paper + kills.server + kills.daemon;
console.log(
  `${all} kills in ${minutes.toFixed(1)} minutes (${Math.round(all / minutes)} a minute): ` +
    `bots ${kills.bot}, paper exchange ${kills.paper}, server ${kills.server}, PM2 daemon ${kills.daemon}`,
);
console.log(`${result.commands} commands, ${result.halts} halts`);
console.log(
  `${result.klines} klines, ${result.orders} orders (${result.byHand} by hand), ${result.trades} trades`,
);
console.log(
  `kills between save and send: ${result.betweenSaveAndSend}; between send and answer: ${result.betweenSendAndAnswer}`,
);
sayUnprotected('no kill in between', unprotected.clean);
sayUnprotected('killed meanwhile', unprotected.killed);

const findings = {
  'positions, cash or commissions that differ from the exchange': result.differences,
  'orders sent twice': result.duplicates,
  'orphan orders': result.orphans,
  'signs of a second copy that traded': result.copies,
  'commands not done once, entries while halted': result.disobedience,
};
for (const [what, found] of Object.entries(findings)) {
  console.log(`${what}: ${found.length}`);
  for (const each of found) console.log(`  ${each}`);
}
process.exitCode = Object.values(findings).every((found) => found.length === 0) ? 0 : 1;
console.log(process.exitCode === 0 ? 'Every position equals the exchange to the last digit.' : 'FAILED');

/** By the exchange's wall clock, from the last word before until a stop is known to rest: more rather than less. */
function sayUnprotected(when: string, spans: readonly number[]): void {
  const sorted = [...spans].sort((a, b) => a - b);
  const seconds = (share: number) =>
    ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1_000).toFixed(3);
  console.log(
    `unprotected, ${when}: ${sorted.length} times, p50 ${seconds(0.5)} s, p99 ${seconds(0.99)} s, max ${seconds(1)} s`,
  );
}
