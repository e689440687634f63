/** What came of making one draft into many bots. */
import { html, type Html } from './html.js';
import { icon } from './icons.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';

export interface ManyOutcome {
  readonly id: string;
  readonly symbol: string;
  readonly made: boolean;
  readonly started: boolean;
  /** Why it was not made, or not started; null where it went as asked. */
  readonly problem: string | null;
}

export interface ManyModel extends PageModel {
  readonly outcomes: readonly ManyOutcome[];
}

export function manyPage(model: ManyModel): Html {
  const { outcomes } = model;
  const made = outcomes.filter((each) => each.made).length;
  return layout({
    title: 'New bots',
    active: 'new',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`<section class="many">
      <h1>
        ${made === outcomes.length ? `All ${made} bots are made` : `${made} of ${outcomes.length} bots are made`}
      </h1>
      <p class="lead">Each was made by itself: one that was refused held back no other.</p>
      <div class="panel scroll" tabindex="0" role="region" aria-label="What came of each">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">symbol</th>
              <th scope="col">bot</th>
              <th scope="col">what came of it</th>
            </tr>
          </thead>
          <tbody>
            ${outcomes.map(row)}
          </tbody>
        </table>
      </div>
      <p class="foot"><a class="button primary" href="/">To the fleet</a></p>
    </section>`,
  });
}

function row({ id, symbol, made, started, problem }: ManyOutcome): Html {
  const words = problem ?? (started ? 'Made and started.' : 'Made; it stands still.');
  return html`<tr>
    <td>${symbol}</td>
    <th scope="row">${made ? html`<a href="/bots/${id}">${id}</a>` : id}</th>
    <td>${icon(problem === null ? 'check' : 'needs-you')} ${words}</td>
  </tr>`;
}
