import { configForm } from './config-form.js';
import { conflicted, previewed } from './config-preview.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import type { ConfigModel } from './model.js';
import { settingsForm } from './settings-form.js';

/**
 * The bot's settings, as a form and as the file that they stand in. A morph of the page leaves them alone, so that neither
 * what is being typed nor the version it was typed on changes beneath it. Refused text stays as typed, with one sentence
 * per problem. Target `#config`.
 */
export function configEditor(config: ConfigModel, problems: readonly string[] = [], token?: string): Html {
  const { form, shows = form === undefined ? 'json' : 'form', saved } = config;
  const tab = (name: 'form' | 'json', title: string): Html =>
    html`<input
        type="radio"
        class="sr"
        name="settings-as"
        id="as-${name}"
        ${name === shows ? html` checked` : NOTHING}
      /><label for="as-${name}">${title}</label>`;
  return html`
    <section id="config" class="panel" hx-morph-skip aria-labelledby="config-title">
      <h2 id="config-title">Settings</h2>
      ${
        form === undefined
          ? NOTHING
          : html`<fieldset class="tabs">
              <legend class="sr">Edit them as</legend>
              ${tab('form', 'Form')}${tab('json', 'JSON')}
            </fieldset>`
      }
      ${saved === undefined ? NOTHING : html`<p class="saved" role="status">${icon('check')}${saved}</p>`}
      ${form === undefined ? NOTHING : settingsForm(config, form, token)}
      ${jsonForm({ ...config, shows }, problems, token)} ${pastSettings(config.id)}
    </section>
  `;
}

function jsonForm(config: ConfigModel, problems: readonly string[], token: string | undefined): Html {
  const address = `/bots/${encodeURIComponent(config.id)}/config`;
  const lines = Math.min(28, Math.max(10, config.text.split('\n').length));
  // What was said belongs to the way in which it was typed.
  const own = config.shows !== 'form';
  const { conflict, preview } = own ? config : {};
  const help = html`<p id="config-help" class="muted">
    This is the file config.json: edit it here or in your editor. Comments are kept.
  </p>`;
  return configForm(
    config,
    { as: 'json', address, preview, help, token },
    html`
      <label class="sr" for="config-text">config.json</label>
      ${textarea(config, own ? config.text : (config.base ?? config.text), lines, problems.length > 0)}
      <div id="config-check" aria-live="polite">${problemList(problems)}</div>
      ${conflict === undefined ? NOTHING : html`${conflicted(conflict, 'Put your changes onto the file as it is now, or load the page again to drop them.')}${rebaseButton(address)}`}
      ${preview === undefined ? NOTHING : html`<div id="config-preview">${previewed(preview)}</div>`}
    `,
  );
}

/** `config.json:3:16: …`; none: nothing. */
function problemList(problems: readonly string[]): Html {
  if (problems.length === 0) return NOTHING;
  return html`<ul id="config-problems" class="problems" role="alert">
    ${problems.map((problem) => html`<li ${placeOf(problem)}>${problem}</li>`)}
  </ul>`;
}

/** Where a script puts the cursor when the problem is clicked. */
function placeOf(problem: string): Html {
  const [, line, column] = /\.json:(\d+):(\d+)/.exec(problem) ?? [];
  return line === undefined ? NOTHING : html` data-line="${line}" data-column="${column ?? '1'}"`;
}

/** Said of a text while it is typed. Swapped into `#config-check`. */
export function checkedText(problems: readonly string[]): Html {
  return problems.length === 0
    ? html`<p class="sound">${icon('check')}No mistake is found in it.</p>`
    : problemList(problems);
}

function rebaseButton(address: string): Html {
  return html`<button
    class="button"
    formaction="${address}/rebase"
    hx-post="${address}/rebase"
    hx-target="#config"
    hx-swap="outerHTML"
    data-busy="Putting…"
  >
    Put my changes onto the file
  </button>`;
}

/** The first line break in a textarea is the markup's own: without one, a file's first would be lost. */
function textarea({ id }: ConfigModel, text: string, rows: number, wrong: boolean): Html {
  const fault = wrong ? html` aria-invalid="true" aria-errormessage="config-problems"` : NOTHING;
  const check = html`hx-post="/bots/${encodeURIComponent(id)}/config/check" hx-trigger="input delay:400ms"
  hx-target="#config-check" hx-swap="innerHTML" hx-sync="this:replace"`;
  const attributes = html`id="config-text" name="text" rows="${rows}" spellcheck="false" autocomplete="off"
  aria-describedby="config-help" ${check}${fault}`;
  const content = `\n${text}`;
  return html`<textarea ${attributes}>${content}</textarea>`;
}

/** What the settings were before: asked for when it is opened. */
function pastSettings(id: string): Html {
  const address = `/bots/${encodeURIComponent(id)}/config/history`;
  return html`<details class="past-settings">
    <summary hx-get="${address}" hx-target="#config-history" hx-swap="innerHTML" hx-trigger="click">
      Changes so far
    </summary>
    <div id="config-history"><a href="${address}">Show them</a></div>
  </details>`;
}
