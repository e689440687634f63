/** Runs a TypeScript program of this repository: `node scripts/run.mjs scripts/bench.ts --json`. Bundled first, so that Node 20 can. */
import { unlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error('Usage: node scripts/run.mjs PROGRAM.ts [arguments]');
  process.exit(2);
}
const folder = join(root, 'node_modules', '.cache', 'flotilla');
await mkdir(folder, { recursive: true });
const outfile = join(folder, `${basename(program, '.ts')}-${process.pid}.mjs`);
await build({
  entryPoints: [resolve(program)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  define: { 'import.meta.dirname': JSON.stringify(dirname(resolve(program))) },
});
process.argv = [process.argv[0], resolve(program), ...args];
process.on('exit', () => {
  try {
    unlinkSync(outfile);
  } catch {
    // It lies in a cache folder: the next clean install takes it away.
  }
});
await import(pathToFileURL(outfile).href);
