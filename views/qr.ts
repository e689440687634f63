import { html, type Html } from './html.js';

/** A QR code as one drawing; its rows say which squares are dark. White around it in any theme: scanners need the contrast. */
export function qrCode(rows: readonly (readonly boolean[])[], label: string): Html {
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  const size = rows.length;
  return html`<svg
    class="qr"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${size} ${size}"
    shape-rendering="crispEdges"
  >
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${path}" fill="#000" />
  </svg>`;
}
