// The few things pages do by themselves: remember looks, keep ages and local times, tint what changed, open questions.
// Every page works without them.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  // Looks are remembered per browser; a browser that forbids storage simply forgets them.
  const recall = (key) => {
    try {
      return localStorage.getItem(`flotilla.${key}`);
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(`flotilla.${key}`, value);
    } catch {
      /* forgotten, then */
    }
  };
  const DISPLAY = { theme: 'system', palette: 'classic', dense: 'off' };
  for (const key of Object.keys(DISPLAY))
    root.dataset[key] = recall(key)?.replaceAll('"', '') ?? DISPLAY[key];

  // Times.
  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const two = (ms, big, bigUnit, small, smallUnit) => {
    const rest = Math.floor((ms % big) / small);
    return `${Math.floor(ms / big)} ${bigUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`;
  };
  const duration = (ms) => {
    if (ms < 950) return `${(Math.max(0, ms) / SECOND).toFixed(1)} s`;
    if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
    if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m`;
    return ms < DAY ? two(ms, HOUR, 'h', MINUTE, 'm') : two(ms, DAY, 'd', HOUR, 'h');
  };
  const pad = (number) => String(number).padStart(2, '0');
  const local = (time) => {
    const at = new Date(time);
    const year = at.getFullYear() === new Date().getFullYear() ? '' : `${at.getFullYear()}-`;
    const day = `${year}${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
    return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  };
  const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const tellTimes = (scope) => {
    for (const element of scope.querySelectorAll('time[data-local]'))
      say(element, local(Number(element.dataset.local)));
  };
  const tellAges = () => {
    const now = Date.now();
    for (const element of document.querySelectorAll('time[data-ago]')) {
      const age = now - Number(element.dataset.ago);
      say(element, age < SECOND ? 'just now' : `${duration(age)} ago`);
    }
  };

  // What a time says is also known the other way on hover: the moment of an age, the age of a moment, in whose zone.
  const zone = (at) => {
    const minutes = -at.getTimezoneOffset();
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
    return `UTC${minutes < 0 ? '\u2212' : '+'}${hours}${rest === 0 ? '' : `:${pad(rest)}`}`;
  };
  const explainTime = ({ target }) => {
    const element = target instanceof Element ? target.closest('time[data-ago], time[data-local]') : null;
    if (!element) return;
    const time = Number(element.dataset.ago ?? element.dataset.local);
    const age = Date.now() - time;
    const whole = `${local(time)} ${zone(new Date(time))}`;
    const passed = age >= SECOND ? `${duration(age)} ago, ` : '';
    element.title = element.dataset.ago === undefined ? passed + whole : whole;
  };
  document.addEventListener('pointerover', explainTime);

  // A changed number tints for 600 ms, no more; not at all where motion is unwelcome.
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const tint = (element) => {
    if (still.matches || element.closest('.health')) return;
    const colour = getComputedStyle(tintProbe()).backgroundColor;
    element.animate([{ backgroundColor: colour }, { backgroundColor: 'transparent' }], {
      duration: 600,
      easing: 'ease-out',
    });
  };
  let probe;
  const tintProbe = () => {
    if (!probe) {
      probe = document.createElement('i');
      probe.className = 'tint-probe';
      probe.hidden = true;
      document.body.append(probe);
    }
    return probe;
  };

  // The tab's title tells how many bots need you, also when nobody looks at the page.
  const tellTitle = () => {
    const count = document.querySelector('#totals .count.attention .num')?.textContent ?? '0';
    const title = document.title.replace(/^\(\d+\) /, '');
    const wished = document.getElementById('totals') && count !== '0' ? `(${count}) ${title}` : title;
    if (document.title !== wished) document.title = wished;
  };

  const slug = (text) =>
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40);

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-close]')) target.closest('dialog')?.close();
    const menu = document.querySelector('details.menu[open]');
    if (menu && !menu.contains(target)) menu.open = false;
  });

  document.addEventListener('keydown', (event) => {
    const menu = document.querySelector('details.menu[open]');
    if (event.key !== 'Escape' || !menu) return;
    // Who was in it stands where it opened.
    if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    menu.open = false;
  });
  document.addEventListener('focusin', ({ target }) => {
    const menu = document.querySelector('details.menu[open]');
    if (menu && !menu.contains(target)) menu.open = false;
  });

  // A button that asks the server is disabled until it is answered, or all of its form, and may be another one then: the
  // focus comes back to where it was, unless somebody has moved it.
  let pressed = null;
  const CONTROLS = 'a[href], button, input, select, textarea';
  document.addEventListener('focusout', ({ target: control }) => {
    const off = control.disabled || control.closest('[inert]');
    const place = off ? control.closest('tr[id], header[id], section[id], div[id]') : null;
    if (!place) return;
    const index = [...place.querySelectorAll(CONTROLS)].indexOf(control);
    pressed = { control, place: place.id, index };
  });
  const focusAgain = () => {
    if (!pressed || (document.activeElement && document.activeElement !== document.body)) return;
    const { control, place, index } = pressed;
    const there = control.isConnected && !control.disabled;
    const next = there ? control : document.getElementById(place)?.querySelectorAll(CONTROLS)[index];
    if (!next || next.disabled || document.querySelector('dialog[open]')) return;
    pressed = null;
    next.focus({ preventScroll: true });
  };
  for (const name of ['htmx:after:swap', 'htmx:finally:request'])
    document.addEventListener(name, () => setTimeout(focusAgain));

  // A form that its own answer will replace takes nothing more until then: what is typed or sent meanwhile would be lost.
  document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
    const { form } = ctx.request;
    if (!form || !ctx.target?.contains?.(form)) return;
    ctx.sent = form;
    form.inert = true;
  });
  document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
    if (ctx.sent) ctx.sent.inert = false;
  });

  document.addEventListener('input', (event) => {
    const { target } = event;
    if (!(target instanceof HTMLElement)) return;
    if (target.dataset.display) {
      root.dataset[target.dataset.display] = target.value;
      remember(target.dataset.display, target.value);
    } else if (target.dataset.idTo) {
      const id = document.getElementById(`f-${target.dataset.idTo}`);
      if (id && !id.dataset.own) id.value = slug(target.value);
    } else if (target.id === 'f-id') {
      target.dataset.own = target.value === '' ? '' : 'yes';
    }
  });

  // A field that has words of its own for what does not fit says them where the server would, instead of the browser's.
  document.addEventListener(
    'invalid',
    (event) => {
      const { target: input } = event;
      if (!input.dataset.wrong || !input.validity.patternMismatch) return;
      event.preventDefault();
      const field = input.closest('.field');
      const slot = field.querySelector('.error') ?? document.createElement('p');
      slot.className = 'error';
      slot.id = `e-${input.name}`;
      slot.setAttribute('role', 'alert');
      slot.textContent = input.dataset.wrong;
      field.append(slot);
      field.classList.add('wrong');
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-errormessage', slot.id);
      if (input.form.querySelector(':invalid') === input) input.focus();
    },
    true,
  );
  document.addEventListener('input', ({ target: input }) => {
    if (!input.dataset.wrong || !input.validity.valid || !input.hasAttribute('aria-errormessage')) return;
    document.getElementById(input.getAttribute('aria-errormessage'))?.remove();
    input.closest('.field').classList.remove('wrong');
    for (const name of ['aria-invalid', 'aria-errormessage']) input.removeAttribute(name);
  });

  // Questions open as a dialog, and close when they are answered.
  document.addEventListener('submit', (event) => {
    if (event.target.matches('[data-closes]')) event.target.closest('dialog')?.close();
  });
  document.addEventListener('htmx:after:swap', () => {
    const question = document.querySelector('dialog[data-modal]:not([open], [data-asked])');
    if (!question) return;
    question.dataset.asked = 'yes';
    question.showModal();
  });

  /** A row that came into a table: not those that were moved, and not a table that came whole. */
  const newRows = (mutations) => {
    const gone = new Set(mutations.flatMap(({ removedNodes }) => [...removedNodes]));
    return mutations
      .filter(({ target }) => target instanceof HTMLTableSectionElement && !target.matches('#fleet-rows'))
      .flatMap(({ addedNodes }) => [...addedNodes])
      .filter(
        (node) => node instanceof HTMLTableRowElement && node.id && node.isConnected && !gone.has(node),
      );
  };

  const watch = (mutations) => {
    const changed = new Set();
    for (const { target, type } of mutations) {
      const element = target instanceof Element ? target : target.parentElement;
      if (!element) continue;
      const number = element.closest('.num');
      if (number) changed.add(number);
      else if (type === 'childList') {
        tellTimes(element);
        const list = element.closest('[data-keep]');
        while (list && list.childElementCount > Number(list.dataset.keep)) list.lastElementChild.remove();
      } else if (element.matches('time[data-local]')) tellTimes(element.parentElement);
    }
    tellTitle();
    for (const number of [...changed, ...newRows(mutations)]) tint(number);
  };

  document.addEventListener('DOMContentLoaded', () => {
    for (const input of document.querySelectorAll('input[data-display]'))
      input.checked = input.value === root.dataset[input.dataset.display];
    const id = document.getElementById('f-id');
    if (id?.value) id.dataset.own = 'yes';
    document.querySelector('form [aria-invalid="true"]')?.focus();
    tellTimes(document);
    tellAges();
    setInterval(tellAges, SECOND);
    new MutationObserver(watch).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
})();
