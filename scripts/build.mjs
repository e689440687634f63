/**
 * Builds `dist/`: the bot, the paper exchange and the key agent as one CommonJS file each, the `flotilla` command, and what browsers load.
 * Runs at `npm install` through `prepare`, so it is fast, needs no network, and builds from what is in the checkout.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { leanBinance } from '../exchange/binance/bundle-plugin.mjs';
import { leanZod } from './lean-zod.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

/**
 * A bot is one bundled file: a third faster to start and 9 MB lighter than the same code unbundled. CommonJS, because
 * an ESM bundle of CommonJS packages dies on "Dynamic require"; `module` first, because jsonc-parser's UMD build asks
 * for './impl/format' at run time.
 */
const processBundle = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  minifyWhitespace: true,
  minifySyntax: true,
  external: ['bufferutil', 'utf-8-validate'],
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  plugins: [leanBinance, leanZod],
};

const bundles = [
  { entry: 'bot/main.ts', outfile: 'bot.cjs', options: processBundle },
  { entry: 'exchange/paper/main.ts', outfile: 'paper.cjs', options: processBundle },
  { entry: 'exchange/keys/agent-main.ts', outfile: 'keys.cjs', options: processBundle },
  { entry: 'server/backtests/job.ts', outfile: 'backtest.cjs', options: processBundle },
];

/** What the command's worker threads run; they share its chunks. */
const threads = { 'optimize-worker': 'bot/optimize/worker.ts' };

/**
 * These go into the command, which starts in half the time with them: alone, zod is a hundred files, and the other two
 * are read twice because they are CommonJS outside.
 */
const WITHIN_THE_COMMAND = new Set(['zod', 'technicalindicators', 'jsonc-parser']);
const { dependencies, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/** The command loads only what it needs: `bot list` waits neither for the web server nor for the paper exchange. */
const command = {
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: Object.keys(dependencies).filter((name) => !WITHIN_THE_COMMAND.has(name)),
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  banner: { js: '#!/usr/bin/env node' },
  plugins: [leanZod],
};

const browserFiles = [
  ['htmx.org/dist/htmx.min.js', 'vendor/htmx.js'],
  ['htmx.org/dist/ext/hx-sse.min.js', 'vendor/hx-sse.js'],
  ['lightweight-charts/dist/lightweight-charts.standalone.production.js', 'vendor/lightweight-charts.js'],
];

/** A reader of the old file never sees half of the new one. */
async function replaceFile(file, content, mode = 0o644) {
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, content, { mode });
  await chmod(temporary, mode);
  await rename(temporary, file);
}

const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  logLevel: 'warning',
  legalComments: 'none',
};

const isMissing = (entry) => {
  const missing = !existsSync(join(root, entry));
  if (missing) console.warn(`build: ${entry} is missing and not built`);
  return missing;
};

async function bundle({ entry, outfile, options }) {
  if (isMissing(entry)) return;
  const result = await build({ ...common, ...options, entryPoints: [entry], outfile: join(dist, outfile) });
  await replaceFile(join(dist, outfile), result.outputFiles[0].contents);
}

async function bundleCommand(entry) {
  if (isMissing(entry)) return;
  const { outputFiles } = await build({
    ...common,
    ...command,
    entryPoints: { flotilla: entry, ...threads },
    outdir: dist,
  });
  // The entry last, so that the chunks it names are there.
  const chunks = outputFiles.filter(({ path }) => path.includes('chunks'));
  const entries = outputFiles.filter(({ path }) => !path.includes('chunks'));
  for (const { path, contents } of chunks) await replaceFile(path, contents);
  for (const { path, contents } of entries) await replaceFile(path, contents, 0o755);
  const wanted = new Set(chunks.map(({ path }) => basename(path)));
  for (const name of await readdir(join(dist, 'chunks')).catch(() => [])) {
    if (!wanted.has(name)) await rm(join(dist, 'chunks', name), { force: true });
  }
}

async function copyBrowserFiles() {
  const next = join(dist, `.public.${process.pid}`);
  const own = join(root, 'views/public');
  await mkdir(join(next, 'vendor'), { recursive: true });
  if (existsSync(own)) await cp(own, next, { recursive: true });
  for (const [from, to] of browserFiles) await cp(join(root, 'node_modules', from), join(next, to));
  const previous = join(dist, `.public.${process.pid}.old`);
  await rename(join(dist, 'public'), previous).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(next, join(dist, 'public'));
  await rm(previous, { recursive: true, force: true });
}

/** The hash names the copy that bots run, so a changed bot is a new file and an unchanged one is not. */
async function recordBuild() {
  const hashes = {};
  for (const name of ['bot', 'paper', 'keys']) {
    const content = await readFile(join(dist, `${name}.cjs`)).catch(() => null);
    if (content) hashes[name] = createHash('sha256').update(content).digest('hex').slice(0, 12);
  }
  await replaceFile(join(dist, 'build.json'), `${JSON.stringify({ version, ...hashes }, null, 2)}\n`);
}

await mkdir(dist, { recursive: true });
const results = await Promise.allSettled([
  ...bundles.map(bundle),
  bundleCommand('cli/main.ts'),
  copyBrowserFiles(),
]);
await recordBuild();
const failures = results.filter((result) => result.status === 'rejected');
for (const { reason } of failures) if (!reason.errors) console.error(reason);
if (failures.length > 0) process.exitCode = 1;
