// The bot page's chart: candles, the indicators of its signal, its entries and exits, and the prices that matter now as
// labelled lines. All of it is worked out by the server; here it is only drawn.
(() => {
  'use strict';
  const REFRESH_MS = 5000;
  const container = document.getElementById('chart');
  if (!container || !window.LightweightCharts) return;
  const {
    createChart,
    createSeriesMarkers,
    CandlestickSeries,
    HistogramSeries,
    LineSeries,
    LineStyle,
    CrosshairMode,
  } = window.LightweightCharts;
  const precision = Number(container.dataset.precision);

  const { frame, paintFrame, paintCandles, onLooks, candleOf, dayOf, clockOf } = window.chartKit;
  const colourOf = (name) => window.chartKit.colourOf(container, name);
  const LINES = { average: 'ink', target: 'accent', stop: 'attention', entry: 'muted' };
  /** A line each in its pane, told apart by colour and by its title. */
  const PLOTS = ['plot-1', 'plot-2', 'plot-3'];
  /** How much higher the price's pane is than each below it. */
  const PRICE_SHARE = 4;

  const grouped = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: precision,
    maximumFractionDigits: precision,
  });

  const chart = createChart(container, {
    ...frame({ panes: { enableResize: false } }),
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.12 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      rightOffset: 6,
      tickMarkFormatter: (time, type) => (type < 3 ? dayOf(time) : clockOf(time)),
    },
    localization: { timeFormatter: (time) => `${dayOf(time)} ${clockOf(time)}` },
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
  });
  const candles = chart.addSeries(CandlestickSeries, {
    borderVisible: false,
    priceFormat: { type: 'custom', minMove: 10 ** -precision, formatter: (price) => grouped.format(price) },
    autoscaleInfoProvider: withLines,
  });
  const markers = createSeriesMarkers(candles, []);
  let lines = [];
  let last = { klines: [], plots: [], trades: [], lines: [] };
  /** Series of what the signal looks at, by the name of the indicator. */
  let drawings = new Map();

  /** Lines near the candles are kept in sight; a far one would flatten them. */
  function withLines(original) {
    const info = original();
    if (!info?.priceRange) return info;
    const { minValue, maxValue } = info.priceRange;
    const reach = (maxValue - minValue) * 0.8;
    const near = last.lines
      .map(({ price }) => Number(price))
      .filter((price) => price > minValue - reach && price < maxValue + reach);
    return {
      ...info,
      priceRange: { minValue: Math.min(minValue, ...near), maxValue: Math.max(maxValue, ...near) },
    };
  }

  function paint() {
    paintFrame(chart, container);
    paintCandles(candles, container);
    paintPlots();
    paintMarks();
  }

  const figure = (value) =>
    value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 1 ? 2 : 6 });

  /** One series for each indicator: those over the price in its pane, each other pane below it. */
  function makePlots(plots) {
    const wanted = plots.map(({ name, pane, title }) => `${pane} ${name} ${title}`).join();
    if (drawings.wanted === wanted) return;
    for (const { series } of drawings.values()) chart.removeSeries(series);
    drawings = new Map();
    drawings.wanted = wanted;
    const panes = ['price', ...new Set(plots.map(({ pane }) => pane).filter((pane) => pane !== 'price'))];
    for (const plot of plots) {
      const inPrice = plot.pane === 'price';
      const kind = plot.look === 'columns' ? HistogramSeries : LineSeries;
      const common = {
        lineWidth: 1,
        priceLineVisible: false,
        lastValueVisible: !inPrice,
        crosshairMarkerVisible: false,
        title: inPrice ? '' : plot.pane,
      };
      const format = inPrice
        ? { autoscaleInfoProvider: () => null }
        : { priceFormat: { type: 'custom', minMove: 0.000001, formatter: figure } };
      const series = chart.addSeries(kind, { ...common, ...format }, panes.indexOf(plot.pane));
      for (const price of plot.levels ?? [])
        series.createPriceLine({ price, lineWidth: 1, lineStyle: LineStyle.Dotted, axisLabelVisible: false });
      drawings.set(plot.name, { series, plot });
    }
    chart.panes().forEach((pane, index) => pane.setStretchFactor(index === 0 ? PRICE_SHARE : 1));
    container.dataset.panes = String(panes.length - 1);
    paintPlots();
  }

  function paintPlots() {
    const used = {};
    for (const { series, plot } of drawings.values()) {
      const number = (used[plot.pane] = (used[plot.pane] ?? -1) + 1);
      const ofBands = plot.pane === 'price' ? 0 : number;
      series.applyOptions({ color: colourOf(PLOTS[ofBands % PLOTS.length]) });
      for (const line of series.priceLines?.() ?? []) line.applyOptions({ color: colourOf('muted') });
    }
  }

  function drawPlots({ klines, plots }) {
    makePlots(plots);
    const [gain, loss] = ['gain', 'loss'].map(colourOf);
    for (const { name, look, values } of plots) {
      const data = klines.map(({ time }, index) => {
        const value = values[index];
        if (value == null) return { time: time / 1000 };
        const sign = look === 'columns' ? { color: value < 0 ? loss : gain } : {};
        return { time: time / 1000, value, ...sign };
      });
      drawings.get(name)?.series.setData(data);
    }
    tellPlots(plots);
  }

  /** What the lines are, in words: a canvas says nothing to who cannot see it. */
  function tellPlots(plots) {
    const legend = document.getElementById('chart-legend');
    if (!legend) return;
    const said = plots.map(({ title, values }) => {
      const value = values.findLast((each) => each != null);
      return value == null ? `${title} not defined yet` : `${title} ${figure(value)}`;
    });
    const text = said.join(' · ');
    if (legend.textContent !== text) legend.textContent = text;
  }

  /** Targets and stops that lie beyond the picture's prices: drawn in it, they would flatten the candles. */
  function tellFar() {
    const place = document.getElementById('chart-far');
    if (!place) return;
    const height = chart.panes()[0].getHeight();
    const named = nearest(last.lines);
    const isFar = ({ price }) => {
      const at = candles.priceToCoordinate(Number(price));
      return at !== null && (at < 0 || at > height);
    };
    const said = last.lines
      .filter((line, index) => named.has(index) && isFar(line))
      .map(({ title, price }) => `${title} ${grouped.format(Number(price))}`);
    const text = said.length === 0 ? '' : `Beyond the picture: ${said.join(' · ')}`;
    if (place.textContent !== text) place.textContent = text;
  }
  /** The scale is worked out when the chart is painted, which is in the next frame. */
  const tellFarSoon = () => requestAnimationFrame(() => requestAnimationFrame(tellFar));

  /** The start of the kline in which a moment lies; null when it is not on the chart. */
  function klineAt(klines, time) {
    let low = 0;
    let high = klines.length - 1;
    if (high < 0 || time < klines[0].time) return null;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (klines[middle].time <= time) low = middle;
      else high = middle - 1;
    }
    return klines[low].time;
  }

  function paintMarks() {
    const accent = colourOf('accent');
    markers.setMarkers(
      last.trades
        .map((trade) => ({ trade, time: klineAt(last.klines, trade.time) }))
        .filter(({ time }) => time !== null)
        .sort((a, b) => a.time - b.time)
        .map(({ trade, time }) => ({
          time: time / 1000,
          position: trade.side === 'BUY' ? 'belowBar' : 'aboveBar',
          shape: trade.side === 'BUY' ? 'arrowUp' : 'arrowDown',
          color:
            trade.side === 'BUY' || trade.pnl === null
              ? accent
              : colourOf(trade.pnl.startsWith('-') ? 'loss' : 'gain'),
        })),
    );
    for (const line of lines) candles.removePriceLine(line);
    const named = nearest(last.lines);
    lines = last.lines.map(({ price, title, kind }, index) =>
      candles.createPriceLine({
        price: Number(price),
        title: named.has(index) ? title : '',
        color: colourOf(LINES[kind] ?? 'muted'),
        lineWidth: 1,
        lineStyle: kind === 'average' ? LineStyle.Solid : LineStyle.Dashed,
        axisLabelVisible: named.has(index),
      }),
    );
  }

  /** Names of many lines would cover the candles: of each kind those that the price reaches first have theirs. */
  function nearest(all) {
    const most = container.clientWidth < 600 ? 1 : 3;
    const close = last.klines.at(-1)?.close ?? all[0]?.price;
    const away = ({ price }) => Math.abs(Number(price) - Number(close));
    const named = new Set();
    for (const kind of new Set(all.map((line) => line.kind))) {
      const ofKind = [...all.keys()].filter((index) => all[index].kind === kind);
      for (const index of ofKind.sort((a, b) => away(all[a]) - away(all[b])).slice(0, most)) named.add(index);
    }
    return named;
  }

  let drawn = 0;
  function draw(data) {
    const klines = data.klines ?? [];
    last = { klines, plots: data.plots ?? [], trades: data.trades ?? [], lines: data.lines ?? [] };
    say(klines.length === 0 ? 'No kline yet. The chart begins with the first one.' : '');
    candles.setData(klines.map((kline) => candleOf(kline.time, kline)));
    drawPlots(last);
    paintMarks();
    if (drawn === 0 && klines.length > 0) {
      const from = Math.max(0, klines.length - 120);
      chart.timeScale().setVisibleLogicalRange({ from, to: klines.length + 6 });
    }
    drawn = klines.length;
    tellFarSoon();
  }
  chart.timeScale().subscribeVisibleLogicalRangeChange(tellFarSoon);

  function say(text) {
    let note = container.querySelector('.chart-empty');
    if (text === '') return note?.remove();
    if (!note) {
      note = document.createElement('p');
      note.className = 'chart-empty';
      container.append(note);
    }
    note.textContent = text;
  }

  /** What is being asked for; null while nothing is. */
  let asking = null;
  /** The bot is being deleted: it may be gone before this page is. */
  let leaving = false;
  async function refresh() {
    if (asking || leaving || document.hidden) return;
    asking = new AbortController();
    const { signal } = asking;
    try {
      const headers = { accept: 'application/json' };
      const answer = await fetch(container.dataset.klines, { headers, signal });
      if (answer.ok) draw(await answer.json());
      else if (answer.status === 404) end();
      else if (drawn === 0) say('The klines could not be fetched. It tries again by itself.');
    } catch {
      if (drawn === 0 && !leaving) say('The klines could not be fetched. It tries again by itself.');
    } finally {
      asking = null;
    }
  }

  paint();
  refresh();
  const timer = setInterval(refresh, REFRESH_MS);
  function end() {
    clearInterval(timer);
    document.removeEventListener('kline', refresh);
  }
  document.addEventListener('not-here', end);
  document.addEventListener('kline', refresh);
  const deletes = ({ target }) => target instanceof Element && target.matches('form[action*="/delete?"]');
  document.addEventListener('htmx:before:request', (event) => {
    if (!deletes(event)) return;
    leaving = true;
    asking?.abort();
  });
  // Refused, it stays, and so does its chart.
  document.addEventListener('htmx:finally:request', (event) => {
    if (deletes(event) && !event.detail.ctx.hx?.redirect) leaving = false;
  });
  onLooks(paint);
})();
