import type { BotView } from '../bot/files/view.js';
import { pauseOrResume, startOrStop } from './actions.js';
import { emptyFleet } from './empty.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { layout } from './layout.js';
import type { MoneyLine, Note, OverviewModel, TotalsModel } from './model.js';
import { fixed, signAt, sum } from './number.js';
import {
  absent,
  ago,
  explained,
  inFolder,
  money,
  partial,
  pnl,
  price,
  sparkline,
  stateMark,
  strategyOf,
  tokenField,
} from './parts.js';
import { hasDust, isHolding, isOn, stateOf } from './state.js';

export { emptyFleet } from './empty.js';

/** The fleet: what it is worth, and every bot with what it does and why. */
export function overviewPage(model: OverviewModel): Html {
  const needsYou = model.totals.counts.needsYou;
  return layout({
    title: needsYou > 0 ? `(${needsYou}) Fleet` : 'Fleet',
    active: 'fleet',
    now: model.now,
    health: model.health,
    user: model.user,
    events: '/events',
    scripts: ['/public/fleet.js'],
    body: model.bots.length === 0 ? emptyFleet(model) : html`${totals(model.totals)}${fleet(model)}`,
  });
}

/** What all bots together are worth and do; pushed with target `#totals`. */
export function totals({ paper, live, counts }: TotalsModel): Html {
  const part = (count: number, word: string): Html =>
    html`<span class="count${count > 0 ? '' : ' none'}"><b class="num">${count}</b> ${word}</span>`;
  return html`
    <section id="totals" class="totals" aria-label="Totals">
      ${moneyLine('PAPER', paper, 'no paper bots')} ${moneyLine('LIVE', live, 'no live bots')}
      <div class="counts">
        <p>
          ${part(counts.running, 'running')}${part(counts.holding, 'holding')}${counts.stopped > 0 ? part(counts.stopped, 'stopped') : NOTHING}${needsYou(counts.needsYou)}
        </p>
        <a class="button primary" href="/bots/new">${icon('plus')}New bot</a>
      </div>
    </section>
  `;
}

function needsYou(count: number): Html {
  if (count === 0) return html`<span class="count none">nothing needs you</span>`;
  return html`<span class="count attention"
    ><b class="num">${count}</b> ${count === 1 ? 'needs' : 'need'} you</span
  >`;
}

function moneyLine(label: 'PAPER' | 'LIVE', line: MoneyLine | null, none: string): Html {
  const look = label === 'LIVE' ? 'live' : '';
  if (!line)
    return html`<div class="line ${look} nothing">
      <span class="venue ${look}">${label}</span>${absent}<span class="muted">${none}</span>
    </div>`;
  const { currency, equity, today, all, budget, history = [], inMarketPercent = null } = line;
  const trend = ['loss', 'even', 'gain'][signAt(all, 2) + 1] ?? 'even';
  return html`
    <div class="line ${look}">
      <span class="venue ${look}">${label}</span>
      <span class="figure big"
        ><small>equity</small
        ><b><span class="num">${fixed(equity, 2)}</span> <i class="unit">${currency}</i></b></span
      >
      ${
        today === null
          ? NOTHING
          : html`<span class="figure"
              ><small>${explained('today', 'Since the start of the day in UTC')}</small
              ><b>${pnl(today, 2, budget)}</b></span
            >`
      }
      <span class="figure"
        ><small>${explained('all', "Since each bot's beginning, open positions included")}</small
        ><b>${pnl(all, 2, budget)}</b></span
      >
      ${
        inMarketPercent === null
          ? NOTHING
          : html`<span class="figure"
              ><small>${explained('in market', 'How much of the equity is in positions')}</small
              ><b><span class="num">${Math.round(inMarketPercent)} %</span></b></span
            >`
      }
      <span class="trend ${trend}"
        >${sparkline(history, `Gain of all ${label.toLowerCase()} bots over time`, 220, 40)}</span
      >
    </div>
  `;
}

const HEADINGS: readonly (readonly [text: string, help: string, look: string, key?: string])[] = [
  ['bot', 'Its name, and the signal and plan it trades by', ''],
  ['market', 'The symbol, and how long its klines are', ''],
  ['state', 'What it does now', ''],
  ['position', 'How much it holds, at which average price', 'r'],
  ['price', 'The last price known, in the quote asset', 'r'],
  ['PnL open', 'Gain or loss of what it holds now, in the quote asset, before the exit fee', 'r', 'open'],
  ['PnL total', 'Open and realized together, after fees, in the quote asset', 'r', 'total'],
  ['trades', 'Fills of its orders so far', 'r'],
  ['why', 'What it waits for, or why it did what it did last; and how long ago', ''],
];

function fleet({ bots, now, token }: OverviewModel): Html {
  return html`
    <section class="fleet" aria-label="Bots">
      ${tools()}
      <form method="post">
        ${tokenField(token)}
        <table id="fleet">
          <thead>
            <tr>
              ${HEADINGS.map(heading)}
              <th scope="col"><span class="sr">actions</span></th>
            </tr>
          </thead>
          <tbody id="fleet-rows">
            ${bots.map((bot) => botRow(bot, now))}
          </tbody>
        </table>
      </form>
      <p class="nothing-matches" hidden>No bot matches the filter.</p>
    </section>
  `;
}

/** A heading explains itself and, where scripts run, orders the rows. */
function heading([text, help, look, key = text]: (typeof HEADINGS)[number]): Html {
  return html`<th scope="col" class="${look}">
    <button type="button" class="sort" data-sort="${key}" title="${help}">${text}</button>
  </th>`;
}

