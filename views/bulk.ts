/** Doing something with several bots: what is asked for, what it will do in numbers, how far it is, what came of it. */
import { DIALOG, type Frame } from './bulk-frame.js';
import { html, NOTHING, type Html } from './html.js';
import { partial, tokenField } from './parts.js';

export interface BulkParameter {
  /** `budget`, `risk.maxOrdersPerHour`, `plan.single.stopLossPercent`: its strategy stands between. */
  readonly key: string;
  readonly group: string;
  readonly title: string;
  readonly help: string;
  readonly type: 'number' | 'boolean' | 'text';
  /** How many of those selected have it. */
  readonly bots: number;
}

export interface BulkLine {
  readonly id: string;
  readonly name: string;
  readonly outcome: 'would' | 'done' | 'skipped' | 'refused' | 'failed';
  readonly message: string;
}

export interface BulkQuestion {
  readonly key: string;
  readonly action: string;
  /** What will happen, in numbers. */
  readonly facts: readonly string[];
  readonly lines: readonly BulkLine[];
  /** How many bots it is done with; at none there is nothing to confirm. */
  readonly count: number;
  /** Money or books are at stake. */
  readonly danger: boolean;
  /** Real money is asked for. */
  readonly realMoney: boolean;
}

export interface BulkOutcome {
  readonly key: string;
  readonly action: string;
  readonly state: 'running' | 'ended';
  readonly total: number;
  readonly lines: readonly BulkLine[];
  readonly canUndo: boolean;
}

const WORDS: Readonly<Record<string, readonly [title: string, yes: string, done: string]>> = {
  start: ['Start', 'Start', 'started'],
  stop: ['Stop', 'Stop', 'stopped'],
  pause: ['Pause', 'Pause', 'paused'],
  resume: ['Resume', 'Resume', 'resumed'],
  tag: ['Tag', 'Tag', 'tagged'],
  untag: ['Untag', 'Untag', 'untagged'],
  clone: ['Clone', 'Clone', 'cloned'],
  edit: ['Change the settings of', 'Change', 'changed'],
  delete: ['Delete', 'Delete', 'deleted'],
};

const bots = (count: number): string => (count === 1 ? 'one bot' : `${count} bots`);

export interface BulkForm {
  readonly action: 'edit' | 'tag' | 'clone';
  readonly ids: readonly string[];
  readonly tags?: readonly string[];
  readonly parameters?: readonly BulkParameter[];
  readonly token: string | undefined;
  /** Why it came back, and what was typed. */
  readonly problem?: string;
  readonly typed?: Readonly<Record<string, string>>;
}

/** What is not said yet: a tag, symbols, a setting and its value. */
export function bulkForm({ action, ids, token, problem, ...more }: BulkForm, frame = DIALOG): Html {
  const title = `${WORDS[action]?.[0] ?? action} ${bots(ids.length)}`;
  const fields = { edit: editFields, tag: tagFields, clone: cloneFields }[action](more);
  return frame.around(html`
    <h2 id="bulk-title">${title}</h2>
    <form${frame.sends('/bulk/ask')}>
      ${tokenField(token)}<input type="hidden" name="ids" value="${ids.join(',')}" />
      ${problem === undefined ? NOTHING : html`<p class="why problem" role="alert">${problem}</p>`} ${fields}
      <div class="answers">
        ${action === 'tag' ? html`<button class="button primary" name="verb" value="tag" data-busy="Looking…">Add tag…</button><button class="button" name="verb" value="untag" data-busy="Looking…">Remove tag…</button>` : html`<button class="button primary" name="verb" value="${action}" data-busy="Looking…">Preview…</button>`}
        ${frame.away('Cancel')}
      </div>
    </form>
  `);
}

type Fields = Pick<BulkForm, 'tags' | 'parameters' | 'typed'>;

function tagFields({ tags = [], typed = {} }: Fields): Html {
  return html`<label class="amount"
      >Tag
      <input
        name="tag"
        required
        maxlength="40"
        autocomplete="off"
        list="bulk-tags"
        value="${typed['tag'] ?? ''}" /></label
    ><datalist id="bulk-tags">${tags.map((tag) => html`<option value="${tag}"></option>`)}</datalist>`;
}

function cloneFields({ typed = {} }: Fields): Html {
  return html`<label class="amount"
      >Symbols
      <input
        name="symbols"
        maxlength="600"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        placeholder="its own"
        value="${typed['symbols'] ?? ''}"
    /></label>
    <p class="hint">
      One copy of each bot on each of these, such as ETHUSDT, SOLUSDT. Left empty, one copy on its own symbol.
      Ids are made from theirs.
    </p>`;
}

function editFields({ parameters = [], typed = {} }: Fields): Html {
  const groups = [...new Set(parameters.map(({ group }) => group))];
  const option = ({ key, title, bots: count }: BulkParameter): Html =>
    html`<option value="${key}" ${typed['parameter'] === key ? html` selected` : NOTHING}>
      ${title} (${bots(count)})
    </option>`;
  return html`<label class="amount"
      >Setting
      <select name="parameter" required>
        ${groups.map((group) => html`<optgroup label="${group}">${parameters.filter((one) => one.group === group).map(option)}</optgroup>`)}
      </select></label
    >
    <label class="amount"
      >New value <input name="value" maxlength="200" autocomplete="off" value="${typed['value'] ?? ''}"
    /></label>
    <p class="hint">Left empty, the setting goes back to its default.</p>
    <label class="amount"
      >Counts for what is held
      <select name="appliesTo">
        <option value="next-cycle">from the next cycle on</option>
        <option value="now" ${typed['appliesTo'] === 'now' ? html` selected` : NOTHING}>now</option>
      </select></label
    >`;
}

