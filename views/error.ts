import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { layout, outside } from './layout.js';
import type { ErrorModel } from './model.js';

/** A page that says what is wrong and the way out. */
export function errorPage(model: ErrorModel): Html {
  const body = html`
    <section class="error-page">
      <p class="code">${model.status}</p>
      <h1>${model.message}</h1>
      ${model.hint === undefined ? NOTHING : html`<p class="lead">${model.hint}</p>`}
      <p><a class="button primary" href="/">To the fleet</a></p>
    </section>
  `;
  if (model.user === undefined) return outside(`${model.status}`, body);
  return layout({
    title: `${model.status}`,
    active: 'none',
    now: model.now,
    health: model.health,
    user: model.user,
    body,
  });
}

/** The same as a fragment, where an action was taken: shown in the page's dialog place. */
export function errorFragment(message: string): Html {
  return html`<dialog class="confirm" data-modal aria-label="Not done">
    <p class="why problem" role="alert">${icon('needs-you')}${message}</p>
    <form method="dialog"><button class="button" autofocus>Close</button></form>
  </dialog>`;
}
