/** What a draft would do: drawn on recent klines, listed, and what it may cost; the same for the page and its updates. */
import { amountDigits } from './amount-digits.js';
import type { DraftLine, DraftPreview, DraftReport, DraftTrade } from './draft.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { fixed, readable, signedPercent } from './number.js';
import { absent, explained } from './parts.js';

/** The chart, which stays while what is around it changes; drawn by `draft-chart.js` from `#draft-lines`. */
export const draftChart: Html = html`<figure class="draft-chart js-only" hidden>
  <div
    id="draft-chart"
    role="img"
    aria-label="Recent klines with the prices at which it would buy and sell"
  ></div>
  <figcaption>
    Charts by <a href="https://www.tradingview.com/" rel="noreferrer">TradingView</a> Lightweight Charts™
  </figcaption>
</figure>`;

/** All that is told of a draft. Target `#draft-preview`. */
export function draftPreview(report: DraftReport | null): Html {
  const { preview = null, worstCase = [], warnings = [] } = report ?? {};
  if (preview === null)
    return html`<p class="nothing">
      Choose a symbol to see where it would buy and sell, and a budget to see what it may cost.
    </p>`;
  return html`${warnings.map((each) => html`<p class="why problem" role="status">${icon('needs-you')}${each}</p>`)}
  ${linesOf(preview)} ${preview.trade === null ? NOTHING : feesOf(preview, preview.trade)}
  ${
    worstCase.length === 0
      ? NOTHING
      : html`<h2>In the worst case</h2>
          ${worstCase.map((each) => html`<p>${readable(each)}</p>`)}`
  }`;
}

const MEANS: Readonly<Record<DraftLine['kind'], string>> = {
  target: 'Sells at a gain',
  stop: 'Sells at a loss',
  level: 'Buys more, lower',
  entry: 'Buys, if it buys now',
};

const TRAILS = 'Sells this far below the highest price since the entry: it rises with the price';

function linesOf(preview: DraftPreview): Html {
  const { lines, base, quote, pricePrecision: precision, price, symbol } = preview;
  const data = JSON.stringify(chartData(preview));
  return html`<div id="draft-lines" hidden data-draft="${data}"></div>
    <h2>At the price of now, <span class="num">${fixed(price, precision)} ${quote}</span></h2>
    ${
      lines.length === 0
        ? html`<p class="muted">${symbol}: at this price it would place nothing by itself.</p>`
        : html`<table class="list draft-lines">
            <thead>
              <tr>
                <th scope="col">where</th>
                <th scope="col" class="r">price</th>
                <th scope="col" class="r">away</th>
                <th scope="col" class="r">${base}</th>
              </tr>
            </thead>
            <tbody>
              ${lines.map((line) => rowOf(line, precision))}
            </tbody>
          </table>`
    }`;
}

function rowOf({ kind, name, price, percent, quantity }: DraftLine, precision: number): Html {
  return html`<tr class="line-${kind}">
    <th scope="row">
      <i class="swatch" aria-hidden="true"></i
      >${explained(name, name === 'trailing stop' ? TRAILS : MEANS[kind])}
    </th>
    <td class="r num">${fixed(price, precision)}</td>
    <td class="r num">${kind === 'entry' ? absent : signedPercent(percent)}</td>
    <td class="r num">${quantity ?? html`<span class="muted">all</span>`}</td>
  </tr>`;
}

function feesOf({ base, quote }: DraftPreview, trade: DraftTrade): Html {
  const { quantity, spent, entryFee, exitFee, commissionPercent } = trade;
  const digits = amountDigits(quote);
  return html`<p>
    The first entry buys ${quantity} ${base} for ${fixed(spent, digits)} ${quote}. Commissions at
    ${commissionPercent} %: about ${fixed(entryFee, digits)} ${quote} to buy and ${fixed(exitFee, digits)}
    ${quote} to sell.
  </p>`;
}

/** What the chart needs, and no more. */
function chartData({ venue, symbol, interval, pricePrecision, lines }: DraftPreview): object {
  const drawn = lines.map(({ kind, name, price }) => ({ kind, name, price }));
  return { venue, symbol, interval, precision: pricePrecision, lines: drawn };
}
