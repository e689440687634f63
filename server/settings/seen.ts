import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BotView } from '../../bot/files/view.js';
import { readPaperAddress } from '../../exchange/connect.js';
import { endpointsOf, isRedirected } from '../../exchange/endpoints.js';
import type { SettingsView, VenueSetting } from '../../views/settings-model.js';
import { distFolder } from '../fleet/bundles.js';
import type { Sizes } from './sizes.js';

interface Build {
  readonly version?: string;
  readonly bot?: string;
}

/** What this installation is, where venues are reached, what runs; where files lie only admins are told. */
export async function settingsSeen(
  data: string,
  bots: readonly BotView[],
  { isAdmin, sizes }: { readonly isAdmin: boolean; readonly sizes: Sizes },
): Promise<SettingsView> {
  const build = readBuild();
  return {
    versions: { flotilla: build.version ?? 'unknown', node: process.versions.node, pm2: pm2Version() },
    venues: [paperVenue(data), liveVenue(data, 'binance-testnet'), liveVenue(data, 'binance')],
    bundles: bundlesOf(bots, build.bot ?? null),
    data: isAdmin ? { folder: data, parts: await sizes.parts() } : null,
  };
}

function readBuild(): Build {
  try {
    return JSON.parse(readFileSync(join(distFolder(), 'build.json'), 'utf8')) as Build;
  } catch {
    return {};
  }
}

function pm2Version(): string {
  try {
    return (createRequire(import.meta.url)('pm2/package.json') as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

function paperVenue(data: string): VenueSetting {
  const own = { name: 'paper', redirected: false };
  try {
    return { ...own, rest: readPaperAddress(data).rest, problem: null };
  } catch {
    return { ...own, rest: null, problem: 'No paper exchange is set up here yet; flotilla up starts one.' };
  }
}

function liveVenue(data: string, name: 'binance' | 'binance-testnet'): VenueSetting {
  try {
    return { name, rest: endpointsOf(data, name).rest, problem: null, redirected: isRedirected(data, name) };
  } catch {
    return {
      name,
      rest: null,
      problem: 'venues.json cannot be read; flotilla doctor says where.',
      redirected: true,
    };
  }
}

function bundlesOf(bots: readonly BotView[], newest: string | null): SettingsView['bundles'] {
  const running = new Map<string, string[]>();
  for (const { id, process } of bots) {
    if (process?.bundle === undefined) continue;
    running.set(process.bundle, [...(running.get(process.bundle) ?? []), id]);
  }
  return {
    newest,
    running: [...running].map(([bundle, ids]) => ({ bundle, newest: bundle === newest, bots: ids })),
  };
}
