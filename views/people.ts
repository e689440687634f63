/** Users and one's own sign-in. Plain forms: they work without scripts. */
import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';
import { codesSection, type CodesModel } from './one-time-codes.js';
import { ago, moment, tokenField } from './parts.js';

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly disabled: boolean;
  /** Signs in with one-time codes. */
  readonly totp: boolean;
  readonly created: number;
}

export interface MeModel extends PageModel {
  readonly problem?: string | undefined;
  readonly done?: string | undefined;
  /** A token that was just made: shown this once. */
  readonly fresh?: string | undefined;
  readonly codes: CodesModel;
  readonly tokens: readonly { id: string; name: string; scope: string; expires: number; lastFour: string }[];
  readonly sessions: readonly {
    id: string;
    seen: number;
    address: string;
    agent: string;
    current: boolean;
  }[];
}

const ROLES = ['viewer', 'trader', 'admin'] as const;

/** A page of people and what they did. */
export function peoplePage(model: PageModel, title: string, body: Html): Html {
  const { now, health, user } = model;
  return layout({
    title,
    active: 'settings',
    now,
    health,
    user,
    body: html`<section class="panels people">${body}</section>`,
  });
}

function said({ problem, done }: { problem?: string | undefined; done?: string | undefined }): Html {
  if (problem !== undefined) return html`<p class="problems" role="alert">${problem}</p>`;
  return done === undefined ? NOTHING : html`<p class="saved" role="status">${done}</p>`;
}

const roleMenu = (chosen: string): Html =>
  html`<select name="role" aria-label="Role">
    ${ROLES.map((role) => html`<option value="${role}" ${role === chosen ? html`selected` : NOTHING}>${role}</option>`)}
  </select>`;

export function usersPage(
  model: PageModel & {
    users: readonly UserRow[];
    problem?: string | undefined;
    done?: string | undefined;
    /** A new user as typed, without the password. */
    typed?: { readonly name: string; readonly role: string } | undefined;
  },
): Html {
  const act = (user: UserRow, body: Html): Html =>
    html`<form method="post" action="/users/${user.id}" class="inline">
      ${tokenField(model.token)}${body}
    </form>`;
  return peoplePage(
    model,
    'Users',
    html`<h1>Users</h1>
      <p class="muted">
        Admins may do everything; traders work with their own bots and keys; viewers look at what is shared
        with them.
      </p>
      ${said(model)}
      <table class="panel">
        <thead>
          <tr>
            <th scope="col">name</th>
            <th scope="col">role</th>
            <th scope="col">state</th>
            <th scope="col">one-time codes</th>
            <th scope="col">new password</th>
          </tr>
        </thead>
        <tbody>
          ${model.users.map(
            (user) =>
              html`<tr>
                <th scope="row">${user.name}</th>
                <td data-label="role">
                  ${act(user, html`${roleMenu(user.role)}<button class="button" name="act" value="role">Set</button>`)}
                </td>
                <td data-label="state">
                  ${act(user, html`${user.disabled ? 'disabled' : 'active'} <button class="button" name="act" value="${user.disabled ? 'enable' : 'disable'}">${user.disabled ? 'Enable' : 'Disable'}</button>`)}
                </td>
                <td data-label="one-time codes">
                  ${user.totp ? act(user, html`on <button class="button" name="act" value="no-totp">Turn off</button>`) : html`<span class="muted">off</span>`}
                </td>
                <td data-label="new password">
                  ${act(user, html`<input type="password" name="password" aria-label="New password of ${user.name}" autocomplete="new-password" maxlength="200" /><button class="button" name="act" value="password">Set</button>`)}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
      <form method="post" action="/users" class="inline new-user">
        ${tokenField(model.token)}
        <h2>New user</h2>
        <label
          >Name
          <input
            name="name"
            value="${model.typed?.name ?? ''}"
            required
            maxlength="32"
            autocomplete="off"
            autocapitalize="none"
        /></label>
        <label>Role ${roleMenu(model.typed?.role ?? 'viewer')}</label>
        <label
          >Password
          <input type="password" name="password" required maxlength="200" autocomplete="new-password"
        /></label>
        <button class="button primary">Add user</button>
      </form>`,
  );
}

export function mePage(model: MeModel): Html {
  const { token, tokens, sessions, fresh, now } = model;
  return peoplePage(
    model,
    'Your sign-in',
    html`<h1>Your sign-in</h1>
      ${said(model)}
      ${
        fresh === undefined
          ? NOTHING
          : html`<p class="saved" role="status">Your new token, shown this once: <code>${fresh}</code></p>`
      }
      <h2>Password</h2>
      <form method="post" action="/me/password" class="inline">
        ${tokenField(token)}
        <label
          >Present
          <input type="password" name="present" required maxlength="200" autocomplete="current-password"
        /></label>
        <label
          >New <input type="password" name="password" required maxlength="200" autocomplete="new-password"
        /></label>
        <button class="button">Change it</button>
        <span class="muted">It ends all sessions and tokens of yours.</span>
      </form>
      ${codesSection(model.codes, token)}
      <h2>Sessions</h2>
      <table class="panel">
        <tbody>
          ${sessions.map(
            (each) =>
              html`<tr>
                <th scope="row">${each.agent === '' ? 'unknown browser' : each.agent}</th>
                <td data-label="from">${each.address}</td>
                <td data-label="used" class="when">${ago(each.seen, now)}</td>
                <td>
                  ${each.current ? 'this one' : html`<form method="post" action="/me/sessions/${each.id}" class="inline">${tokenField(token)}<button class="button">End</button></form>`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
      <h2>API tokens</h2>
      ${
        tokens.length === 0
          ? html`<p class="muted">None yet. Programs send one as <code>Authorization: Bearer …</code>.</p>`
          : html`<table class="panel">
              <tbody>
                ${tokens.map(
                  (each) =>
                    html`<tr>
                      <th scope="row">${each.name}</th>
                      <td data-label="may at most">${each.scope}</td>
                      <td data-label="token">ends in ${each.lastFour}</td>
                      <td data-label="valid" class="when">until ${moment(each.expires)}</td>
                      <td>
                        <form method="post" action="/me/tokens/${each.id}" class="inline">
                          ${tokenField(token)}<button class="button">Revoke</button>
                        </form>
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      <form method="post" action="/me/tokens" class="inline">
        ${tokenField(token)}
        <label>Name <input name="name" required maxlength="60" autocomplete="off" /></label>
        <label>May at most ${roleMenu(model.user?.role ?? 'viewer')}</label>
        <label>Days <input name="days" value="90" inputmode="numeric" required maxlength="3" /></label>
        <button class="button">Make a token</button>
      </form>
      <p class="help">
        A token sees and does what its role says, and never more than you may. A viewer’s and a trader’s token
        sees only bots that are yours by name or shared with you; bots made at the command line belong to the
        admins, so only an admin’s token sees them. A viewer’s token changes nothing.
      </p>`,
  );
}
