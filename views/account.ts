/** What is in each account, what bots hold and may spend of it, what is free, and what else rests there. */
import { amountDigits } from './amount-digits.js';
import type {
  AccountBot,
  AccountParked,
  AccountModel,
  AccountOrder,
  AccountView,
  AssetView,
} from './account-model.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { layout, whyCount } from './layout.js';
import { decimalsOf, fixed, isZero, signAt } from './number.js';
import { absent, ago, explained, feeDigits, money, partial, tokenField, venueBadge } from './parts.js';
import { rowIds, side } from './tables.js';

export function accountPage(model: AccountModel): Html {
  return layout({
    title: 'Account',
    active: 'account',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`<div class="panels wide account-page">
      <h1>Account</h1>
      ${accountList(model)}
    </div>`,
  });
}

/** What keeps itself current; target `#accounts`. */
export function accountList(model: AccountModel): Html {
  const { accounts, said, problem, whole = false } = model;
  return html`<div
    id="accounts"
    hx-get="${whole ? '/account?show=all' : '/account'}"
    hx-trigger="every 15s"
    hx-target="#accounts"
    hx-swap="outerMorph"
  >
    ${problem === undefined ? NOTHING : html`<p class="why problem" role="alert">${icon('needs-you')}${problem}</p>`}
    ${said === undefined ? NOTHING : html`<p class="said" role="status">${said}</p>`}
    ${accounts.length === 0 ? nothingYet : accounts.map((account) => section(account, model))}
  </div>`;
}

export function accountRefresh(model: AccountModel): Html {
  return html`${accountList(model)}${partial('#why-count', 'outerMorph', whyCount(model.health.needLook ?? 0))}`;
}

const nothingYet: Html = html`<section class="panel nothing-yet">
  <h2>No account yet</h2>
  <p>
    A bot on paper trades in an account of practice money; one on Binance in the account of the exchange key
    it names.
  </p>
  <p class="for-traders">
    <a class="button primary" href="/bots/new">${icon('plus')}New bot</a>
    <a class="button" href="/keys/new">Store a key</a>
  </p>
</section>`;

/** A name as a part of ids. */
const slug = (name: string): string => name.replace(/[^\w-]/g, '-');

function section(account: AccountView, model: AccountModel): Html {
  const { account: name, venue, key, isOpen } = account;
  const id = `account-${slug(name)}`;
  return html`<section class="panel account" aria-labelledby="${id}">
    <div class="title-row">
      <h2 id="${id}">${venueBadge(venue)} ${key ?? 'Practice account'}</h2>
      ${isOpen ? freshness(account, model) : NOTHING}
    </div>
    ${account.problem === null ? NOTHING : html`<p class="why problem" role="status">${icon('needs-you')}${account.problem}</p>`}
    ${isOpen ? assets(account) : html`<p class="help">What is in this account is shown to ${account.key === null ? 'those who trade on it' : 'the owner of its key'}. These are the bots that you may see on it.</p>`}
    ${bots(account, model)}${orders(account, model)}${fees(account)}
  </section>`;
}

function freshness({ account, at }: AccountView, { now, token, whole = false }: AccountModel): Html {
  const address = whole ? '/account/refresh?show=all' : '/account/refresh';
  return html`<div class="freshness">
    <span class="muted">${at === null ? 'not answered yet' : html`as of ${ago(at, now)}`}</span>
    <form class="for-traders" method="post" action="${address}">
      ${tokenField(token)}<input type="hidden" name="account" value="${account}" />
      <button
        class="button"
        hx-post="${address}"
        hx-target="#accounts"
        hx-swap="outerMorph"
        hx-disable="this"
        data-busy="Asking…"
        aria-label="Refresh ${account}"
      >
        Refresh
      </button>
    </form>
  </div>`;
}

