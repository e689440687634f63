// Recent klines with the prices at which a draft would buy and sell. What is drawn stands in #draft-lines.
(() => {
  'use strict';
  const REFRESH_MS = 10000;
  const container = document.getElementById('draft-chart');
  const figure = container?.closest('figure');
  if (!figure || !window.LightweightCharts) return;
  const { createChart, CandlestickSeries, LineStyle } = window.LightweightCharts;
  const COLOURS = { entry: 'ink', target: 'gain', stop: 'loss', level: 'accent' };
  const { frame, paintFrame, paintCandles, onLooks, candleOf, dayOf, clockOf } = window.chartKit;

  let chart = null;
  let candles = null;
  let lines = [];
  let draft = null;
  let market = '';

  function make() {
    chart = createChart(container, {
      ...frame(),
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.08 } },
      timeScale: {
        borderVisible: false,
        timeVisible: true,
        rightOffset: 3,
        tickMarkFormatter: (time, type) => (type < 3 ? dayOf(time) : clockOf(time)),
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
    paintFrame(chart, container);
    paintCandles(candles, container);
    paintLines();
  }

  function paintLines() {
    for (const line of lines) candles.removePriceLine(line);
    lines = (draft?.lines ?? []).map(({ kind, name, price }) =>
      candles.createPriceLine({
        price: Number(price),
        title: name,
        color: window.chartKit.colourOf(container, COLOURS[kind] ?? 'muted'),
        lineWidth: 1,
        lineStyle: kind === 'entry' ? LineStyle.Solid : LineStyle.Dashed,
        axisLabelVisible: true,
      }),
    );
  }

  async function refresh() {
    if (!draft || document.hidden) return;
    const { venue, symbol, interval, precision } = draft;
    const query = new URLSearchParams({ venue, symbol, interval, limit: '120' });
    const answer = await fetch(`/api/klines?${query}`).catch(() => null);
    if (!answer?.ok || draft?.symbol !== symbol || draft.interval !== interval) return;
    const { klines } = await answer.json();
    candles.applyOptions({ priceFormat: { type: 'price', precision, minMove: 10 ** -precision } });
    candles.setData(klines.map((kline) => candleOf(kline.openTime, kline)));
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
  onLooks(paint);
  draw();
})();
