/** The backtest of a draft, run in one click and told beside the form. */
import { html, type Html } from './html.js';

export { backtestBrief } from './backtest/brief.js';

/** The button and the place of the result. */
export const draftBacktest: Html = html`<section
  class="draft-backtest"
  aria-labelledby="draft-backtest-title"
>
  <h2 id="draft-backtest-title">What it would have done</h2>
  <p class="muted">
    Runs it on the last 5,000 klines of its market, with commissions of 0.1 % and the code that trades.
  </p>
  <button
    class="button"
    formaction="/bots/new/backtest"
    formnovalidate
    hx-post="/bots/new/backtest"
    hx-include=".new-bot"
    hx-target="#draft-run"
    hx-swap="outerHTML"
    hx-disable="this"
    data-busy="Starting…"
  >
    Backtest this draft
  </button>
  <div id="draft-run" aria-live="polite"></div>
</section>`;

/** Why there is no result. */
export function backtestRefused(sentences: readonly string[]): Html {
  return html`<div id="draft-run" aria-live="polite">
    ${sentences.map((each) => html`<p class="error">${each}</p>`)}
  </div>`;
}
