/**
 * binance-api-node with its transport and its JSON reader replaced (`BINANCE.md` traps G1, G2, G12, G13, G16). Nothing else
 * of it has shared state that matters here: its sockets are not used, and each client's base URL is its own handle.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fetchShim from './fetch-shim.js';
import jsonShim from './json-shim.js';

type Params = Record<string, string | number | boolean>;
/** Replies are the exchange's own JSON; `reports.ts` and its neighbours read them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** The part of the library that is used, with types that are true. */
export interface Library {
  time(): Promise<number>;
  candles(params: Params): Promise<Json[]>;
  exchangeInfo(params: Params): Promise<Json>;
  getOrder(params: Params): Promise<Json>;
  openOrders(params: Params): Promise<Json[]>;
  allOrders(params: Params): Promise<Json[]>;
  accountInfo(params: Params): Promise<Json>;
  myTrades(params: Params): Promise<Json[]>;
  publicRequest(method: string, path: string, params: Params): Promise<Json>;
  privateRequest(method: string, path: string, params: Params): Promise<Json>;
}
export type CreateLibrary = (options: {
  apiKey: string;
  apiSecret: string;
  httpBase: string;
  getTime: () => number;
}) => Library;

let create: CreateLibrary | null = null;

/** The library's factory, loaded at first use. */
export function binanceLibrary(): CreateLibrary {
  create ??= isBundle() ? bundled() : planted();
  return create;
}

/** Only in our CommonJS bundles does a module that was written as ESM have a file name of this kind. */
function isBundle(): boolean {
  return typeof __filename === 'string';
}

/** The bundler sees this call and puts the library, with the aliases of scripts/build.mjs, into the bundle. */
function bundled(): CreateLibrary {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('binance-api-node') as { default: CreateLibrary }).default;
}

/** Loads a fresh copy of the library that finds our modules where it asks for its own. */
function planted(): CreateLibrary {
  const load = createRequire(import.meta.url);
  const main = load.resolve('binance-api-node');
  const own = createRequire(main);
  const folder = dirname(main);
  const unused = () => ({});
  const replacements: Record<string, unknown> = {
    [own.resolve('node-fetch')]: { default: fetchShim },
    [own.resolve('json-bigint')]: { __esModule: true, default: jsonShim },
    [own.resolve('https-proxy-agent')]: {},
    [join(folder, 'websocket.js')]: { __esModule: true, default: unused },
  };
  const saved = Object.keys(replacements).map((file) => [file, load.cache[file]] as const);
  for (const [file, exports] of Object.entries(replacements)) {
    load.cache[file] = {
      id: file,
      filename: file,
      loaded: true,
      exports,
      children: [],
      paths: [],
    } as unknown as NodeJS.Module;
  }
  try {
    return (load(main) as { default: CreateLibrary }).default;
  } finally {
    for (const [file, module] of saved) {
      if (module) load.cache[file] = module;
      else delete load.cache[file];
    }
    for (const file of Object.keys(load.cache)) if (file.startsWith(folder)) delete load.cache[file];
  }
}
