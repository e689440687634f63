/** What a bot says: the end of its log as it grows, and what is found in all of it. */
import type { LogLine } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { icon, type IconName } from './icons.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';
import { readable } from './number.js';
import { explained, moment, partial } from './parts.js';
import { panel } from './tables.js';

/** What is sought; both are empty where nothing is. */
export interface LogQueryModel {
  readonly text: string;
  readonly level: '' | 'warn' | 'error';
}

export interface FoundModel extends LogQueryModel {
  /** Newest first. */
  readonly lines: readonly LogLine[];
  /** There are older ones. */
  readonly more: boolean;
}

const NOTHING_SOUGHT: LogQueryModel = { text: '', level: '' };

/** The end of its log, newest first, under a search through all of it. Target `#log`. */
export function logTail(id: string, lines: readonly LogLine[]): Html {
  return panel(
    'log',
    'Log',
    null,
    html`${searchForm(id, NOTHING_SOUGHT)}
      <div id="log-found"></div>
      ${rolling('log', tailLines(lines))}`,
  );
}

/** A log that is read by who wants to: it grows too often to be read out. */
function rolling(panelId: string, lines: Html): Html {
  return html`<div
    class="scroll tall tail"
    role="log"
    aria-live="off"
    tabindex="0"
    aria-labelledby="${panelId}-title"
  >
    ${lines}
  </div>`;
}

/** Single lines are added to `#log-lines`; a reconnected page gets it whole. */
export function tailLines(lines: readonly LogLine[]): Html {
  return html`<ol id="log-lines" class="log" data-keep="200">
    ${lines.map(logLine)}
  </ol>`;
}

const LEVELS = [
  ['', 'all'],
  ['warn', 'warnings and errors'],
  ['error', 'errors'],
] as const;

const WALL_TIME: Html = html`<span class="muted clock"
  >${explained('wall time', 'Events and log are written by the clock on the wall; trades carry the market’s own time, and decisions say both where they differ')}</span
>`;

function searchForm(id: string, { text, level }: LogQueryModel): Html {
  const address = `/bots/${encodeURIComponent(id)}/log`;
  return html`<form
    class="find"
    role="search"
    aria-label="Search the log"
    method="get"
    action="${address}"
    hx-get="${address}"
    hx-target="#log-found"
    hx-swap="innerHTML"
    hx-sync="this:replace"
    hx-trigger="input delay:300ms, submit"
    hx-morph-skip
  >
    <label class="sr" for="log-search">Words</label>
    <input
      id="log-search"
      name="search"
      type="search"
      value="${text}"
      maxlength="200"
      autocomplete="off"
      spellcheck="false"
      placeholder="Search, also in rotated files"
    />
    <label class="sr" for="log-level">Level</label>
    <select id="log-level" name="level">
      ${LEVELS.map(([value, title]) => html`<option value="${value}" ${value === level ? html` selected` : NOTHING}>${title}</option>`)}
    </select>
    <noscript><button class="button">Search</button></noscript>
    ${WALL_TIME}
  </form>`;
}

/** What was found, newest first; nothing where nothing is sought, so that the tail is seen. Swapped into `#log-found`. */
export function foundLines({ text, level, lines, more }: FoundModel): Html {
  if (text === '' && level === '') return NOTHING;
  const sought = [
    text === '' ? '' : `“${text}”`,
    LEVELS.find(([value]) => value === level && value !== '')?.[1],
  ]
    .filter(Boolean)
    .join(', ');
  const count =
    lines.length === 0
      ? `Nothing in all of its log matches ${sought}.`
      : `${more ? `The newest ${lines.length} lines` : lines.length === 1 ? 'One line' : `${lines.length} lines`} with ${sought}${more ? '; older ones by narrower words' : ''}`;
  return html`<p class="nothing" role="status">${count}</p>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Lines that were found">
      <ol class="log found">
        ${lines.map(logLine)}
      </ol>
    </div>`;
}

/** The search as a page, where no script runs. */
export function logPage(
  page: PageModel,
  bot: { readonly id: string; readonly name: string },
  found: FoundModel,
): Html {
  return layout({
    title: `Log of ${bot.name}`,
    active: 'none',
    ...page,
    body: html`<p class="crumb"><a href="/bots/${encodeURIComponent(bot.id)}#log">${bot.name}</a></p>
      ${panel('log', 'Log', null, html`${searchForm(bot.id, found)}${foundLines(found)}`)}`,
  });
}

/** Terminal colours and other control characters are for terminals. */
function printable(text: string): string {
  const plain = text
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
  return readable(plain);
}

/** One line of the log; what it says is shown as text, whatever it says. */
export function logLine(line: LogLine): Html {
  return html`<li class="l-${line.level}" hx-ignore>
    ${moment(line.time)}<span class="level">${line.level}</span
    ><span class="message">${printable(line.message)}</span>
  </li>`;
}

/** A push that adds a line on top of the log. */
export function pushLogLine(line: LogLine): Html {
  return partial('#log-lines', 'afterbegin', logLine(line));
}

/**
 * What happened to money and coins, newest first: fills, batches and their steps, stops, the wallet, commands. Lines of the
 * log without its decisions and orders. Target `#timeline`; single events are added to `#timeline-lines`.
 */
export function timeline(lines: readonly LogLine[]): Html {
  return panel(
    'timeline',
    'Events',
    null,
    rolling(
      'timeline',
      html`<ol id="timeline-lines" class="log" data-keep="200">
        ${lines.map(eventLine)}
      </ol>`,
    ),
  );
}

const EVENT_MARKS: Readonly<Record<string, IconName>> = {
  'batch-opened': 'buying',
  'batch-sold': 'selling',
  'batch-leaves': 'selling',
  'batch-stopped': 'down',
  'batch-completed': 'check',
  'cycle-ended': 'check',
};

function eventLine(line: LogLine): Html {
  const mark = EVENT_MARKS[line.code];
  return html`<li class="l-${line.level} event" hx-ignore>
    ${moment(line.time)}<span class="level">${mark === undefined ? NOTHING : icon(mark)}</span
    ><span class="message">${printable(line.message)}</span>
  </li>`;
}

/** A push that adds an event on top. */
export function pushEvent(line: LogLine): Html {
  return partial('#timeline-lines', 'afterbegin', eventLine(line));
}
