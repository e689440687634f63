/** What all bots together may have, what is set aside for each, and what their accounts have left. */
import { amountDigits } from './amount-digits.js';
import type { ReservationFile } from '../bot/files/reservations.js';
import { fieldOf } from './form-fields.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { layout } from './layout.js';
import type { FormTexts, PageModel } from './model.js';
import { absent, explained, inFolder, moment, money, tokenField } from './parts.js';

/** For who is no admin: of the bots that they see alone, and nothing of what is left. */
export interface CapRow {
  /** As in caps.json: `symbols.BTCUSDT`, `accounts.paper.USDT`, `fleet.USDT`. */
  readonly key: string;
  readonly used: string;
  /** Null: no cap. */
  readonly limit: string | null;
  readonly left: string | null;
  /** Where more is set aside than it allows: by whom, and what follows, as sentences. */
  readonly exceeded: string | null;
}

export interface AccountRow {
  readonly account: string;
  readonly asset: string;
  /** Null where the exchange does not answer now. */
  readonly total: string | null;
  readonly reserved: string;
  readonly spendable: string;
  readonly free: string | null;
}

export interface CapsModel extends PageModel {
  readonly caps: readonly CapRow[];
  readonly accounts: readonly AccountRow[];
  readonly reservations: readonly ReservationFile[];
  /** Of the bots that may be seen, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** What was typed. */
  readonly values: FormTexts;
  readonly said?: string;
  /** By field, `form` for what belongs to none. */
  readonly problem?: FormTexts;
}

export function capsPage(model: CapsModel): Html {
  const { said, problem, user } = model;
  const form = problem?.['form'];
  return layout({
    title: 'Caps',
    active: 'settings',
    now: model.now,
    health: model.health,
    user,
    body: html`<div class="panels caps">
      <h1>Caps</h1>
      <p class="lead">
        Before a bot buys, its budget is set aside on its account. A cap says how much all bots together may
        have set aside; neither holds back an exit or a stop.
      </p>
      ${form === undefined ? NOTHING : html`<p class="why problem" role="alert">${icon('needs-you')}${inFolder(form)}</p>`}
      ${said === undefined ? NOTHING : html`<p class="said" role="status">${said}</p>`} ${accounts(model)}
      ${capTable(model)} ${user?.role === 'admin' ? capForm(model) : NOTHING} ${setAside(model)}
    </div>`,
  });
}

const head = (...titles: readonly (string | Html)[]): Html =>
  html`<thead>
    <tr>
      ${titles.map((title, index) => html`<th scope="col" class="${index === 0 ? '' : 'num'}">${title}</th>`)}
    </tr>
  </thead>`;

const amount = (value: string | null, asset = ''): Html =>
  html`<td class="num">
    ${value === null ? absent : html`${money(value, amountDigits(asset))}${asset === '' ? NOTHING : html` <i class="unit">${asset}</i>`}`}
  </td>`;

function accounts({ accounts }: CapsModel): Html {
  if (accounts.length === 0) return NOTHING;
  const row = ({ account, asset, total, reserved, spendable, free }: AccountRow): Html =>
    html`<tr>
      <th scope="row">${account} <i class="unit">${asset}</i></th>
      ${total === null ? html`<td class="num muted">no answer</td>` : amount(total)}${amount(reserved)}${amount(spendable)}${amount(free)}
    </tr>`;
  return html`<section class="panel scroll" tabindex="0" aria-label="Accounts">
    <h2>Accounts</h2>
    <table>
      ${head('Account', explained('Holds', 'Free and locked, as the exchange says'), 'Set aside', explained('Not spent yet', 'What of it is not invested'), explained('Free', 'What no bot may spend'))}
      <tbody>
        ${accounts.map(row)}
      </tbody>
    </table>
  </section>`;
}

const WHOLE = 'Invested or not. Real money is counted apart from paper and testnet: the fuller of them';
const OWN = 'For the bots that you see, invested or not. Bots of others count under the cap too';

function capTable(model: CapsModel): Html {
  const isAdmin = model.user?.role === 'admin';
  if (model.caps.length === 0) return NOTHING;
  return html`<section class="panel scroll" tabindex="0" aria-label="Caps">
    <h2>Caps</h2>
    <table>
      ${head('Of', explained('Set aside', isAdmin ? WHOLE : OWN), 'Cap', ...(isAdmin ? ['Left', html`<span class="sr">Change</span>`] : []))}
      <tbody>
        ${model.caps.map((row) => capRow(row, model, isAdmin))}
      </tbody>
    </table>
    ${model.caps.map(({ exceeded }) => (exceeded === null ? NOTHING : html`<p class="why problem">${icon('needs-you')}${exceeded}</p>`))}
  </section>`;
}

