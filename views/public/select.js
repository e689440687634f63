// Selecting bots in the table: one, a range with Shift, all that are shown; and the bar of what is done with them.
(() => {
  'use strict';
  const picked = new Set();
  let last = null;

  const rows = () => [...document.querySelectorAll('#fleet-rows > tr')];
  const boxOf = (row) => row.querySelector('.c-pick input');
  const idOf = (row) => row.id.slice(4);
  const bar = () => document.getElementById('bulk');

  function pick(row, on) {
    if (on) picked.add(idOf(row));
    else picked.delete(idOf(row));
  }

  /** What stands on the page says what is picked: rows may have been drawn anew, or gone. */
  function show() {
    const present = rows();
    const ids = new Set(present.filter(boxOf).map(idOf));
    for (const id of picked) if (!ids.has(id)) picked.delete(id);
    for (const row of present) {
      const on = picked.has(idOf(row));
      const box = boxOf(row);
      if (box && box.checked !== on) box.checked = on;
      if (row.classList.contains('picked') !== on) row.classList.toggle('picked', on);
    }
    const shown = present.filter((row) => !row.hidden && boxOf(row));
    const all = document.querySelector('[data-select-all]');
    if (all) {
      const count = shown.filter((row) => picked.has(idOf(row))).length;
      all.checked = count > 0 && count === shown.length;
      all.indeterminate = count > 0 && count < shown.length;
    }
    const form = bar();
    if (!form) return;
    const hiddenOnes = present.filter((row) => row.hidden && picked.has(idOf(row))).length;
    const said = `${picked.size}${hiddenOnes > 0 ? ` (${hiddenOnes} not shown)` : ''}`;
    const count = form.querySelector('[data-count]');
    if (count.textContent !== said) count.textContent = said;
    if (picked.size > 0) document.documentElement.dataset.picked = 'yes';
    else delete document.documentElement.dataset.picked;
  }

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-unselect]')) {
      picked.clear();
      return show();
    }
    if (target?.closest('[data-forget-undo]')) return document.getElementById('undo')?.replaceChildren();
    const box = target?.closest('.c-pick input');
    if (!box) return;
    if ('selectAll' in box.dataset) {
      for (const row of rows()) if (!row.hidden && boxOf(row)) pick(row, box.checked);
      return show();
    }
    const row = box.closest('tr');
    const shown = rows().filter((each) => !each.hidden);
    const [from, to] = [shown.indexOf(last), shown.indexOf(row)];
    if (event.shiftKey && from >= 0)
      for (const each of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) pick(each, box.checked);
    else pick(row, box.checked);
    last = row;
    show();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || picked.size === 0 || document.querySelector('dialog[open]')) return;
    if (event.target instanceof Element && event.target.closest('details[open], #search')) return;
    picked.clear();
    show();
  });
  document.addEventListener('fleet:filtered', show);
  document.addEventListener('DOMContentLoaded', () => {
    // Ticked before this was loaded, or come so from a question: what it was about is selected.
    for (const row of rows()) if (boxOf(row)?.checked) pick(row, true);
    if (picked.size > 0) show();
    if (location.search.startsWith('?picked=')) history.replaceState(null, '', '/');
    new MutationObserver((mutations) => {
      if (picked.size > 0 && mutations.some(({ type }) => type === 'childList')) show();
    }).observe(document.getElementById('main'), { subtree: true, childList: true });
  });
})();
