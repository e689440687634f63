/** Where a new bot may begin: a template, or the settings of a bot. What is typed already stays. */
import { errorOf } from './form-fields.js';
import { html, NOTHING, type Html } from './html.js';
import type { NewBotModel } from './model.js';

type Shown = Pick<NewBotModel, 'templates' | 'bots' | 'values' | 'errors'>;

export function startFrom({ templates, bots, values }: Shown): Html {
  const own = templates.filter((each) => each.own);
  return html`<details class="start-from" ${values['take'] === undefined ? NOTHING : html` open`}>
    <summary>Start from a template or a bot</summary>
    <div class="choices">
      ${templates.map(
        ({ id, name, description }) =>
          html`<button
            class="template"
            name="take"
            value="template ${id}"
            formaction="/bots/new"
            formnovalidate
          >
            <b>${name}</b><span>${description}</span>
          </button>`,
      )}
    </div>
    <div class="others">
      ${bots.length === 0 ? NOTHING : fromBot(bots, values['from'])}
      ${own.length === 0 ? NOTHING : removal(own)}
    </div>
  </details>`;
}

function fromBot(bots: Shown['bots'], chosen: string | undefined): Html {
  return html`<p class="pick">
    <label for="f-from">The settings of</label>
    <select id="f-from" name="from">
      ${bots.map(({ id, name }) => html`<option value="${id}" ${id === chosen ? html` selected` : NOTHING}>${name}</option>`)}
    </select>
    <button class="button" name="take" value="bot" formaction="/bots/new" formnovalidate>Take them</button>
  </p>`;
}

function removal(own: Shown['templates']): Html {
  return html`<p class="pick">
    <label for="f-template">Your template</label>
    <select id="f-template" name="template">
      ${own.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
    </select>
    <button class="button" formaction="/bots/new/forget-template" formnovalidate>Remove it</button>
  </p>`;
}

/** Keeps what is filled in, but for name, id, symbol and account. */
export function saveTemplate({ values, errors }: Shown): Html {
  const wrong = errors['templateName'] !== undefined;
  return html`<details class="save-template" ${wrong ? html` open` : NOTHING}>
    <summary>Save as a template</summary>
    <p class="pick">
      <label for="f-templateName">Name of the template</label>
      <input
        id="f-templateName"
        name="templateName"
        maxlength="60"
        autocomplete="off"
        value="${values['templateName'] ?? ''}"
        aria-errormessage="e-templateName"
      />
      <button class="button" formaction="/bots/new/template" formnovalidate>Save template</button>
    </p>
    ${errorOf('templateName', errors)}
  </details>`;
}
