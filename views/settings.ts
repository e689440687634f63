/** One page that leads to all that can be set, and says what this installation is. */
import { html, NOTHING, type Html } from './html.js';
import { looks } from './looks.js';
import { icon } from './icons.js';
import { layout } from './layout.js';
import { megabytes } from './number.js';
import { venueBadge } from './parts.js';
import type { FileSize, SettingsModel, VenueSetting } from './settings-model.js';

export function settingsPage(model: SettingsModel): Html {
  return layout({
    title: 'Settings',
    active: 'settings',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`<div class="panels settings-page">
      <h1>Settings</h1>
      ${ways(model)}${appearance}${venues(model)}${bundles(model)}${files(model)}
    </div>`,
  });
}

function ways({ user }: SettingsModel): Html {
  const way = (href: string, title: string, help: string): Html =>
    html`<li>
      <a href="${href}">${title}<span class="arrow" aria-hidden="true"> →</span></a>
      <p class="help">${help}</p>
    </li>`;
  const role = user?.role ?? 'viewer';
  return html`<section class="panel" aria-labelledby="ways-title">
    <h2 id="ways-title">Money and people</h2>
    <ul class="ways-list">
      ${way('/caps', 'Caps', 'What all bots together may have set aside, by symbol, account and in all.')}
      ${role === 'viewer' ? NOTHING : way('/keys', 'Exchange keys', 'Stored encrypted; a bot gets only the one it uses.')}
      ${way('/me', 'Your sign-in', 'Password, one-time codes, sessions and API tokens.')}
      ${way('/api/docs', 'API', 'All that these pages do, for programs.')}
      ${role === 'admin' ? html`${way('/users', 'Users', 'Who may sign in, and what they may do.')}${way('/audit', 'Audit log', 'Who did what, in a chain that shows whether it was rewritten.')}` : NOTHING}
    </ul>
  </section>`;
}

const choice = (name: string, value: string, text: string): Html =>
  html`<label class="choice"
    ><input type="radio" name="settings-${name}" value="${value}" data-display="${name}" />${text}</label
  >`;

const appearance: Html = html`<section class="panel" aria-labelledby="looks-title">
  <h2 id="looks-title">Appearance</h2>
  <p class="help">Remembered by this browser.</p>
  <div class="looks js-only">
    ${looks(choice, 'As the system')}
    <fieldset>
      <legend>Rows of tables</legend>
      ${choice('dense', 'off', 'Roomy')}${choice('dense', 'on', 'Dense')}
    </fieldset>
  </div>
</section>`;

function venues({ venues: all }: SettingsModel): Html {
  const row = ({ name, rest, problem, redirected }: VenueSetting): Html =>
    html`<li>
      <span>${venueBadge(name)}</span>
      <span
        >${rest === null ? html`<span class="muted">${problem}</span>` : html`<code>${rest}</code>`}${redirected && rest !== null ? html` <span class="mark bad">${icon('needs-you')}not the venue's own address</span>` : NOTHING}</span
      >
    </li>`;
  return html`<section class="panel" aria-labelledby="venues-title">
    <h2 id="venues-title">Venues</h2>
    <p class="help">
      Where they are reached. <code>venues.json</code> of the data folder can name other addresses.
    </p>
    <ul class="pairs">
      ${all.map(row)}
    </ul>
  </section>`;
}

function bundles({ versions, bundles: { newest, running } }: SettingsModel): Html {
  const version = ([name, value]: [string, string]): Html =>
    html`<li><span class="muted">${name}</span><span>${value}</span></li>`;
  const bundle = ({ bundle: hash, newest: isNewest, bots }: (typeof running)[number]): Html =>
    html`<li>
      <span><code>${hash}</code></span>
      <span
        >${bots.length === 1 ? html`<a href="/bots/${bots[0]}">${bots[0]}</a>` : `${bots.length} bots`}${isNewest ? html` <span class="muted">the newest</span>` : html` <span class="mark bad">${icon('needs-you')}a restart brings a newer one: ${bots.slice(0, 8).join(', ')}${bots.length > 8 ? ' …' : ''}</span>`}</span
      >
    </li>`;
  return html`<section class="panel" aria-labelledby="versions-title">
    <h2 id="versions-title">Versions</h2>
    <ul class="pairs">
      ${Object.entries(versions).map(version)}
      <li>
        <span class="muted">bot program</span><span><code>${newest ?? 'not built'}</code></span>
      </li>
    </ul>
    <h3>What your bots run</h3>
    ${
      running.length === 0
        ? html`<p class="nothing">No bot runs.</p>`
        : html`<ul class="pairs">
            ${running.map(bundle)}
          </ul>`
    }
  </section>`;
}

function files({ data }: SettingsModel): Html {
  if (data === null) return NOTHING;
  const row = ({ name, files: count, bytes }: FileSize): Html =>
    html`<tr>
      <th scope="row">${name}</th>
      <td class="r num">${count}</td>
      <td class="r num">${megabytes(bytes)}</td>
    </tr>`;
  return html`<section class="panel" aria-labelledby="files-title">
    <h2 id="files-title">Files</h2>
    <p>Everything is in <code>${data.folder}</code></p>
    <div class="scroll" tabindex="0" role="group" aria-label="Files, a table that scrolls">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">part</th>
            <th scope="col" class="r">files</th>
            <th scope="col" class="r">size</th>
          </tr>
        </thead>
        <tbody>
          ${data.parts.map(row)}
        </tbody>
      </table>
    </div>
  </section>`;
}
