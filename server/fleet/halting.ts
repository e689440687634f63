import { setTimeout as pause } from 'node:timers/promises';
import type { Halt } from '../../core/halt.js';
import { loadBotView } from '../../bot/files/load.js';
import type { BotView } from '../../bot/files/view.js';
import type { Halted, Unreached } from './outcomes.js';
import { cancelEntries } from './withdraw.js';

/** A bot that works takes its entries back within a second; this is for the exchange's answer too. */
const TAKEN_BACK_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 50;

/**
 * What follows once the switch is on the disk: bots that run take their entries back themselves, for those that do not
 * we do, under their locks. Answers what could not be reached, and who holds what.
 */
export async function afterHalt(data: string, halt: Halt, bots: readonly BotView[]): Promise<Halted> {
  const entries = bots.reduce((sum, bot) => sum + entriesOf(bot).length, 0);
  const unreached = (await Promise.all(bots.map((bot) => withdraw(data, bot)))).flat();
  const holding = bots
    .filter(({ phase, position }) => phase !== 'flat' && Number(position.quantity) > 0)
    .map(({ id, base, position, actual }) => ({
      id,
      quantity: position.quantity,
      base,
      sells: halt.flatten && actual !== 'stopped' && actual !== 'refused' && actual !== 'errored',
    }));
  return { halt, entries, unreached, holding };
}

const entriesOf = (bot: BotView) => bot.openOrders.filter(({ side }) => side === 'BUY');

async function withdraw(data: string, bot: BotView): Promise<readonly Unreached[]> {
  if (bot.actual !== 'stopped' && bot.actual !== 'errored') return waitFor(data, bot);
  try {
    return await cancelEntries(data, bot);
  } catch (error) {
    return entriesOf(bot).map((order) => ({ id: bot.id, order, reason: (error as Error).message }));
  }
}

async function waitFor(data: string, bot: BotView): Promise<readonly Unreached[]> {
  let left = entriesOf(bot);
  for (const deadline = Date.now() + TAKEN_BACK_WITHIN_MS; left.length > 0 && Date.now() < deadline;) {
    await pause(LOOK_EVERY_MS);
    left = entriesOf(await loadBotView(data, bot.id, null, null));
  }
  const reason =
    bot.actual === 'refused'
      ? 'its process refuses to work, and flotilla bot show says why'
      : 'its bot has not had the exchange’s answer yet; it goes on by itself';
  return left.map((order) => ({ id: bot.id, order, reason }));
}
