import { html, NOTHING, type Html } from './html.js';
import { looks } from './looks.js';
import { icon, sprite } from './icons.js';
import type { Health, SignedIn } from './model.js';
import { tokenField } from './parts.js';
import { duration } from './time.js';

/** Files of packages that pages load: the address and where the package has it (under node_modules). */
export const VENDOR: Readonly<Record<string, string>> = {
  '/vendor/htmx.js': 'htmx.org/dist/htmx.min.js',
  '/vendor/hx-sse.js': 'htmx.org/dist/ext/hx-sse.min.js',
  '/vendor/lightweight-charts.js': 'lightweight-charts/dist/lightweight-charts.standalone.production.js',
};

/** In views/public, each for its purpose; later ones build on the first. */
const STYLES = [
  'base',
  'bar',
  'fleet',
  'rows',
  'cards',
  'bulk',
  'empty',
  'bot',
  'forms',
  'new-bot',
  'people',
  'backtests',
  'keys',
  'caps',
  'why',
  'account',
  'trades',
  'settings',
] as const;

const SILENT_MS = 10_000;

export interface LayoutModel {
  readonly title: string;
  /** Which entry of the navigation is current. */
  readonly active: 'fleet' | 'new' | 'why' | 'account' | 'trades' | 'backtests' | 'settings' | 'none';
  readonly now: number;
  readonly health: Health;
  /** Who looks at it; absent where nobody has signed in. */
  readonly user?: SignedIn | undefined;
  readonly body: Html;
  /** Address of the server-sent events that keep this page current; absent: the page stays as it is. */
  readonly events?: string;
  /** Scripts this page needs beyond the common ones. */
  readonly scripts?: readonly string[];
}

/** The whole document around a page's body. */
export function layout(page: LayoutModel): Html {
  const { title, body, events, scripts = [], user } = page;
  const live =
    events === undefined
      ? NOTHING
      : html`<div id="live" hx-sse:connect="${events}" hx-trigger="load, again" hx-swap="none"></div>`;
  return bare(
    title,
    scripts.map((script) => html`<script src="${script}" defer></script>`),
    html`<body data-role="${user?.role ?? 'nobody'}">
      <a class="skip" href="#main">Skip to the content</a>
      ${sprite()} ${header(page)}
      <main id="main" tabindex="-1">${body}</main>
      <div id="dialog"></div>
      ${live}
    </body>`,
  );
}

/** A page for who has not signed in: it tells nothing of the fleet. */
export function outside(title: string, body: Html, head: Html = NOTHING): Html {
  return bare(
    title,
    [head],
    html`<body data-role="nobody">
      ${sprite()}
      <header class="bar">
        <a class="brand" href="/">${icon('anchor')}Flotilla</a>
        <div class="grow"></div>
        ${displayMenu()}
      </header>
      <main id="main" tabindex="-1">${body}</main>
    </body>`,
  );
}

