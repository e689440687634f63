/** The fleet's kill switch: what it would do, asked first, and what came of it. */
import type { BotView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';
import { fixed } from './number.js';
import { partial, tokenField } from './parts.js';
import { healthMarks } from './layout.js';
import { isHolding, isOn } from './state.js';

export interface HaltQuestion {
  readonly title: string;
  readonly facts: readonly string[];
  /** Each a button of the form: its address, its text, and whether it sells. */
  readonly choices: readonly { readonly text: string; readonly flatten: boolean; readonly danger: boolean }[];
  readonly address: '/halt' | '/resume';
}

const SHOWN = 8;

export function haltQuestion(bots: readonly BotView[]): HaltQuestion {
  const entries = bots.flatMap(({ openOrders }) => openOrders.filter(({ side }) => side === 'BUY')).length;
  const holders = bots.filter(isHolding);
  const on = bots.filter(isOn).length;
  const keep = { text: 'Halt, keep positions', flatten: false, danger: false };
  const sell = { text: `Halt and sell ${holders.length === 1 ? 'it' : 'all'}`, flatten: true, danger: true };
  return {
    title: 'Halt the fleet?',
    facts: [
      `Nothing is bought any more, by ${on === 1 ? 'the one bot that runs' : `any of the ${on} bots that run`}, until you resume.`,
      entries === 0
        ? 'No buy order is open.'
        : `${entries === 1 ? 'The open buy order is' : `The ${entries} open buy orders are`} taken back.`,
      ...positions(holders),
    ],
    choices: holders.length === 0 ? [keep] : [keep, sell],
    address: '/halt',
  };
}

function positions(holders: readonly BotView[]): string[] {
  if (holders.length === 0) return ['No bot holds anything that can be sold.'];
  const each = holders.slice(0, SHOWN).map((bot) => `${bot.id} ${amountOf(bot)}`);
  const more = holders.length > SHOWN ? [`and ${holders.length - SHOWN} more`] : [];
  const idle = holders.filter((bot) => !isOn(bot));
  return [
    `Positions: ${[...each, ...more].join('; ')}. Kept, they keep their protection and may still be sold by it; else they are sold at market.`,
    ...(idle.length === 0
      ? []
      : [`Not running, and so kept in either case: ${idle.map(({ id }) => id).join(', ')}.`]),
  ];
}

function amountOf({ position, base, quote, quantityPrecision, price }: BotView): string {
  const value =
    price === null ? '' : ` (about ${fixed(String(Number(position.quantity) * Number(price)), 2)} ${quote})`;
  return `${fixed(position.quantity, quantityPrecision)} ${base}${value}`;
}

export function resumeQuestion(bots: readonly BotView[]): HaltQuestion {
  const on = bots.filter(isOn).length;
  return {
    title: 'End the halt?',
    facts: [
      `${on === 1 ? 'The bot that runs' : `The ${on} bots that run`} may buy again, each at its next signal; bots that you paused stay paused.`,
    ],
    choices: [{ text: 'Resume', flatten: false, danger: false }],
    address: '/resume',
  };
}

function form({ title, facts, choices, address }: HaltQuestion, token: string | undefined, no: Html): Html {
  return html`
    <h2 id="halt-title">${title}</h2>
    <ul>
      ${facts.map((fact) => html`<li>${fact}</li>`)}
    </ul>
    <form method="post" action="${address}" hx-post="${address}" hx-target="#dialog" data-closes>
      ${tokenField(token)}
      ${choices.map(({ text, flatten, danger }) => html`<button class="button ${danger ? 'danger' : 'primary'}" name="flatten" value="${flatten ? 'yes' : 'no'}" data-busy="${text}…">${text}</button>`)}
      ${no}
    </form>
  `;
}

export function haltDialog(question: HaltQuestion, token?: string): Html {
  const no = html`<button type="button" class="button" data-close autofocus>Leave it</button>`;
  return html`<dialog class="confirm" data-modal aria-labelledby="halt-title">
    ${form(question, token, no)}
  </dialog>`;
}

/** The same as a page, for browsers without JavaScript. */
export function haltPage(model: PageModel, question: HaltQuestion): Html {
  const no = html`<a class="button" href="/">Leave it</a>`;
  return layout({
    title: question.title,
    active: 'none',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`<section class="confirm page">${form(question, model.token, no)}</section>`,
  });
}

/** What came of it, and the header as it is now. */
export function haltOutcome(title: string, facts: readonly string[], model: PageModel): Html {
  return html`<dialog class="confirm" data-modal aria-labelledby="halt-title">
      <h2 id="halt-title">${title}</h2>
      ${
        facts.length === 0
          ? NOTHING
          : html`<ul>
              ${facts.map((fact) => html`<li>${fact}</li>`)}
            </ul>`
      }
      <form method="dialog"><button class="button" autofocus>Close</button></form>
    </dialog>
    ${partial('#health', 'outerMorph', healthMarks(model.health))}`;
}
