/** The pages before there is a session: signing in, the very first user, and the password once more. */
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { outside } from './layout.js';
import { tokenField } from './parts.js';

export interface SignInModel {
  /** The mark of the form. */
  readonly token: string;
  /** Where to go afterwards: a path of this server. */
  readonly then: string;
  /** What was wrong with the try before. */
  readonly problem?: string;
  readonly name?: string;
  /** Nobody could sign in yet: there is no user. */
  readonly empty?: boolean;
  /** Somebody here signs in with one-time codes: the form asks for one. */
  readonly codes?: boolean;
  /** The session of this browser ended because nobody used it. */
  readonly idle?: boolean;
}

const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;

function problemOf(problem: string | undefined): Html {
  if (problem === undefined) return NOTHING;
  return html`<p class="why problem" role="alert">${icon('needs-you')}${problem}</p>`;
}

function field(label: string, input: Html, help?: string): Html {
  return html`<div class="field">
    <label>${label}${input}</label>${help === undefined ? NOTHING : html`<p class="help">${help}</p>`}
  </div>`;
}

const passwordInput = (autocomplete: string, name = 'password', first: Html = NOTHING): Html =>
  html`<input
    type="password"
    name="${name}"
    required
    maxlength="200"
    autocomplete="${autocomplete}"
    ${first}
  />`;

export function loginPage({
  token,
  then,
  problem,
  name = '',
  empty = false,
  codes = false,
  idle = false,
}: SignInModel): Html {
  return outside(
    'Sign in',
    html`<form class="sign-in" method="post" action="/login">
      ${tokenField(token)}${hidden('then', then)}
      <h1>Sign in</h1>
      ${
        empty
          ? html`<p class="lead">
              There is no user yet. Open the set-up link that <code>flotilla up</code> printed where it was
              started, or make one there: <code>flotilla user add NAME</code>.
            </p>`
          : NOTHING
      }
      ${idle && problem === undefined ? html`<p class="lead" role="status">You were signed out after 30 minutes without use.</p>` : NOTHING}
      ${problemOf(problem)}
      ${field('Name', html`<input name="name" value="${name}" required maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false" ${name === '' ? html`autofocus` : NOTHING} />`)}
      ${field('Password', passwordInput('current-password'))}
      ${codes ? field('One-time code', html`<input name="code" maxlength="40" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" />`, 'From your authenticator app, or a recovery code. Leave it empty if you have set none up.') : NOTHING}
      <button class="button primary" data-busy="Signing in…">Sign in</button>
    </form>`,
  );
}

export function setupPage({
  token,
  problem,
  name = '',
  code,
}: SignInModel & { readonly code: string }): Html {
  return outside(
    'Set up',
    html`<form class="sign-in" method="post" action="/setup">
      ${tokenField(token)}${hidden('code', code)}
      <h1>Your fleet, your key</h1>
      <p class="lead">
        Choose the name and the password of the first user, who may do everything. This page works once.
      </p>
      ${problemOf(problem)}
      ${field('Name', html`<input name="name" value="${name}" required maxlength="32" autocomplete="username" autocapitalize="none" spellcheck="false" autofocus />`)}
      ${field('Password', passwordInput('new-password'), 'At least 12 characters; a few words in a row are easy to keep in mind.')}
      ${field('The same once more', passwordInput('new-password', 'again'))}
      <button class="button primary" data-busy="Setting up…">Set up</button>
    </form>`,
  );
}

/** The password once more, before what is dangerous. */
export function surePage({
  token,
  then,
  problem,
  name = '',
  kept,
}: SignInModel & { readonly kept?: string }): Html {
  return outside(
    'Your password, once more',
    html`<form class="sign-in" method="post" action="/sure">
      ${tokenField(token)}${hidden('then', then)}${kept === undefined ? NOTHING : hidden('kept', kept)}
      <h1>Your password, once more</h1>
      <p class="lead">
        What comes next could hand your fleet to somebody else, or cost money, so it is asked of you, ${name}.
        ${kept === undefined ? NOTHING : 'What you sent waits ten minutes for it, and is done then.'}
      </p>
      ${problemOf(problem)}
      <input type="hidden" name="name" value="${name}" autocomplete="username" />
      ${field('Password', passwordInput('current-password', 'password', html`autofocus`))}
      <div class="foot">
        <button class="button primary">Go on</button
        ><a class="button quiet" href="${kept === undefined ? '/' : then}">Cancel</a>
      </div>
    </form>`,
  );
}

/**
 * Leads on by itself. A redirect would not do: where the link came from another site, a browser holds the new cookie
 * back until a page of this site leads on.
 */
export function enteredPage(): Html {
  return outside(
    'Signed in',
    html`<section class="sign-in">
      <h1>You are signed in</h1>
      <p><a class="button primary" href="/">To the fleet</a></p>
    </section>`,
    html`<meta http-equiv="refresh" content="0; url=/" />`,
  );
}
