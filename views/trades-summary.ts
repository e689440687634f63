/** What trades came to: totals, a calendar, the months, how cycles ended; bots are called by their names. */
import { amountDigits } from './amount-digits.js';
import { html, NOTHING, type Html } from './html.js';
import { signed, signAt, signedPercent, sum } from './number.js';
import { absent, feeDigits, moment, money, pnl, venueBadge } from './parts.js';
import { addressWith } from './trades-address.js';
import type { Bin, RankedCycle, Span, TradesModel, TradesQuery, TradesSummary } from './trades-model.js';

/** Target `#trades-summary`. */
export function tradesSummary(
  summary: TradesSummary,
  query: TradesQuery,
  bots: TradesModel['choices']['bots'],
): Html {
  const names = new Map(bots.map(({ id, name }) => [id, name]));
  const { currency, cycles } = summary;
  return html`<div id="trades-summary" class="trades-summary">
    ${totals(summary, query)}
    ${
      currency === null || summary.days.length === 0
        ? NOTHING
        : html`<div class="side-by-side">${calendar(summary, query)}${months(summary, query)}</div>`
    }
    ${cycles.count === 0 ? NOTHING : html`<div class="side-by-side">${distribution(summary)}${ranking(summary, names)}</div>`}
  </div>`;
}

function totals(
  { venue, venues, currency, currencies, pnl: total, buys, sells, fees, cycles }: TradesSummary,
  query: TradesQuery,
): Html {
  const fact = (label: string, value: Html | string): Html =>
    html`<div>
      <dt>${label}</dt>
      <dd>${value}</dd>
    </div>`;
  const others = currencies.filter((each) => each !== currency);
  const elsewhere = venues.filter((each) => each !== venue);
  const paid = Object.entries(fees);
  return html`<section class="panel" aria-label="Totals">
    <dl class="facts">
      ${fact('Realized', currency === null ? absent : html`${pnl(total, amountDigits(currency))} <i class="unit">${currency}</i>`)}
      ${fact('Fills', html`<span class="num">${buys + sells}</span> <small class="muted">${buys} ${buys === 1 ? 'buy' : 'buys'}, ${sells} ${sells === 1 ? 'sell' : 'sells'}</small>`)}
      ${fact('Cycles', html`<span class="num">${cycles.count}</span>${cycles.count === 0 ? NOTHING : html` <small class="muted">${((cycles.won / cycles.count) * 100).toFixed(1)} % with a profit</small>`}`)}
      ${fact('Average cycle', cycles.averagePercent === null ? absent : html`<span class="num">${signedPercent(cycles.averagePercent)}</span> <small class="muted">median ${signedPercent(cycles.medianPercent ?? 0)}</small>`)}
      ${fact('Fees', paid.length === 0 ? absent : html`${paid.map(([asset, amount]) => html`<span class="fee">${money(amount, feeDigits(amount))} <i class="unit">${asset}</i></span> `)}`)}
    </dl>
    ${elsewhere.length === 0 || venue === null ? NOTHING : html`<p class="help">Sums are of ${venueBadge(venue)} alone. Show those of ${elsewhere.map((each) => html`<a href="${addressWith('/trades', query, { venue: each })}">${each}</a> `)}</p>`}
    ${others.length === 0 ? NOTHING : html`<p class="help">Sums are in ${currency}. Show those in ${others.map((each) => html`<a href="${addressWith('/trades', query, { currency: each })}">${each}</a> `)}</p>`}
  </section>`;
}

const DAY_MS = 86_400_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** One month, a day each; the newest with a fill, or the one asked for. */
function calendar({ days, months: all, currency }: TradesSummary, query: TradesQuery): Html {
  const names = all.map(({ name }) => name);
  const month = names.find((name) => name === query['month']) ?? names.at(-1) ?? '';
  const at = names.indexOf(month);
  const byDay = new Map(days.map((day) => [day.name, day]));
  const first = Date.parse(`${month}-01T00:00:00Z`);
  const lead = (new Date(first).getUTCDay() + 6) % 7;
  const cells: (string | null)[] = Array.from({ length: lead }, () => null);
  for (let time = first; new Date(time).toISOString().startsWith(month); time += DAY_MS)
    cells.push(new Date(time).toISOString().slice(0, 10));
  while (cells.length % 7 > 0) cells.push(null);
  const weeks = Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(7 * week, 7 * week + 7));
  const to = (name: string | undefined, text: string, label: string): Html =>
    name === undefined
      ? NOTHING
      : html`<a
          class="button quiet"
          href="${addressWith('/trades', query, { month: name })}"
          aria-label="${label} ${name}"
          >${text}</a
        >`;
  return html`<section class="panel" aria-labelledby="calendar-title">
    <div class="title-row">
      <h2 id="calendar-title">${month} <small class="muted">by day, ${currency}</small></h2>
      <span>${to(names[at - 1], '←', 'Show')}${to(names[at + 1], '→', 'Show')}</span>
    </div>
    <table class="calendar">
      <thead>
        <tr>
          ${WEEKDAYS.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${weeks.map(
          (week) =>
            html`<tr>
              ${week.map((day) => dayCell(day, day === null ? undefined : byDay.get(day)))}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function dayCell(day: string | null, span: Span | undefined): Html {
  if (day === null) return html`<td class="out"></td>`;
  const number = html`<span class="day">${Number(day.slice(8))}</span>`;
  if (span === undefined) return html`<td>${number}</td>`;
  const fills = span.buys + span.sells;
  return html`<td class="${look(span.pnl)}" title="${day}: ${fills} ${fills === 1 ? 'fill' : 'fills'}">
    ${number}<span class="num sum"
      >${span.sells === 0 ? '·' : signed(span.pnl, Math.abs(Number(span.pnl)) >= 1000 ? 0 : 2)}</span
    >
  </td>`;
}

