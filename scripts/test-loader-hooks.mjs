import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { leanZod } from './lean-zod.mjs';

const OURS = /^(?:\.{1,2}\/|file:).*\.js$/;

/**
 * These are read with ours, as in the built command (scripts/build.mjs): zod alone is a hundred files, each of which
 * would ask all loaders of tap.
 */
const WITHIN = new Set(['zod', 'technicalindicators', 'jsonc-parser']);
const { dependencies, devDependencies } = JSON.parse(
  await readFile(new URL('../package.json', import.meta.url), 'utf8'),
);
const external = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !WITHIN.has(name));

/** As TypeScript has it, `./x.js` names `./x.ts`. */
export async function resolve(specifier, context, next) {
  if (OURS.test(specifier) && context.parentURL?.startsWith('file:')) {
    const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(url)) return { url: url.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !/\.ts($|\?)/.test(url)) return next(url, context);
  const file = fileURLToPath(url);
  const source = file.endsWith('.test.ts') ? await bundled(file) : await alone(file);
  return { format: 'module', source, shortCircuit: true };
}

/** For processes that a test starts, which import what they need by its address. */
async function alone(file) {
  const { code } = await transform(await readFile(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: file,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  return code;
}

async function bundled(file) {
  const { outputFiles } = await build({
    entryPoints: [file],
    outfile: file.replace(/\.ts$/, '.mjs'),
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    external,
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [leanZod, ownPlaces],
  });
  return outputFiles[0].text;
}

/** Each module goes on knowing where it lies. */
const ownPlaces = {
  name: 'own-places',
  setup(bundler) {
    bundler.onLoad({ filter: /\.(ts|mjs)$/, namespace: 'file' }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const url = pathToFileURL(path);
      const [own, folder] = [url.href, fileURLToPath(new URL('.', url))].map((each) => JSON.stringify(each));
      const contents = text
        .replaceAll(/(?<!['"`])\bimport\.meta\.url\b/g, own)
        .replaceAll(/(?<!['"`])\bimport\.meta\.dirname\b/g, folder);
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};
