/** What may be installed (FAULTS.md §8, 17): a package is added by adding it here too, with a reason in ARCHITECTURE.md. */
import { readFileSync } from 'node:fs';
import t from 'tap';

interface Packages {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      Partial<Packages> & { readonly integrity?: string; readonly resolved?: string; readonly link?: boolean }
    >
  >;
}

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')) as T;

const RUNNING = [
  ...['@fastify/rate-limit', '@fastify/static', 'binance-api-node', 'cli-progress', 'commander', 'csv-parse'],
  ...[
    'esbuild',
    'fastify',
    'hono',
    'htmx.org',
    'jsonc-parser',
    'lightweight-charts',
    'lowdb',
    'otpauth',
    'pm2',
  ],
  ...['proper-lockfile', 'technicalindicators', 'uqr', 'write-file-atomic', 'ws', 'zod'],
];
const DEVELOPING = [
  ...['@binance/spot', '@sparticuz/chromium', '@types/big.js', '@types/cli-progress', '@types/node'],
  ...['@types/proper-lockfile', '@types/write-file-atomic', '@types/ws', 'axe-core', 'big.js', 'ccxt'],
  ...['dependency-cruiser', 'eslint', 'grademark', 'playwright-core', 'prettier', 'tap', 'typescript'],
  ...['typescript-eslint'],
];

t.test('no package comes in unnoticed, and each is pinned to one version', (t) => {
  const { dependencies, devDependencies } = read<Packages>('package.json');
  t.same(Object.keys(dependencies).sort(), [...RUNNING].sort());
  t.same(Object.keys(devDependencies).sort(), [...DEVELOPING].sort());
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    t.match(version, /^\d+\.\d+\.\d+$/, name);
  t.end();
});

t.test('the lockfile is of these packages, each by its hash, and tells no address to load from', (t) => {
  const { '': root, ...packages } = read<Lock>('package-lock.json').packages;
  const { dependencies, devDependencies } = read<Packages>('package.json');
  t.match(root, { dependencies, devDependencies });
  const all = Object.entries(packages).filter(([, { link }]) => link !== true);
  t.ok(all.length > 100, `${all.length} packages`);
  const inside = (name: string): boolean =>
    name.indexOf('node_modules/') !== name.lastIndexOf('node_modules/');
  t.same(
    all
      .filter(([name, { integrity }]) => !/^sha512-/.test(integrity ?? '') && !inside(name))
      .map(([name]) => name),
    [],
  );
  t.same(
    all.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name),
    [],
  );
  t.end();
});
