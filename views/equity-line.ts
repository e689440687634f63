/** What became of a bot's money, beside buying once and holding: drawn on the server, so that it needs no script. */
import type { BotView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { fixed, signedPercent } from './number.js';
import { explained, moment } from './parts.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';
import { nothing, panel } from './tables.js';

export interface EquityLineModel {
  readonly quote: string;
  /** Market time of its first trade (ms). */
  readonly since: number;
  /** By market time; statistics, in quote. */
  readonly points: readonly { readonly time: number; readonly equity: number; readonly hold: number }[];
}

const WIDTH = 640;
const HEIGHT = 160;

/** Before it is known: fetched once the page stands, because it asks the exchange. Target `#equity`. */
export function equityPlace({ id }: BotView): Html {
  const address = `/bots/${encodeURIComponent(id)}/equity`;
  return html`<section
    id="equity"
    class="panel"
    aria-labelledby="equity-title"
    hx-get="${address}"
    hx-trigger="load, every 60s"
    hx-swap="outerHTML"
  >
    <h2 id="equity-title">Equity</h2>
    <p class="nothing"><a href="${address}">Show it beside buying and holding</a></p>
  </section>`;
}

/** `problem`: why it cannot be told now. */
export function equityPanel(bot: BotView, line: EquityLineModel | null, problem?: string): Html {
  const address = `/bots/${encodeURIComponent(bot.id)}/equity`;
  const body = html`<div hx-get="${address}" hx-trigger="every 60s" hx-target="#equity" hx-swap="outerHTML">
    ${problem === undefined ? drawn(bot, line) : nothing(problem)}
  </div>`;
  return panel('equity', 'Equity', null, body);
}

function drawn({ follow }: BotView, line: EquityLineModel | null): Html {
  if (follow !== undefined)
    return nothing(
      'It answers your own trades: what it holds you have bought, so there is no line of its own.',
    );
  if (line === null || line.points.length < 2)
    return nothing('It begins with the first trade: then it stands beside buying once and holding.');
  const first = line.points[0]!;
  const last = line.points[line.points.length - 1]!;
  const change = (now: number): string => signedPercent((now / first.equity - 1) * 100);
  const end = (now: number): string => `${fixed(now.toFixed(2), 2)} ${line.quote}`;
  const label = `Equity ${end(last.equity)}, ${change(last.equity)}; bought and held ${end(last.hold)}, ${change(last.hold)}`;
  return html`<ul class="legend">
      <li class="own">
        <i></i>this bot <b class="num">${end(last.equity)}</b> <span class="num">${change(last.equity)}</span>
      </li>
      <li class="hold">
        <i></i
        >${explained('bought and held', 'What its capital would be if all of it had bought at its first trade, without commissions')}
        <b class="num">${end(last.hold)}</b> <span class="num">${change(last.hold)}</span>
      </li>
      <li class="muted">since ${moment(line.since)}</li>
    </ul>
    ${graph(line, label)}`;
}

function graph({ points }: EquityLineModel, label: string): Html {
  const values = points.flatMap(({ equity, hold }) => [equity, hold]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const begin = points[0]!.time;
  const life = points[points.length - 1]!.time - begin || 1;
  const y = (value: number): string => (HEIGHT - 4 - ((value - low) / span) * (HEIGHT - 8)).toFixed(1);
  const path = (of: 'equity' | 'hold'): string =>
    points.map((point) => `${(((point.time - begin) / life) * WIDTH).toFixed(1)},${y(point[of])}`).join(' ');
  const level = y(points[0]!.equity);
  return html`<svg
      class="equity-line"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${label}"
    >
      <line class="begin" x1="0" x2="${WIDTH}" y1="${level}" y2="${level}" />
      <polyline class="hold" points="${path('hold')}" />
      <polyline class="own" points="${path('equity')}" />
    </svg>
    ${NOTHING}`;
}

/** The same as a page, where no script runs. */
export function equityPage(page: PageModel, bot: BotView, body: Html): Html {
  return layout({
    title: `Equity of ${bot.name}`,
    active: 'none',
    ...page,
    body: html`<p class="crumb"><a href="/bots/${encodeURIComponent(bot.id)}">${bot.name}</a></p>
      ${body}`,
  });
}
