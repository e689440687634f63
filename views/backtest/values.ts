/** How the figures of a backtest are written: times in UTC, doubles at the digits somebody reads. */
import { html, type Html } from '../html.js';
import { fixed, signAt, signed } from '../number.js';
import { absent } from '../parts.js';
import { iso, utc } from '../time.js';

const DAY_MS = 86_400_000;

/** `2024-03-07 14:05`, UTC: what happened in a backtest happened in the market's time. */
export function minute(time: number): Html {
  return html`<time class="num" datetime="${iso(time)}">${utc(time).slice(0, 16)}</time>`;
}

/** `2024-03-07`. */
export function day(time: number): string {
  return utc(time).slice(0, 10);
}

/** `+12.34 %`, coloured by its sign; a dash where there is nothing to tell. */
export function gainPercent(value: number | null): Html {
  if (value === null) return absent;
  const text = value.toFixed(4);
  const direction = { 1: 'gain', 0: 'even', [-1]: 'loss' }[signAt(text, 2)];
  return html`<span class="num ${direction}">${signed(text, 2)} %</span>`;
}

/** `61.54 %`. */
export function percent(value: number | null): Html {
  return value === null ? absent : html`<span class="num">${fixed(value.toFixed(4), 2)} %</span>`;
}

/** A ratio at two digits. */
export function ratio(value: number | null): Html {
  return value === null ? absent : html`<span class="num">${fixed(value.toFixed(4), 2)}</span>`;
}

/** A whole number, thousands grouped. */
export function count(value: number): Html {
  return html`<span class="num">${fixed(String(value), 0)}</span>`;
}

/** A double that tells of money, as decimal text; only for reading. */
export function amount(value: number): string {
  return value.toFixed(8);
}

/** `3.4 days`, `5.0 h`. */
export function span(ms: number): Html {
  const days = ms / DAY_MS;
  return html`<span class="num"
    >${days < 2 ? `${(days * 24).toFixed(1)} h` : `${days.toFixed(1)} days`}</span
  >`;
}
