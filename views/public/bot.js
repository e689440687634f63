// A bot's page: while its log is searched, new lines that match join what was found; a mistake in its settings leads to
// its place.
(() => {
  'use strict';
  const LEAST = { '': 0, warn: 1, error: 2 };
  const levelOf = (line) =>
    line.classList.contains('l-error') ? 2 : line.classList.contains('l-warn') ? 1 : 0;

  /** What is sought now; null while nothing is. */
  const sought = () => {
    const text = document.getElementById('log-search')?.value.trim().toLowerCase() ?? '';
    const least = LEAST[document.getElementById('log-level')?.value] ?? 0;
    return text === '' && least === 0 ? null : { text, least };
  };

  const matches = (line, { text, least }) =>
    levelOf(line) >= least &&
    (line.querySelector('.message')?.textContent ?? '').toLowerCase().includes(text);

  const heard = (mutations) => {
    const query = sought();
    const list = document.querySelector('#log-found .found');
    if (!query || !list) return;
    for (const { addedNodes, target } of mutations) {
      if (target.id !== 'log-lines') continue;
      for (const line of addedNodes)
        if (line instanceof HTMLLIElement && matches(line, query)) list.prepend(line.cloneNode(true));
    }
  };

  // A problem of the config's text leads to its place in it.
  document.addEventListener('click', (event) => {
    const problem = event.target instanceof Element ? event.target.closest('[data-line]') : null;
    const text = document.getElementById('config-text');
    if (!problem || !text) return;
    const lines = text.value.split('\n').slice(0, Number(problem.dataset.line) - 1);
    const at = lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(problem.dataset.column) - 1;
    text.focus();
    text.setSelectionRange(at, at + 1);
  });

  // The answer to "What would it do?" is seen and heard where it was asked for.
  const asking = new WeakSet();
  document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
    if (ctx.sourceElement.matches('#config button[formaction$="/preview"]')) asking.add(ctx);
  });
  document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
    const answer = asking.has(ctx) && document.querySelector('#config :is(.conflict, .problems, .preview)');
    if (!answer) return;
    answer.tabIndex = -1;
    answer.focus({ preventScroll: true });
    answer.scrollIntoView({ block: 'center' });
  });

  document.addEventListener('DOMContentLoaded', () => {
    const log = document.getElementById('log');
    if (log) new MutationObserver(heard).observe(log, { subtree: true, childList: true });
  });
})();
