/** All fills and cycles over all bots: filters, calendar, distribution, and the tables to take away. */
import { amountDigits } from './amount-digits.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { layout } from './layout.js';
import { decimalsOf } from './number.js';
import { absent, explained, feeDigits, moment, money, pnl, venueBadge } from './parts.js';
import { side } from './tables.js';
import { addressWith } from './trades-address.js';
import { tradesSummary } from './trades-summary.js';
import type { ShownFill, TradesModel, TradesQuery } from './trades-model.js';

export function tradesPage(model: TradesModel): Html {
  const { summary, later, choices } = model;
  const empty = choices.bots.length === 0;
  return layout({
    title: 'Trades',
    active: 'trades',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`<div class="panels wide trades-page">
      <div class="head">
        <h1>Trades</h1>
        ${empty ? NOTHING : exports(model.query)}
      </div>
      ${
        empty
          ? noBots
          : html`${filters(model)}
            ${later ? NOTHING : summary === null ? summing(model.query) : tradesSummary(summary, model.query, choices.bots)}
            ${fillTable(model)}`
      }
    </div>`,
  });
}

const noBots: Html = html`<section class="panel nothing-yet">
  <h2>There is no bot yet</h2>
  <p>Every fill of every bot will stand here, with what it came to by day and month.</p>
  <p><a class="button primary for-traders" href="/bots/new">${icon('plus')}New bot</a></p>
</section>`;

function exports({ currency: _c, month: _m, ...query }: TradesQuery): Html {
  return html`<div class="actions-row">
    <a class="button" href="${addressWith('/api/trades/fills.csv', query)}" download>Fills as CSV</a>
    <a
      class="button"
      href="${addressWith('/api/trades/lots.csv', query)}"
      title="First in, first out: which coins were sold, what they had cost, and the gain"
      download
      >Tax lots (FIFO) as CSV</a
    >
  </div>`;
}

function filters({ query, problems, choices }: TradesModel): Html {
  const select = (name: string, label: string, values: readonly (readonly [string, string])[]): Html =>
    html`<label
      >${label}<select name="${name}">
        <option value="">all</option>
        ${values.map(([value, text]) => html`<option value="${value}" ${query[name] === value ? html` selected` : NOTHING}>${text}</option>`)}
      </select></label
    >`;
  const same = (values: readonly string[]): (readonly [string, string])[] =>
    values.map((value) => [value, value] as const);
  const day = (name: string, label: string): Html =>
    html`<label
      >${label}<input
        type="date"
        name="${name}"
        value="${query[name] ?? ''}"
        ${problems[name] === undefined ? NOTHING : html`aria-invalid="true" aria-describedby="e-${name}"`}
    /></label>`;
  return html`<form
    class="trade-filter panel"
    method="get"
    action="/trades"
    role="search"
    aria-label="Filter"
  >
    ${select(
      'bot',
      'Bot',
      choices.bots.map(({ id, name }) => [id, name] as const),
    )}
    ${select('symbol', 'Symbol', same(choices.symbols))} ${select('venue', 'Venue', same(choices.venues))}
    ${select('side', 'Side', [
      ['BUY', 'buys'],
      ['SELL', 'sells'],
    ])}
    ${select('tag', 'Tag', same(choices.tags))} ${day('from', 'From (UTC day)')} ${day('to', 'To')}
    <div class="buttons">
      <button class="button primary">Filter</button>
      <a class="button quiet" href="/trades">Clear</a>
    </div>
    ${Object.entries(problems).map(([name, problem]) => html`<p class="error" id="e-${name}" role="alert">${problem}</p>`)}
  </form>`;
}

/** Shown while a long history is summed; fetched by itself, or by its link. */
function summing(query: TradesQuery): Html {
  const address = addressWith('/trades/summary', query);
  return html`<div
    id="trades-summary"
    hx-get="${address}"
    hx-trigger="load"
    hx-target="#trades-summary"
    hx-swap="outerHTML"
  >
    <p class="panel nothing-yet" role="status">
      Summing the history… <a href="${addressWith('/trades', query, { wait: 'yes' })}">Show the sums</a>
    </p>
  </div>`;
}

function fillTable({ fills, next, query, later }: TradesModel): Html {
  if (fills.length === 0)
    return html`<section class="panel nothing-yet" aria-label="Fills">
      <p>${Object.values(query).some(Boolean) ? 'No fill fits these filters.' : 'No bot has traded yet.'}</p>
    </section>`;
  return html`<section class="panel" aria-labelledby="fills-title">
    <h2 id="fills-title">Fills</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Fills, a table that scrolls">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${explained('time', 'By the market’s own clock')}</th>
            <th scope="col">bot</th>
            <th scope="col">symbol</th>
            <th scope="col">side</th>
            <th scope="col" class="r">price</th>
            <th scope="col" class="r">quantity</th>
            <th scope="col" class="r">fee</th>
            <th scope="col" class="r">${explained('PnL', 'Realized by this fill, after fees in quote')}</th>
          </tr>
        </thead>
        <tbody>
          ${fills.map(fillRow)}
        </tbody>
      </table>
    </div>
    <p class="pager">
      ${later ? html`<a class="button" href="${addressWith('/trades', query)}">Newest</a>` : NOTHING}
      ${next === null ? html`<span class="muted">That is all.</span>` : html`<a class="button" href="${addressWith('/trades', query, { after: next })}">Older</a>`}
    </p>
  </section>`;
}

function fillRow({ bot, ...trade }: ShownFill): Html {
  const { symbol, base, quote } = trade;
  // The decimals of another symbol are not known: all that it was traded with are shown.
  const isOwn = symbol === bot.symbol;
  const pricePrecision = isOwn ? bot.pricePrecision : decimalsOf(trade.price);
  const quantityPrecision = isOwn ? bot.quantityPrecision : decimalsOf(trade.quantity);
  return html`<tr>
    <td>${moment(trade.time)}</td>
    <td><a href="/bots/${bot.id}">${bot.name}</a></td>
    <td>${symbol} ${trade.venue === bot.venue ? NOTHING : venueBadge(trade.venue)}</td>
    <td>${side(trade.side)}</td>
    <td class="r">${money(trade.price, pricePrecision)} <i class="unit">${quote}</i></td>
    <td class="r">${money(trade.quantity, quantityPrecision)} <i class="unit">${base}</i></td>
    <td class="r">
      ${money(trade.fee, feeDigits(trade.fee, trade.feeAsset === quote))}
      <i class="unit">${trade.feeAsset}</i>
    </td>
    <td class="r">
      ${trade.pnl === null ? absent : html`${pnl(trade.pnl, amountDigits(quote))} <i class="unit">${quote}</i>`}
    </td>
  </tr>`;
}
