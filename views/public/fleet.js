// The fleet's table: filter, search, order, columns and density. It hides and moves rows in the browser; without it every
// bot is shown, by id. What a live update brings never moves a row that somebody points at or has the focus in.
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
  const columns = new Set(recall('columns') ?? []);
  root.dataset.columns = [...columns].join(' ');

  const filters = new Set(recall('filters') ?? []);
  /** By menu: symbol, signal, plan, tag; the empty text is no choice. */
  const chosen = recall('chosen') ?? {};
  const order = recall('order') ?? { by: '', descending: false };
  let wanted = '';

  const rowsOf = () => [...document.querySelectorAll('#fleet-rows > tr')];
  /** Writing what is there already would wake the observer, and that again, without end. */
  const hide = (element, hidden) => {
    if (element.hidden !== hidden) element.hidden = hidden;
  };
  /** Names may have spaces in them, facets have none. */
  const words = (row, name) =>
    (row.dataset[name] ?? '').split(name === 'facets' ? ' ' : '\n').filter(Boolean);
  const isBusy = () =>
    document.getElementById('fleet-rows')?.matches(':hover') ||
    document.activeElement?.closest('#fleet-rows');

  // Order.
  const STATES = ['needs-you', 'busy', 'buying', 'selling', 'holding', 'running', 'stopped'];
  const text = (name) => (row) => row.querySelector(`.c-${name}`)?.textContent.trim().toLowerCase() ?? '';
  const amount = (name) => (row) => {
    const shown = row.querySelector(`.c-${name} .num`)?.textContent;
    return shown ? Number(shown.replaceAll(/[^\d.\u2212]/g, '').replace('\u2212', '-')) : null;
  };
  const NUMBERS = 'position price open realized total equity win fills errors restarts memory'.split(' ');
  const KEYS = {
    bot: text('bot'),
    market: text('market'),
    state: (row) => STATES.indexOf(row.dataset.state),
    why: text('why'),
    next: (row) => -Number(row.querySelector('.c-next .ago')?.dataset.ago ?? 0),
    ...Object.fromEntries(NUMBERS.map((name) => [name, amount(name)])),
  };
  const compare = (a, b) => (typeof a === 'string' ? natural.compare(a, b) : a - b);
  /** As the server orders ids: 16 before 116. */
  const natural = new Intl.Collator('en', { numeric: true });
  const byId = (a, b) => natural.compare(a.id, b.id) || (a.id < b.id ? -1 : 1);

  /** Where there is nothing to compare, a row comes last, whichever way the rest goes. */
  function sorted(rows) {
    const key = KEYS[order.by];
    if (!key) return rows.sort(byId);
    const sign = order.descending ? -1 : 1;
    return rows
      .map((row) => ({ row, value: key(row) }))
      .sort((a, b) => {
        if (a.value === null || b.value === null)
          return (a.value === null) - (b.value === null) || byId(a.row, b.row);
        return sign * compare(a.value, b.value) || byId(a.row, b.row);
      })
      .map(({ row }) => row);
  }

  function arrange() {
    const body = document.getElementById('fleet-rows');
    if (!body) return;
    for (const gone of body.querySelectorAll('tr[data-gone]')) gone.remove();
    const before = rowsOf();
    const after = sorted([...before]);
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
    const largestFirst = NUMBERS.includes(by);
    if (order.by !== by) Object.assign(order, { by, descending: largestFirst });
    else if (order.descending === largestFirst) order.descending = !largestFirst;
    else Object.assign(order, { by: '', descending: false });
    remember('order', order);
    arrange();
  }

  // Filter.
  const isFiltered = () =>
    filters.size > 0 || wanted !== '' || Object.values(chosen).some((value) => value !== '');
  const fits = (row) =>
    'gone' in row.dataset ||
    ([...filters].every((filter) => words(row, 'facets').includes(filter)) &&
      Object.entries(chosen).every(([menu, value]) => value === '' || words(row, menu).includes(value)) &&
      (wanted === '' ||
        `${text('bot')(row)} ${text('market')(row)} ${row.dataset.tag} ${row.id.slice(4)}`
          .toLowerCase()
          .includes(wanted)));

  function filter() {
    const rows = rowsOf();
    const all = !isFiltered();
    let shown = 0;
    for (const row of rows) {
      const fitting = all || fits(row);
      hide(row, !fitting);
      if (fitting) shown++;
    }
    const none = document.querySelector('.nothing-matches');
    if (none) hide(none, shown > 0 || rows.length === 0);
    for (const chip of document.querySelectorAll('[data-filter]'))
      chip.setAttribute('aria-pressed', String(filters.has(chip.dataset.filter)));
    for (const chip of document.querySelectorAll('button[data-dense]'))
      chip.setAttribute('aria-pressed', String(root.dataset.dense === 'on'));
    document.dispatchEvent(new Event('fleet:filtered'));
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
      if (
        values.join() !==
        [...menu.options]
          .slice(1)
          .map((option) => option.value)
          .join()
      )
        menu.replaceChildren(menu.options[0], ...values.map((each) => new Option(each, each)));
      menu.value = value;
      menu.classList.toggle('chosen', value !== '');
    }
  }

  // Columns. Where they do not fit, the table scrolls sideways.
  function widen() {
    const rows = document.querySelector('.rows');
    if (!rows) return;
    root.dataset.columns = [...columns].join(' ');
    rows.dataset.wide = 'no';
    const cards = matchMedia('(max-width: 1100px)').matches;
    if (!cards && (rows.scrollWidth > rows.clientWidth + 1 || squeezed())) rows.dataset.wide = 'yes';
    for (const box of document.querySelectorAll('[data-column]'))
      box.checked = columns.has(box.dataset.column);
  }
  const squeezed = () => {
    const why = document.querySelector('#fleet thead .c-why');
    return columns.size > 0 && why !== null && why.offsetParent !== null && why.offsetWidth < 150;
  };
  addEventListener('resize', widen);

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
      try {
        // A look of all pages: small.js reads it.
        localStorage.setItem('flotilla.dense', root.dataset.dense);
      } catch {
        /* forgotten, then */
      }
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
    } else if (target.dataset.column) {
      if (target.checked) columns.add(target.dataset.column);
      else columns.delete(target.dataset.column);
      remember('columns', [...columns]);
      return widen();
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
  // What moves rows waits until nobody is at them.
  let waiting = false;
  const CALM_MS = 1500;
  setInterval(() => {
    if (isBusy()) return;
    if (waiting) whole();
    else arrange();
    waiting = false;
  }, CALM_MS);
  const fewRowsNow = () => rowsOf().length === 0;
  document.addEventListener('DOMContentLoaded', () => {
    // What was ticked and typed before this was loaded counts as well.
    for (const box of document.querySelectorAll('[data-column]:checked')) columns.add(box.dataset.column);
    wanted = document.getElementById('search')?.value.trim().toLowerCase() ?? '';
    whole();
    widen();
    new MutationObserver((mutations) => {
      const nodes = mutations.flatMap(({ addedNodes, removedNodes }) => [...addedNodes, ...removedNodes]);
      const came = nodes.some(
        (node) =>
          node.id?.startsWith('bot-') || node.querySelector?.('#fleet-rows') || node.id === 'fleet-rows',
      );
      const facets = mutations.some(({ type }) => type === 'attributes');
      if (!came && !facets) return;
      if (isBusy() && !fewRowsNow()) waiting = true;
      else if (came) {
        whole();
        widen();
      } else filter();
    }).observe(document.getElementById('main'), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-facets', 'hidden'],
    });
  });
})();
