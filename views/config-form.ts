import { applies, previewButton } from './config-preview.js';
import { html, NOTHING, type Html } from './html.js';
import type { ConfigModel, EditPreviewModel } from './model.js';
import { tokenField } from './parts.js';

interface ConfigForm {
  readonly as: 'form' | 'json';
  readonly address: string;
  /** What a change would do, where it was asked for by this form. */
  readonly preview: EditPreviewModel | undefined;
  readonly help: Html;
  readonly token: string | undefined;
}

/**
 * The form around either way of editing a config: it names the version and the text that it was made from, and ends with
 * when a change counts, a look at what it would do, and the button that saves. Target `#config`.
 */
export function configForm(
  config: ConfigModel,
  { as, address, preview, help, token }: ConfigForm,
  content: Html,
): Html {
  return html`
    <form
      class="config as-${as}"
      method="post"
      action="${address}"
      hx-post="${address}"
      hx-target="#config"
      hx-swap="outerHTML"
      hx-disable="find button"
      ${as === 'form' ? html`novalidate` : NOTHING}
    >
      ${tokenField(token)}
      <input type="hidden" name="version" value="${config.version}" />
      <input type="hidden" name="base" value="${config.base ?? config.text}" />
      ${content}
      <div class="config-foot">
        ${help} ${config.holding ? applies(config.appliesTo ?? 'next-cycle') : NOTHING}
        ${previewButton(address)}
        <button class="button primary" data-busy="Checking…">
          ${preview !== undefined && preview.confirm !== null ? 'Save it, and change those orders' : 'Check and save'}
        </button>
      </div>
    </form>
  `;
}
