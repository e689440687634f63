/**
 * What a CommonJS bundle that contains the adapter needs of esbuild: binance-api-node finds our transport where it asks
 * for `node-fetch` (needed: without it requests have no timeout), our reader where it asks for `json-bigint`, and nothing
 * where it asks for its proxy agent and its own sockets (they are not used; without them a bot is 1 to 2 MB lighter). Bundles that leave packages external need
 * none of it: there `library.ts` does the same at run time.
 */
import { fileURLToPath } from 'node:url';

const fetchShim = fileURLToPath(new URL('fetch-shim.ts', import.meta.url));
const jsonShim = fileURLToPath(new URL('json-shim.ts', import.meta.url));
const UNUSED = /^(https-proxy-agent|\.\/websocket)$/;

/** @type {import('esbuild').Plugin} */
export const leanBinance = {
  name: 'lean-binance',
  setup(bundler) {
    bundler.onResolve({ filter: /^node-fetch$/ }, () => ({ path: fetchShim }));
    bundler.onResolve({ filter: /^json-bigint$/ }, () => ({ path: jsonShim }));
    bundler.onResolve({ filter: UNUSED }, ({ importer, path }) =>
      importer.includes('binance-api-node') ? { path, namespace: 'unused' } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: 'module.exports = () => ({});',
    }));
  },
};
