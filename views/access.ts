/** Whose a bot is, and who may look at it besides. */
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';
import { tokenField } from './parts.js';

export interface AccessModel extends PageModel {
  readonly bot: { readonly id: string; readonly name: string };
  /** By names; an owner of null: the admins. */
  readonly access: { readonly owner: string | null; readonly shared: 'everyone' | readonly string[] };
  readonly problem?: string;
}

export function accessPage(model: AccessModel): Html {
  const { bot, problem } = model;
  const body = html`<div class="panels keys">
    <div class="head"><h1>Who may see ${bot.name}</h1></div>
    <p class="lead">
      Its owner does everything with it, as every admin may. Who it is shared with looks at it, its trades and
      its log, and changes nothing. <a href="/bots/${bot.id}">Back to the bot</a>
    </p>
    ${problem === undefined ? NOTHING : html`<p class="why problem" role="alert">${icon('needs-you')}${problem}</p>`}
    ${sharedPanel(model)} ${ownerPanel(model)}
  </div>`;
  const { now, health, user } = model;
  return layout({ title: `Who may see ${bot.name}`, active: 'none', now, health, user, body });
}

function sharedPanel(model: AccessModel): Html {
  const { shared } = model.access;
  const everyone = shared === 'everyone';
  const names = everyone ? ['everyone'] : shared;
  return html`<section class="panel">
    <h2>Shared with</h2>
    ${
      names.length === 0
        ? html`<p>Nobody.</p>`
        : html`<ul class="shared">
            ${names.map((name) => sharedWith(model, name))}
          </ul>`
    }
    ${
      everyone
        ? NOTHING
        : html`<form method="post" action="${address(model)}" class="share-line">
              ${tokenField(model.token)}<label
                >User
                <input
                  name="user"
                  required
                  maxlength="64"
                  autocomplete="off"
                  autocapitalize="none"
                  spellcheck="false" /></label
              ><button class="button primary" name="act" value="share">Share</button>
            </form>
            ${shareWithAll(model)}`
    }
  </section>`;
}

function sharedWith(model: AccessModel, name: string): Html {
  const words = name === 'everyone' ? 'Everyone who can sign in' : name;
  return html`<li>
    <form method="post" action="${address(model)}" class="share-line">
      ${tokenField(model.token)}<input type="hidden" name="user" value="${name}" /><span>${words}</span>
      <button class="button" name="act" value="unshare" aria-label="Stop sharing with ${words}">
        Stop sharing
      </button>
    </form>
  </li>`;
}

function shareWithAll(model: AccessModel): Html {
  return html`<form method="post" action="${address(model)}" class="share-line">
    ${tokenField(model.token)}<input type="hidden" name="user" value="everyone" />
    <button class="button quiet" name="act" value="share">Share with everyone who can sign in</button>
  </form>`;
}

function ownerPanel(model: AccessModel): Html {
  const { owner } = model.access;
  const give = html`<form method="post" action="${address(model)}" class="share-line">
    ${tokenField(model.token)}
    <label
      >New owner
      <input
        name="user"
        maxlength="64"
        placeholder="the admins"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
    /></label>
    <button class="button" name="act" value="give">Give it away</button>
  </form>`;
  return html`<section class="panel">
    <h2>Owner</h2>
    <p>${owner ?? 'The admins'}</p>
    ${model.user?.role === 'admin' ? give : NOTHING}
  </section>`;
}

const address = ({ bot }: AccessModel): string => `/bots/${bot.id}/access`;
