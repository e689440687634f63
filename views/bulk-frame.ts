/** Where a question about several bots stands: in a dialog over the fleet, or as a page of its own. */
import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';
import { tokenField } from './parts.js';

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
export function pageFrame(ids: readonly string[], token: string): Frame {
  const address = ids.length === 0 ? '/' : `/?picked=${ids.map(encodeURIComponent).join(',')}`;
  const isLong = address.length > LONGEST;
  return {
    isPage: true,
    around: (body) =>
      html`<section class="confirm page bulk-dialog" aria-labelledby="bulk-title">
        ${body}${isLong ? formBack(ids, token) : NOTHING}
      </section>`,
    sends: (to) => html` method="post" action="${to}"`,
    away: (words) => {
      const said = words === 'Close' ? 'To the fleet' : words;
      return isLong
        ? html`<button class="button" form="${BACK}">${said}</button>`
        : html`<a class="button" href="${address}">${said}</a>`;
    },
  };
}

/** What an address may be long without anything on the way refusing it: it names some two hundred bots of the longest ids. */
const LONGEST = 8_000;

const BACK = 'bulk-back';

/** The way back of more bots than an address can name. */
const formBack = (ids: readonly string[], token: string): Html =>
  html`<form id="${BACK}" method="post" action="/" hidden>
    ${tokenField(token)}<input type="hidden" name="ids" value="${ids.join(',')}" />
  </form>`;

/** What stands in the frame of a page, with all around it. */
export function bulkPage({ now, health, user }: PageModel, body: Html): Html {
  return layout({ title: 'Several bots', active: 'fleet', now, health, user, body });
}
