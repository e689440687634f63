/** The small pieces that every page is made of. */
import type { BotView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { ABSENT, fixed, percentOf, signAt, signed, signedPercent } from './number.js';
import { stateOf } from './state.js';
import { age, iso, utc } from './time.js';

/** `hx-partial`: a fragment that finds its own place; the answer of a push or an addition to an action's answer. */
export function partial(
  target: string,
  swap: 'outerMorph' | 'outerHTML' | 'innerHTML' | 'beforeend' | 'afterbegin' | 'delete',
  body: Html,
): Html {
  return html`<hx-partial hx-target="${target}" hx-swap="${swap}">${body}</hx-partial>`;
}

/** An absent value: a dash that screen readers pass over. */
export const absent: Html = html`<span class="absent">${ABSENT}</span>`;

/** An amount at a precision, thousands grouped: `10,482.17`. */
export function money(value: string | null, precision: number): Html {
  if (value === null) return absent;
  return html`<span class="num">${fixed(value, precision)}</span>`;
}

/** Digits at which a commission is read: small ones at all that the exchange counts in, those in quote at four. */
export function feeDigits(fee: string, inQuote = false): number {
  return !inQuote && /^-?0\.0/.test(fee) ? 8 : 4;
}

/** A price whose column is aligned at the decimal point: the fraction has a width of its own. */
export function price(value: string | null, precision: number): Html {
  if (value === null) return absent;
  const [whole, fraction] = fixed(value, precision).split('.');
  return html`<span class="num"
    >${whole}<span class="frac">${fraction === undefined ? '' : `.${fraction}`}</span></span
  >`;
}

const DIRECTION = {
  1: { name: 'gain', icon: 'up', word: 'gain' },
  0: { name: 'even', icon: 'flat', word: 'even' },
  [-1]: { name: 'loss', icon: 'down', word: 'loss' },
} as const;

/** A gain or loss: colour, mark, sign and (for screen readers) word say the same. */
export function pnl(value: string | null, precision: number, of?: string): Html {
  if (value === null) return absent;
  const direction = DIRECTION[signAt(value, precision)];
  const share = of === undefined ? null : percentOf(value, of);
  return html`<span class="pnl ${direction.name}"
    >${icon(direction.icon)}<span class="sr">${direction.word} </span
    ><span class="num">${signed(value, precision)}</span
    >${share === null ? NOTHING : html` <span class="share">(${signedPercent(share)})</span>`}</span
  >`;
}

/** The state of a bot: shape, colour and word together, its explanation on hover or focus. */
export function stateMark(bot: BotView): Html {
  const { kind, word, help, icon: mark } = stateOf(bot);
  return html`<span class="state s-${kind}" title="${inFolder(help)}">${icon(mark)}${word}</span>`;
}

/** How long ago, kept current by a script where there is one. */
export function ago(time: number | null, now: number): Html {
  if (time === null) return absent;
  return html`<time class="ago" data-ago="${time}" datetime="${iso(time)}">${age(now - time)}</time>`;
}

/** A moment: UTC as sent; where scripts run local time, with the year where it is not this one. */
export function moment(time: number | null): Html {
  if (time === null) return absent;
  return html`<time class="moment" data-local="${time}" datetime="${iso(time)}" title="${utc(time)} UTC"
    >${utc(time)}</time
  >`;
}

/** A label that explains itself on hover and focus. */
export function explained(label: string, help: string): Html {
  return html`<abbr title="${help}" tabindex="0">${label}</abbr>`;
}

const PRACTICE: Readonly<Record<string, string>> = { paper: 'PAPER', 'binance-testnet': 'TESTNET' };

/** Where its money is: `PAPER`, `TESTNET`, or the live venue's name in a frame nobody overlooks. */
export function venueBadge(venue: string): Html {
  if (venue === '') return NOTHING;
  const practice = PRACTICE[venue];
  const live = practice === undefined;
  const help = live ? 'Real money.' : 'Practice money: nothing real can be lost.';
  return html`<span class="venue${live ? ' live' : ''}" title="${help}"
    >${practice ?? `LIVE ${venue}`}</span
  >`;
}

/** A file of the bot's with the folders before it, as a problem names it: `/data/bots/a/config.json`; folders may have spaces. */
const FOLDERS = /(^|[\s"'(])(?:\/|[A-Za-z]:\\).*?[/\\](?=[^/\\\s]+\.(?:json|ndjson)\b)/g;

/** A problem without the folders before its file, which the page's reader knows: `config.json:7:13: …`. */
export function inFolder(problem: string): string {
  return problem.replace(FOLDERS, '$1');
}

/** `rsi × single`; nothing where its settings cannot be read. */
export function strategyOf(bot: BotView): string {
  return [bot.signal, bot.plan].filter(Boolean).join(' × ');
}

/** A small line of equity, drawn on the server: no script, no style attribute. Needs at least two points. */
export function sparkline(points: readonly number[], label: string, width = 120, height = 28): Html {
  const finite = points.filter(Number.isFinite);
  if (finite.length < 2) return NOTHING;
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const step = (width - 4) / (finite.length - 1);
  const at = (value: number, index: number): string =>
    `${(2 + index * step).toFixed(1)},${(height - 3 - ((value - low) / span) * (height - 6)).toFixed(1)}`;
  const line = finite.map(at).join(' ');
  const end = at(finite[finite.length - 1] ?? low, finite.length - 1).split(',');
  return html`<svg
    class="spark"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="${label}"
  >
    <polygon
      class="under"
      points="2,${height} ${line} ${width - 2},${height}"
      fill="currentColor"
      opacity="0.12"
    />
    <polyline
      points="${line}"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linejoin="round"
      stroke-linecap="round"
    />
    <circle cx="${end[0]}" cy="${end[1]}" r="2" fill="currentColor" />
  </svg>`;
}

/** The hidden field by which a form of ours is known. */
export function tokenField(token: string | undefined): Html {
  return token === undefined ? NOTHING : html`<input type="hidden" name="token" value="${token}" />`;
}
