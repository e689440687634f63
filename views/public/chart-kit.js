// What the charts share: how they look in both lights, and how they hear that the light has changed.
(() => {
  'use strict';
  const pad = (number) => String(number).padStart(2, '0');

  // A canvas knows no variables: an element wears the class and is asked for its colour.
  function colourOf(container, name) {
    const probe = document.createElement('i');
    probe.className = `c-${name}`;
    container.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  /** What a chart of ours is made with; `more` of its layout. */
  const frame = (more = {}) => ({
    autoSize: true,
    layout: {
      attributionLogo: false,
      fontSize: 12,
      fontFamily: getComputedStyle(document.documentElement).fontFamily,
      ...more,
    },
  });

  /** Background, text, grid and crosshair in the colours of now. */
  function paintFrame(chart, container) {
    const [ink, muted, line] = ['ink', 'muted', 'line'].map((name) => colourOf(container, name));
    chart.applyOptions({
      layout: {
        background: { color: 'transparent' },
        textColor: muted,
        panes: { separatorColor: line, separatorHoverColor: line },
      },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      crosshair: {
        vertLine: { color: muted, labelBackgroundColor: ink },
        horzLine: { color: muted, labelBackgroundColor: ink },
      },
    });
  }

  function paintCandles(candles, container) {
    const [up, down] = ['gain', 'loss'].map((name) => colourOf(container, name));
    candles.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
  }

  /** Paints anew when the reader, or the system, changes theme or palette. */
  function onLooks(paint) {
    new MutationObserver(paint).observe(document.documentElement, {
      attributeFilter: ['data-theme', 'data-palette'],
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  }

  /** A kline as the library wants it: seconds and numbers. */
  const candleOf = (time, { open, high, low, close }) => ({
    time: time / 1000,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
  });

  /** Month and day, hours and minutes of the reader's own clock. */
  const dayOf = (seconds) => {
    const at = new Date(seconds * 1000);
    return `${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  };
  const clockOf = (seconds) => {
    const at = new Date(seconds * 1000);
    return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  };

  window.chartKit = { pad, colourOf, frame, paintFrame, paintCandles, onLooks, candleOf, dayOf, clockOf };
})();
