/** Where a question about several bots stands: in a dialog over the fleet, or as a page of its own. */
import { html, type Html } from './html.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';

export interface Frame {
  readonly isPage: boolean;
  readonly around: (body: Html) => Html;
  /** A form's attributes: to where it goes, and where its answer stands. */
  readonly sends: (address: string) => Html;
  readonly away: (words: string) => Html;
}

export const DIALOG: Frame = {
  isPage: false,
  around: (body) =>
    html`<dialog class="confirm bulk-dialog" data-modal aria-labelledby="bulk-title">${body}</dialog>`,
  sends: (address) =>
    html` method="post" action="${address}" hx-post="${address}" hx-target="#dialog" hx-swap="innerHTML"`,
  away: (words) => html`<button type="button" class="button" data-close autofocus>${words}</button>`,
};

/** For who comes back from giving the password, and for browsers without scripts. Away leads to the fleet, where `ids` are selected. */
export const pageFrame = (ids: readonly string[]): Frame => ({
  isPage: true,
  around: (body) =>
    html`<section class="confirm page bulk-dialog" aria-labelledby="bulk-title">${body}</section>`,
  sends: (address) => html` method="post" action="${address}"`,
  away: (words) =>
    html`<a class="button" href="${fleetWith(ids)}">${words === 'Close' ? 'To the fleet' : words}</a>`,
});

/** What an address may be long without anything on the way refusing it. */
const LONGEST = 8_000;

/** The fleet with these selected; with none where an address could not name them all. */
function fleetWith(ids: readonly string[]): string {
  const address = `/?picked=${ids.map(encodeURIComponent).join(',')}`;
  return ids.length === 0 || address.length > LONGEST ? '/' : address;
}

/** What stands in the frame of a page, with all around it. */
export function bulkPage({ now, health, user }: PageModel, body: Html): Html {
  return layout({ title: 'Several bots', active: 'fleet', now, health, user, body });
}
