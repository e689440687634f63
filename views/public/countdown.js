// Counts down to the close of klines, by the clock of each market.
(() => {
  // The clock of each market: its time and pace as the header says, and when we heard of it.
  const clocks = new Map();
  const hearClocks = () => {
    for (const each of (document.getElementById('health')?.dataset.clocks ?? '').split(', ')) {
      const [venue, market, rate] = each.split(' ');
      if (market) clocks.set(venue, { market: Number(market), rate: Number(rate), at: performance.now() });
    }
  };
  const pad = (number) => String(number).padStart(2, '0');
  const left = (ms) => {
    const seconds = Math.ceil(ms / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
    return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
  };
  const COUNTED = 'time[data-next], time[data-every]';
  // Klines begin at the epoch; those of a week on its first Monday.
  const WEEK_MS = 604800000;
  const MONDAY_MS = 345600000;
  const closeAfter = (time, length) => {
    const begin = length === WEEK_MS ? MONDAY_MS : 0;
    return (Math.floor((time - begin) / length) + 1) * length + begin;
  };
  const GRACE_MS = 5000;
  function countDown() {
    const now = performance.now();
    for (const element of document.querySelectorAll(COUNTED)) {
      const clock = clocks.get(element.dataset.venue);
      if (!clock || !(clock.rate > 0)) continue;
      const { next, every } = element.dataset;
      const market = clock.market + (now - clock.at) * clock.rate;
      const rest = ((next ? Number(next) : closeAfter(market, Number(every))) - market) / clock.rate;
      const said = rest > 0 ? left(rest) : rest > -GRACE_MS ? '0:00' : `late ${left(-rest)}`;
      if (element.textContent !== said) element.textContent = said;
      element.classList.toggle('late', rest <= -GRACE_MS);
    }
  }

  document.addEventListener('DOMContentLoaded', () => {
    hearClocks();
    countDown();
    setInterval(countDown, 1000);
    new MutationObserver((mutations) => {
      const nodes = mutations.flatMap(({ addedNodes, removedNodes }) => [...addedNodes, ...removedNodes]);
      if (nodes.some((node) => node.querySelector?.(COUNTED) || node.matches?.(COUNTED))) countDown();
    }).observe(document.getElementById('main'), { subtree: true, childList: true });
    new MutationObserver(hearClocks).observe(document.querySelector('header.bar'), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-clocks'],
    });
  });
})();
