/** Exchange keys: what is stored, without its secrets; storing, replacing and unlocking. */
import type { KeyInfo } from '../exchange/keys/vault.js';
import type { KeysView } from '../exchange/keys/shown.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';
import { moment, tokenField, venueBadge } from './parts.js';

export interface KeysModel extends PageModel {
  readonly view: KeysView;
  /** What better be changed, by key. */
  readonly warnings: ReadonlyMap<string, readonly string[]>;
  /** Its owner's name, by user id. */
  readonly names: ReadonlyMap<string, string>;
  /** What came of the last action. */
  readonly said?: string;
  readonly problem?: string;
}

const document = (model: PageModel, title: string, body: Html): Html =>
  layout({ title, active: 'settings', now: model.now, health: model.health, user: model.user, body });

export function keysPage(model: KeysModel): Html {
  const { view, said, problem } = model;
  return document(
    model,
    'Exchange keys',
    html`<div class="panels keys">
      <div class="head">
        <h1>Exchange keys</h1>
        <a class="button primary for-traders" href="/keys/new">Store a key</a>
      </div>
      <p class="lead">
        Bots on paper need none. A key is stored encrypted and is never shown again; a bot gets only the one
        it uses.
      </p>
      ${problem === undefined ? NOTHING : html`<p class="why problem" role="alert">${icon('needs-you')}${problem}</p>`}
      ${said === undefined ? NOTHING : html`<p class="said" role="status">${said}</p>`}
      ${view.locked === true ? unlockForm(model) : NOTHING} ${view.keys.length === 0 ? none : keyTable(model)}
      ${masterLine(view)}
    </div>`,
  );
}

const none: Html = html`<section class="panel nothing-yet">
  <p>
    No key is stored. Make one at the exchange that may read and trade, but not withdraw, and store it here.
  </p>
</section>`;

function keyTable(model: KeysModel): Html {
  return html`<section class="panel scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Venue</th>
          <th scope="col">API key</th>
          <th scope="col">May</th>
          <th scope="col">Used by</th>
          <th scope="col">Owner</th>
          <th scope="col">Stored</th>
          <th scope="col"><span class="sr">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${model.view.keys.map((key) => keyRow(key, model))}
      </tbody>
    </table>
  </section>`;
}

type Shown = KeysView['keys'][number];

function keyRow(key: Shown, { warnings, names, token }: KeysModel): Html {
  const { id, label, venue, lastFour, owner, createdAt, rotatedAt, bots } = key;
  const worth = warnings.get(id) ?? [];
  return html`<tr>
    <th scope="row">
      ${id}${label === id ? NOTHING : html` <small>${label}</small>`}
      ${worth.map((warning) => html`<small class="warning">${icon('needs-you')}${warning}</small>`)}
    </th>
    <td>${venueBadge(venue)}</td>
    <td class="num">…${lastFour}</td>
    <td>${rights(key)}</td>
    <td>
      ${bots.length === 0 ? html`<span class="muted">no bot</span>` : bots.map((bot) => html`<a href="/bots/${bot}">${bot}</a> `)}
    </td>
    <td>
      ${owner === null ? html`<span class="muted">admins</span>` : (names.get(owner) ?? html`<span class="muted">a former user</span>`)}
    </td>
    <td>${moment(rotatedAt ?? createdAt)}</td>
    <td class="c-act">
      ${action(id, 'check', 'Check', token)}
      <a class="button quiet" href="/keys/${id}/replace">Replace…</a>
      ${bots.length > 0 ? NOTHING : html`<a class="button quiet" href="/keys/${id}/remove">Remove…</a>`}
    </td>
  </tr>`;
}

function rights({ permissions }: KeyInfo): string {
  if (permissions === null) return 'unknown';
  const { reading, spotTrading, ipRestricted } = permissions;
  const may = [...(reading ? ['read'] : []), ...(spotTrading ? ['trade'] : [])].join(', ') || 'nothing';
  return ipRestricted === true ? `${may}, from certain addresses` : may;
}

function action(id: string, verb: string, text: string, token: string | undefined): Html {
  return html`<form method="post" action="/keys/${id}/${verb}">
    ${tokenField(token)}<button class="button quiet" data-busy="${text}…">${text}</button>
  </form>`;
}

function unlockForm({ token }: KeysModel): Html {
  return html`<form class="panel unlock" method="post" action="/keys/unlock">
    ${tokenField(token)}
    <p>
      ${icon('needs-you')} The keys are locked: a bot that starts waits for its key until somebody gives the
      passphrase.
    </p>
    <label
      >Passphrase <input type="password" name="passphrase" required maxlength="1000" autocomplete="off"
    /></label>
    <button class="button primary" data-busy="Unlocking…">Unlock</button>
  </form>`;
}

