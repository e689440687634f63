import { emptyFleet } from './empty.js';
import { COLUMNS, type Column } from './fleet/columns.js';
import { botRow } from './fleet/row.js';
import { bulkBar, tools } from './fleet/tools.js';
import { totals } from './fleet/totals.js';
import { html, type Html } from './html.js';
import { layout } from './layout.js';
import type { OverviewModel } from './model.js';
import { tokenField } from './parts.js';

export { emptyFleet } from './empty.js';
export { botRow } from './fleet/row.js';
export { totals } from './fleet/totals.js';

/** The fleet: what it is worth, and every bot with what it does and why. */
export function overviewPage(model: OverviewModel): Html {
  const needsYou = model.totals.counts.needsYou;
  return layout({
    title: needsYou > 0 ? `(${needsYou}) Fleet` : 'Fleet',
    active: 'fleet',
    now: model.now,
    health: model.health,
    user: model.user,
    events: model.position === undefined ? '/events' : `/events?after=${model.position}`,
    scripts: ['/public/countdown.js', '/public/fleet.js', '/public/select.js'],
    body: model.bots.length === 0 ? emptyFleet(model) : html`${totals(model.totals)}${fleet(model)}`,
  });
}

function fleet({ bots, now, token }: OverviewModel): Html {
  return html`
    <section class="fleet" aria-labelledby="fleet-title">
      <h1 id="fleet-title" class="sr">Fleet</h1>
      ${tools()}
      <form method="post" class="rows">
        ${tokenField(token)}
        <table id="fleet">
          <thead>
            <tr>
              <th scope="col" class="c-pick">
                <input
                  type="checkbox"
                  data-select-all
                  aria-label="Select all bots shown"
                  autocomplete="off"
                />
              </th>
              ${COLUMNS.map(heading)}
              <th scope="col" class="c-act"><span class="sr">actions</span></th>
            </tr>
          </thead>
          <tbody id="fleet-rows">
            ${bots.map((bot) => botRow(bot, now))}
          </tbody>
        </table>
      </form>
      <p class="nothing-matches" role="status" hidden>No bot matches the filter.</p>
      ${bulkBar(token)}
    </section>
  `;
}

/** A heading explains itself and, where scripts run, orders the rows. */
function heading({ key, text, help, look }: Column): Html {
  const sorts = key !== 'trend';
  return html`<th scope="col" class="c-${key}${look === undefined ? '' : ` ${look}`}">
    ${sorts ? html`<button type="button" class="sort" data-sort="${key}" title="${help}">${text}</button>` : html`<span title="${help}">${text}</span>`}
  </th>`;
}
