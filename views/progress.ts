/** How far the plan has come with what it holds: batches and their steps, or levels. */
import type { BotView } from '../bot/files/view.js';
import type { PlanProgress } from '../core/strategy.js';
import { askAbout } from './actions.js';
import { html, NOTHING, type Html } from './html.js';
import { fixed } from './number.js';
import { explained, money } from './parts.js';

type Step = PlanProgress['steps'][number];

const MARKS = { done: '✓', active: '◌', pending: '·', rolled: '↷' } as const;
const STATES = {
  done: 'done',
  active: 'next',
  pending: 'waits',
  rolled: 'skipped: by itself it is too small to be an order, and joins another step',
} as const;

/** Batches with their steps, and levels; hidden where a plan holds in one piece. Target `#progress`. */
export function progressSection(bot: BotView): Html {
  const { progress = [] } = bot;
  if (progress.length === 0) return html`<section id="progress" hidden></section>`;
  return html`<section
    id="progress"
    class="panel parts"
    aria-label="What the plan has done with what it holds"
  >
    ${progress.map((part) => partOf(bot, part))}
  </section>`;
}

function partOf(bot: BotView, part: PlanProgress): Html {
  const { name, lot, stop, steps } = part;
  const done = steps.filter(({ state }) => state === 'done').length;
  return html`<article class="part" id="part-${lot ?? name.toLowerCase().replace(/\W+/g, '-')}">
    <h2>
      ${name} ${bought(bot, part)}
      ${lot === undefined ? NOTHING : askAbout(bot, 'sell', `batch=${lot}`, 'Sell…', name)}
    </h2>
    <div class="part-done">
      <progress
        max="${steps.length}"
        value="${done}"
        aria-label="${name}: ${done} of ${steps.length} done"
      ></progress>
      <small class="aside">${doneWords(part, done)}</small>
    </div>
    <ol class="steps">
      ${steps.map((step) => stepOf(bot, step))}
    </ol>
    ${stop === null ? NOTHING : html`<p class="stop">${explained('stop', 'Where all that remains of it is sold')} ${money(stop, bot.pricePrecision)}</p>`}
  </article>`;
}

/** `1 of 3 done, 1 skipped`, in the words of its plan: levels are bought, steps are sold. */
function doneWords({ steps, lot }: PlanProgress, done: number): string {
  const skipped = steps.filter(({ state }) => state === 'rolled').length;
  const word = lot === undefined ? 'bought' : 'sold';
  return `${done} of ${steps.length} ${word}${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** `50.00 USDT @ 104,500.00` */
function bought({ quote, pricePrecision }: BotView, { cost, price }: PlanProgress): Html {
  if (cost === null || price === null) return NOTHING;
  return html`<span class="num">${fixed(cost, 2)} ${quote} @ ${fixed(price, pricePrecision)}</span>`;
}

function stepOf(bot: BotView, { name, slot, price, quantity, state }: Step): Html {
  const rests = slot !== undefined && bot.openOrders.some((order) => order.slot === slot);
  const note = rests && state !== 'done' ? 'on exchange' : state === 'rolled' ? 'skipped' : '';
  const where = note === '' ? NOTHING : html` <small class="aside">${note}</small>`;
  return html`<li class="step ${state}" title="${STATES[state]}">
    <span aria-hidden="true">${MARKS[state]}</span><span class="sr">${STATES[state]}: </span>
    <b>${name}</b>
    <span class="num">${fixed(quantity, bot.quantityPrecision)} @ ${fixed(price, bot.pricePrecision)}</span
    >${where}
  </li>`;
}
