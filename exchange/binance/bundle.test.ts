import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import t from 'tap';
import { httpVenue, json } from './testing/servers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `
import { binanceExchange } from './exchange/binance/adapter.ts';
const rest = process.argv[2];
const exchange = binanceExchange({ venue: 'paper', timeoutMs: 300, address: { rest, ws: '', wsApi: '', key: 'key', secret: 's' } });
const order = { symbol: 'BTCUSDT', clientOrderId: 'F-1', side: 'BUY', type: 'MARKET', quantity: '1' };
exchange.place(order, { timestamp: 5 }).catch((error) => {
  console.log(error.name, error.kind, error.execution);
  return exchange.close();
});
`;

async function pluginOf() {
  const file = './bundle-plugin.mjs';
  return ((await import(file)) as { leanBinance: NonNullable<BuildOptions['plugins']>[number] }).leanBinance;
}

const COMMON: BuildOptions = { absWorkingDir: root, bundle: true, platform: 'node', logLevel: 'error' };
const FORMATS: [name: string, file: string, options: () => Promise<BuildOptions>][] = [
  [
    'one CommonJS file',
    'bot.cjs',
    async () => ({
      format: 'cjs',
      mainFields: ['module', 'main'],
      external: ['bufferutil', 'utf-8-validate'],
      define: { 'import.meta.url': 'importMetaUrl' },
      banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
      plugins: [await pluginOf()],
    }),
  ],
  ['an ES module with packages outside', 'cli.mjs', async () => ({ format: 'esm', packages: 'external' })],
];

for (const [name, file, options] of FORMATS) {
  t.test(`bundled as ${name}, the adapter still has its own transport and errors`, async (t) => {
    const venue = await httpVenue(t);
    venue.answer = (_request, response) => json(response, 503, { code: -1008, msg: 'overloaded' });
    // Beside its packages, where a program that leaves them outside has to stand.
    const outfile = join(root, 'node_modules', '.cache', `adapter-${process.pid}`, file);
    await build({
      ...COMMON,
      ...(await options()),
      stdin: { contents: PROGRAM, resolveDir: root, loader: 'ts' },
      outfile,
    });
    t.teardown(() => rm(dirname(outfile), { recursive: true, force: true }));
    t.equal(await outputOf(outfile, venue.rest), 'ExchangeError venue unknown\n');
    t.match(venue.requests, [{ method: 'POST', headers: { 'x-mbx-apikey': 'key' } }]);
  });
}

function outputOf(file: string, argument: string): Promise<string> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, [file, argument]);
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.on('close', () => resolve(output));
  });
}