/** Asked once, with what will happen; its button does this very thing, once. */
export function bulkQuestion(question: BulkQuestion, token: string | undefined, frame = DIALOG): Html {
  const { key, action, facts, lines, count, danger, realMoney } = question;
  const [title, yes] = WORDS[action] ?? [action, action];
  return frame.around(html`
    <h2 id="bulk-title">${title} ${count === 0 ? 'nothing' : bots(count)}${count === 0 ? '' : '?'}</h2>
    <ul>
      ${facts.map((fact) => html`<li>${fact}</li>`)}
    </ul>
    ${table(lines)}
    <form${frame.sends('/bulk/do')}>
      ${tokenField(token)}<input type="hidden" name="key" value="${key}" />
      ${realMoney ? html`<input type="hidden" name="realMoney" value="yes" />` : NOTHING}
      <div class="answers">
        ${count === 0 ? NOTHING : html`<button class="button ${danger ? 'danger' : 'primary'}" data-busy="Working…" hx-disable="this">${realMoney ? 'Trade real money: start' : yes} ${bots(count)}</button>`}
        ${frame.away(count === 0 ? 'Close' : 'Cancel')}
      </div>
    </form>
  `);
}

const MARK: Readonly<Record<BulkLine['outcome'], string>> = {
  would: '',
  done: 'done',
  skipped: 'left as it is',
  refused: 'cannot be done',
  failed: 'failed',
};
const FIRST: readonly BulkLine['outcome'][] = ['failed', 'refused', 'would', 'done', 'skipped'];

/** Bot by bot; what went wrong first. */
function table(lines: readonly BulkLine[]): Html {
  if (lines.length === 0) return NOTHING;
  const sorted = FIRST.flatMap((outcome) => lines.filter((line) => line.outcome === outcome));
  return html`<div class="bulk-lines" tabindex="0" role="region" aria-label="Bot by bot">
    <table>
      <tbody>
        ${sorted.map(
          ({ id, name, outcome, message }) =>
            html`<tr class="b-${outcome}">
              <th scope="row"><a href="/bots/${encodeURIComponent(id)}" title="${name}">${id}</a></th>
              <td>${MARK[outcome] === '' ? NOTHING : html`<b>${MARK[outcome]}</b> `}${message}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** How far it is; it asks again by itself until it has ended. */
function bulkProgress({ key, total, lines }: BulkOutcome, frame: Frame): Html {
  const asks = html` hx-get="/bulk/${key}" hx-trigger="load delay:400ms" hx-target="#dialog"
  hx-swap="innerHTML"`;
  // A page is loaded anew instead.
  return html`<div id="bulk-progress" ${frame.isPage ? NOTHING : asks}>
    <p role="status">${lines.length} of ${total}…</p>
    <progress max="${total}" value="${lines.length}"></progress>
  </div>`;
}

/** What came of it, bot by bot, or how far it is. */
export function bulkOutcome(outcome: BulkOutcome, token: string | undefined, frame = DIALOG): Html {
  const { action, state, lines, key, canUndo } = outcome;
  const done = WORDS[action]?.[2] ?? action;
  if (state === 'running')
    return frame.around(
      html`<h2 id="bulk-title">${WORDS[action]?.[0] ?? action}: under way</h2>
        ${bulkProgress(outcome, frame)}
        <p class="hint">It goes on when this is closed.</p>
        <div class="answers">${frame.away('Close')}</div>`,
    );
  const count = (kind: BulkLine['outcome']): number => lines.filter((line) => line.outcome === kind).length;
  const summary = summaryOf(count('done'), count('failed'), count('skipped'), done);
  return html`${frame.around(html`
    <h2 id="bulk-title" role="status">${summary}</h2>
    ${table(lines)}
    <div class="answers">${canUndo ? undoForm(key, token, frame) : NOTHING}${frame.away('Close')}</div>
  `)}${canUndo && !frame.isPage ? partial('#undo', 'innerHTML', undoNote(key, summary, token)) : NOTHING}`;
}

function summaryOf(done: number, failed: number, skipped: number, word: string): string {
  const parts = [`${done === 1 ? 'One bot' : `${done} bots`} ${word}`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} left as ${skipped === 1 ? 'it was' : 'they were'}`);
  return parts.join(', ');
}

function undoForm(key: string, token: string | undefined, frame: Frame): Html {
  return html`<form${frame.sends('/bulk/undo')}>
    ${tokenField(token)}<input type="hidden" name="key" value="${key}" />
    <button class="button" data-busy="Taking back…" hx-disable="this">Undo</button>
  </form>`;
}

/** The way back stays at hand when the dialog is closed. */
function undoNote(key: string, summary: string, token: string | undefined): Html {
  return html`<p>${summary}.</p>
    ${undoForm(key, token, DIALOG)}<button type="button" class="button quiet" data-forget-undo>
      Dismiss
    </button>`;
}

/** What came of taking edits back. */
export function bulkUndone(lines: readonly BulkLine[], frame = DIALOG): Html {
  const failed = lines.filter(({ outcome }) => outcome === 'failed').length;
  const title = `Taken back for ${bots(lines.length - failed)}${failed > 0 ? `; ${failed} could not be` : ''}`;
  return html`${frame.around(html`
    <h2 id="bulk-title" role="status">${title}</h2>
    ${table(lines)}
    <div class="answers">${frame.away('Close')}</div>
  `)}${frame.isPage ? NOTHING : partial('#undo', 'innerHTML', NOTHING)}`;
}
