import { html, NOTHING, type Html } from '../html.js';
import { icon, type IconName } from '../icons.js';
import { fixed } from '../number.js';
import { tokenField } from '../parts.js';
import { duration } from '../time.js';
import { isOver, type Run, type RunState } from './model.js';

const STATES: Readonly<
  Record<RunState, readonly [look: string, icon: IconName, word: string, help: string]>
> = {
  waiting: ['busy', 'busy', 'waiting', 'It starts when the runs before it have ended.'],
  running: ['running', 'running', 'running', 'It runs beside the server, in a thread of its own.'],
  done: ['done', 'check', 'done', 'Its result is kept until you delete it.'],
  failed: ['needs-you', 'needs-you', 'failed', 'It could not be run to its end.'],
  cancelled: ['stopped', 'stopped', 'cancelled', 'You ended it before its end.'],
  interrupted: ['needs-you', 'needs-you', 'interrupted', 'The server ended while it was under way.'],
};

/** Shape, colour and word. */
export function runState({ state }: Pick<Run, 'state'>): Html {
  const [look, mark, word, help] = STATES[state];
  return html`<span class="state s-${look}" title="${help}">${icon(mark)}${word}</span>`;
}

/** `BTCUSDT · 5m · rsi × single`, or the name it was given. */
export function runTitle({ settings }: Pick<Run, 'settings'>): string {
  return settings.name ?? `${settings.symbol} ${strategyOf(settings)}`;
}

export function strategyOf({ signal, plan }: Run['settings']): string {
  return `${signal.name} × ${plan.name}`;
}

const PHASES = {
  reading: 'Reading the recordings',
  fetching: 'Fetching klines',
  running: 'Walking the klines',
} as const;

/** How far it is, with a bar. Target `#progress-<id>`. */
export function progressBar(run: Run): Html {
  const { progress, state } = run;
  const words = state === 'waiting' || progress === null ? 'Waiting for its turn' : PHASES[progress.phase];
  const { done, total } = progress ?? { done: 0, total: null };
  const share = total === null || total === 0 ? null : Math.min(100, Math.floor((100 * done) / total));
  const count = (value: number): string => fixed(String(value), 0);
  return html`<div id="progress-${run.id}" class="progress">
    <progress max="100" ${share === null ? NOTHING : html`value="${share}"`} aria-label="${words}"></progress>
    <span
      >${words}${total === null ? '' : ` · ${count(done)} of ${count(total)}`}${share === null ? '' : ` · ${share} %`}</span
    >
  </div>`;
}

/** How long it took; nothing before it began. */
export function tookWords({ startedAt, endedAt }: Run): string {
  return startedAt === null || endedAt === null ? '' : `took ${duration(endedAt - startedAt)}`;
}

/** Cancel or delete; plain forms without scripts. */
export function runActions(run: Run, token: string | undefined, from: 'list' | 'page'): Html {
  const verb = isOver(run) ? 'delete' : 'cancel';
  const address = `/backtests/${run.id}/${verb}?from=${from}`;
  const text = verb === 'delete' ? 'Delete' : 'Cancel';
  return html`<form method="post" action="${address}" class="inline">
    ${tokenField(token)}
    <button
      class="button ${from === 'list' ? 'quiet' : ''}"
      hx-post="${address}"
      hx-target="#run-${run.id}"
      hx-swap="${verb === 'delete' ? 'delete' : 'outerMorph'}"
      ${verb === 'delete' ? html`hx-confirm="Delete this backtest with its charts and trades?"` : NOTHING}
      hx-disable="this"
      aria-label="${text} ${runTitle(run)}"
    >
      ${text}
    </button>
  </form>`;
}
