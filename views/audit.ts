/** The audit log: who did what, in words, with what a program would read of it folded away. */
import { auditWords, fileWords } from './audit-words.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import type { PageModel } from './model.js';
import { moment } from './parts.js';
import { peoplePage } from './people.js';

export interface AuditModel extends PageModel {
  readonly head: string;
  /** As asked; the days as 2026-03-07 (UTC). */
  readonly filter: Readonly<Record<'user' | 'action' | 'about' | 'from' | 'to', string>>;
  readonly entries: readonly {
    readonly seq: number;
    readonly time: number;
    readonly user: string;
    readonly via: string;
    readonly address: string | null;
    readonly action: string;
    readonly about: string | null;
    readonly outcome: string;
    readonly details: object;
  }[];
}

type Entry = AuditModel['entries'][number];

export function auditPage(model: AuditModel): Html {
  const { head, filter, entries } = model;
  const field = (name: keyof AuditModel['filter'], label: string, placeholder: string): Html =>
    html`<label
      >${label}
      <input
        name="${name}"
        value="${filter[name]}"
        maxlength="80"
        placeholder="${placeholder}"
        autocapitalize="none"
    /></label>`;
  const day = (name: 'from' | 'to', label: string): Html =>
    html`<label>${label} <input type="date" name="${name}" value="${filter[name]}" /></label>`;
  return peoplePage(
    model,
    'Audit log',
    html`<h1>Audit log</h1>
      <p class="muted">
        Each line holds the hash of the one before. Note the head elsewhere:
        <code>flotilla audit verify --head HASH</code> shows later whether the log was rewritten.
      </p>
      <p>head <code class="hash">${head}</code></p>
      <form method="get" action="/audit" class="inline audit-filter">
        ${field('user', 'User', 'anna')}${field('action', 'Action', 'bot.start')}${field('about', 'About', 'btc-dip')}${day('from', 'From (UTC day)')}${day('to', 'To')}
        <button class="button">Filter</button>
        <a class="button quiet" href="/api/audit.csv?${String(new URLSearchParams(filter))}">Export CSV</a>
      </form>
      ${entries.length === 0 ? html`<p class="muted">Nothing fits.</p>` : table(entries)}`,
  );
}

function table(entries: readonly Entry[]): Html {
  return html`<table class="panel audit">
    <thead>
      <tr>
        <th scope="col">time</th>
        <th scope="col">who</th>
        <th scope="col">from</th>
        <th scope="col">what</th>
      </tr>
    </thead>
    <tbody>
      ${entries.map(row)}
    </tbody>
  </table>`;
}

function row(entry: Entry): Html {
  const { time, user, via, address, action, outcome, details } = entry;
  const failed = html`<span class="problem">${icon('needs-you')}<span class="sr">failed: </span></span>`;
  const file = fileWords(details);
  return html`<tr>
    <td data-label="time" class="when">${moment(time)}</td>
    <td data-label="who">${user}</td>
    <td data-label="from">${via}${address === null ? NOTHING : html` ${address}`}</td>
    <td data-label="what">
      <div class="what">
        <p>${outcome === 'done' ? NOTHING : failed}${auditWords(entry)}</p>
        ${file === null ? NOTHING : html`<p class="muted">${file}</p>`}
        <details>
          <summary>${action}</summary>
          <code class="details">${JSON.stringify(details)}</code>
        </details>
      </div>
    </td>
  </tr>`;
}
