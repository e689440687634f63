/** The tables of a backtest: trades, months, what was tested and what was assumed. */
import type { BacktestExcerpt, TestedBot } from '../../bot/backtest/excerpt.js';
import type { Trade } from '../../bot/backtest/ledger.js';
import { html, NOTHING, type Html } from '../html.js';
import { explained, money, pnl } from '../parts.js';
import { nothing, panel } from '../tables.js';
import { amount, count, minute, percent, span } from './values.js';

type Columns = ReadonlyMap<string, TestedBot>;

const UNKNOWN = { pricePrecision: 2, quantityPrecision: 8 } as const;

/** By the month in which they were closed. */
export function monthsTable({ months, quote }: BacktestExcerpt): Html {
  if (months.length === 0) return NOTHING;
  return panel(
    'months',
    'Months',
    null,
    html`<div class="scroll tall" tabindex="0">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${explained('month', 'UTC, in which the trades were closed')}</th>
            <th scope="col" class="r">trades</th>
            <th scope="col" class="r">won</th>
            <th scope="col" class="r">PnL <i class="unit">${quote}</i></th>
          </tr>
        </thead>
        <tbody>
          ${months.map(
            (each) =>
              html`<tr>
                <th scope="row" class="num">${each.month}</th>
                <td class="r">${count(each.trades)}</td>
                <td class="r">${percent((100 * each.wins) / each.trades)}</td>
                <td class="r">${pnl(amount(each.pnl), 2)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
  );
}

export function bestAndWorst(report: BacktestExcerpt): Html {
  if (report.trades === 0) return NOTHING;
  return html`${extremes('best', 'Best trades', 'No trade gained.', report.bestTrades, report)}${extremes('worst', 'Worst trades', 'No trade lost.', report.worstTrades, report)}`;
}

function extremes(
  id: string,
  title: string,
  none: string,
  trades: readonly Trade[],
  report: BacktestExcerpt,
): Html {
  return panel(id, title, null, trades.length === 0 ? nothing(none) : extremeRows(trades, report));
}

function extremeRows(trades: readonly Trade[], { quote, bots }: BacktestExcerpt): Html {
  return html`<div class="scroll" tabindex="0">
    <table class="list">
      <thead>
        <tr>
          ${bots.length > 1 ? html`<th scope="col">bot</th>` : NOTHING}
          <th scope="col">entry</th>
          <th scope="col">exit</th>
          <th scope="col" class="r">PnL <i class="unit">${quote}</i></th>
          <th scope="col">reason</th>
        </tr>
      </thead>
      <tbody>
        ${trades.map(
          (trade) =>
            html`<tr>
              ${bots.length > 1 ? html`<td>${trade.bot}</td>` : NOTHING}
              <td>${minute(trade.entryTime)}</td>
              <td>${minute(trade.exitTime)}</td>
              <td class="r">${pnl(trade.pnl, 2)}</td>
              <td>${trade.reason}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The trades, the first and the last of them where there are many. `csv`: where all of them are. Target `#trades`. */
export function tradesTable(report: BacktestExcerpt, csv: Html): Html {
  const { tradeList, leftOut } = report;
  if (tradeList.length === 0)
    return panel('trades', 'Trades', null, nothing('No trade was closed in this time.'));
  const half = tradeList.length / 2;
  const rows =
    leftOut === 0
      ? rowsOf(tradeList, report, 'tall')
      : html`${rowsOf(tradeList.slice(0, half), report, 'tall')}
          <p class="nothing left-out">
            ${count(leftOut)} trades between these and the following are not shown here. ${csv}
          </p>
          ${rowsOf(tradeList.slice(half), report, 'tall')}`;
  return panel(
    'trades',
    'Trades',
    report.trades,
    html`${rows}${leftOut === 0 ? html`<p class="nothing">${csv}</p>` : NOTHING}`,
  );
}

function rowsOf(trades: readonly Trade[], { bots, quote }: BacktestExcerpt, size = ''): Html {
  const several = bots.length > 1;
  const known: Columns = new Map(bots.map((bot) => [bot.id, bot]));
  return html`<div class="scroll ${size}" tabindex="0">
    <table class="list">
      <thead>
        <tr>
          ${several ? html`<th scope="col">bot</th>` : NOTHING}
          <th scope="col">
            ${explained('entry', 'UTC; of the batch that was sold, else the first entry of the cycle')}
          </th>
          <th scope="col" class="r">
            ${explained('price', 'Of that batch; where several entries were sold, their average')}
          </th>
          <th scope="col">${explained('exit', 'Last fill of the exit order, UTC')}</th>
          <th scope="col" class="r">price</th>
          <th scope="col" class="r">quantity</th>
          <th scope="col" class="r">${explained('fees', 'Of both sides')} <i class="unit">${quote}</i></th>
          <th scope="col" class="r">${explained('PnL', 'After fees')} <i class="unit">${quote}</i></th>
          <th scope="col">reason</th>
        </tr>
      </thead>
      <tbody>
        ${trades.map((trade) => tradeRow(trade, known.get(trade.bot), several))}
      </tbody>
    </table>
  </div>`;
}

function tradeRow(trade: Trade, bot: TestedBot | undefined, several: boolean): Html {
  const { pricePrecision, quantityPrecision } = bot ?? UNKNOWN;
  return html`<tr>
    ${several ? html`<td>${trade.bot}</td>` : NOTHING}
    <td>${minute(trade.entryTime)}</td>
    <td class="r">${money(trade.entryPrice, pricePrecision)}</td>
    <td>${minute(trade.exitTime)}</td>
    <td class="r">${money(trade.exitPrice, pricePrecision)}</td>
    <td class="r">${money(trade.quantity, quantityPrecision)}</td>
    <td class="r">${money(trade.fees, 4)}</td>
    <td class="r">${pnl(trade.pnl, 2)}</td>
    <td>${trade.reason}</td>
  </tr>`;
}

/** What is still held at the end: its result is not known. */
export function openTable({ open, bots, end, quote }: BacktestExcerpt): Html {
  if (open.length === 0) return NOTHING;
  const known: Columns = new Map(bots.map((bot) => [bot.id, bot]));
  return panel(
    'open',
    'Still held at the end',
    open.length,
    html`<div class="scroll" tabindex="0">
      <table class="list">
        <thead>
          <tr>
            ${bots.length > 1 ? html`<th scope="col">bot</th>` : NOTHING}
            <th scope="col">entry</th>
            <th scope="col" class="r">price</th>
            <th scope="col" class="r">quantity</th>
            <th scope="col" class="r">
              ${explained('PnL', 'At the last close, after the fees of the entry')}
              <i class="unit">${quote}</i>
            </th>
            <th scope="col" class="r">held for</th>
          </tr>
        </thead>
        <tbody>
          ${open.map((each) => {
            const { pricePrecision, quantityPrecision } = known.get(each.bot) ?? UNKNOWN;
            return html`<tr>
              ${bots.length > 1 ? html`<td>${each.bot}</td>` : NOTHING}
              <td>${minute(each.entryTime)}</td>
              <td class="r">${money(each.entryPrice, pricePrecision)}</td>
              <td class="r">${money(each.quantity, quantityPrecision)}</td>
              <td class="r">${pnl(each.unrealizedPnl ?? null, 2)}</td>
              <td class="r">${span(end - each.entryTime)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`,
  );
}

/** What was assumed, so that nobody has to guess it, and what was noticed on the way. */
export function assumptions({ assumptions: assumed, notes }: BacktestExcerpt): Html {
  return html`<section class="panel" aria-labelledby="assumptions-title">
    <h2 id="assumptions-title">Assumptions</h2>
    <ul class="words">
      ${assumed.map((each) => html`<li>${each}</li>`)}
    </ul>
    ${
      notes.length === 0
        ? NOTHING
        : html`<h2>Notes</h2>
            <ul class="words">
              ${notes.map((each) => html`<li>${each}</li>`)}
            </ul>`
    }
  </section>`;
}

/** What each bot was told, parameter by parameter. */
export function settingsTable({ bots }: BacktestExcerpt): Html {
  return html`${bots.map((bot) =>
    panel(
      `settings-${bot.id}`,
      bots.length === 1 ? 'Settings' : `Settings of ${bot.id}`,
      null,
      html`<table class="list figures">
        <tbody>
          ${settingsOf(bot).map(
            ([name, value]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="r wrap">${value}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
    ),
  )}`;
}

/** `symbol`, `interval`, … and each parameter as `signal.period`. */
export function settingsOf(bot: TestedBot): readonly (readonly [string, string])[] {
  const parameters = (kind: 'signal' | 'plan'): (readonly [string, string])[] =>
    Object.entries(bot[kind])
      .filter(([name]) => name !== 'name')
      .map(([name, value]) => [`${kind}.${name}`, told(value)] as const);
  return [
    ['symbol', bot.symbol],
    ['interval', bot.interval],
    ['budget', `${bot.budget} ${bot.quote}`],
    ['signal', bot.signal.name],
    ...parameters('signal'),
    ['plan', bot.plan.name],
    ...parameters('plan'),
    ...Object.entries(bot.risk).map(([name, value]) => [`risk.${name}`, String(value)] as const),
  ];
}

function told(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : JSON.stringify(value);
}
