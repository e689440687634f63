// Recent klines with the prices at which a draft would buy and sell. What is drawn stands in #draft-lines.
(() => {
  'use strict';
  const REFRESH_MS = 10000;
  const container = document.getElementById('draft-chart');
  const figure = container?.closest('figure');
  if (!figure || !window.LightweightCharts) return;
  const { createChart, CandlestickSeries, LineStyle } = window.LightweightCharts;
  const COLOURS = { entry: 'ink', target: 'gain', stop: 'loss', level: 'accent' };
  const pad = (number) => String(number).padStart(2, '0');
  const clock = (at) => `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  const day = (at) => `${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;

  // A canvas knows no variables: an element wears the class and is asked for its colour.
  const colourOf = (name) => {
    const probe = document.createElement('i');
    probe.className = `c-${name}`;
    container.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };

  let chart = null;
  let candles = null;
  let lines = [];
  let draft = null;
  let market = '';

  function make() {
    chart = createChart(container, {
      autoSize: true,
      layout: {
        attributionLogo: false,
        fontSize: 12,
        fontFamily: getComputedStyle(document.documentElement).fontFamily,
      },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.08 } },
      timeScale: {
        borderVisible: false,
        timeVisible: true,
        rightOffset: 3,
        tickMarkFormatter: (time, type) =>
          type < 3 ? day(new Date(time * 1000)) : clock(new Date(time * 1000)),
      },
      handleScroll: false,
      handleScale: false,
    });
    candles = chart.addSeries(CandlestickSeries, { borderVisible: false, autoscaleInfoProvider: withLines });
    paint();
  }

  /** All lines are in sight: how far they are from the market is what they are drawn for. */
  function withLines(original) {
    const info = original();
    if (!info?.priceRange || !draft) return info;
    const prices = draft.lines.map(({ price }) => Number(price));
    const { minValue, maxValue } = info.priceRange;
    return {
      ...info,
      priceRange: { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) },
    };
  }

  function paint() {
    if (!chart) return;
    const [muted, line, gain, loss] = ['muted', 'line', 'gain', 'loss'].map(colourOf);
    chart.applyOptions({
      layout: { background: { color: 'transparent' }, textColor: muted },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
    });
    candles.applyOptions({ upColor: gain, downColor: loss, wickUpColor: gain, wickDownColor: loss });
    paintLines();
  }

  function paintLines() {
    for (const line of lines) candles.removePriceLine(line);
    lines = (draft?.lines ?? []).map(({ kind, name, price }) =>
      candles.createPriceLine({
        price: Number(price),
        title: name,
        color: colourOf(COLOURS[kind] ?? 'muted'),
        lineWidth: 1,
        lineStyle: kind === 'entry' ? LineStyle.Solid : LineStyle.Dashed,
        axisLabelVisible: true,
      }),
    );
  }

  const asNumber = ({ openTime, open, high, low, close }) => ({
    time: openTime / 1000,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
  });

  async function refresh() {
    if (!draft || document.hidden) return;
    const { venue, symbol, interval, precision } = draft;
    const query = new URLSearchParams({ venue, symbol, interval, limit: '120' });
    const answer = await fetch(`/api/klines?${query}`).catch(() => null);
    if (!answer?.ok || draft?.symbol !== symbol || draft.interval !== interval) return;
    const { klines } = await answer.json();
    candles.applyOptions({ priceFormat: { type: 'price', precision, minMove: 10 ** -precision } });
    candles.setData(klines.map(asNumber));
    chart.timeScale().fitContent();
  }

  function draw() {
    const told = document.getElementById('draft-lines');
    draft = told ? JSON.parse(told.dataset.draft) : null;
    figure.hidden = draft === null;
    if (draft === null) return;
    if (chart === null) make();
    paintLines();
    const wanted = `${draft.venue} ${draft.symbol} ${draft.interval}`;
    if (wanted === market) return;
    market = wanted;
    candles.setData([]);
    refresh();
  }

  document.addEventListener('htmx:after:swap', draw);
  setInterval(refresh, REFRESH_MS);
  new MutationObserver(paint).observe(document.documentElement, {
    attributeFilter: ['data-theme', 'data-palette'],
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  draw();
})();
