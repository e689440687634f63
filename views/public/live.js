// The stream of events that keeps a page true: what was missed is fetched once it is back, and a page that is behind says
// so, over everything and without moving anything.
(() => {
  'use strict';
  const root = document.documentElement;
  const SECOND = 1000;
  /** The server says something every five seconds. */
  const SILENT_MS = 15 * SECOND;
  /** A restart of the server is over sooner; it is not worth a word. */
  const BLINK_MS = 2.5 * SECOND;
  let heard = Date.now();
  let looked = Date.now();
  let connections = 0;

  const live = () => document.getElementById('live');
  const stream = () => live()?._htmx?.sse;

  document.addEventListener('htmx:sse:before:message', () => (heard = Date.now()));
  document.addEventListener('htmx:sse:after:connection', () => {
    root.dataset.live = 'on';
    heard = Date.now();
    // The fleet's stream itself brings what was missed.
    if (connections++ > 0 && window.htmx && !document.getElementById('fleet'))
      htmx.ajax('GET', location.href, { target: '#main', swap: 'outerMorph', select: '#main' });
    tell();
  });

  // An answer may be long on its way, and be older than what was pushed meanwhile: those pushes are put over it once more.
  // It says after which of them it was drawn (`flotilla-state`), by the number that each message has as its id.
  const PART = /<hx-partial hx-target="([^"]+)"([^>]*)>.*?<\/hx-partial>/gs;
  let underWay = 0;
  let pushed = [];
  const isStream = ({ sourceElement }) => sourceElement?.id === 'live';
  document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
    if (isStream(ctx)) return;
    underWay++;
    ctx.isUnderWay = true;
  });
  document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
    if (ctx.isUnderWay && --underWay === 0) pushed = [];
  });
  document.addEventListener('htmx:sse:before:message', ({ detail: { message } }) => {
    if (underWay > 0 && !message.event) pushed.push(message);
  });
  /** Whether the message came after the other one; a server that was started anew counts from the beginning. */
  const isLater = (id, than) => {
    const [[run, number], [itsRun, its]] = [id.split('-'), than.split('-')];
    return run === itsRun && Number(number) > Number(its);
  };
  document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
    const state = ctx.response.headers.get('flotilla-state');
    if (!state) return;
    const newer = [];
    for (const { id, data } of pushed) {
      if (!isLater(id, state)) continue;
      for (const [part, target, swap] of data.matchAll(PART)) {
        // What is added to a list would stand there twice.
        const replaces = !/beforeend|afterbegin/.test(swap);
        if (replaces && ctx.target?.contains(document.querySelector(target))) newer.push(part);
      }
    }
    // Before what the answer says of the action itself; a whole page has its beginning.
    if (/^\s*<!doctype/i.test(ctx.text)) ctx.text += newer.join('');
    else ctx.text = newer.join('') + ctx.text;
  });

  // A bot that this server does not have (it was deleted, or the server is another one by now) does not come back.
  const notHere = (element) => {
    element?.remove();
    const note = document.createElement('span');
    note.className = 'why problem';
    note.setAttribute('role', 'alert');
    note.textContent = 'This bot is not here any more.';
    document.querySelector('#bot-header .status')?.replaceChildren(note);
    document.dispatchEvent(new Event('not-here'));
  };
  // Nobody is signed in any more: the login leads back to this page.
  const signIn = () =>
    location.assign(`/login?then=${encodeURIComponent(location.pathname + location.search)}`);
  document.addEventListener('htmx:sse:error', (event) => {
    root.dataset.live = 'off';
    if (event.detail?.status === 401) signIn();
    if (event.detail?.status === 404) notHere(event.target);
  });
  document.addEventListener('htmx:sse:close', () => (root.dataset.live = 'off'));
  // A stream whose first connection fails is not tried again by itself.
  const again = (event) => {
    if (event.target?.id !== 'live') return;
    root.dataset.live = 'off';
    const status = event.detail?.ctx?.response?.status;
    if (status === 401) return signIn();
    if (status === 404) return notHere(event.target);
    setTimeout(() => event.target.dispatchEvent(new Event('again')), SECOND);
  };
  document.addEventListener('htmx:error', again);
  document.addEventListener('htmx:response:error', again);

  /** At once, whatever the next attempt waits for; a connection that only seems to be one is given up. */
  function tryNow() {
    const connection = stream();
    if (!connection) live()?.dispatchEvent(new Event('again'));
    else if (connection.delayCanceller) connection.delayCanceller();
    else connection.reader?.cancel();
  }

  const age = (ms) =>
    ms < 60 * SECOND ? `${Math.round(ms / SECOND)} s` : `${Math.floor(ms / SECOND / 60)} m`;

  function tell() {
    const banner = document.getElementById('stale');
    if (!banner) return;
    const behind = Date.now() - heard;
    const stale = behind > SILENT_MS || (root.dataset.live === 'off' && behind > BLINK_MS);
    if (banner.hidden === stale) banner.hidden = !stale;
    // Said once to who listens; the seconds are for the eye.
    const said = stale ? 'The server does not answer. Trying again…' : '';
    const [words, since] = banner.querySelectorAll('span');
    if (words.textContent !== said) words.textContent = said;
    const passed = stale ? `Last update ${age(behind)} ago.` : '';
    if (since.textContent !== passed) since.textContent = passed;
  }

  /** Once a second; where far more than that has passed, the machine slept, and what seems connected may not be. */
  function look() {
    const now = Date.now();
    const slept = now - looked > SILENT_MS;
    looked = now;
    if (document.hidden || !live()) return;
    if (slept || (now - heard > SILENT_MS && root.dataset.live === 'on')) {
      root.dataset.live = 'off';
      tryNow();
    }
    tell();
  }

  document.addEventListener('DOMContentLoaded', () => {
    if (!live()) return;
    const banner = document.createElement('div');
    banner.id = 'stale';
    banner.className = 'stale';
    banner.hidden = true;
    const words = document.createElement('span');
    words.setAttribute('role', 'status');
    const since = document.createElement('span');
    since.setAttribute('aria-hidden', 'true');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button';
    button.textContent = 'Try now';
    button.addEventListener('click', tryNow);
    banner.append(words, ' ', since, ' ', button);
    document.body.append(banner);
    setInterval(look, SECOND);
  });
  addEventListener('online', tryNow);
})();
