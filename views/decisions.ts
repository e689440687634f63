import type { DecisionView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { MARKET_TIME } from './clocks.js';
import { icon, type IconName } from './icons.js';
import type { ShownDecision } from './model.js';
import { fixed, readable } from './number.js';
import { moment } from './parts.js';
import { nothing, panel, rowIds } from './tables.js';

interface Said {
  readonly word: string;
  readonly mark: IconName;
  readonly look: 'enter' | 'exit' | 'hold';
  /** Why a signal led to nothing, where its reasoning does not say so. */
  readonly aside: string;
}

/** What the bot did, which is not always what the signal said: a bot that holds does not buy again. */
function said(verdict: DecisionView['verdict'], outcome: DecisionView['outcome']): Said {
  if (outcome === 'enters') return { word: 'buy', mark: 'buying', look: 'enter', aside: '' };
  if (outcome === 'exits') return { word: 'sell', mark: 'selling', look: 'exit', aside: '' };
  return { word: 'wait', mark: 'flat', look: 'hold', aside: ASIDES[`${verdict} ${outcome}`] ?? '' };
}

const ASIDES: Readonly<Record<string, string>> = {
  'enter holds': 'already holding',
  'exit waits': 'nothing to sell',
  'exit entering': 'buy under way',
  'exit exiting': 'already selling',
};

/** Each evaluation with its numbers, newest first: why it bought, why it did not. Target `#decisions`. */
export function decisionsTable(decisions: readonly ShownDecision[], _now: number): Html {
  if (decisions.length === 0)
    return panel(
      'decisions',
      'Decisions',
      null,
      nothing('It decides each time a kline closes. None has closed yet.'),
    );
  const ids = rowIds('decision');
  const clock = clockOf(decisions);
  return panel(
    'decisions',
    'Decisions',
    null,
    html`<div class="scroll tall" tabindex="0">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${clock}</th>
            <th scope="col">decision</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          ${decisions.map((each) => decision(ids(each.time), each, clock === MARKET_TIME))}
        </tbody>
      </table>
    </div>`,
  );
}

const LIVE_MS = 60_000;

/** A replay or a fast market runs by a clock of its own; a decision taken late (after a pause) does not make one. */
function clockOf(decisions: readonly ShownDecision[]): Html | string {
  const late = decisions.flatMap(({ time, wall }) => (wall === undefined ? [] : [Math.abs(wall - time)]));
  if (late.length === 0 || Math.min(...late) <= LIVE_MS) return 'time';
  return MARKET_TIME;
}

/** `apart`: the market's clock is not the wall's; both stand there, so that the lines of events and log are found. */
function decision(
  id: string,
  { time, wall, verdict, outcome, reasoning, indicators }: ShownDecision,
  apart: boolean,
): Html {
  const { word, mark, look, aside } = said(verdict, outcome);
  const readings = Object.entries(indicators).map(
    ([name, value]) =>
      html`<span class="reading"
        ><i>${name}</i> <span class="num">${value === null ? '–' : reading(value)}</span></span
      >`,
  );
  return html`<tr id="${id}" class="v-${look}">
    <td>
      ${moment(time)}${apart && wall !== undefined ? html`<small class="aside">wall ${moment(wall)}</small>` : NOTHING}
    </td>
    <td>
      <span class="verdict">${icon(mark)}${word}</span
      >${aside === '' ? NOTHING : html` <small class="aside">${aside}</small>`}
    </td>
    <td class="wrap">
      ${readable(reasoning)}${readings.length === 0 ? NOTHING : html`<span class="readings" title="Indicator values at that kline">${readings}</span>`}
    </td>
  </tr>`;
}

/** Four significant digits are what an indicator is read at. */
function reading(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  return fixed(value.toFixed(digits).replace(/^-(?=[0.]*$)/, ''), digits);
}
