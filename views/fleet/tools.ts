import { html, type Html } from '../html.js';
import { icon } from '../icons.js';
import { tokenField } from '../parts.js';
import { COLUMNS } from './columns.js';

const chip = (value: string, text: string): Html =>
  html`<button type="button" class="chip" data-filter="${value}" aria-pressed="false">${text}</button>`;

// What a menu offers is what the rows have: fleet.js fills it in.
const menu = (name: string): Html =>
  html`<select class="chip" data-menu="${name}" aria-label="Only bots of this ${name}" hidden>
    <option value="">${name}</option>
  </select>`;

/** Filter, search, order, columns and density: they only hide and move, in the browser, and so exist only where scripts run. */
export function tools(): Html {
  return html`
    <div class="tools js-only" role="search" hx-morph-skip>
      <label class="search"
        >${icon('search')}<span class="sr">Search bots</span
        ><input
          id="search"
          type="search"
          placeholder="Search bots"
          title="Finds names, ids, symbols and tags; press / to come here"
          autocomplete="off"
      /></label>
      <div class="chips">
        ${chip('running', 'running')}${chip('holding', 'holding')}${chip('paused', 'paused')}${chip('stopped', 'stopped')}${chip('needs-you', 'needs you')}
        ${menu('tag')}${menu('symbol')}${menu('signal')}${menu('plan')}
      </div>
      <span class="grow"></span>
      <select class="chip order" data-order aria-label="Order of the bots">
        <option value="">by id</option>
        ${COLUMNS.filter(({ key }) => key !== 'trend').map(({ key, text }) => html`<option value="${key}">by ${key === 'next' ? 'last activity' : text}</option>`)}
      </select>
      <details class="menu columns">
        <summary class="chip" title="Which columns are shown">columns</summary>
        <fieldset class="sheet">
          <legend>Further columns</legend>
          ${COLUMNS.filter(({ further }) => further === true).map(({ key, text }) => html`<label><input type="checkbox" data-column="${key}" autocomplete="off" />${text}</label>`)}
        </fieldset>
      </details>
      <button type="button" class="chip" data-dense aria-pressed="false">dense</button>
    </div>
  `;
}

const VERBS: readonly (readonly [verb: string, text: string])[] = [
  ['start', 'Start…'],
  ['stop', 'Stop…'],
  ['pause', 'Pause…'],
  ['resume', 'Resume…'],
  ['edit', 'Edit…'],
  ['tag', 'Tag…'],
  ['clone', 'Clone…'],
  ['delete', 'Delete…'],
];

// Enter in a row's box would press the form's first button.
const NO_DEFAULT = html`<button disabled hidden></button>`;

/**
 * What is done with all bots that are selected; each asks first. The rows' boxes are its fields. With scripts it is there
 * once something is selected.
 */
export function bulkBar(token: string | undefined): Html {
  return html`
    <form
      id="bulk"
      class="bulk for-traders"
      method="post"
      action="/bulk/ask"
      hx-post="/bulk/ask"
      hx-target="#dialog"
      hx-swap="innerHTML"
      aria-label="Selected bots"
      hx-morph-skip
    >
      ${tokenField(token)}
      <p role="status" class="js-only"><b data-count>0</b> selected</p>
      <p class="no-js">With those selected:</p>
      ${NO_DEFAULT}
      ${VERBS.map(([verb, text]) => html`<button class="button" name="verb" value="${verb}">${text}</button>`)}
      <button type="button" class="button quiet js-only" data-unselect>Clear</button>
    </form>
    <div id="undo" class="undo" hx-morph-skip></div>
  `;
}
