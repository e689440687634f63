import { setTimeout as pause } from 'node:timers/promises';
import type { Seen } from '../../core/commands.js';
import { writeCommand, type Asked } from '../../bot/files/command-files.js';
import { loadBotView } from '../../bot/files/load.js';
import { readLog } from '../../bot/files/log.js';
import type { BotView, CommandView } from '../../bot/files/view.js';
import { answerWords } from '../../bot/files/answers.js';
import { FlotillaError } from './errors.js';
import { firstCloseWords } from './first-close.js';
import { refusedSince, refusedWords, tradedWords } from './traded.js';

const ANSWERED_WITHIN_MS = 8_000;
/** Market orders are filled at once, or else soon: so long their fills are waited for. */
const TRADED_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;

type Repair = Extract<Asked, { readonly seen: unknown }>;

/** What a user asks of a bot. `seen`: the difference that the user was shown; what is known now if left out. */
export type Wanted =
  | Exclude<Asked, Repair>
  | {
      readonly name: Repair['name'];
      readonly seen?: readonly Seen[] | undefined;
      readonly symbol?: string;
    };

/** A command that was given: what came of it, or that the bot will do it when it can. */
export interface Commanded {
  readonly uuid: string;
  /** Null while it waits. */
  readonly answer: CommandView | null;
  /** For people, in either case. */
  readonly message: string;
}

/**
 * Gives a bot a command and waits for its answer, where it runs. It is durable once this resolves: the bot does it once,
 * now or at its next start. Errors: NO_DIFFERENCE, COMMAND_WAITS, COMMAND_REFUSED (the bot did not do it, and why).
 */
export async function giveCommand(data: string, bot: BotView, wanted: Wanted): Promise<Commanded> {
  const { name } = wanted;
  const ofPart = 'symbol' in wanted || (name === 'sell' && wanted.batch !== undefined);
  const sameOne = name !== 'cancel' && !ofPart;
  if (sameOne && bot.waitingCommands.includes(name)) {
    throw new FlotillaError('COMMAND_WAITS', `${bot.id} has been told to ${name} already. ${whenDone(bot)}`);
  }
  if (name === 'buy') refuseLaterBuy(bot);
  const uuid = await writeCommand(data, bot.id, askedOf(bot, wanted));
  if (bot.actual !== 'online') return { uuid, answer: null, message: `Noted. ${whenDone(bot)}` };
  const answer = await answered(data, bot.id, uuid);
  if (answer === null) {
    const message = `${bot.id} has it, but has not answered yet: it waits for its exchange, or is busy. It does it as soon as it can, and its page and log then say what came of it.`;
    return { uuid, answer, message };
  }
  if (!answer.done) {
    const noPrice = answer.answer === answerWords('buy-no-price', { interval: bot.interval });
    const when = noPrice ? await firstCloseWords(data, bot) : '';
    throw new FlotillaError('COMMAND_REFUSED', `${bot.id}: ${answer.answer}.${when}`);
  }
  const traded = 'symbol' in wanted ? '' : await waitForTrades(data, bot, name);
  return { uuid, answer, message: `${bot.id}: ${answer.answer}.${traded}` };
}

function askedOf(bot: BotView, wanted: Wanted): Asked {
  if (!isRepair(wanted)) return wanted;
  const { name, symbol } = wanted;
  const parked = bot.parked?.find((book) => book.symbol === symbol);
  const { difference } = parked ?? bot;
  if (difference === null)
    throw new FlotillaError(
      'NO_DIFFERENCE',
      `Nothing to repair: by what ${bot.id} knows, the account covers its books.`,
    );
  const known = difference.shortages.map(({ asset, missing }) => ({ asset, missing }));
  return { name, seen: wanted.seen ?? known, ...(symbol === undefined ? {} : { symbol }) };
}

function isRepair(wanted: Wanted): wanted is Extract<Wanted, { name: Repair['name'] }> {
  return wanted.name === 'adopt' || wanted.name === 'ignore';
}

/** Everything else may be done later; a buy is meant at the price of now. */
function refuseLaterBuy({ id, actual, desired }: BotView): void {
  // One that is just being started again does it then, and by itself refuses what has become too old.
  if (desired === 'running' && actual !== 'refused') return;
  const state = desired === 'stopped' ? 'does not run' : `cannot work now (${actual})`;
  throw new FlotillaError(
    'COMMAND_REFUSED',
    `${id} ${state}, and a buy is meant at the price of now: start it, and repeat.`,
  );
}

/** What is honest to say of a bot that cannot answer now. */
function whenDone({ id, actual }: BotView): string {
  switch (actual) {
    case 'online':
      return 'It waits for its exchange, and does it as soon as that answers.';
    case 'stopped':
      return `${id} does not run: it does it at its next start, before it decides anything; until then nothing changes.`;
    case 'refused':
    case 'errored':
      return `${id} cannot work now (${actual}): it does it once it runs again; flotilla bot show ${id} says what keeps it.`;
    default:
      return `${id} is starting: it does it before it decides anything.`;
  }
}

async function answered(data: string, id: string, uuid: string): Promise<CommandView | null> {
  for (const deadline = Date.now() + ANSWERED_WITHIN_MS; Date.now() < deadline; await pause(LOOK_EVERY_MS)) {
    const { commands } = await loadBotView(data, id, null, null);
    const answer = commands.find((each) => each.uuid === uuid);
    if (answer !== undefined) return answer;
  }
  return null;
}

/** The order was sent and is not taken: why, as a sentence; null while it is under way. */
async function refusal(
  data: string,
  before: BotView,
  after: BotView,
  name: 'buy' | 'sell' | 'flatten',
): Promise<string | null> {
  if (refusedSince(before, after, name) === null) return null;
  return refusedWords(before, after, name, await readLog(data, before.id, 20));
}

/** What was traded for it within a moment, as a sentence; empty where it trades nothing. */
async function waitForTrades(data: string, before: BotView, name: Wanted['name']): Promise<string> {
  if (name !== 'buy' && name !== 'sell' && name !== 'flatten') return '';
  for (const deadline = Date.now() + TRADED_WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
    const after = await loadBotView(data, before.id, null, null);
    const words = tradedWords(before, after, name) ?? (await refusal(data, before, after, name));
    if (words !== null) return words;
    if (Date.now() >= deadline) return ' Not filled yet: its page and log say what becomes of it.';
  }
}
