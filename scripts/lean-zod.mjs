import { dirname } from 'node:path';

const UNUSED_COMPILER = `
const unused = () => { throw new Error('zod: compiled schemas are not part of this build'); };
export const INVALID = Symbol.for('zod.compile.invalid');
export class ZodCompileAsyncError extends Error {}
export class ZodCompileUnsupportedError extends Error {}
export { unused as compile, unused as withParser, unused as compileFn };`;

/**
 * zod brings its messages in fifty languages, and keeps them all: 5 MB of private memory for each bot. Its compiler of
 * schemas is asked for by nothing here.
 */
export const leanZod = {
  name: 'lean-zod',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/]compile\.js$/ }, () => ({
      contents: UNUSED_COMPILER,
    }));
    bundler.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
  },
};
