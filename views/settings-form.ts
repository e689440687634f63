import { configForm } from './config-form.js';
import { conflicted, previewed } from './config-preview.js';
import { problems, settingField, strategyFieldset } from './form-fields.js';
import { html, NOTHING, type Html } from './html.js';
import type { ConfigModel, EditPreviewModel, FormTexts, SettingsFormModel } from './model.js';

/** The settings as fields, drawn from the schemas that check the file. Only what is changed in them changes the file. */
export function settingsForm(config: ConfigModel, form: SettingsFormModel, token?: string): Html {
  const address = `/bots/${encodeURIComponent(config.id)}/settings`;
  const { values, errors } = form;
  const { conflict, preview } = config.shows === 'form' ? config : {};
  const help = html`<p class="muted">Only what you change is changed in config.json; its comments stay.</p>`;
  return configForm(
    config,
    { as: 'form', address, preview, help, token },
    html`
      ${problems(errors)}
      ${conflict === undefined ? NOTHING : conflicted(conflict, 'The fields below are the file as it is now, with your changes on top: look at them and save again.')}
      <div class="fields">
        <fieldset>
          <legend>Bot</legend>
          ${form.basics.map((each) => settingField(each.name, each, values, errors))}
        </fieldset>
        <fieldset>
          <legend>Caps</legend>
          ${form.risk.map((each) => settingField(each.name, each, values, errors))}
        </fieldset>
        ${strategyFieldset('signal', 'Signal', 'When it enters and leaves', form.signals, values, errors, `${address}/again`)}
        ${strategyFieldset('plan', 'Plan', 'What it holds, and how it leaves', form.plans, values, errors, `${address}/again`)}
      </div>
      <div
        id="settings-preview"
        aria-live="polite"
        hx-post="${address}/inline"
        hx-include=".as-form"
        hx-trigger="input from:.as-form delay:400ms, change from:.as-form delay:250ms"
        hx-target="this"
        hx-swap="innerHTML"
        hx-sync="this:replace"
      >
        ${preview === undefined ? NOTHING : previewed(preview)}
      </div>
    `,
  );
}

/** What the fields as they stand would change, or what is wrong with them. Swapped into `#settings-preview`. */
export function inlinePreview(outcome: EditPreviewModel | FormTexts): Html {
  if (isPreview(outcome)) return outcome.changes.length === 0 ? NOTHING : previewed(outcome);
  return html`<ul class="problems">
    ${Object.entries(outcome).map(
      ([name, sentence]) =>
        html`<li>
          <a href="#f-${name.replace(/[^\w-]/g, '-')}">${name === 'form' ? 'Settings' : name}</a>: ${sentence}
        </li>`,
    )}
  </ul>`;
}

function isPreview(outcome: EditPreviewModel | FormTexts): outcome is EditPreviewModel {
  return Array.isArray((outcome as { changes?: unknown }).changes);
}
