// The fleet's table: filter, search, order and density. It hides and moves rows in the browser; without it every bot is
// shown, by id.
(() => {
  'use strict';
  const root = document.documentElement;
  const recall = (key) => {
    try {
      return JSON.parse(localStorage.getItem(`flotilla.${key}`) ?? 'null');
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(`flotilla.${key}`, JSON.stringify(value));
    } catch {
      /* forgotten, then */
    }
  };
  root.dataset.dense = recall('dense') === 'on' ? 'on' : 'off';

  const filters = new Set(recall('filters') ?? []);
  /** By menu: symbol, plan, tag; the empty text is no choice. */
  const chosen = recall('chosen') ?? {};
  const order = recall('order') ?? { by: '', descending: false };
  let wanted = '';

  const rowsOf = () => [...document.querySelectorAll('#fleet-rows > tr')];
  /** Writing what is there already would wake the observer, and that again, without end. */
  const hide = (element, hidden) => {
    if (element.hidden !== hidden) element.hidden = hidden;
  };
  const words = (row, name) => (row.dataset[name] ?? '').split(' ').filter(Boolean);

  // Order.
  const STATES = ['needs-you', 'busy', 'buying', 'selling', 'holding', 'running', 'stopped'];
  const text = (name) => (row) => row.querySelector(`.c-${name}`)?.textContent.trim().toLowerCase() ?? '';
  const amount = (name) => (row) => {
    const shown = row.querySelector(`.c-${name} .num`)?.textContent;
    return shown ? Number(shown.replaceAll(',', '').replace('\u2212', '-')) : null;
  };
  const KEYS = {
    bot: text('bot'),
    market: text('market'),
    state: (row) => STATES.indexOf(row.dataset.state),
    position: amount('position'),
    price: amount('price'),
    open: amount('open'),
    total: amount('total'),
    trades: amount('trades'),
    why: (row) => -Number(row.querySelector('.c-why time')?.dataset.ago ?? 0),
  };
  const compare = (a, b) => (typeof a === 'string' ? a.localeCompare(b) : a - b);

  /** Where there is nothing to compare, a row comes last, whichever way the rest goes. */
  function sorted(rows) {
    const key = KEYS[order.by] ?? ((row) => row.id);
    const sign = order.descending ? -1 : 1;
    return rows
      .map((row) => ({ row, value: key(row) }))
      .sort((a, b) => {
        if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
        return sign * compare(a.value, b.value) || compare(a.row.id, b.row.id);
      })
      .map(({ row }) => row);
  }

  function arrange() {
    const body = document.getElementById('fleet-rows');
    if (!body) return;
    const before = rowsOf();
    const after = sorted(before);
    if (after.some((row, index) => row !== before[index])) body.append(...after);
    for (const head of document.querySelectorAll('#fleet th[scope="col"]')) {
      const by = head.querySelector('[data-sort]')?.dataset.sort;
      if (by !== order.by || by === undefined) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending');
    }
    const menu = document.querySelector('select[data-order]');
    if (menu && menu.value !== order.by) menu.value = order.by;
  }

  /** A number is looked at for its largest first, a name from its beginning; a third click is the way back. */
  function orderBy(by) {
    const largestFirst = ['position', 'price', 'open', 'total', 'trades'].includes(by);
    if (order.by !== by) Object.assign(order, { by, descending: largestFirst });
    else if (order.descending === largestFirst) order.descending = !largestFirst;
    else Object.assign(order, { by: '', descending: false });
    remember('order', order);
    arrange();
  }

  // Filter.
  const fits = (row) =>
    [...filters].every((filter) => words(row, 'facets').includes(filter)) &&
    Object.entries(chosen).every(([menu, value]) => value === '' || words(row, menu).includes(value)) &&
    `${text('bot')(row)} ${text('market')(row)} ${row.dataset.tag} ${row.id.slice(4)}`.includes(wanted);

  function filter() {
    const rows = rowsOf();
    let shown = 0;
    for (const row of rows) {
      const fitting = fits(row);
      hide(row, !fitting);
      if (fitting) shown++;
    }
    const none = document.querySelector('.nothing-matches');
    if (none) hide(none, shown > 0 || rows.length === 0);
    for (const chip of document.querySelectorAll('[data-filter]'))
      chip.setAttribute('aria-pressed', String(filters.has(chip.dataset.filter)));
    for (const chip of document.querySelectorAll('button[data-dense]'))
      chip.setAttribute('aria-pressed', String(root.dataset.dense === 'on'));
  }

  /** What the rows have is what can be chosen; a menu with nothing to choose between is not shown. */
  function offer() {
    const rows = rowsOf();
    for (const menu of document.querySelectorAll('select[data-menu]')) {
      const name = menu.dataset.menu;
      const values = [...new Set(rows.flatMap((row) => words(row, name)))].sort();
      const value = values.includes(chosen[name]) ? chosen[name] : '';
      chosen[name] = value;
      hide(menu, values.length < 2);
      const options = values.map((each) => new Option(each, each));
      menu.replaceChildren(menu.options[0], ...options);
      menu.value = value;
      menu.classList.toggle('chosen', value !== '');
    }
  }

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const head = target?.closest('[data-sort]');
    const chip = target?.closest('[data-filter]');
    if (head) orderBy(head.dataset.sort);
    else if (chip) {
      if (!filters.delete(chip.dataset.filter)) filters.add(chip.dataset.filter);
      remember('filters', [...filters]);
      filter();
    } else if (target?.closest('button[data-dense]')) {
      root.dataset.dense = root.dataset.dense === 'on' ? 'off' : 'on';
      remember('dense', root.dataset.dense);
      filter();
    }
  });
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    if (target.id === 'search') wanted = target.value.trim().toLowerCase();
    else if (target.dataset.menu) {
      chosen[target.dataset.menu] = target.value;
      target.classList.toggle('chosen', target.value !== '');
      remember('chosen', chosen);
    } else if ('order' in target.dataset) return orderBy(target.value);
    else return;
    filter();
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, textarea, select');
    const search = document.getElementById('search');
    if (event.key !== '/' || typing || !search) return;
    event.preventDefault();
    search.focus();
  });

  const whole = () => {
    offer();
    filter();
    arrange();
  };
  // Rows that move beneath the pointer are clicked wrongly: the order is kept while somebody is at the table.
  const CALM_MS = 3000;
  setInterval(() => {
    const table = document.getElementById('fleet');
    if (table && !table.matches(':hover, :focus-within')) arrange();
  }, CALM_MS);
  document.addEventListener('DOMContentLoaded', () => {
    whole();
    new MutationObserver((mutations) => {
      const nodes = mutations.flatMap(({ addedNodes, removedNodes }) => [...addedNodes, ...removedNodes]);
      const came = nodes.some(
        (node) =>
          node.id?.startsWith('bot-') || node.querySelector?.('#fleet-rows') || node.id === 'fleet-rows',
      );
      if (came) whole();
      else filter();
    }).observe(document.getElementById('main'), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-facets', 'hidden'],
    });
  });
})();
