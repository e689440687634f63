/** Where a question about several bots stands: in a dialog over the fleet, or as a page of its own. */
import { html, type Html } from './html.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';

export interface Frame {
  readonly around: (body: Html) => Html;
  /** A form's attributes: to where it goes, and where its answer stands. */
  readonly sends: (address: string) => Html;
  readonly away: (words: string) => Html;
}

export const DIALOG: Frame = {
  around: (body) =>
    html`<dialog class="confirm bulk-dialog" data-modal aria-labelledby="bulk-title">${body}</dialog>`,
  sends: (address) =>
    html` method="post" action="${address}" hx-post="${address}" hx-target="#dialog" hx-swap="innerHTML"`,
  away: (words) => html`<button type="button" class="button" data-close autofocus>${words}</button>`,
};

/** For who comes back from giving the password, and for browsers without scripts. */
export const PAGE: Frame = {
  around: (body) =>
    html`<section class="confirm page bulk-dialog" aria-labelledby="bulk-title">${body}</section>`,
  sends: (address) => html` method="post" action="${address}"`,
  away: (words) => html`<a class="button" href="/">${words === 'Close' ? 'To the fleet' : words}</a>`,
};

/** What stands in the frame of a page, with all around it. */
export function bulkPage({ now, health, user }: PageModel, body: Html): Html {
  return layout({ title: 'Several bots', active: 'fleet', now, health, user, body });
}
