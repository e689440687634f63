import { setTimeout as pause } from 'node:timers/promises';
import type { Halt } from '../../core/halt.js';
import { loadBotView } from '../../bot/files/load.js';
import type { BotView } from '../../bot/files/view.js';
import type { Halted, Unreached } from './outcomes.js';
import { cancelEntries, entriesOf } from './withdraw.js';

/** A bot that works takes its entries back within a second; this is for the exchange's answer too. */
const DONE_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 50;

/**
 * What follows once the switch is on the disk: bots that run take their entries back themselves (and sell), for those
 * that do not we do, under their locks. Answers what could not be reached, and who holds what afterwards.
 */
export async function afterHalt(data: string, halt: Halt, bots: readonly BotView[]): Promise<Halted> {
  const outcomes = await Promise.all(
    bots.map(async (bot) => (runs(bot) ? waitFor(data, bot, halt) : withdraw(data, bot))),
  );
  const holding = outcomes.flatMap(({ bot }) => heldBy(bot, halt));
  return { halt, unreached: outcomes.flatMap(({ unreached }) => unreached), holding };
}

interface After {
  readonly bot: BotView;
  readonly unreached: readonly Unreached[];
}

const runs = ({ actual }: BotView) => actual === 'online' || actual === 'starting' || actual === 'lost';

/** What it holds that can be sold: of its symbol, and parked. */
function holdingsOf(bot: BotView): Pick<BotView, 'phase' | 'position' | 'base'>[] {
  return [bot, ...(bot.parked ?? [])].filter(
    ({ phase, position }) => phase !== 'flat' && Number(position.quantity) > 0,
  );
}

function isHolding(bot: BotView): boolean {
  return holdingsOf(bot).length > 0;
}

function heldBy(bot: BotView, { flatten }: Halt): Halted['holding'] {
  const sells = flatten && runs(bot);
  return holdingsOf(bot).map(({ position, base }) => ({
    id: bot.id,
    quantity: position.quantity,
    base,
    sells,
  }));
}

async function withdraw(data: string, bot: BotView): Promise<After> {
  const unreached = await cancelEntries(data, bot).catch((error: Error) =>
    entriesOf(bot).map((order) => ({ id: bot.id, order, reason: error.message })),
  );
  return { bot, unreached };
}

async function waitFor(data: string, bot: BotView, { flatten }: Halt): Promise<After> {
  const isDone = (now: BotView) => entriesOf(now).length === 0 && !(flatten && isHolding(now));
  let now = bot;
  for (const deadline = Date.now() + DONE_WITHIN_MS; !isDone(now) && Date.now() < deadline;) {
    await pause(LOOK_EVERY_MS);
    now = { ...(await loadBotView(data, bot.id, null, null)), actual: bot.actual };
  }
  const reason = 'its bot has not had the exchange’s answer yet; it goes on by itself';
  return { bot: now, unreached: entriesOf(now).map((order) => ({ id: bot.id, order, reason })) };
}