function capRow({ key, used, limit, left, exceeded }: CapRow, { token }: CapsModel, isAdmin: boolean): Html {
  const full = left !== null && /^0*(\.0*)?$/.test(left);
  return html`<tr>
    <th scope="row">${wordsOf(key)}</th>
    ${amount(used)}${limit === null ? html`<td class="num muted">none</td>` : amount(limit)}
    ${
      isAdmin
        ? html`<td class="num">
            ${left === null ? absent : money(left, 2)}${full ? html` <span class="mark bad">${icon('needs-you')}${exceeded === null ? 'full' : 'exceeded'}</span>` : NOTHING}
          </td>`
        : NOTHING
    }
    ${
      isAdmin
        ? html`<td class="change">
            <form method="post" action="/caps">
              ${tokenField(token)}<input type="hidden" name="key" value="${key}" />
              <input
                name="amount"
                value="${limit ?? ''}"
                inputmode="decimal"
                autocomplete="off"
                maxlength="60"
                aria-label="Cap of ${wordsOf(key)}"
              /><button class="button">Set</button>
              ${limit === null ? NOTHING : html`<button class="button quiet" name="act" value="remove">Remove</button>`}
            </form>
          </td>`
        : NOTHING
    }
  </tr>`;
}

/** `accounts.paper.USDT` as people say it. */
function wordsOf(key: string): string {
  const [section, name = '', asset = ''] = key.split('.');
  if (section === 'symbols') return `Symbol ${name}`;
  return section === 'fleet' ? `All bots, ${name}` : `Account ${name}, ${asset}`;
}

function capForm({ values, problem = {}, token, caps }: CapsModel): Html {
  const field = fieldOf(problem);
  return html`<form class="panel new-cap" method="post" action="/caps">
    ${tokenField(token)}
    <h2>Set a cap</h2>
    ${field('key', 'What it is for', 'A symbol (symbols.BTCUSDT), an account (accounts.paper.USDT, accounts.binance/main.USDT) or all bots (fleet.USDT).', (a) => html`<input ${a} value="${values['key'] ?? ''}" required maxlength="120" list="cap-keys" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="fleet.USDT" /><datalist id="cap-keys">${caps.map(({ key }) => html`<option value="${key}">${wordsOf(key)}</option>`)}</datalist>`)}
    ${field('amount', 'At most', 'In the quote asset.', (a) => html`<input ${a} value="${values['amount'] ?? ''}" required maxlength="60" inputmode="decimal" autocomplete="off" placeholder="2000" />`)}
    <button class="button primary" data-busy="Setting…">Set the cap</button>
  </form>`;
}

function setAside(model: CapsModel): Html {
  const { reservations, names, user } = model;
  const others =
    user?.role === 'admin'
      ? NOTHING
      : html`<p class="help">
          Bots that you may not see count under the caps too; what they have is theirs to know.
        </p>`;
  if (reservations.length === 0)
    return html`<section class="panel nothing-yet">
      <p>Nothing is set aside for any bot${user?.role === 'admin' ? '' : ' of yours'}.</p>
    </section>`;
  const row = (each: ReservationFile): Html =>
    html`<tr>
      <th scope="row">${whose(each, names)}</th>
      <td>${each.account}</td>
      <td>
        ${each.symbol}${Object.entries(each.parked ?? {}).map(([symbol, cost]) => html`<small class="muted">of it ${money(cost, amountDigits(each.asset))} in ${symbol}</small>`)}
      </td>
      ${amount(each.amount, each.asset)}
      <td>${moment(each.at)}</td>
      <td class="for-admins">${names.has(each.id) ? NOTHING : release(each.id, model.token)}</td>
    </tr>`;
  return html`<section class="panel scroll" tabindex="0" aria-label="Set aside">
      <h2>Set aside</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">Account</th>
            <th scope="col">Symbol</th>
            <th scope="col" class="num">Amount</th>
            <th scope="col">Since</th>
            <th scope="col" class="for-admins"><span class="sr">Give back</span></th>
          </tr>
        </thead>
        <tbody>
          ${reservations.map(row)}
        </tbody>
      </table>
    </section>
    ${others}`;
}

function whose({ id }: ReservationFile, names: ReadonlyMap<string, string>): Html {
  const name = names.get(id);
  return name === undefined
    ? html`${id} <small class="warning">${icon('needs-you')}is no bot any more</small>`
    : html`<a href="/bots/${id}">${name}</a>`;
}

function release(id: string, token: string | undefined): Html {
  return html`<form method="post" action="/caps/release/${id}">
    ${tokenField(token)}<button class="button quiet">Give it back</button>
  </form>`;
}
