/** Why bots do not do what their owner might expect: since when, by which figures, and where that is decided. */
import { html, NOTHING, type Html } from './html.js';
import { icon, type IconName } from './icons.js';
import { layout, whyCount } from './layout.js';
import type { PageModel } from './model.js';
import { fixed, readable } from './number.js';
import { absent, ago, inFolder, partial, venueBadge } from './parts.js';
import type { Figure, SeenFinding, Weight, WhyBot } from './why-model.js';

export interface WhyModel extends PageModel {
  /** Those that are shown, the gravest first. */
  readonly bots: readonly WhyBot[];
  /** Of all that fit the filter. */
  readonly counts: Readonly<Record<Weight, number>>;
  readonly filter: { readonly search: string; readonly show: WhyShow };
  /** Bots there are at all. */
  readonly all: number;
}

export type WhyShow = 'all' | Weight;

export function whyPage(model: WhyModel): Html {
  return layout({
    title: 'Why',
    active: 'why',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`<div class="panels wide why-page">
      <div class="head">
        <h1>Why</h1>
        <p class="lead">
          Every bot that is not trading, or not selling: since when, because of which figure, and where that
          is decided.
        </p>
      </div>
      ${model.all === 0 ? NOTHING : filterForm(model)} ${whyList(model)}
    </div>`,
  });
}

/** What keeps itself current; target `#why-list`. The address keeps what was asked for. */
function whyList(model: WhyModel): Html {
  const { search, show } = model.filter;
  const address = `/why?${String(new URLSearchParams({ search, show }))}`;
  return html`<div
    id="why-list"
    hx-get="${address}"
    hx-trigger="every 5s"
    hx-target="#why-list"
    hx-swap="outerMorph"
    aria-live="off"
  >
    ${model.all === 0 ? noBots : sections(model)}
  </div>`;
}

/** The answer of a refresh: the list, and the number in the bar. */
export function whyRefresh(model: WhyModel): Html {
  return html`${whyList(model)}${partial('#why-count', 'outerMorph', whyCount(model.health.needLook ?? 0))}`;
}

const noBots: Html = html`<section class="panel nothing-yet">
  <h2>There is no bot yet</h2>
  <p>Once there is one, this page says why it buys, waits or is held back.</p>
  <p><a class="button primary for-traders" href="/bots/new">${icon('plus')}New bot</a></p>
</section>`;

function filterForm({ filter, counts }: WhyModel): Html {
  const choice = (value: WhyShow, text: string, count: number): Html =>
    html`<a
      href="/why?${String(new URLSearchParams({ show: value, search: filter.search }))}"
      ${filter.show === value ? html`aria-current="true"` : NOTHING}
      >${text} <span class="num">${count}</span></a
    >`;
  const all = counts.act + counts.held + counts.calm;
  return html`<form class="why-filter" method="get" action="/why" role="search">
    <div class="choices" role="group" aria-label="Show">
      ${choice('all', 'All', all)}${choice('act', 'Needs you', counts.act)}${choice('held', 'Held back', counts.held)}${choice('calm', 'Waiting', counts.calm)}
    </div>
    <input type="hidden" name="show" value="${filter.show}" />
    <label class="search"
      >${icon('search')}<span class="sr">Search bots, symbols, reasons</span
      ><input
        name="search"
        type="search"
        value="${filter.search}"
        maxlength="60"
        placeholder="bot, symbol or reason"
        autocomplete="off"
    /></label>
    <button class="button">Search</button>
  </form>`;
}

const SECTIONS: readonly (readonly [weight: Weight, title: string, mark: IconName, help: string])[] = [
  ['act', 'Needs you', 'needs-you', 'Nothing goes on here until you do something.'],
  ['held', 'Held back', 'stopped', 'Something keeps these from acting: a limit, a pause, a halt, a setting.'],
  ['calm', 'Waiting as they should', 'running', 'Nothing holds these back; this is what they wait for.'],
];

function sections({ bots, counts, filter, now }: WhyModel): Html {
  const shown = SECTIONS.filter(([weight]) => filter.show === 'all' || filter.show === weight);
  const some = shown.some(([weight]) => counts[weight] > 0);
  const calm = filter.show === 'all' && filter.search === '' && counts.act + counts.held === 0;
  return html`${calm && some ? allWell : NOTHING} ${some ? NOTHING : noneFits(filter.search)}
  ${shown.map(([weight, title, mark, help]) =>
    section(
      { weight, title, mark, help },
      bots.filter((bot) => bot.weight === weight),
      counts[weight],
      now,
    ),
  )}`;
}

const allWell: Html = html`<p class="all-well">${icon('check')}No bot needs you, and none is held back.</p>`;

const noneFits = (search: string): Html =>
  html`<section class="panel nothing-yet">
    <p>${search === '' ? 'No bot is in this state.' : html`No bot fits “${search}” here.`}</p>
    <p><a class="button" href="/why">Show all</a></p>
  </section>`;

interface Section {
  readonly weight: Weight;
  readonly title: string;
  readonly mark: IconName;
  readonly help: string;
}

function section(
  { weight, title, mark, help }: Section,
  bots: readonly WhyBot[],
  count: number,
  now: number,
): Html {
  if (count === 0) return NOTHING;
  return html`<section class="panel why-section w-${weight}" aria-labelledby="why-${weight}">
    <h2 id="why-${weight}">
      ${icon(mark)}${title} <span class="tally num">${fixed(String(count), 0)}</span>
    </h2>
    <p class="help">${help}</p>
    <ul>
      ${bots.map((bot) => botItem(bot, now))}
    </ul>
    ${bots.length < count ? html`<p class="more">${bots.length} of ${count} are shown; search, or <a href="/why?show=${weight}">show more of these</a>.</p>` : NOTHING}
  </section>`;
}

function botItem({ id, name, venue, symbol, findings }: WhyBot, now: number): Html {
  return html`<li class="why-bot" id="why-bot-${id}">
    <div class="who-is">
      <a href="/bots/${id}">${name}</a>
      <span class="muted">${symbol}</span> ${venueBadge(venue)}
    </div>
    <ul class="findings">
      ${findings.map((finding) => item(finding, now))}
    </ul>
  </li>`;
}

function item({ sentence, numbers, since, atLeast, link }: SeenFinding, now: number): Html {
  return html`<li>
    <p class="sentence">${inFolder(sentence)}</p>
    <p class="figures">${numbers.map(figure)}</p>
    <p class="since">
      ${since === null ? absent : html`${atLeast ? 'at least since ' : ''}${ago(since, now)}`}
    </p>
    <p class="decides">
      ${link === null ? NOTHING : html`<a href="${link.href}">${link.text}<span class="arrow" aria-hidden="true"> →</span></a>`}
    </p>
  </li>`;
}

const figure = ({ name, value }: Figure): Html =>
  html`<span class="reading"><i>${name}</i> <span class="num">${readable(value)}</span></span>`;
