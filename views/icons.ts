import { html, type Html } from './html.js';

/** Marks are drawn, not typed: a font need not have ▲ or ⚓, and a shape can be told apart without its colour. */
export type IconName =
  | 'anchor'
  | 'up'
  | 'down'
  | 'flat'
  | 'running'
  | 'holding'
  | 'buying'
  | 'selling'
  | 'needs-you'
  | 'busy'
  | 'stopped'
  | 'plus'
  | 'search'
  | 'display'
  | 'check'
  | 'dot';

/** One use of a mark from the sprite that the layout carries. Decoration only: its word stands beside it. */
export function icon(name: IconName): Html {
  return html`<svg class="i i-${name}" aria-hidden="true"><use href="#i-${name}" /></svg>`;
}

/** All marks, once per page, on a grid of 16. */
export function sprite(): Html {
  return html`
    <svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">
      <symbol id="i-anchor" viewBox="0 0 16 16">
        <g
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        >
          <circle cx="8" cy="3.2" r="1.7" />
          <path
            d="M8 5v9M5.2 7.4h5.6M2.2 9.4c.3 3 2.6 4.7 5.8 4.7s5.5-1.7 5.8-4.7M1.2 10.9l1-1.6 1.6 1M14.8 10.9l-1-1.6-1.6 1"
          />
        </g>
      </symbol>
      <symbol id="i-up" viewBox="0 0 16 16"><path d="M8 3.5 13.5 12.5h-11z" fill="currentColor" /></symbol>
      <symbol id="i-down" viewBox="0 0 16 16"><path d="M8 12.5 2.5 3.5h11z" fill="currentColor" /></symbol>
      <symbol id="i-flat" viewBox="0 0 16 16">
        <path d="M3 8h10" stroke="currentColor" stroke-width="2" />
      </symbol>
      <symbol id="i-running" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2" />
      </symbol>
      <symbol id="i-holding" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="currentColor" /></symbol>
      <symbol id="i-buying" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.6" />
        <path d="M8 11V5.4M5.6 7.6 8 5.2l2.4 2.4" fill="none" stroke="currentColor" stroke-width="1.6" />
      </symbol>
      <symbol id="i-selling" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.6" />
        <path d="M8 5v5.6M5.6 8.4 8 10.8l2.4-2.4" fill="none" stroke="currentColor" stroke-width="1.6" />
      </symbol>
      <symbol id="i-needs-you" viewBox="0 0 16 16">
        <path d="M8 1.6 15 14H1z" fill="currentColor" />
        <path class="cut" d="M8 6v4M8 11.6v1" stroke-width="1.7" />
      </symbol>
      <symbol id="i-busy" viewBox="0 0 16 16">
        <circle
          cx="8"
          cy="8"
          r="5"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-dasharray="2.6 2.6"
        />
      </symbol>
      <symbol id="i-stopped" viewBox="0 0 16 16">
        <rect x="3.5" y="3.5" width="9" height="9" fill="none" stroke="currentColor" stroke-width="1.8" />
      </symbol>
      <symbol id="i-plus" viewBox="0 0 16 16">
        <path d="M8 3v10M3 8h10" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" />
      </symbol>
      <symbol id="i-search" viewBox="0 0 16 16">
        <g fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round">
          <circle cx="7" cy="7" r="4.2" />
          <path d="m10.2 10.2 3.3 3.3" />
        </g>
      </symbol>
      <symbol id="i-display" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.6" />
        <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
      </symbol>
      <symbol id="i-check" viewBox="0 0 16 16">
        <path
          d="m3 8.6 3.2 3.2L13 4.8"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </symbol>
      <symbol id="i-dot" viewBox="0 0 16 16"><circle cx="8" cy="8" r="4" fill="currentColor" /></symbol>
    </svg>
  `;
}
