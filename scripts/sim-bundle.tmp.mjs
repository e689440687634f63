/**
 * `npm run sim -- --seeds 10000 [--seed N] [--trace] [--mutant NAME]`: the deterministic simulation (test/sim). The real
 * core, session, recovery and matching engine are bundled with simulated clock, timers, dice and disk in their place.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const seams = join(root, 'test/sim/seams');

/** What production code imports → what it gets here. The simulation's own files get the real thing. */
const replaced = [
  { import: /^node:fs(\/promises)?$/, from: /^bot\//, by: 'fs.ts' },
  { import: /^node:crypto$/, from: /^bot\//, by: 'crypto.ts' },
  { import: /\/json-file\.js$/, from: /^bot\//, by: 'json-file.ts' },
  { import: /\/lockstep-member\.js$/, from: /^bot\//, by: 'lockstep-member.ts' },
  { import: /\/core\/engine\.js$/, from: /^bot\/loop\.ts$/, by: 'engine-live.ts' },
  { import: /\/core\/engine\.js$/, from: /^bot\/files\/restore\.ts$/, by: 'engine-replay.ts' },
  { import: /\/strategies\/registry\.js$/, from: /^bot\/(?!config)/, by: 'registry.ts' },
];

function seamPlugin() {
  return {
    name: 'seams',
    setup(bundler) {
      bundler.onResolve({ filter: /./ }, ({ path, importer }) => {
        const from = relative(root, importer);
        const found = replaced.find((each) => each.import.test(path) && each.from.test(from));
        return found === undefined ? undefined : { path: join(seams, found.by) };
      });
    },
  };
}

/** Bundles the simulation into `outfile`. */
export async function bundleSimulation(outfile) {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/sim/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    sourcemap: 'inline',
    sourcesContent: false,
    inject: [join(seams, 'clock.ts')],
    define: { 'Date.now': 'simulatedNow', 'Math.random': 'simulatedRandom' },
    plugins: [seamPlugin()],
  });
}

await bundleSimulation(process.argv[2]);
