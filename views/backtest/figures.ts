import type { BacktestExcerpt } from '../../bot/backtest/excerpt.js';
import { html, type Html } from '../html.js';
import { explained, money, pnl } from '../parts.js';
import { sum } from '../number.js';
import { amount, count, gainPercent, percent, ratio, span } from './values.js';

/** What somebody looks at first, large. */
export function headline(report: BacktestExcerpt): Html {
  const { quote, budget, finalEquity } = report;
  const gain = sum(finalEquity, budget.startsWith('-') ? budget.slice(1) : `-${budget}`);
  return html`${(report.unused ?? []).map((each) => html`<p class="unused" role="note">${each}.</p>`)}
    <dl class="headline">
      ${tile('Return', html`${gainPercent(report.returnPercent)}`, html`${pnl(gain, 2)} ${quote}`)}
      ${tile('Buy and hold', gainPercent(report.buyAndHoldPercent), 'first open to last close, no fees')}
      ${tile('Max drawdown', html`<span class="num">−${percent(report.maxDrawdownPercent)}</span>`, html`${span(report.maxDrawdownMs)} below a high at most`)}
      ${tile('Trades', count(report.trades), html`${percent(report.winRatePercent)} won`)}
      ${tile('Profit factor', ratio(report.profitFactor), report.expectancy === null ? '' : html`${pnl(amount(report.expectancy), 2)} ${quote} a trade`)}
      ${tile('Sharpe', ratio(report.sharpe), html`Sortino ${ratio(report.sortino)}, Calmar ${ratio(report.calmar)}`)}
    </dl>`;
}

function tile(name: string, value: Html, beside: Html | string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <b>${value}</b>
      <small>${beside}</small>
    </dd>
  </div>`;
}

/** Every figure of the report by name, with its explanation. */
export function figuresTable(report: BacktestExcerpt): Html {
  const { quote } = report;
  const rows: readonly (readonly [string, string, Html])[] = [
    ['Start equity', 'The budgets of the bots', html`${money(report.budget, 2)} ${quote}`],
    ['End equity', 'At the last close', html`${money(report.finalEquity, 2)} ${quote}`],
    ['Return', 'End equity over start equity', gainPercent(report.returnPercent)],
    [
      'Buy and hold',
      'Buying at the first open and holding to the last close, without commissions',
      gainPercent(report.buyAndHoldPercent),
    ],
    ['Trades', 'One for each exit order', count(report.trades)],
    ['Win rate', 'Trades with a gain after fees', percent(report.winRatePercent)],
    [
      'Expectancy',
      'Mean result of a trade after fees',
      report.expectancy === null ? ratio(null) : html`${pnl(amount(report.expectancy), 2)} ${quote}`,
    ],
    ['Profit factor', 'Sum of gains over sum of losses', ratio(report.profitFactor)],
    ['Max drawdown', 'Deepest fall of equity below its highest before', percent(report.maxDrawdownPercent)],
    ['Longest drawdown', 'How long equity stayed below an earlier high', span(report.maxDrawdownMs)],
    ['Sharpe', 'Mean over deviation of daily returns, × √365, no risk-free rate', ratio(report.sharpe)],
    ['Sortino', 'The same, against the deviation of losses alone', ratio(report.sortino)],
    ['Calmar', 'Yearly growth over the deepest drawdown', ratio(report.calmar)],
    ['Exposure', 'Share of the time in which something was held', percent(report.exposurePercent)],
    ['Fees', 'All commissions, in the quote asset', html`${money(report.fees, 2)} ${quote}`],
    ['Longest losing run', 'Losses in a row', count(report.longestLosingRun)],
    ['Klines', 'Base klines walked, the finest there are', count(report.klines)],
  ];
  return html`<section class="panel" aria-labelledby="figures-title">
    <h2 id="figures-title">Figures</h2>
    <table class="list figures">
      <tbody>
        ${rows.map(
          ([name, help, value]) =>
            html`<tr>
              <th scope="row">${explained(name, help)}</th>
              <td class="r">${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
