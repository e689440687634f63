/** Making bots for the pages and the API. */
import { isBotId, type BotConfig } from '../../bot/config.js';
import type { ServerDeps } from '../deps.js';
import type { Making } from '../fleet/fleet.js';

type Deps = Pick<ServerDeps, 'fleet' | 'store'>;

/** Makes a bot; the store knows it then, also where its start failed. Errors: those of `Fleet.create`. */
export function makeBot(
  { fleet, store }: Deps,
  config: Readonly<Record<string, unknown>>,
  making: Making,
): Promise<BotConfig> {
  return known(store, config['id'], fleet.create(config, making));
}

async function known<Made>(store: Deps['store'], id: unknown, making: Promise<Made>): Promise<Made> {
  try {
    return await making;
  } finally {
    if (isBotId(id)) await store.refreshWithProcess(id);
  }
}
