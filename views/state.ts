import type { BotView } from '../bot/files/view.js';
import type { IconName } from './icons.js';
import type { Counts } from './model.js';
import { isZero } from './number.js';

/** The one state that is shown of a bot: the most important thing that is true of it. */
export interface State {
  readonly kind: 'needs-you' | 'busy' | 'stopped' | 'buying' | 'selling' | 'holding' | 'running';
  readonly word: string;
  /** One line of explanation, on hover or focus. */
  readonly help: string;
  readonly icon: IconName;
}

const state = (kind: State['kind'], word: string, help: string): State => ({ kind, word, help, icon: kind });

/** Whether it has anything on the exchange that an action could touch. */
export function hasMoneyAtStake(bot: BotView): boolean {
  return (
    isHolding(bot) || bot.openOrders.length > 0 || (bot.parked ?? []).some(({ phase }) => phase !== 'flat')
  );
}

/** Whether it holds something that can be sold. */
export function isHolding(bot: BotView): boolean {
  return bot.phase !== 'flat' && !isZero(bot.position.quantity);
}

/** Whether a rest too small to be sold is left; it joins the next exit (design §4: flat means not sellable). */
export function hasDust(bot: BotView): boolean {
  return bot.phase === 'flat' && !isZero(bot.position.quantity);
}

/** Whether it should run, for which a user asks for Stop and not for Start. */
export function isOn(bot: BotView): boolean {
  return bot.desired === 'running';
}

/** Whether a fault of its config keeps it from starting: then only an edit helps. */
export function needsEdit(bot: BotView): boolean {
  return !isOn(bot) && bot.errors.some((error) => CONFIG_FAULT.test(error));
}

/** Whether its config became faulty while it runs: it goes on with what it read before. */
export function tradesOn(bot: BotView): boolean {
  return isOn(bot) && bot.actual === 'online' && bot.errors.some((error) => CONFIG_FAULT.test(error));
}

/** What follows of a fault in the config of a bot that runs. */
export const TRADES_ON =
  'It trades on with the settings that it had before, until this is mended; should it be started anew, it does nothing until then.';

const CONFIG_FAULT = /config\.json(:\d|\b.* cannot be read)/;

export function stateOf(bot: BotView): State {
  if (bot.errors.length > 0 || bot.actual === 'refused' || bot.actual === 'errored')
    return state(
      'needs-you',
      'needs you',
      bot.errors[0] ?? 'Its process ended and could not be started again; see its log.',
    );
  if (bot.desired === 'stopped') return stopped(bot);
  if (bot.actual === 'lost')
    return state('needs-you', 'unsupervised', 'It trades on, but its supervisor is gone.');
  if (bot.actual !== 'online')
    return state(
      'busy',
      'starting…',
      'Its process starts, loads its journal and compares it with the exchange.',
    );
  if (!bot.reconciled)
    return state('busy', 'checking', 'It compares its books with the exchange before it trades.');
  return trading(bot);
}

function stopped(bot: BotView): State {
  if (bot.actual !== 'stopped') return state('busy', 'stopping…', 'It cancels what it must, saves and ends.');
  return isHolding(bot)
    ? state(
        'stopped',
        'stopped, holding',
        'Not running, but it still holds a position; protection it placed stays on the exchange.',
      )
    : state('stopped', 'stopped', 'Not running and holding nothing.');
}

function trading(bot: BotView): State {
  if (bot.halted !== null)
    return state(
      'busy',
      isHolding(bot) ? 'halted, holding' : 'market halted',
      `The market of ${bot.symbol} is halted; it waits and goes on by itself.`,
    );
  if (bot.fleetHalted && (bot.phase === 'flat' || bot.phase === 'holding'))
    return state(
      'stopped',
      isHolding(bot) ? 'halted, holding' : 'fleet halted',
      'The fleet is halted: it buys nothing until that is over; exits and protection go on.',
    );
  if (bot.paused && (bot.phase === 'flat' || bot.phase === 'holding'))
    return state(
      'stopped',
      isHolding(bot) ? 'paused, holding' : 'paused',
      'It buys nothing until it is resumed; exits and protection go on.',
    );
  switch (bot.phase) {
    case 'entering':
      return state('buying', 'buying', 'An entry is on its way to the exchange.');
    case 'exiting':
      return state('selling', 'selling', 'It sells until nothing sellable is left.');
    case 'holding':
      return state('holding', 'holding', 'It holds a position and manages its exit.');
    case 'flat':
      return state('running', 'running', 'It holds nothing and waits for its signal.');
  }
}

/** How many bots are in which state, as the overview counts them; a bot that needs you may also be holding. */
export function countStates(bots: readonly BotView[]): Counts {
  const counts = { running: 0, holding: 0, needsYou: 0, stopped: 0 };
  for (const bot of bots) {
    if (isOn(bot)) counts.running++;
    if (isHolding(bot)) counts.holding++;
    const { kind } = stateOf(bot);
    if (kind === 'needs-you') counts.needsYou++;
    if (kind === 'stopped' && !isOn(bot)) counts.stopped++;
  }
  return counts;
}
