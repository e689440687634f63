/** What the settings were, change by change, and the way back. */
import { applies, beforeAfter, consequences } from './config-preview.js';
import type { Question } from './confirm.js';
import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { ConfigEditionModel, EditPreviewModel, PageModel } from './model.js';
import { moment } from './parts.js';
import { nothing } from './tables.js';

/** Newest first. Swapped into `#config-history`. */
export function configHistory(id: string, editions: readonly ConfigEditionModel[]): Html {
  if (editions.length === 0) return nothing('No change is known.');
  return html`<ol class="editions">
    ${editions.map((each) => edition(id, each))}
  </ol>`;
}

const VIAS: Readonly<Record<string, string>> = {
  session: 'on a page',
  token: 'by a token',
  run: 'by a token',
};

function edition(id: string, { version, at, by, changes, current }: ConfigEditionModel): Html {
  const who = by === null ? 'by hand' : `${by.user}, ${VIAS[by.via] ?? by.via}`;
  const address = `/bots/${encodeURIComponent(id)}/rollback?to=${encodeURIComponent(version)}`;
  return html`<li>
    <p class="edition-head">
      ${moment(at)} <span>${who}</span>
      ${
        current
          ? html`<span class="muted">as it is now</span>`
          : html`<a
              class="small-action for-traders"
              href="${address}"
              hx-get="${address}"
              hx-target="#dialog"
              aria-haspopup="dialog"
              >Roll back to this…</a
            >`
      }
    </p>
    ${
      changes === null
        ? html`<p class="muted">The first one that is known.</p>`
        : changes.length === 0
          ? html`<p class="muted">Comments or spacing alone.</p>`
          : beforeAfter(changes)
    }
  </li>`;
}

export function historyPage(
  page: PageModel,
  bot: { readonly id: string; readonly name: string },
  editions: readonly ConfigEditionModel[],
): Html {
  return layout({
    title: `Settings of ${bot.name}`,
    active: 'none',
    ...page,
    body: html`<p class="crumb"><a href="/bots/${encodeURIComponent(bot.id)}#config">${bot.name}</a></p>
      <section class="panel">
        <h2>Changes so far</h2>
        ${configHistory(bot.id, editions)}
      </section>`,
  });
}

/** A roll back is a change like any other: what it does is said first. */
export function rollbackQuestion(
  bot: { readonly name: string },
  edition: { readonly version: string; readonly seen: string },
  preview: EditPreviewModel | { readonly problems: readonly string[] },
): Question {
  const common = { verb: 'rollback', title: `Roll the settings of ${bot.name} back?`, busy: 'Rolling back…' };
  if ('problems' in preview)
    return { ...common, facts: preview.problems, yes: null, no: 'Close', calm: true };
  const { changes, asks, appliesTo } = preview;
  const fields = html`<input type="hidden" name="to" value="${edition.version}" />
    <input type="hidden" name="seen" value="${edition.seen}" />
    ${changes.length === 0 ? NOTHING : beforeAfter(changes)} ${consequences(preview)}
    ${asks ? applies(appliesTo) : NOTHING}`;
  const facts =
    changes.length === 0
      ? ['The settings say that already; only comments or spacing change.']
      : ['The file becomes what it was then, comments too. What it says now stays in the history.'];
  return { ...common, facts, yes: 'Roll back', no: 'Leave it', calm: true, fields };
}
