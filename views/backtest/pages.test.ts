import t from 'tap';
import { comparisonPage } from './compare-page.js';
import { backtestFormPage } from './form.js';
import { backtestsPage, pushRow } from './list.js';
import type { Run, RunState } from './model.js';
import { runPage } from './run-page.js';

const now = 1_709_820_300_000;
const page = { now, health: { exchangeLatencyMs: null, streamAgeMs: null }, token: 'mark' };

function run(state: RunState, changes: Partial<Run> = {}): Run {
  return {
    owner: null,
    id: '20240307-140500-k3x9',
    settings: {
      name: null,
      symbol: 'BTCUSDT',
      interval: '5m',
      budget: '1000',
      signal: { name: 'rsi', period: 14 },
      plan: { name: 'single' },
      risk: {},
      source: 'recordings',
      from: null,
      to: null,
      feePercent: '0.1',
      feeAsset: 'received',
      profile: 'touch',
      acceptGaps: false,
    },
    state,
    createdAt: now - 60_000,
    startedAt: state === 'waiting' ? null : now - 50_000,
    endedAt: state === 'running' || state === 'waiting' ? null : now - 40_000,
    error: null,
    summary: null,
    progress: null,
    ...changes,
  };
}

const shown = (one: Run): string =>
  String(runPage({ ...page, run: one, report: null, others: [], botAddress: '/bots/new' }));

t.test('each state says what it is and what can be done', async (t) => {
  const progress = { phase: 'running', done: 250_000, total: 500_000 } as const;
  const running = shown(run('running', { progress }));
  t.match(running, /Walking the klines · 250,000 of 500,000 · 50 %/);
  t.match(running, /<progress max="100" value="50"/);
  t.match(running, /Cancel/);
  t.match(running, 'hx-sse:connect="/backtests/20240307-140500-k3x9/events"');
  t.match(shown(run('waiting')), 'Waiting for its turn');
  const failed = shown(run('failed', { error: 'BTCUSDT-5m.csv:3: close is -1.' }));
  t.match(failed, 'BTCUSDT-5m.csv:3: close is -1.');
  t.match(failed, 'Change and run again');
  t.notMatch(failed, 'hx-sse:connect', 'nothing comes any more');
  t.match(shown(run('cancelled')), 'You ended it before there was a result');
  t.match(shown(run('interrupted', { error: 'The server ended.' })), /role="alert">.*The server ended\./s);
});

t.test('an empty list is an invitation; a push of a row carries nobody’s form mark', async (t) => {
  const empty = String(backtestsPage({ ...page, runs: [], most: 100, folder: '/srv/flotilla/klines' }));
  t.match(empty, 'What would it have done?');
  t.match(empty, 'href="/backtests/new"');
  t.match(empty, '<code>/srv/flotilla/klines</code>', 'the folder that is in use');
  t.match(
    String(backtestsPage({ ...page, runs: [run('running')], most: 100, folder: '/srv/flotilla/klines' })),
    'value="mark"',
  );
  t.notMatch(String(pushRow(run('running'), now, undefined)), 'mark"');
});

t.test('nothing that was typed or read becomes markup', async (t) => {
  const evil = '"><script>window.hacked=1</script><img src=x onerror=1>';
  const { settings } = run('failed');
  const one = run('failed', {
    error: evil,
    settings: {
      ...settings,
      name: evil,
      symbol: evil,
      interval: evil,
      signal: { name: evil },
      plan: { name: evil },
    },
  });
  const choice = { name: evil, title: evil, description: evil, parameters: [] };
  const pages = [
    shown(one),
    backtestsPage({ ...page, runs: [one], most: 100, folder: '/srv/flotilla/klines' }),
    backtestFormPage({
      ...page,
      values: { symbol: evil, from: evil, name: evil, source: evil },
      errors: { symbol: evil, form: evil },
      intervals: [evil],
      signals: [choice],
      plans: [choice],
      folder: evil,
      sources: [{ name: evil, title: evil, kind: 'folder', symbols: [{ symbol: evil, intervals: [evil] }] }],
    }),
    comparisonPage({
      ...page,
      comparison: {
        a: one,
        b: one,
        figures: [{ name: evil, unit: 'money', a: evil, b: evil, difference: evil, better: 'higher' }],
        settings: [{ name: evil, a: evil, b: evil }],
      },
    }),
  ].map(String);
  for (const html of pages) {
    t.notMatch(html, /<script>window|<img src=x/);
    t.match(html, '&lt;script&gt;window.hacked=1');
  }
});
