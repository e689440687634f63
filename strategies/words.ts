import type { Reason, Verdict } from '../core/strategy.js';

/** A figure as a trader reads it: eight significant digits at most, `decimals` where the number is large. */
export function figure(value: number | undefined, decimals = 2): string {
  if (value === undefined || !Number.isFinite(value)) return '?';
  const digits = Math.abs(value) >= 1 || value === 0 ? value.toFixed(decimals) : value.toPrecision(4);
  return plain(digits);
}

/** Like `figure`, with as many decimals as it takes not to look equal to a limit that it differs from: 29.98, not 30.0. */
export function figureBeside(value: number | undefined, limit: number | undefined, decimals = 1): string {
  if (value === undefined || limit === undefined || !Number.isFinite(value)) return figure(value, decimals);
  for (let shown = decimals; shown < 8; shown++) {
    if (value === limit || Number(value.toFixed(shown)) !== limit) return value.toFixed(shown);
  }
  return value.toFixed(8);
}

/** The verdict of a signal that is not defined yet: it waits for `needed` klines, of which it has seen `seen`. */
export function warmingUp(seen: number, needed: number, indicators: Verdict['indicators']): Verdict {
  return { action: 'hold', reasons: [{ code: 'warming-up', values: { seen, needed } }], indicators };
}

/** Words for the reasons that every signal may give. */
export function commonWords({ code, values }: Reason): string {
  if (code === 'warming-up') return `warming up: ${values['seen']} of ${values['needed']} klines`;
  return `${code} ${Object.entries(values)
    .map(([name, value]) => `${name} ${figure(value)}`)
    .join(', ')}`.trim();
}

/** No exponent, no trailing zeros behind a point. */
function plain(digits: string): string {
  const text = digits.includes('e') ? Number(digits).toFixed(12) : digits;
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
