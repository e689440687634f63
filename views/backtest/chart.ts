import type { BacktestExcerpt } from '../../bot/backtest/excerpt.js';
import { html, NOTHING, type Html } from '../html.js';

/** Drawn by backtest-chart.js; a morph leaves it alone. `address`: of its data, or none where the page has them inside. */
export function chartFigure(report: BacktestExcerpt, address: string | null): Html {
  const names = [...new Set(report.bots.map(({ symbol }) => symbol))].join(', ');
  const precision = Math.max(...report.bots.map((bot) => bot.pricePrecision));
  return html`<figure class="chart-panel backtest-chart">
    ${legend([
      ['accent', 'entries and exits'],
      ['ink', 'equity'],
      ['muted', 'buy and hold'],
      ['loss', 'drawdown'],
    ])}
    <div
      class="chart"
      hx-morph-skip
      data-backtest="one"
      ${address === null ? NOTHING : html`data-chart="${address}"`}
      data-precision="${precision}"
      role="img"
      aria-label="Candles of ${names} with entries and exits, equity against buy and hold, and drawdown"
    ></div>
    ${caption(html`<span data-about>${names}</span>`)}
  </figure>`;
}

/** Which line is which. */
export function legend(lines: readonly (readonly [colour: string, name: string])[]): Html {
  return html`<div class="legend">
    ${lines.map(([colour, name]) => html`<span class="key"><i class="swatch c-${colour}"></i><span ${colour === 'accent' ? html`data-marks` : NOTHING}>${name}</span></span>`)}
    <span class="grow"></span>
    <output class="readout num" data-readout></output>
  </div>`;
}

/** What the chart shows, and who made it possible. */
export function caption(about: Html): Html {
  return html`<figcaption>
    ${about}<span class="grow"></span
    ><span
      >Charts by <a href="https://www.tradingview.com/" rel="noreferrer">TradingView</a> Lightweight
      Charts™</span
    >
  </figcaption>`;
}
