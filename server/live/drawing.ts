import { isEvent } from '../../bot/files/log.js';
import type { BotView } from '../../bot/files/view.js';
import { decisionsTable, liveParts } from '../../views/bot.js';
import { pushEvent, pushLogLine, tailLines, timeline } from '../../views/log-panel.js';
import { needsYou, whyCount as countWhy } from '../why/judge.js';
import { healthMarks, whyCount } from '../../views/layout.js';
import type { Health, OverviewModel, PageModel, TotalsModel } from '../../views/model.js';
import { botRow, overviewPage, totals } from '../../views/overview.js';
import { PICK } from '../../views/fleet/row.js';
import type { BotDrawing } from './bot-feed.js';
import type { BotLines } from './bot-lines.js';
import type { OverviewDrawing } from './overview-feed.js';

/** A fragment that finds its own place in the page (htmx `hx-partial`). */
export function push(
  target: string,
  swap: 'outerMorph' | 'innerHTML' | 'innerMorph' | 'beforeend' | 'delete',
  markup: string,
): string {
  return `<hx-partial hx-target="${target}" hx-swap="${swap}">${markup}</hx-partial>`;
}

/**
 * The fleet's page around rows that are drawn already, in pieces that are sent one after the other: to join megabytes
 * anew for each request would take longer than everything else together. The page is drawn with one bot and that bot's
 * row replaced by all rows.
 */
export function overviewDocument(
  model: Omit<OverviewModel, 'bots'>,
  bots: readonly BotView[],
  rows: readonly Buffer[],
): readonly Buffer[] {
  const page = String(overviewPage({ ...model, bots: bots.slice(0, 1) }));
  const open = '<tbody id="fleet-rows">';
  const start = page.indexOf(open) + open.length;
  if (start < open.length) return [Buffer.from(page)];
  const end = page.indexOf('</tbody>', start);
  return [Buffer.from(page.slice(0, start)), ...rows, Buffer.from(page.slice(end))];
}

/** The rows with the boxes of these bots checked. */
export function rowsPicking(ids: ReadonlySet<string>, rows: readonly Buffer[]): readonly Buffer[] {
  if (ids.size === 0) return rows;
  const box = new RegExp(`name="${PICK.replace('.', '\\.')}([^"]+)"`, 'g');
  const checked = (whole: string, id: string): string => (ids.has(id) ? `${whole} checked` : whole);
  return rows.map((row) => Buffer.from(row.toString().replace(box, checked)));
}

/** What stands inside `<main>` of a page. */
function mainOf(page: string): string {
  const start = page.indexOf('>', page.indexOf('<main')) + 1;
  return page.slice(start, page.lastIndexOf('</main>'));
}

export function overviewDrawing(sources: {
  readonly now: () => number;
  readonly page: () => PageModel;
  readonly totals: () => TotalsModel;
  readonly bots: () => readonly BotView[];
  readonly lines: BotLines;
}): OverviewDrawing {
  return {
    row: (bot) => {
      const now = sources.now();
      const act = needsYou(bot, now) !== undefined;
      return String(botRow(bot, now, sources.lines.of(bot), act));
    },
    pushRow: (id, row) => push(`#bot-${id}`, 'outerMorph', row),
    pushNewRow: (row) => push('#fleet-rows', 'beforeend', row),
    // Taken away at a moment when that moves nothing which somebody points at: fleet.js does it.
    pushRemovedRow: (id) =>
      push(
        `#bot-${id}`,
        'outerMorph',
        `<tr id="bot-${id}" data-gone><td colspan="9">${id} is not here any more.</td></tr>`,
      ),
    pushAll: (rows) =>
      push(
        '#main',
        'innerMorph',
        mainOf(
          Buffer.concat(
            overviewDocument({ ...sources.page(), totals: sources.totals() }, sources.bots(), rows),
          ).toString(),
        ),
      ),
    others: () => ({
      totals: push('#totals', 'outerMorph', String(totals(sources.totals()))),
      why: push('#why-count', 'outerMorph', String(whyCount(countWhy(sources.bots(), sources.now())))),
      health: healthPush(sources.page().health),
    }),
  };
}

function healthPush(health: Health): string {
  return push('#health', 'outerMorph', String(healthMarks(health)));
}

export function botDrawing(sources: {
  readonly now: () => number;
  readonly page: () => PageModel;
}): BotDrawing {
  return {
    // Pushes are the same for all who look, and come only where scripts run: no form's mark goes with them.
    parts: (bot) =>
      Object.fromEntries(
        Object.entries(liveParts(bot, sources.now())).map(([id, part]) => [
          id,
          push(`#${id}`, 'outerMorph', String(part)),
        ]),
      ),
    health: () => healthPush(sources.page().health),
    decisions: (decisions) =>
      push('#decisions', 'outerMorph', String(decisionsTable([...decisions].reverse(), sources.now()))),
    log: (lines) => push('#log-lines', 'outerMorph', String(tailLines(lines))),
    logLine: (line) => `${String(pushLogLine(line))}${isEvent(line.code) ? String(pushEvent(line)) : ''}`,
    events: (lines) => push('#timeline', 'outerMorph', String(timeline(lines))),
    gone: () =>
      push(
        '#bot-header',
        'innerHTML',
        '<p class="why problem" role="alert">This bot was deleted. <a href="/">To the fleet</a></p>',
      ),
  };
}
