/** What a command would do now, by the bot's own core on its state as the files tell it: nothing is sent or written. */
import { parkedBooks } from '../../core/all-books.js';
import { availableFor } from '../../core/available.js';
import { text } from '../../core/decimal.js';
import { step } from '../../core/engine.js';
import { planNamed } from '../../strategies/registry.js';
import { answerWords } from './answers.js';
import type { Asked } from './command-files.js';
import { botFolder } from './folder.js';
import { restore } from './restore.js';

export interface Foresight {
  /** Whether it would be done. */
  readonly done: boolean;
  /** Sentences, with the numbers of now. */
  readonly words: readonly string[];
  /** It would not be done because the bot has seen no kline yet. */
  readonly knowsNoPrice: boolean;
  /** What a buy may be told to spend at most (quote); null where the plan says itself how much. */
  readonly most: string | null;
}

const UUID = 'foresight';

/** Null for a bot that has never run. */
export async function foresee(data: string, id: string, asked: Asked): Promise<Foresight | null> {
  const restored = await restore(botFolder(data, id), planNamed);
  if (restored === null) return null;
  const { state } = restored;
  const stamp = { time: state.lastDecision?.time ?? 0, wall: Date.now(), uuid: UUID };
  const command = asked.name === 'buy' ? { ...asked, ageMs: 0 } : asked;
  const { state: after, effects } = step(planNamed, state, { type: 'command', ...stamp, ...command });
  const answer = after.commands.find(({ uuid }) => uuid === UUID);
  if (answer === undefined) return null;
  const orders = [state, ...parkedBooks(state).map(([, book]) => book)].flatMap((book) => book.orders);
  const cancels = effects.flatMap((effect) =>
    effect.type === 'cancel' ? [orders.find((order) => order.id === effect.id)?.slot ?? effect.id] : [],
  );
  const words = [`${answerWords(answer.code, answer.values)}.`];
  if (asked.name !== 'cancel' && cancels.length > 0) words.push(`Taken back first: ${cancels.join(', ')}.`);
  const { plan } = state.terms ?? state.settings.terms;
  const chosen = planNamed(plan.name).takesAmount?.(plan) === true;
  const knowsNoPrice = answer.code === 'buy-no-price';
  return {
    done: answer.done,
    words,
    knowsNoPrice,
    most: chosen ? text(availableFor(state, 'BUY', null)) : null,
  };
}
