import { html, type Html } from './html.js';
import { icon } from './icons.js';
import type { PageModel } from './model.js';

/** An empty fleet is an invitation: the demo, a first bot, and a picture of what they give. */
export function emptyFleet(_model: PageModel): Html {
  return html`
    <section class="empty" aria-labelledby="empty-title">
      <div class="invitation">
        <h1 id="empty-title">Your fleet is empty</h1>
        <p class="lead">
          A bot watches one market, decides by a signal and acts by a plan. Each writes down what it does, and
          why. On paper, nothing real can be lost.
        </p>
        <div class="ways">
          <div class="way">
            <h2>Make your first bot</h2>
            <p>Choose a symbol, a signal, a plan and a budget. Two minutes.</p>
            <a class="button primary" href="/bots/new">${icon('plus')}New bot</a>
          </div>
          <div class="way">
            <h2>Watch the demo fleet</h2>
            <p>Four bots trade a synthetic market, one kline each second. It keeps to a folder of its own.</p>
            <pre class="command"><code>npm run demo</code></pre>
          </div>
        </div>
      </div>
      ${picture()}
    </section>
  `;
}

const CANDLES: readonly (readonly [x: number, open: number, close: number, high: number, low: number])[] = [
  [34, 96, 108, 90, 114],
  [50, 108, 122, 102, 128],
  [66, 122, 114, 108, 130],
  [82, 114, 132, 110, 140],
  [98, 132, 146, 128, 154],
  [114, 146, 138, 132, 152],
  [130, 138, 120, 114, 142],
  [146, 120, 126, 114, 132],
  [162, 126, 106, 100, 130],
  [178, 106, 94, 88, 112],
  [194, 94, 100, 88, 106],
  [210, 100, 82, 76, 104],
  [226, 82, 70, 62, 88],
  [242, 70, 76, 64, 82],
  [258, 76, 60, 54, 80],
  [274, 60, 66, 54, 72],
  [290, 66, 74, 60, 80],
];

function candle([x, open, close, high, low]: (typeof CANDLES)[number]): Html {
  const look = close < open ? 'gain' : 'loss';
  return html`<g class="${look}"
    ><path d="M${x} ${high}V${low}" stroke="currentColor" /><rect
      x="${x - 4}"
      y="${Math.min(open, close)}"
      width="8"
      height="${Math.abs(close - open)}"
      rx="1"
      fill="currentColor"
  /></g>`;
}

/** A bot's page in miniature: candles, an entry, an exit, its lines and its reason. */
function picture(): Html {
  return html`
    <figure class="example">
      <svg
        class="picture"
        viewBox="0 0 440 250"
        role="img"
        aria-label="An example of a bot's page: candles, the entry it made, its target and stop, and the reason in words"
      >
        <rect class="paper" x="0.5" y="0.5" width="439" height="249" rx="10" />
        <g class="ink">
          <circle cx="22" cy="22" r="4.5" fill="currentColor" />
          <text x="34" y="26" class="strong">btc-dip</text>
          <text x="84" y="26" class="faint">BTCUSDT · 5m</text>
        </g>
        <g class="accent">
          <rect x="352.5" y="11.5" width="76" height="20" rx="4" fill="none" stroke="currentColor" />
          <text x="390.5" y="26" text-anchor="middle" class="strong">EXAMPLE</text>
        </g>
        <path class="rule" d="M0 42.5h440M316.5 42.5V196M0 196.5h440" />
        <g class="accent">
          <path d="M18 62.5h286" stroke="currentColor" stroke-dasharray="2 4" />
          <text x="20" y="58">target +5 %</text>
        </g>
        <g class="ink faint"><path d="M18 140.5h286" stroke="currentColor" stroke-dasharray="2 4" /></g>
        <g class="attention">
          <path d="M18 166.5h286" stroke="currentColor" stroke-dasharray="2 4" />
          <text x="20" y="180">stop −2 %</text>
        </g>
        ${CANDLES.map(candle)}
        <g class="accent">
          <path d="m130 158-6 10h12z" fill="currentColor" />
          <path d="m258 44 6-0-6 8-6-8z" fill="currentColor" />
        </g>
        <g class="ink">
          <text x="332" y="66" class="faint">holding</text>
          <text x="332" y="84" class="strong">0.01520 BTC</text>
          <text x="332" y="110" class="faint">open</text>
        </g>
        <g class="gain">
          <path d="m337 119-5 9h10z" fill="currentColor" />
          <text x="347" y="128" class="strong">+12.31</text>
        </g>
        <g class="ink">
          <text x="332" y="154" class="faint">protected</text>
          <text x="332" y="172">on exchange</text>
        </g>
        <g class="ink">
          <text x="20" y="218" class="faint">why</text>
          <text x="52" y="218">bought: RSI 27.4, needs ≤ 30; close under the lower band</text>
          <text x="20" y="238" class="faint">now</text>
          <text x="52" y="238">waiting: take profit at 67,421.0 or stop at 62,926.3</text>
        </g>
      </svg>
      <figcaption>
        An example, drawn: no bot runs and nothing was bought. Each of your bots gets such a page.
      </figcaption>
    </figure>
  `;
}
