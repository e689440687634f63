import { html, NOTHING, type Html } from '../html.js';

const WIDTH = 64;
const HEIGHT = 20;

/**
 * A row's small line: whole units of its box, one step after the other, because a thousand of them stand on a page and
 * each is sent anew when it moves. Nothing with less than two points.
 */
export function trendLine(points: readonly number[], label: string): Html {
  const finite = points.filter(Number.isFinite);
  const [first] = finite;
  const last = finite[finite.length - 1];
  if (finite.length < 2 || first === undefined || last === undefined) return NOTHING;
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const x = (index: number): number => Math.round((index * (WIDTH - 2)) / (finite.length - 1)) + 1;
  const y = (value: number): number => Math.round(HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4));
  let path = `M${x(0)} ${y(first)}`;
  for (let i = 1; i < finite.length; i += 1) {
    const [dx, dy] = [x(i) - x(i - 1), y(finite[i] ?? 0) - y(finite[i - 1] ?? 0)];
    path += `l${dx} ${dy}`;
  }
  const look = last > 0.005 ? 'gain' : last < -0.005 ? 'loss' : 'even';
  return html`<svg class="tl ${look}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    <path d="${path}" />
  </svg>`;
}