function bare(title: string, head: readonly Html[], body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          name="htmx-config"
          content='{"includeIndicatorCSS":false,"defaultSettleDelay":0,"history":false,"sse":{"reconnectMaxDelay":2000}}'
        />
        <title>${title} · Flotilla</title>
        <link rel="icon" href="/public/favicon.svg" type="image/svg+xml" />
        ${STYLES.map((name) => html`<link rel="stylesheet" href="/public/${name}.css" />`)}
        <script src="/public/small.js"></script>
        <script src="/public/live.js"></script>
        <script src="/vendor/htmx.js"></script>
        <script src="/vendor/hx-sse.js"></script>
        ${head}
      </head>
      ${body}
    </html>`;
}

const PAGES: readonly (readonly [name: LayoutModel['active'], address: string, text: string])[] = [
  ['fleet', '/', 'Fleet'],
  ['why', '/why', 'Why'],
  ['account', '/account', 'Account'],
  ['trades', '/trades', 'Trades'],
  ['backtests', '/backtests', 'Backtests'],
  ['settings', '/settings', 'Settings'],
];

function header({ active, health, user }: LayoutModel): Html {
  const entry = ([name, href, text]: (typeof PAGES)[number]): Html =>
    html`<a href="${href}" ${active === name ? html` aria-current="page"` : NOTHING}
      >${text}${name === 'why' ? whyCount(health.needLook ?? 0) : NOTHING}</a
    >`;
  return html`
    <header class="bar">
      <a class="brand" href="/" aria-label="Flotilla">${icon('anchor')}<span>Flotilla</span></a>
      <nav aria-label="Pages">${PAGES.map(entry)}</nav>
      <div class="grow"></div>
      ${healthMarks(health)} ${displayMenu()} ${whoMenu(user)}
    </header>
  `;
}

/** How many bots need somebody or are held back; pushed with target `#why-count`. */
export function whyCount(count: number): Html {
  if (count === 0) return html`<span id="why-count"></span>`;
  return html`<span id="why-count" class="badge" title="Bots that need you or are held back"
    ><span class="num">${count}</span
    ><span class="sr"> ${count === 1 ? 'needs you or is' : 'need you or are'} held back</span></span
  >`;
}

/** Who is signed in, and the way out. */
function whoMenu(user: SignedIn | undefined): Html {
  if (user === undefined) return NOTHING;
  return html`<details class="menu who">
    <summary title="Signed in as ${user.name}">${user.name}</summary>
    <div class="sheet">
      <p class="role">${user.role}</p>
      <a href="/me">Your sign-in</a>
      <a class="for-admins" href="/users">Users</a>
      <a class="for-admins" href="/audit">Audit log</a>
      <a class="for-traders" href="/keys">Exchange keys</a>
      <a href="/caps">Caps</a>
      <form method="post" action="/logout">
        ${tokenField(user.token)}<button class="button">Sign out</button>
      </form>
    </div>
  </details>`;
}

/** How well the exchange is heard; pushed with target `#health`. */
export function healthMarks(health: Health): Html {
  const { exchangeLatencyMs: latency, streamAgeMs: age, idle = false, clocks = [] } = health;
  const times = clocks.map(({ venue, market, rate }) => `${venue} ${market} ${rate ?? '?'}`).join(', ');
  return html`<div id="health" class="health" data-clocks="${times}">
    ${health.halted ? html`<span class="mark bad" title="The fleet is halted: no entry leaves.">${icon('needs-you')}halted</span>` : NOTHING}
    ${health.problem === undefined ? NOTHING : html`<span class="mark bad" title="${health.problem}">${icon('needs-you')}${health.problem}</span>`}
    ${health.livePrices == null ? NOTHING : livePricesMark(health.livePrices)}
    ${latency === null && (idle || health.problem !== undefined) ? NOTHING : exchangeMark(latency)}
    ${health.notice == null ? (idle ? idleMark : streamMark(age, health.problem)) : html`<span class="mark notice" title="${health.notice}">${icon('stopped')}<span>${health.notice}</span></span>`}
    ${haltLink(health)}
    <span class="mark bad offline" title="This page has lost the server; it tries again by itself."
      >${icon('needs-you')}reconnecting…</span
    >
  </div>`;
}

/** The fleet's kill switch; what it does is said before it is done. */
function haltLink({ halted }: Health): Html {
  const [address, text, help] = halted
    ? ['/resume', 'Resume…', 'End the halt: bots may buy again']
    : ['/halt', 'Halt…', 'Stop all buying at once'];
  return html`<a
    class="button quiet halt for-admins"
    href="${address}"
    hx-get="${address}"
    hx-target="#dialog"
    aria-haspopup="dialog"
    title="${help}"
    >${text}</a
  >`;
}

/** Without a bot there is nothing to hear. */
const idleMark: Html = html`<span class="mark" title="No bot needs the market: nothing is listened to."
  >no streams needed</span
>`;

function livePricesMark(host: string): Html {
  return html`<span
    class="mark prices"
    title="Bots on paper trade on the prices of ${host}, one to three seconds behind them"
    >paper on live prices</span
  >`;
}

function exchangeMark(latency: number | null): Html {
  return html`<span
    class="mark ${latency === null ? 'bad' : 'ok'}"
    title="Round trip of the last request to the exchange"
    >${icon(latency === null ? 'needs-you' : 'dot')}exchange
    <b class="num">${latency === null ? 'silent' : `${Math.round(latency)} ms`}</b></span
  >`;
}

/** Of an exchange that cannot be reached that is said already. */
function streamMark(age: number | null, problem: string | undefined): Html {
  if (age === null && problem !== undefined) return NOTHING;
  const silent = age === null || age > SILENT_MS;
  return html`<span class="mark ${silent ? 'bad' : 'ok'}" title="Age of the last market event"
    >${icon(silent ? 'needs-you' : 'dot')}stream
    <b class="num">${age === null ? 'silent' : duration(age)}</b></span
  >`;
}

/** Choices of looks, remembered in the browser; of use only with scripts, and shown only then. */
function displayMenu(): Html {
  const choice = (name: string, value: string, text: string): Html =>
    html`<label><input type="radio" name="${name}" value="${value}" data-display="${name}" />${text}</label>`;
  return html`
    <details class="menu js-only">
      <summary title="How these pages look" aria-label="Display">${icon('display')}</summary>
      <div class="sheet">${looks(choice, 'System')}</div>
    </details>
  `;
}
