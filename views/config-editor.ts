import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import type { ConfigModel, EditPreviewModel } from './model.js';
import { tokenField } from './parts.js';

/**
 * The bot's config file, editable. A morph of the page leaves it alone, so that neither what is being typed nor the
 * version it was typed on changes beneath it. Refused text stays as typed, with one sentence per problem.
 * Target `#config`.
 */
export function configEditor(config: ConfigModel, problems: readonly string[] = [], token?: string): Html {
  const address = `/bots/${encodeURIComponent(config.id)}/config`;
  const lines = Math.min(28, Math.max(10, config.text.split('\n').length));
  return html`
    <section id="config" class="panel" hx-morph-skip aria-labelledby="config-title">
      <h2 id="config-title">Settings</h2>
      <form
        class="config"
        method="post"
        action="${address}"
        hx-post="${address}"
        hx-target="#config"
        hx-swap="outerHTML"
      >
        ${tokenField(token)}
        <input type="hidden" name="version" value="${config.version}" />
        <label class="sr" for="config-text">config.json</label>
        ${textarea(config.text, lines, problems.length > 0)}
        ${
          problems.length === 0
            ? NOTHING
            : html`<ul id="config-problems" class="problems" role="alert">
                ${problems.map((problem) => html`<li>${problem}</li>`)}
              </ul>`
        }
        ${config.preview === undefined ? NOTHING : previewed(config.preview)}
        ${config.saved === undefined ? NOTHING : html`<p class="saved" role="status">${icon('check')}${config.saved}</p>`}
        <div class="config-foot">
          <p id="config-help" class="muted">
            This is the file config.json: edit it here or in your editor. Comments are kept.
          </p>
          ${config.holding ? applies(config.appliesTo ?? 'next-cycle') : NOTHING} ${previewButton(address)}
          <button class="button primary" data-busy="Checking…">
            ${isToConfirm(config) ? 'Save it, and change those orders' : 'Check and save'}
          </button>
        </div>
      </form>
    </section>
  `;
}

const isToConfirm = ({ preview }: ConfigModel): boolean => preview !== undefined && preview.confirm !== null;

function previewButton(address: string): Html {
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

/** Old and new value of each key, and what it means for what is held. */
function previewed({ changes, asks, now, nextCycle, appliesTo, confirm }: EditPreviewModel): Html {
  const value = (text: string | null): Html =>
    text === null ? html`<span class="muted">not set</span>` : html`${text}`;
  const rows = changes.map(
    ({ path, before, after }) =>
      html`<tr>
        <th scope="row">${path}</th>
        <td>${value(before)}</td>
        <td>${value(after)}</td>
      </tr>`,
  );
  const means = asks
    ? html`${sentences('If it counts now', now)}${sentences('If it counts from the next cycle on', nextCycle)}`
    : sentences('', appliesTo === 'now' ? now : nextCycle);
  return html`<div id="config-preview" class="preview" role="status">
    <h3>
      ${confirm === null ? 'What it would change' : 'This changes orders of what it holds: is it meant?'}
    </h3>
    ${
      rows.length === 0
        ? html`<p class="muted">Nothing: the settings say that already.</p>`
        : html`<div class="scroll" tabindex="0">
            <table class="list">
              <thead>
                <tr>
                  <th scope="col">setting</th>
                  <th scope="col">now</th>
                  <th scope="col">then</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>
          </div>`
    }
    ${means} ${confirm === null ? NOTHING : html`<input type="hidden" name="confirmed" value="${confirm}" />`}
  </div>`;
}

function sentences(title: string, lines: readonly string[]): Html {
  if (lines.length === 0) return NOTHING;
  return html`<p>${title === '' ? NOTHING : html`<b>${title}:</b> `}${lines.join(' ')}</p>`;
}

/** The first line break in a textarea is the markup's own: without one, a file's first would be lost. */
function textarea(text: string, rows: number, wrong: boolean): Html {
  const fault = wrong ? html` aria-invalid="true" aria-errormessage="config-problems"` : NOTHING;
  const attributes = html`id="config-text" name="text" rows="${rows}" spellcheck="false" autocomplete="off"
  aria-describedby="config-help"${fault}`;
  const content = `\n${text}`;
  return html`<textarea ${attributes}>${content}</textarea>`;
}

function applies(chosen: 'now' | 'next-cycle'): Html {
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
