import { amountDigits } from '../amount-digits.js';
import { html, NOTHING, type Html } from '../html.js';
import { icon } from '../icons.js';
import type { Alert, MoneyLine, TotalsModel } from '../model.js';
import { fixed, signAt } from '../number.js';
import { absent, explained, inFolder, pnl, sparkline } from '../parts.js';

/** What all bots together are worth and do; pushed with target `#totals`. */
export function totals({
  paper,
  live,
  counts,
  halted = false,
  heldBack = 0,
  alerts = [],
}: TotalsModel): Html {
  const part = (count: number, word: string): Html =>
    html`<span class="count${count > 0 ? '' : ' none'}"><b class="num">${count}</b> ${word}</span>`;
  return html`
    <section id="totals" class="totals" aria-label="Totals">
      ${moneyLine('PAPER', paper, 'no paper bots')} ${moneyLine('LIVE', live, 'no live bots')}
      <div class="counts">
        <p>
          ${part(counts.running, halted && counts.running > 0 ? 'running, none buys' : 'running')}${part(counts.holding, 'holding')}${counts.stopped > 0 ? part(counts.stopped, 'stopped') : NOTHING}
          ${held(heldBack)}${needsYou(counts.needsYou, alerts)}
        </p>
        <a class="button primary for-traders" href="/bots/new">${icon('plus')}New bot</a>
      </div>
    </section>
  `;
}

/** With those that need you they are what the badge of Why counts. */
function held(count: number): Html {
  if (count === 0) return NOTHING;
  return html`<span
    class="count"
    title="Something keeps these from acting: a limit, a pause, a halt, a setting"
    ><a href="/why"><b class="num">${count}</b> held back</a></span
  >`;
}

/** On one line whatever happens: what stands below must not move because a bot needs somebody. */
function needsYou(count: number, alerts: readonly Alert[]): Html {
  if (count === 0) return html`<span class="count none">nothing needs you</span>`;
  const more = count - alerts.length;
  return html`<span class="count attention" role="status"
      ><b class="num">${count}</b> ${count === 1 ? 'needs' : 'need'} you</span
    ><span class="alerts"
      >${alerts.map(({ id, name, text }) => html`<a href="/bots/${encodeURIComponent(id)}" title="${inFolder(text)}">${name}</a>`)}${more > 0 && alerts.length > 0 ? html`<a href="/why">and ${more} more</a>` : NOTHING}</span
    >`;
}

function moneyLine(label: 'PAPER' | 'LIVE', line: MoneyLine | null, none: string): Html {
  const look = label === 'LIVE' ? 'live' : '';
  if (!line)
    return html`<div class="line ${look} nothing">
      <span class="venue ${look}">${label}</span>${absent}<span class="muted">${none}</span>
    </div>`;
  const {
    currency,
    equity,
    today,
    all,
    budget,
    history = [],
    inMarketPercent = null,
    others = [],
    unread = 0,
  } = line;
  const digits = amountDigits(currency);
  const trend = ['loss', 'even', 'gain'][signAt(all, digits) + 1] ?? 'even';
  return html`
    <div class="line ${look}">
      <span class="venue ${look}">${label}</span>
      <span class="figure big f-equity"
        ><small>equity</small
        ><b><span class="num">${fixed(equity, digits)}</span> <i class="unit">${currency}</i></b></span
      >
      ${today === null ? NOTHING : figure('today', 'today', 'Since the start of the day in UTC', pnl(today, digits, budget))}
      ${figure('all', 'all', "Since each bot's beginning, open positions included", pnl(all, digits, budget))}
      ${inMarketPercent === null ? NOTHING : figure('market', 'in market', 'How much of the equity is in positions', html`<span class="num">${Math.round(inMarketPercent)} %</span>`)}
      ${others.length === 0 ? NOTHING : figure('more', 'beside it', 'Bots that count in other quote assets; in none of the sums before it, because different assets are not added up', html`${others.map(beside)}`)}
      ${unread === 0 ? NOTHING : figure('more', 'not counted', 'Their books cannot be read: they are in none of these sums', html`<span class="num">${unread}</span> ${unread === 1 ? 'bot' : 'bots'}`)}
      <span class="trend ${trend}"
        >${sparkline(history, `Gain of all ${label.toLowerCase()} bots over time`, 220, 40)}</span
      >
    </div>
  `;
}

const OTHER_DIGITS = 8;
/** As many digits as an amount of this size needs. */
const digitsOf = (amount: string): number => (Math.abs(Number(amount)) >= 100 ? 2 : OTHER_DIGITS);

const beside = ({ currency, equity, gain }: NonNullable<MoneyLine['others']>[number]): Html =>
  html`<span class="beside"
    ><span class="num">${fixed(equity, digitsOf(equity))}</span>
    <i class="unit">${currency}</i> ${pnl(gain, digitsOf(equity))}</span
  >`;

const figure = (place: string, label: string, help: string, value: Html): Html =>
  html`<span class="figure f-${place}"><small>${explained(label, help)}</small><b>${value}</b></span>`;