/** Filter, search, order and density: they only hide and move rows, in the browser, and so exist only where scripts run. */
function tools(): Html {
  const chip = (value: string, text: string): Html =>
    html`<button type="button" class="chip" data-filter="${value}" aria-pressed="false">${text}</button>`;
  // What a menu offers is what the rows have: fleet.js fills it in.
  const menu = (name: string, text: string): Html =>
    html`<select class="chip" data-menu="${name}" aria-label="Only bots of this ${text}" hidden>
      <option value="">${text}</option>
    </select>`;
  return html`
    <div class="tools js-only" role="search" hx-morph-skip>
      <label class="search"
        >${icon('search')}<span class="sr">Search bots</span
        ><input id="search" type="search" placeholder="Search bots, symbols, plans" autocomplete="off"
      /></label>
      ${chip('running', 'running')}${chip('holding', 'holding')}${chip('needs-you', 'needs you')}
      ${menu('tag', 'tag')}${menu('symbol', 'symbol')}${menu('plan', 'plan')}
      <span class="grow"></span>
      <select class="chip order" data-order aria-label="Order of the bots">
        <option value="">by id</option>
        ${HEADINGS.map(([text, , , key = text]) => html`<option value="${key}">by ${text === 'why' ? 'last news' : text}</option>`)}
      </select>
      <button type="button" class="chip" data-dense aria-pressed="false">dense</button>
    </div>
  `;
}

/** Words by which the filter finds a row. */
function facets(bot: BotView): string {
  const all = [isOn(bot) ? 'running' : '', isHolding(bot) ? 'holding' : '', stateOf(bot).kind];
  return [...new Set(all)].filter(Boolean).join(' ');
}

/** One bot in the fleet: the same row on the page, in an action's answer and in a push. */
export function botRow(bot: BotView, now: number, note?: Note): Html {
  const { position, pricePrecision } = bot;
  const total = sum(bot.realizedPnl, position.unrealizedPnl ?? '0');
  return html`
    <tr
      id="bot-${bot.id}"
      data-facets="${facets(bot)}"
      data-state="${stateOf(bot).kind}"
      data-symbol="${bot.symbol}"
      data-plan="${bot.plan}"
      data-tag="${bot.tags.join(' ')}"
    >
      <th scope="row" class="c-bot">
        <a href="/bots/${encodeURIComponent(bot.id)}" title="${bot.name}">${bot.name}</a
        ><small>${strategyOf(bot)}</small>
      </th>
      <td class="c-market">
        ${bot.symbol === '' ? absent : bot.symbol}<small
          >${bot.interval}${bot.venue === 'paper' || bot.venue === '' ? NOTHING : html` · ${bot.venue}`}${bot.dryRun ? ' · dry run' : NOTHING}</small
        >
      </td>
      <td class="c-state">${stateMark(bot)}</td>
      <td class="c-position r">${held(bot)}</td>
      <td class="c-price r">${price(bot.price, pricePrecision)}</td>
      <td class="c-open r">${isHolding(bot) ? pnl(position.unrealizedPnl, 2) : absent}</td>
      <td class="c-total r">${pnl(total, 2)}</td>
      <td class="c-trades r"><span class="num">${bot.tradeCount}</span></td>
      <td class="c-why">${why(bot, now, note)}</td>
      <td class="c-act">${pauseOrResume(bot, 'row')}${startOrStop(bot, 'row')}</td>
    </tr>
  `;
}

/** What it holds, at which price; a rest too small to sell is called so. */
function held(bot: BotView): Html {
  const { quantity, averagePrice } = bot.position;
  if (hasDust(bot))
    return html`<span class="muted">${money(quantity, 8)}</span
      ><small title="Too small to be sold; it joins the next exit.">dust</small>`;
  if (!isHolding(bot)) return absent;
  return html`${money(quantity, bot.quantityPrecision)}<small
      >at ${money(averagePrice, bot.pricePrecision)}</small
    >`;
}

/** Words before jargon: what is wrong, else what it waits for, else what it decided last and why. */
function why(bot: BotView, now: number, note?: Note): Html {
  if (note)
    return html`<span class="why ${note.kind}" role="status" title="${note.text}">${note.text}</span>`;
  const [first] = bot.errors;
  const problem = first === undefined ? undefined : inFolder(first);
  if (problem !== undefined) return html`<span class="why problem" title="${problem}">${problem}</span>`;
  const text = bot.waitingFor ?? bot.lastDecision?.reasoning;
  if (text === undefined)
    return html`<span class="why muted">${isOn(bot) ? 'no kline closed yet' : 'not started yet'}</span>`;
  return html`<span class="why" title="${text}">${text}</span>${ago(bot.lastActivity, now)}`;
}

/** A push that brings a known row up to date. */
export function pushRow(bot: BotView, now: number): Html {
  return partial(`#bot-${bot.id}`, 'outerMorph', botRow(bot, now));
}

/** A push that adds the row of a bot that is new in the fleet. */
export function pushNewRow(bot: BotView, now: number): Html {
  return partial('#fleet-rows', 'beforeend', botRow(bot, now));
}

/** A push that takes a deleted bot's row away. */
export function pushRemovedRow(id: string): Html {
  return partial(`#bot-${id}`, 'delete', NOTHING);
}

/** A push of the totals. */
export function pushTotals(model: TotalsModel): Html {
  return partial('#totals', 'outerMorph', totals(model));
}
