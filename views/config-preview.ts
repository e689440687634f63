/** What a change of settings would do, and what somebody else changed meanwhile. */
import { html, NOTHING, type Html } from './html.js';
import type { ConfigConflictModel, EditPreviewModel } from './model.js';
import { readable } from './number.js';

function valueShown(text: string | null): Html {
  return text === null ? html`<span class="muted">not set</span>` : html`${text}`;
}

/** Settings with their values, a column for each of `heads`. */
function changesTable(
  heads: readonly string[],
  rows: readonly { readonly path: string; readonly values: readonly Html[] }[],
): Html {
  return html`<div class="scroll" tabindex="0">
    <table class="list changes">
      <thead>
        <tr>
          <th scope="col">setting</th>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ path, values }) =>
            html`<tr>
              <th scope="row">${path}</th>
              ${values.map((value) => html`<td>${value}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Old and new value of each key. */
export function beforeAfter(changes: EditPreviewModel['changes']): Html {
  return changesTable(
    ['now', 'then'],
    changes.map(({ path, before, after }) => ({ path, values: [valueShown(before), valueShown(after)] })),
  );
}

/** Old and new value of each key, and what it means for what is held. */
export function previewed(preview: EditPreviewModel): Html {
  const { changes, confirm } = preview;
  return html`<div class="preview" role="status">
    <h3>
      ${confirm === null ? 'What it would change' : 'This changes what it holds, or orders of it: is it meant?'}
    </h3>
    ${changes.length === 0 ? html`<p class="muted">Nothing: the settings say that already.</p>` : beforeAfter(changes)}
    ${consequences(preview)}
    ${confirm === null ? NOTHING : html`<input type="hidden" name="confirmed" value="${confirm}" />`}
  </div>`;
}

/** What it means for money and orders, from when on it counts. */
export function consequences({ asks, now, nextCycle, appliesTo }: Omit<EditPreviewModel, 'confirm'>): Html {
  return asks
    ? html`${sentences('If it counts now', now)}${sentences('If it counts from the next cycle on', nextCycle)}`
    : sentences('', appliesTo === 'now' ? now : nextCycle);
}

function sentences(title: string, lines: readonly string[]): Html {
  if (lines.length === 0) return NOTHING;
  return html`<p>${title === '' ? NOTHING : html`<b>${title}:</b> `}${readable(lines.join(' '))}</p>`;
}

/** Nothing of it was saved: who typed decides, seeing both. */
export function conflicted({ rows }: ConfigConflictModel, after: string): Html {
  const untouched = html`<span class="muted">not touched</span>`;
  return html`<div class="preview conflict" role="alert">
    <h3>The file was changed by hand since this page was loaded</h3>
    ${
      rows.length === 0
        ? html`<p>No setting in it says anything else: comments or spacing changed.</p>`
        : changesTable(
            ['as shown here', 'in the file now', 'as you typed it'],
            rows.map(({ path, before, file, typed }) => ({
              path,
              values: [
                valueShown(before),
                valueShown(file),
                typed === null ? untouched : html`<b>${typed}</b>`,
              ],
            })),
          )
    }
    <p>Nothing was saved, and nothing is overwritten. ${after}</p>
  </div>`;
}

export function previewButton(address: string): Html {
  return html`<button
    class="button"
    formaction="${address}/preview"
    hx-post="${address}/preview"
    hx-target="#config"
    hx-swap="outerHTML"
    data-busy="Looking…"
  >
    What would it do?
  </button>`;
}

/** Asked of a bot that holds something. */
export function applies(chosen: 'now' | 'next-cycle'): Html {
  const selected = (value: typeof chosen): Html => (value === chosen ? html` selected` : NOTHING);
  return html`
    <label class="applies"
      ><span>It holds a position. The change counts</span>
      <select name="appliesTo">
        <option value="next-cycle" ${selected('next-cycle')}>from the next cycle on</option>
        <option value="now" ${selected('now')}>now, for this position too</option>
      </select>
    </label>
  `;
}