/** `kind`: by which account.css names the cells of a row that is a card on a phone. */
const table = (title: string, kind: string, head: Html, rows: Html[]): Html =>
  html`<h3>${title}</h3>
    <div class="scroll" tabindex="0" role="group" aria-label="${title}, a table that scrolls">
      <table class="list as-cards ${kind}">
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;

const head = (name: string | Html): Html => html`<th scope="col">${name}</th>`;
const right = (name: string | Html): Html => html`<th scope="col" class="r">${name}</th>`;

/** A cell at a precision, with all of its digits on hover; nothing is a plain 0. */
function amount(value: string | null, precision: number): Html {
  if (value === null) return html`<td class="r">${absent}</td>`;
  if (isZero(value)) return html`<td class="r muted num">0</td>`;
  const digits = seenDigits(value, precision);
  const exact = decimalsOf(value) > digits ? html` title="${value}"` : NOTHING;
  return html`<td class="r" ${exact}>${money(value, digits)}</td>`;
}

/** What is less than one of the last digit, and would be shown as nothing or as one, has all that exchanges count in, or is whole. */
function seenDigits(value: string | null, precision: number): number {
  if (value === null || isZero(value) || Math.abs(Number(value)) >= 10 ** -precision) return precision;
  const whole = decimalsOf(value);
  return signAt(value, 8) === 0 ? whole : Math.min(8, whole);
}

/** An asset is shown at the digits that its markets trade it in; money at two. */
function precisionOf({ bots }: AccountView): (asset: string) => number {
  return (asset) => {
    const own = bots.filter(({ base }) => base === asset).map(({ quantityPrecision }) => quantityPrecision);
    if (own.length > 0) return Math.max(...own);
    return amountDigits(asset);
  };
}

function assets(account: AccountView): Html {
  const { assets: all } = account;
  const digits = precisionOf(account);
  if (all.length === 0) return html`<p class="nothing">Nothing is known to be in it.</p>`;
  const row = ({ asset, total, locked, inBots, reserved, free }: AssetView): Html =>
    html`<tr id="asset-${asset}-${slug(account.account)}">
      <th scope="row">${asset}</th>
      ${[total, locked, inBots, reserved, free].map((value) => amount(value, digits(asset)))}
    </tr>`;
  return table(
    'Balances',
    'balances',
    html`${head('asset')}${right(explained('in all', 'Free and locked, as the exchange says'))}${right(explained('in orders', 'Locked in orders that rest'))}${right(explained('held by bots', 'Coins in the books of all bots on this account'))}${right(explained('bots may spend', 'What is set aside for bots and not spent yet'))}${right(explained('free', 'What no bot holds or may spend'))}`,
    all.map(row),
  );
}

/** So many rows of a table stand on a page that does not show all. */
const ROWS = 100;

const shownOf = <Row>(rows: readonly Row[], { whole = false }: AccountModel): readonly Row[] =>
  whole ? rows : rows.slice(0, ROWS);

/** The way to the rows that are not shown. */
function more(rows: readonly unknown[], what: string, { whole = false }: AccountModel): Html {
  if (whole || rows.length <= ROWS) return NOTHING;
  return html`<p class="help">
    These are the first ${ROWS}.
    <a href="/account?show=all">Show all ${fixed(String(rows.length), 0)} ${what}</a>
  </p>`;
}

function bots({ bots: all, otherBots }: AccountView, model: AccountModel): Html {
  const others =
    otherBots === 0
      ? NOTHING
      : html`<p class="help">
          ${otherBots} ${otherBots === 1 ? 'bot' : 'bots'} of others ${otherBots === 1 ? 'trades' : 'trade'}
          here too, counted above and not named.
        </p>`;
  if (all.length === 0)
    return html`<p class="nothing">No bot of yours trades on it.</p>
      ${others}`;
  const row = (bot: AccountBot): Html =>
    html`<tr id="account-bot-${bot.id}">
        <th scope="row"><a href="/bots/${bot.id}">${bot.name}</a></th>
        <td>${bot.symbol}</td>
        <td class="r">
          ${isZero(bot.quantity) ? absent : html`${money(bot.quantity, seenDigits(bot.quantity, bot.quantityPrecision))} <i class="unit">${bot.base}</i>`}
        </td>
        <td class="r">
          ${isZero(bot.quantity) ? absent : html`${money(bot.worth, seenDigits(bot.worth, amountDigits(bot.quote)))} <i class="unit">${bot.quote}</i>`}
        </td>
        <td class="r">
          ${bot.reserved === null ? absent : html`${money(bot.reserved, amountDigits(bot.quote))} <i class="unit">${bot.quote}</i>`}
        </td>
        <td class="r">${feeWords(bot.fees)}</td>
      </tr>
      ${bot.parked.map((book) => parkedRow(bot, book))}`;
  return html`${table(
    'Bots',
    'holders',
    html`${head('bot')}${head('symbol')}${right('holds')}${right('worth')}${right(explained('set aside', 'For this bot when it was started, invested or not'))}${right('fees paid')}`,
    shownOf(all, model).map(row),
  )}${more(all, 'bots', model)}${others}`;
}

function parkedRow({ id, name }: AccountBot, { symbol, base, quote, quantity, worth }: AccountParked): Html {
  return html`<tr id="account-bot-${id}-${symbol}">
    <th scope="row"><a href="/bots/${id}">${name}</a> <small class="muted">parked</small></th>
    <td>${symbol}</td>
    ${amountOf(quantity, base)}${isZero(quantity) ? html`<td class="r">${absent}</td>` : amountOf(worth, quote)}
    <td class="r">${absent}</td>
    <td class="r">${absent}</td>
  </tr>`;
}

const amountOf = (value: string | null, unit: string): Html =>
  html`<td class="r">
    ${value === null ? absent : html`${money(value, Math.min(8, decimalsOf(value)))} <i class="unit">${unit}</i>`}
  </td>`;

const feeWords = (paid: Readonly<Record<string, string>>): Html => {
  const some = Object.entries(paid).filter(([, fee]) => !isZero(fee));
  return some.length === 0
    ? absent
    : html`${some.map(([asset, fee]) => html`<span class="fee">${money(fee, feeDigits(fee))} <i class="unit">${asset}</i></span> `)}`;
};

const ORIGINS = {
  flotilla: ['another bot', 'An order of a bot that you may not see, or of one that is gone.'],
  other: ['by hand', 'Placed by you or by another program; bots leave it alone.'],
} as const;

function orders({ orders: all, isOpen, at, bots }: AccountView, model: AccountModel): Html {
  if (!isOpen || at === null) return NOTHING;
  if (all.length === 0)
    return html`<h3>Open orders</h3>
      <p class="nothing">Nothing rests on the symbols of these bots.</p>`;
  const ids = rowIds('order');
  const row = ({ origin, bot, symbol, side: which, type, price, quantity, executed }: AccountOrder): Html => {
    const market = bots.find((each) => each.symbol === symbol);
    const digits = (value: string | null, of: number | undefined): Html =>
      amount(value, of ?? decimalsOf(value ?? ''));
    return html`<tr id="${ids(`${symbol} ${which} ${type} ${price ?? ''} ${quantity}`)}">
      <td>
        ${origin === 'bot' ? html`<a href="/bots/${bot}">${bots.find(({ id }) => id === bot)?.name ?? bot}</a>` : explained(ORIGINS[origin][0], ORIGINS[origin][1])}
      </td>
      <td>${symbol}</td>
      <td>${side(which)} <span class="muted">${type.toLowerCase().replaceAll('_', ' ')}</span></td>
      ${digits(price, market?.pricePrecision)}${digits(quantity, market?.quantityPrecision)}${digits(executed, market?.quantityPrecision)}
    </tr>`;
  };
  const foreign = all.filter(({ origin }) => origin !== 'bot');
  const own = all.filter(({ origin }) => origin === 'bot');
  return html`${table(
    'Open orders',
    'resting',
    html`${head('whose')}${head('symbol')}${head('order')}${right('price')}${right('quantity')}${right('filled')}`,
    shownOf([...foreign, ...own], model).map(row),
  )}${more(all, 'orders', model)}`;
}

function fees({ fees: paid, bots: all }: AccountView): Html {
  if (all.length === 0) return NOTHING;
  return html`<p class="fees-paid">
    <span class="muted">Fees paid by ${all.length === 1 ? 'this bot' : 'these bots'}:</span> ${feeWords(paid)}
  </p>`;
}
