/** Nothing depends on where it runs: time zone, summer time, language (FAULTS.md R17). */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import t from 'tap';
import { folderOf } from './folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

const PLACES = [
  ['UTC', 'C'],
  ['America/New_York', 'en_US.UTF-8'],
  ['Europe/Berlin', 'de_DE.UTF-8'],
  ['Asia/Kathmandu', 'ne_NP.UTF-8'],
  ['Pacific/Apia', 'tr_TR.UTF-8'],
] as const;

type Place = (typeof PLACES)[number];

function environment([zone, language]: Place): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return { ...env, TZ: zone, LANG: language, LC_ALL: language };
}

/** What each place says, in the order of `places`; two at a time. */
async function everywhere(args: readonly string[], places: readonly Place[] = PLACES): Promise<string[]> {
  const said: string[] = [];
  for (let index = 0; index < places.length; index += 2) {
    const pair = places
      .slice(index, index + 2)
      .map((place) => run(process.execPath, args, { env: environment(place), maxBuffer: 64_000_000 }));
    for (const { stdout } of await Promise.all(pair)) said.push(stdout);
  }
  return said;
}

t.test('places differ: dates and numbers for people come out differently', async (t) => {
  const said = await everywhere([
    '-p',
    'new Date(1709951400000).getHours() + " " + (1234.5).toLocaleString() + "I".toLocaleLowerCase()',
  ]);
  t.ok(new Set(said).size >= 4, said.join(' '));
});

t.test('signals, decisions, journal lines, states and words are the same bytes everywhere', async (t) => {
  const outfile = join(folderOf(t), 'zones.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/zones.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
  });
  const said = await everywhere([outfile]);
  t.match(said[0], /^[0-9a-f]{64}\n$/);
  t.same(new Set(said).size, 1, said.join(''));
});

t.test('a simulated run with its files and faults is the same everywhere', async (t) => {
  const said = await everywhere([join(root, 'scripts/sim.mjs'), '--seed', '3'], [PLACES[1], PLACES[4]]);
  t.match(said[0], /hash [0-9a-f]+/);
  t.same(new Set(said).size, 1, said.join(''));
});