const look = (amount: string): string => ({ 1: 'won', 0: 'even', [-1]: 'lost' })[signAt(amount, 2)];

function months({ months: all, currency }: TradesSummary, query: TradesQuery): Html {
  const newest = [...all].reverse().slice(0, 24);
  return html`<section class="panel" aria-labelledby="months-title">
    <h2 id="months-title">Months <small class="muted">${currency}</small></h2>
    <div class="scroll tall" tabindex="0" role="group" aria-label="Months, a table that scrolls">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">month</th>
            <th scope="col" class="r">fills</th>
            <th scope="col" class="r">realized</th>
          </tr>
        </thead>
        <tbody>
          ${newest.map(
            ({ name, pnl: amount, buys, sells }) =>
              html`<tr>
                <td><a href="${addressWith('/trades', query, { month: name })}">${name}</a></td>
                <td class="r num">${buys + sells}</td>
                <td class="r">${pnl(amount, amountDigits(currency ?? ''))}</td>
              </tr>`,
          )}
          <tr>
            <th scope="row">all</th>
            <td class="r num">${all.reduce((total, { buys, sells }) => total + buys + sells, 0)}</td>
            <td class="r">
              ${pnl(
                all.reduce((total, { pnl: amount }) => sum(total, amount), '0'),
                2,
              )}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  </section>`;
}

const bound = (value: number): string => (value < 0 ? `−${-value}` : String(value));

function binWords({ from, to }: Bin): string {
  if (from === null) return `under ${bound(to ?? 0)} %`;
  return to === null ? `${bound(from)} % and more` : `${bound(from)} to ${bound(to)} %`;
}

const BAR = 200;

/** How many cycles ended how far from their cost: each bar with its words and number beside it. */
function distribution({ cycles }: TradesSummary): Html {
  const first = cycles.bins.findIndex(({ count }) => count > 0);
  const last = cycles.bins.findLastIndex(({ count }) => count > 0);
  const most = Math.max(...cycles.bins.map(({ count }) => count));
  const bar = (bin: Bin): Html => {
    const width = bin.count === 0 ? 0 : Math.max(2, Math.round((bin.count / most) * BAR));
    return html`<tr>
      <th scope="row">${binWords(bin)}</th>
      <td class="bar-cell">
        <svg
          viewBox="0 0 ${BAR} 12"
          preserveAspectRatio="none"
          class="${(bin.to ?? 1) <= 0 ? 'loss' : 'gain'}"
          aria-hidden="true"
        >
          <rect width="${width}" height="12" rx="2" fill="currentColor" />
        </svg>
      </td>
      <td class="r num">${bin.count}</td>
    </tr>`;
  };
  return html`<section class="panel" aria-labelledby="distribution-title">
    <h2 id="distribution-title">How cycles ended <small class="muted">of their cost</small></h2>
    <table class="distribution">
      <tbody>
        ${cycles.bins.slice(first, last + 1).map(bar)}
      </tbody>
    </table>
  </section>`;
}

function ranking({ cycles, currency }: TradesSummary, names: ReadonlyMap<string, string>): Html {
  const row = ({ bot, symbol, closedAt, pnl: amount, percent, end }: RankedCycle): Html =>
    html`<tr>
      <td>${moment(closedAt)}</td>
      <td><a href="/bots/${bot}">${names.get(bot) ?? bot}</a> <small class="muted">${symbol}</small></td>
      <td>${end === null ? absent : end.replace('-', ' ')}</td>
      <td class="r num"><b>${signedPercent(percent)}</b></td>
      <td class="r">${pnl(amount, amountDigits(currency ?? ''))}</td>
    </tr>`;
  const list = (title: string, rows: readonly RankedCycle[]): Html =>
    rows.length === 0
      ? NOTHING
      : html`<tbody>
          <tr class="group">
            <th scope="rowgroup" colspan="5">${title}</th>
          </tr>
          ${rows.map(row)}
        </tbody>`;
  return html`<section class="panel" aria-labelledby="ranking-title">
    <h2 id="ranking-title">
      Best and worst <small class="muted">cycles, by per cent of their cost; PnL in ${currency}</small>
    </h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Best and worst, a table that scrolls">
      <table class="list ranking">
        <thead class="sr">
          <tr>
            <th scope="col">ended</th>
            <th scope="col">bot</th>
            <th scope="col">by</th>
            <th scope="col">of its cost</th>
            <th scope="col">PnL</th>
          </tr>
        </thead>
        ${list('Best', cycles.best)}${list('Worst', cycles.worst)}
      </table>
    </div>
  </section>`;
}
