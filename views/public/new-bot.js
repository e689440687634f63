// The form of a new bot: symbols found as one types, fields that turn right or wrong, parameters that are not forgotten.
// Without it the form is a plain one.
(() => {
  'use strict';
  const form = document.querySelector('form.new-bot');
  if (!form) return;

  // The server says at each field what is wrong with it, in better words than the browser's; the browser alone knows what is
  // no number at all, for nothing of that is sent.
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    const unread = [...form.elements].find((input) => input.validity?.badInput);
    if (!unread || event.submitter?.formNoValidate) return;
    event.preventDefault();
    unread.reportValidity();
  });

  // What the server says of a field, its input says too.
  function tellFields() {
    for (const slot of form.querySelectorAll('.error[id]')) {
      const input = form.querySelector(`[aria-errormessage="${slot.id}"]`);
      // Half a symbol is no mistake yet.
      const wrong = slot.textContent.trim() !== '' && input?.getAttribute('aria-expanded') !== 'true';
      input?.toggleAttribute('aria-invalid', wrong);
      if (wrong) input?.setAttribute('aria-invalid', 'true');
      slot.closest('.field')?.classList.toggle('wrong', wrong);
    }
    const banner = form.querySelector('header > .problems');
    if (banner && !form.querySelector('.error[id]:not(:empty)')) banner.remove();
  }
  document.addEventListener('htmx:after:swap', tellFields);
  // What came of a backtest is seen where it was asked for.
  document.addEventListener('htmx:after:swap', () => {
    const run = document.getElementById('draft-run');
    if (!run || run.childElementCount === 0 || run.dataset.seen) return;
    run.dataset.seen = 'yes';
    run.scrollIntoView({ block: 'nearest' });
  });

  // Another signal or plan brings its own parameters; what was typed for one that is chosen again is still there.
  const typed = new Map();
  const inputsOf = (box) => [...box.querySelectorAll('input, select')];
  function keep(kind) {
    const box = document.getElementById(`${kind}-parameters`);
    if (!box) return;
    typed.set(`${kind} ${box.dataset.of}`, new Map(inputsOf(box).map(({ name, value }) => [name, value])));
  }
  function restore() {
    for (const kind of ['signal', 'plan']) {
      const box = document.getElementById(`${kind}-parameters`);
      if (!box || box.dataset.restored) continue;
      box.dataset.restored = 'yes';
      const known = typed.get(`${kind} ${box.dataset.of}`);
      for (const input of known ? inputsOf(box) : []) input.value = known.get(input.name) ?? input.value;
    }
  }
  for (const kind of ['signal', 'plan']) {
    for (const radio of form.querySelectorAll(`input[type="radio"][name="${kind}"]`))
      radio.addEventListener('change', (event) => {
        // The form is asked about again once the parameters are there.
        event.stopPropagation();
        keep(kind);
      });
    const box = document.getElementById(`${kind}-parameters`);
    if (box) box.dataset.restored = 'yes';
  }
  document.addEventListener('htmx:after:swap', () => {
    const fresh = form.querySelector('.parameters:not([data-restored])');
    restore();
    if (fresh) form.dispatchEvent(new Event('again'));
  });

  // The symbol: a combobox with a list (WAI-ARIA 1.2). Arrow keys move, Enter takes, Escape leaves what was typed.
  const combobox = form.querySelector('.combobox');
  const input = combobox?.querySelector('input');
  const panel = combobox?.querySelector('.suggestions');
  const list = combobox?.querySelector('[role="listbox"]');
  if (!input || !panel || !list) return;
  input.removeAttribute('list');
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.id,
  }))
    input.setAttribute(name, value);

  let asked = 0;
  let waiting = 0;
  const options = () => [...list.querySelectorAll('[data-value]')];
  const active = () => list.querySelector('[aria-selected="true"]');
  const isOpen = () => !panel.hidden;

  function show(open) {
    panel.hidden = !open;
    input.setAttribute('aria-expanded', String(open));
    if (!open) mark(null);
  }
  function mark(option) {
    active()?.setAttribute('aria-selected', 'false');
    if (!option) return input.removeAttribute('aria-activedescendant');
    option.setAttribute('aria-selected', 'true');
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }
  async function search(text) {
    const number = ++asked;
    const venue = form.elements.namedItem('venue')?.value ?? '';
    const query = new URLSearchParams({ search: text, venue });
    const answer = await fetch(`${combobox.dataset.symbols}?${query}`).catch(() => null);
    // What was asked before and comes later counts no more.
    if (number !== asked || !answer?.ok || document.activeElement !== input) return;
    list.innerHTML = await answer.text();
    list.scrollTop = 0;
    show(true);
  }
  function take(option) {
    input.value = option.dataset.value;
    asked += 1;
    show(false);
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }
  function move(by) {
    const all = options();
    if (all.length === 0) return;
    const at = all.indexOf(active());
    mark(all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length]);
  }

  input.addEventListener('input', (event) => {
    // Half a symbol is no mistake yet: the form is asked about once one is taken.
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(() => search(input.value), 120);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (isOpen()) move(event.key === 'ArrowDown' ? 1 : -1);
      else search(event.altKey || input.value === '' ? '' : input.value);
    } else if (event.key === 'Enter' && isOpen()) {
      event.preventDefault();
      const option = active() ?? options().find(({ dataset }) => dataset.value === input.value.toUpperCase());
      if (option) take(option);
      else show(false);
    } else if (event.key === 'Escape' && isOpen()) {
      event.preventDefault();
      asked += 1;
      show(false);
    }
  });
  input.addEventListener('click', () => {
    if (!isOpen()) search('');
  });
  input.addEventListener('blur', () => {
    clearTimeout(waiting);
    asked += 1;
    show(false);
    input.value = input.value.trim().toUpperCase();
  });
  // The list must not take the focus, or it would close before it is heard.
  panel.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[data-value]');
    if (option) take(option);
  });
})();
