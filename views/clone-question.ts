import type { BotView } from '../bot/files/view.js';
import type { Question } from './confirm.js';
import { html, NOTHING } from './html.js';

/** Asks for the id of a bot that is made of this one. `problem`: why it was refused, with what was typed. */
export function cloneQuestion(
  bot: BotView,
  problem?: string,
  typed: { readonly newId?: string; readonly symbol?: string } = {},
): Question {
  const fields = html`${problem === undefined ? NOTHING : html`<p class="why problem" role="alert">${problem}</p>`}
    <label class="amount"
      >Id of the new bot
      <input
        name="newId"
        required
        maxlength="40"
        autocomplete="off"
        value="${typed.newId ?? `${bot.id}-2`.slice(0, 40)}"
    /></label>
    <label class="amount"
      >Symbol <input name="symbol" maxlength="20" autocomplete="off" value="${typed.symbol ?? bot.symbol}"
    /></label>
    <p class="amount">
      <a href="/bots/new?from=${encodeURIComponent(bot.id)}"
        >Change more than that first: fill in the form of a new bot</a
      >
    </p>`;
  return {
    verb: 'clone',
    title: `Make another bot of ${bot.name}?`,
    facts: [
      'It gets the same settings, comments too, and stands still until you start it.',
      `It has books of its own: position, orders and history stay with ${bot.id}.`,
    ],
    yes: 'Make it',
    busy: 'Making it…',
    no: 'Leave it',
    calm: true,
    fields,
  };
}
