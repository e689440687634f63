/** Taking protection from real money asks for the password, whichever way it is done. */
import type { BotConfig } from '../../bot/config.js';
import type { BotView } from '../../bot/files/view.js';
import { foreseeConfig } from '../../bot/files/config-foresight.js';
import type { Wanted } from './commands.js';
import { FlotillaError } from './errors.js';

/** Before such a config is written. Errors: PASSWORD_REQUIRED where what a live bot holds would lose a stop. */
export async function refuseWithdrawingEdit(data: string, config: BotConfig): Promise<void> {
  const { id, venue, appliesTo = 'next-cycle' } = config;
  if (venue !== 'binance') return;
  const foreseen = foreseeConfig(data, id, config, appliesTo);
  // What cannot be read proves nothing: it may be held.
  const withdraws = await foreseen.then(
    (foresight) => foresight?.withdraws ?? false,
    () => true,
  );
  if (withdraws) refuse(id, 'this change takes the stop away from what it holds, or further away');
}

/** Errors: PASSWORD_REQUIRED where a resting stop of a live bot would be cancelled. */
export function refuseWithdrawingCommand({ id, venue, openOrders }: BotView, wanted: Wanted): void {
  // Of parked books (`symbol`) every exit counts as one with a stop. Without its word the bot itself refuses to cancel an exit.
  if (venue !== 'binance' || wanted.name !== 'cancel' || wanted.again !== true) return;
  const { order, symbol } = wanted;
  const legs = openOrders.filter(({ slot, clientOrderId }) => slot === order || clientOrderId === order);
  const isPlain =
    symbol === undefined && legs.length > 0 && legs.every(({ slot }) => !protects(openOrders, slot));
  if (!isPlain) refuse(id, 'this cancels a stop of what it holds');
}

/** A pair is cancelled as a whole, by the name of either leg. */
function protects(orders: BotView['openOrders'], slot: string): boolean {
  return orders.some((order) => order.slot === slot && order.stopPrice !== null);
}

function refuse(id: string, what: string): never {
  throw new FlotillaError(
    'PASSWORD_REQUIRED',
    `${id} trades real money, and ${what}: give your password once more at /sure, and repeat. An API token cannot do this.`,
  );
}