function masterLine({ master, locked }: KeysView): Html {
  if (master === null) return NOTHING;
  if (master.kind === 'passphrase')
    return html`<p class="help">
      Encrypted with a key from a
      passphrase${locked === true ? '' : ', which the key agent holds in memory until the machine is started anew'}.
    </p>`;
  return html`<p class="help">
    Encrypted with the master key in <code>${master.path}</code>. Keep a copy of that file elsewhere: without
    it the stored keys do not open.
  </p>`;
}

export interface KeyFormModel extends PageModel {
  /** What was typed; never the secret. */
  readonly values: Readonly<Record<string, string>>;
  readonly problem?: { readonly message: string; readonly field: string | null };
  /** The key that gets other credentials; null for a new one. */
  readonly replaces: string | null;
  /** No key was stored before: how they are locked is chosen with this one. */
  readonly first: boolean;
}

/** A new key, or other credentials behind a name. */
export function keyFormPage(model: KeyFormModel): Html {
  const { replaces, token, problem, first } = model;
  const title = replaces === null ? 'Store an exchange key' : `Replace the key ${replaces}`;
  return document(
    model,
    title,
    html`<form
      class="key-form panel"
      method="post"
      action="${replaces === null ? '/keys/new' : `/keys/${replaces}/replace`}"
      autocomplete="off"
    >
      ${tokenField(token)}
      <h1>${title}</h1>
      ${problem === undefined ? NOTHING : html`<p class="why problem" role="alert">${icon('needs-you')}${problem.message}</p>`}
      ${replaces === null ? identity(model) : html`<p>Bots that use it take the new credentials at their next start.</p>`}
      ${field(model, 'key', 'API key', html`<input name="key" required maxlength="4096" autocomplete="off" spellcheck="false" />`)}
      ${field(model, 'secret', 'API secret', html`<input type="password" name="secret" required maxlength="4096" autocomplete="off" />`, 'Stored encrypted and never shown again.')}
      ${replaces === null && first ? lockChoice(model) : NOTHING}
      <div class="foot">
        <button class="button primary" data-busy="Asking the exchange…">
          ${replaces === null ? 'Ask the exchange and store it' : 'Ask the exchange and replace it'}
        </button>
        <a class="button quiet" href="/keys">Cancel</a>
      </div>
    </form>`,
  );
}

function identity(model: KeyFormModel): Html {
  const { values } = model;
  const venue = values['venue'] ?? 'binance-testnet';
  const option = (name: string, text: string): Html =>
    html`<option value="${name}" ${venue === name ? html`selected` : NOTHING}>${text}</option>`;
  return html`
    ${field(model, 'id', 'Name', html`<input name="id" value="${values['id'] ?? ''}" required maxlength="40" pattern="[a-z0-9][a-z0-9_\\-]*" data-wrong="A name has lower-case letters, digits, - and _, begins with a letter or digit, and has no spaces." autocapitalize="none" spellcheck="false" />`, 'Lower-case letters, digits, - and _; bots name their key with it.')}
    ${field(
      model,
      'venue',
      'Venue',
      html`<select name="venue">
        ${option('binance-testnet', 'Binance testnet (practice money)')}${option('binance', 'Binance (real money)')}
      </select>`,
    )}
  `;
}

function lockChoice(model: KeyFormModel): Html {
  const chosen = model.values['lock'] ?? 'file';
  const choice = (value: string, text: string): Html =>
    html`<label class="choice"
      ><input
        type="radio"
        name="lock"
        value="${value}"
        ${chosen === value ? html`checked` : NOTHING}
      />${text}</label
    >`;
  return html`<fieldset>
    <legend>How all keys are locked</legend>
    ${choice('file', 'With a key file outside of the data folder: bots start by themselves after a reboot')}
    ${choice('passphrase', 'With a passphrase that I give after each reboot')}
    ${field(model, 'passphrase', 'Passphrase', html`<input type="password" name="passphrase" maxlength="1000" autocomplete="new-password" />`, 'Only for the second choice; at least 12 characters.')}
    ${field(model, 'again', 'The same once more', html`<input type="password" name="again" maxlength="1000" autocomplete="new-password" />`)}
  </fieldset>`;
}

function field(model: KeyFormModel, name: string, label: string, input: Html, help?: string): Html {
  const wrong = model.problem?.field === name;
  return html`<div class="field${wrong ? ' wrong' : ''}">
    <label>${label}${input}</label>${help === undefined ? NOTHING : html`<p class="help">${help}</p>`}
  </div>`;
}

/** Asked before a key is forgotten. */
export function removeKeyPage(model: PageModel & { readonly id: string }): Html {
  const { id, token } = model;
  return document(
    model,
    `Forget the key ${id}?`,
    html`<section class="confirm page">
      <h2>Forget the key ${id}?</h2>
      <ul>
        <li>No bot uses it. It is removed here; the exchange still knows it: delete it there too.</li>
      </ul>
      <form method="post" action="/keys/${id}/remove">
        ${tokenField(token)}<button class="button danger">Forget it</button
        ><a class="button" href="/keys">Leave it</a>
      </form>
    </section>`,
  );
}
