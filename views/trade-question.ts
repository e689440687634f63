/** What is asked before a user's own trade: its numbers are those of the bot's core, worked out on its state of now. */
import type { Asked } from '../bot/files/command-files.js';
import type { Foresight } from '../bot/files/foresight.js';
import type { BotView } from '../bot/files/view.js';
import type { Question } from './confirm.js';
import { html, NOTHING, type Html } from './html.js';
import { fixed } from './number.js';

type Trade = Extract<Asked, { name: 'buy' | 'sell' | 'flatten' | 'cancel' }>;

const NEVER_RAN = 'It has never run: start it first.';

export function tradeQuestion(bot: BotView, wanted: Trade, foresight: Foresight | null): Question {
  const facts = foresight === null ? [NEVER_RAN] : [...foresight.words, ...later(bot)];
  const can = foresight !== null && foresight.done;
  const [title, yes, busy] = asking(bot, wanted);
  const fields = html`${hidden(wanted)}${can && wanted.name === 'buy' ? amount(bot, wanted.amount, foresight.most) : NOTHING}`;
  const no = can ? 'Leave it' : 'Close';
  return { verb: wanted.name, title, facts, yes: can ? yes : null, busy, no, fields };
}

function asking({ name }: BotView, wanted: Trade): readonly [title: string, yes: string, busy: string] {
  switch (wanted.name) {
    case 'buy':
      return [`Buy now with ${name}?`, 'Buy', 'Buying…'];
    case 'sell':
      if (wanted.symbol !== undefined)
        return [`Sell what ${name} has parked in ${wanted.symbol}?`, 'Sell it', 'Selling…'];
      return wanted.batch === undefined
        ? [`Sell all that ${name} holds?`, 'Sell all', 'Selling…']
        : [`Sell batch ${wanted.batch} of ${name}?`, 'Sell it', 'Selling…'];
    case 'flatten':
      return [`Flatten ${name}?`, 'Flatten', 'Flattening…'];
    case 'cancel':
      return [`Cancel this order of ${name}?`, 'Cancel the order', 'Cancelling…'];
  }
}

/** A bot that does not run does it when it does. */
function later({ actual }: BotView): string[] {
  return actual === 'stopped'
    ? ['It does not run: it does this at its next start, at the price of then.']
    : [];
}

function hidden(wanted: Trade): Html {
  if (wanted.name === 'sell' && wanted.symbol !== undefined)
    return html`<input type="hidden" name="symbol" value="${wanted.symbol}" />`;
  if (wanted.name === 'sell' && wanted.batch !== undefined)
    return html`<input type="hidden" name="batch" value="${wanted.batch}" />`;
  if (wanted.name === 'cancel') return html`<input type="hidden" name="order" value="${wanted.order}" />`;
  return NOTHING;
}

function amount({ quote }: BotView, chosen: string | undefined, most: string | null): Html {
  if (most === null) return NOTHING;
  return html`<label class="amount"
    >Or another amount in ${quote}, up to ${fixed(most, 2)}
    <input name="amount" inputmode="decimal" autocomplete="off" maxlength="40" value="${chosen ?? ''}"
  /></label>`;
}
