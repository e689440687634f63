/** One-time codes of the user who looks at it: off, being set up, on, and the recovery codes this once. */
import { html, NOTHING, type Html } from './html.js';
import { tokenField } from './parts.js';
import { qrCode } from './qr.js';

export interface CodesModel {
  readonly on: boolean;
  /** Recovery codes that were not used yet. */
  readonly recoveryLeft: number;
  /** What an app must learn; absent but while it is set up. */
  readonly begun?: { readonly secret: string; readonly qr: readonly (readonly boolean[])[] } | undefined;
  /** Just made: shown this once. */
  readonly recovery?: readonly string[] | undefined;
}

export function codesSection(model: CodesModel, token: string | undefined): Html {
  return html`<h2 id="codes">One-time codes</h2>
    ${model.recovery === undefined ? NOTHING : recoveryCodes(model.recovery)}
    ${model.on ? whileOn(model, token) : model.begun === undefined ? whileOff(token) : begun(model.begun, token)}`;
}

function recoveryCodes(codes: readonly string[]): Html {
  return html`<div class="saved panel codes" role="status">
    <p>
      One-time codes are on. These recovery codes are shown this once: keep them where you find them without
      your phone. Each signs you in one time in place of a code.
    </p>
    <ul>
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ul>
  </div>`;
}

function whileOn({ recoveryLeft }: CodesModel, token: string | undefined): Html {
  return html`<form method="post" action="/me/codes" class="inline">
    ${tokenField(token)}
    <span>On. ${recoveryLeft} recovery ${recoveryLeft === 1 ? 'code' : 'codes'} left.</span>
    <button class="button" name="act" value="off">Turn them off</button>
    <span class="muted">For new recovery codes turn them off and set them up again.</span>
  </form>`;
}

function whileOff(token: string | undefined): Html {
  return html`<form method="post" action="/me/codes" class="inline">
    ${tokenField(token)}
    <span class="muted">Off. With them, your password alone signs nobody in.</span>
    <button class="button" name="act" value="begin">Set them up</button>
  </form>`;
}

function begun({ secret, qr }: NonNullable<CodesModel['begun']>, token: string | undefined): Html {
  return html`<form method="post" action="/me/codes" class="codes-begun">
    ${tokenField(token)} ${qrCode(qr, 'QR code for your authenticator app')}
    <div>
      <p>Scan this with an authenticator app, or type the secret there:</p>
      <p><code class="hash">${secret.match(/.{1,4}/g)?.join(' ') ?? ''}</code></p>
      <label class="field"
        >The code it shows
        <input name="code" required maxlength="10" inputmode="numeric" autocomplete="one-time-code" autofocus
      /></label>
      <div class="inline">
        <button class="button primary" name="act" value="confirm">Turn them on</button>
        <a class="button quiet" href="/me">Cancel</a>
      </div>
    </div>
  </form>`;
}
