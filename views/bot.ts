import type { BotView } from '../bot/files/view.js';
import { pageActions, repairActions } from './actions.js';
import { byHand } from './by-hand.js';
import { configEditor } from './config-editor.js';
import { decisionsTable } from './decisions.js';
import { followTable } from './follow.js';
import { html, join, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { BotPageModel, Note } from './model.js';
import { nowPanel } from './now-panel.js';
import {
  explained,
  inFolder,
  money,
  partial,
  stateMark,
  strategyOf,
  tokenField,
  venueBadge,
} from './parts.js';
import { pastSection } from './past.js';
import { parkedPanel } from './parked.js';
import { progressSection } from './progress.js';
import { equityPlace } from './equity-line.js';
import { logTail, timeline } from './log-panel.js';
import { TRADES_ON, tradesOn } from './state.js';
import { ordersTable, tradesTable } from './tables.js';

export { configEditor } from './config-editor.js';
export { nowPanel } from './now-panel.js';
export { decisionsTable } from './decisions.js';
export { logLine, logTail, pushEvent, pushLogLine, timeline } from './log-panel.js';
export { ordersTable, tradesTable } from './tables.js';

const SECTIONS = [
  ['Decisions', 'decisions'],
  ['Events', 'timeline'],
  ['Orders', 'orders'],
  ['Equity', 'equity'],
  ['Trades', 'trades'],
  ['Cycles', 'past'],
  ['Log', 'log'],
  ['Settings', 'config'],
] as const;

/** One bot: what it does now, why, its chart, its orders, trades, log and settings. */
export function botPage(model: BotPageModel): Html {
  const { bot, now } = model;
  return layout({
    title: bot.name,
    active: 'none',
    now,
    health: model.health,
    user: model.user,
    events: `/events?bot=${encodeURIComponent(bot.id)}`,
    scripts: [
      '/public/countdown.js',
      '/vendor/lightweight-charts.js',
      '/public/chart-kit.js',
      '/public/chart.js',
      '/public/bot.js',
    ],
    body: html`
      ${botHeader(bot, now, undefined, model.token)}
      <div id="outcome" role="status">${outcome(model.note)}</div>
      <div class="instruments">${chart(bot)} ${nowPanel(bot, now)}</div>
      ${progressSection(bot)}
      <nav class="jumps" aria-label="Sections">
        ${SECTIONS.map(([name, id]) => html`<a href="#${id}">${name}</a>`)}
      </nav>
      <div class="columns">
        <div>
          ${decisionsTable(model.decisions, now)}${timeline(model.events ?? [])}${logTail(bot.id, model.log)}
        </div>
        <div>
          ${followTable(bot)}${ordersTable(bot)}${parkedPanel(bot)}${byHand(bot)}${equityPlace(bot)}${tradesTable(bot, now)}${pastSection(bot)}
        </div>
      </div>
      ${configEditor(model.config, model.configProblems, model.token)}
    `,
  });
}

/** What came of an action; it stays until the next one, whatever is pushed meanwhile. Swapped into `#outcome`. */
export function outcome(note: Note | undefined): Html {
  return note === undefined ? NOTHING : html`<p class="why ${note.kind}">${note.text}</p>`;
}

/** The header after an action, and what came of it. */
export function actedHeader(bot: BotView, now: number, note: Note | undefined, token: string): Html {
  return html`${botHeader(bot, now, undefined, token)}${partial('#outcome', 'innerHTML', outcome(note))}`;
}

/** Name, what it trades and how, its state and its actions; pushed with target `#bot-header`. */
export function botHeader(bot: BotView, _now: number, note?: Note, token?: string): Html {
  const parts = [bot.symbol, bot.interval, strategyOf(bot)]
    .filter(Boolean)
    .map((part) => html`<span>${part}</span>`);
  return html`
    <header id="bot-header" class="bot-header">
      <div class="title">
        <h1>${bot.name}</h1>
        ${venueBadge(bot.venue)}
        ${bot.dryRun ? html`<span class="venue" title="It decides and computes, and sends no order.">DRY RUN</span>` : NOTHING}
        <p class="what">${join(parts, html`<i>·</i>`)}</p>
      </div>
      <div class="status">
        ${stateMark(bot)}${note ? html`<span class="why ${note.kind}" role="status">${note.text}</span>` : NOTHING}
      </div>
      <form method="post" class="actions">${tokenField(token)}${pageActions(bot)}</form>
      ${
        bot.errors.length === 0
          ? NOTHING
          : html`<ul class="problems" role="alert">
              ${bot.errors.map((error) => html`<li>${inFolder(error)}</li>`)}
              ${tradesOn(bot) ? html`<li>${TRADES_ON}</li>` : NOTHING}
            </ul>`
      }
      ${difference(bot, token)}
    </header>
  `;
}

/** Both sides of a difference, and what can be done about it. */
function difference(bot: BotView, token: string | undefined): Html {
  if (bot.difference === null) return NOTHING;
  const { shortages, ignored, message } = bot.difference;
  const cell = (value: string): Html => html`<td class="r">${money(value, 8)}</td>`;
  return html`<section class="difference" aria-label="Difference between books and account">
    <table class="list">
      <thead>
        <tr>
          <th scope="col">${ignored ? 'ignored difference' : 'difference'}</th>
          <th scope="col" class="r">${explained('books', 'What this bot counts as its own')}</th>
          <th scope="col" class="r">
            ${explained('other bots', 'What the other running bots on the account count as theirs')}
          </th>
          <th scope="col" class="r">${explained('account', 'What the exchange has, free and in orders')}</th>
          <th scope="col" class="r">missing</th>
        </tr>
      </thead>
      <tbody>
        ${shortages.map(
          ({ asset, booked, others, held, missing }) =>
            html`<tr>
              <td title="${message}">${asset}</td>
              ${cell(booked)}${cell(others)}${cell(held)}${cell(missing)}
            </tr>`,
        )}
      </tbody>
    </table>
    <form method="post" class="actions">${tokenField(token)}${repairActions(bot)}</form>
  </section>`;
}

/** Drawn by chart.js from the bot's klines; a morph leaves it alone. */
function chart(bot: BotView): Html {
  if (bot.symbol === '')
    return html`<figure class="chart-panel">
      <p class="chart-empty">Its settings cannot be read, so it has no market to show.</p>
    </figure>`;
  return html`
    <figure class="chart-panel">
      <div
        id="chart"
        class="chart"
        hx-morph-skip
        data-klines="/api/bots/${encodeURIComponent(bot.id)}/klines"
        data-precision="${bot.pricePrecision}"
        role="img"
        aria-label="Candles of ${bot.symbol} with the entries and exits of ${bot.name}"
      ></div>
      <figcaption>
        <span>${bot.symbol} · ${bot.interval}</span><span id="chart-legend" hx-morph-skip></span
        ><span id="chart-far" hx-morph-skip></span><span class="grow"></span
        ><span
          >Charts by <a href="https://www.tradingview.com/" rel="noreferrer">TradingView</a> Lightweight
          Charts™</span
        >
      </figcaption>
    </figure>
  `;
}

/** The parts of a bot's page that its pushes bring up to date, by the id of their place. */
export function liveParts(bot: BotView, now: number): Readonly<Record<string, Html>> {
  return {
    'bot-header': botHeader(bot, now),
    now: nowPanel(bot, now),
    progress: progressSection(bot),
    follow: followTable(bot),
    orders: ordersTable(bot),
    parked: parkedPanel(bot),
    'by-hand': byHand(bot),
    trades: tradesTable(bot, now),
    past: pastSection(bot),
  };
}
