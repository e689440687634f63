/**
 * One bot follows its user per account and symbol: two would answer each trade twice. A kernel lock that the process holds
 * says so, freed by any kill, so that it holds whoever starts bots, and with the server down.
 */
import { join } from 'node:path';
import { acquireLock, LockedError, type Lock } from '../exchange/lock.js';
import { planNamed } from '../strategies/registry.js';
import { accountOf, type BotConfig } from './config.js';
import { followedThere } from './files/followers.js';
import { ownedAlike } from './files/owners-look.js';
import { Refusal } from './refusal.js';

/** Null where the plan does not follow. Errors: `Refusal` when another bot follows there already. */
export async function followAlone(
  data: string,
  config: Pick<BotConfig, 'id' | 'venue' | 'key' | 'symbol' | 'plan'>,
): Promise<Lock | null> {
  const { id, symbol, plan } = config;
  if (planNamed(plan.name).follows === undefined) return null;
  try {
    return await acquireLock(
      join(data, '.followers', accountOf(config).replace('/', '-'), symbol),
      `bot ${id}`,
    );
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const { purpose = '' } = error.holder ?? {};
    const isNamed = (await ownedAlike(data, id))(purpose.replace(/^bot /, ''));
    const who = purpose === '' || !isNamed ? 'Another bot' : `The ${purpose}`;
    throw new Refusal(`${who} ${followedThere(accountOf(config), symbol)}`);
  }
}
