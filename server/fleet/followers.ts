import { accountOf } from '../../bot/config.js';
import type { BotView } from '../../bot/files/view.js';
import { followedThere } from '../../bot/files/followers.js';
import { planNamed, plans } from '../../strategies/registry.js';
import { FlotillaError } from './errors.js';

/** Whether its plan follows the user's own trades; not where its config cannot be read. */
export function followsUser({ plan }: Pick<BotView, 'plan'>): boolean {
  return plans.has(plan) && planNamed(plan).follows !== undefined;
}

/**
 * Before a start is tried that the bot itself would refuse (`bot/leader.ts`, which holds with the server down).
 * `isNamed`: whether the other one may be named to who reads it. Errors: FOLLOWER_EXISTS.
 */
export function refuseSecondFollower(
  bot: BotView,
  fleet: readonly BotView[],
  isNamed: (id: string) => boolean,
): void {
  if (!followsUser(bot)) return;
  const other = fleet.find(
    (each) =>
      each.id !== bot.id &&
      each.desired === 'running' &&
      each.symbol === bot.symbol &&
      accountOf(each) === accountOf(bot) &&
      followsUser(each),
  );
  if (other === undefined) return;
  const who = isNamed(other.id) ? `The bot ${other.id}` : 'Another bot';
  const message = `${who} ${followedThere(accountOf(bot), bot.symbol)}`;
  throw new FlotillaError('FOLLOWER_EXISTS', message, { field: 'symbol' });
}
