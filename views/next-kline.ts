import type { BotView } from '../bot/files/view.js';
import { html, type Html } from './html.js';
import { ABSENT } from './number.js';
import { absent } from './parts.js';
import { iso, utc } from './time.js';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** How long a kline of an interval such as `5m` is (ms); null for what is none. */
function lengthOf(interval: string): number | null {
  const [, many, unit = ''] = /^(\d{1,2})([smhdw])$/.exec(interval) ?? [];
  const ms = UNIT_MS[unit];
  return many === undefined || ms === undefined ? null : Number(many) * ms;
}

/**
 * When the kline after the last one closes, in its market's time. A script counts down to it by that market's clock,
 * which in a replay is not ours.
 */
export function nextKline({ lastKline, interval, venue, desired }: BotView): Html {
  const length = lengthOf(interval);
  if (length === null || desired === 'stopped') return absent;
  // Before its first kline nothing here tells its market's time; the script knows that clock.
  if (lastKline === null)
    return html`<time class="next" data-every="${length}" data-venue="${venue}">${ABSENT}</time>`;
  const closes = lastKline + 2 * length;
  return html`<time class="next" data-next="${closes}" data-venue="${venue}" datetime="${iso(closes)}"
    >${utc(closes).slice(11, 16)}</time
  >`;
}
