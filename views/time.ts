const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long, in at most two units: `0.4 s`, `12 s`, `3 h 12 m`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 950) return `${(Math.max(0, ms) / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m`;
  if (ms < DAY) return two(ms, HOUR, 'h', MINUTE, 'm');
  return two(ms, DAY, 'd', HOUR, 'h');
}

function two(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`;
}

/** How long ago: `just now`, `12 s ago`. */
export function age(ms: number): string {
  return ms < SECOND ? 'just now' : `${duration(ms)} ago`;
}

/** ISO text of a time in ms; empty for a time that no calendar has. */
export function iso(time: number): string {
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : '';
}

/** `2024-03-07 14:05:00 UTC`, replaced by local time where scripts run. */
export function utc(time: number): string {
  return iso(time).slice(0, 19).replace('T', ' ');
}
