// The charts of backtests: candles with entries and exits, equity against buy and hold, drawdown; or two runs in one.
// Times are UTC, as in the tables beside them.
(() => {
  'use strict';
  if (!window.LightweightCharts) return;
  const { createChart, createSeriesMarkers, CandlestickSeries, LineSeries, AreaSeries } =
    window.LightweightCharts;
  const { LineStyle, CrosshairMode } = window.LightweightCharts;
  const { pad, colourOf, frame, paintFrame, paintCandles, onLooks } = window.chartKit;
  /** `rgb(1, 2, 3)` with some of the background shining through. */
  const faint = (colour, alpha) => colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);

  const dayOf = (at) => `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`;
  const clockOf = (at) => `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;
  const numbers = (digits) =>
    new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const two = numbers(2);
  // So many pixels are each mark's own.
  const ARROW_PX = 8;
  const DOT_PX = 2;
  const percent = (value) => `${value < 0 ? '−' : ''}${two.format(Math.abs(value))} %`;

  function newChart(container) {
    return createChart(container, {
      ...frame({ panes: { enableResize: false } }),
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.08 } },
      timeScale: {
        borderVisible: false,
        timeVisible: true,
        minBarSpacing: 0.05,
        tickMarkFormatter: (time, type) => {
          const at = new Date(time * 1000);
          if (type === 0) return String(at.getUTCFullYear());
          return type < 3 ? dayOf(at).slice(5) : clockOf(at);
        },
      },
      localization: {
        timeFormatter: (time) => {
          const at = new Date(time * 1000);
          return `${dayOf(at)} ${clockOf(at)} UTC`;
        },
      },
      handleScroll: { mouseWheel: false, vertTouchDrag: false },
    });
  }

  const stretch = (chart, factors) =>
    chart.panes().forEach((pane, index) => pane.setStretchFactor(factors[index] ?? 1));
  const column = (time, values) => time.map((at, index) => ({ time: at / 1000, value: values[index] }));
  const format = (digits) => {
    const { format: text } = numbers(digits);
    return { type: 'custom', minMove: 10 ** -digits, formatter: text };
  };
  const percents = { type: 'custom', minMove: 0.01, formatter: percent };

  /** One run. */
  function drawOne(container, data) {
    const precision = Number(container.dataset.precision) || 2;
    const chart = newChart(container);
    const quiet = { priceLineVisible: false, lastValueVisible: false };
    const candles = chart.addSeries(
      CandlestickSeries,
      { borderVisible: false, priceFormat: format(precision), ...quiet },
      0,
    );
    const hold = chart.addSeries(
      LineSeries,
      { lineWidth: 1, lineStyle: LineStyle.Dashed, priceFormat: format(2), ...quiet },
      1,
    );
    const equity = chart.addSeries(LineSeries, { lineWidth: 2, priceFormat: format(2), ...quiet }, 1);
    const fall = chart.addSeries(AreaSeries, { lineWidth: 1, priceFormat: percents, ...quiet }, 2);
    const markers = createSeriesMarkers(candles, []);
    stretch(chart, [5, 3, 2]);
    hold.setData(column(data.time, data.hold));
    equity.setData(column(data.time, data.equity));
    fall.setData(column(data.time, data.drawdown));
    let shown = data.symbols[0];

    /** Arrows where there is room for them, dots where there is less, nothing where they would hide the candles. */
    function paintMarks() {
      const visible = chart.timeScale().getVisibleLogicalRange() ?? { from: 0, to: data.time.length };
      const marks = (shown?.marks ?? []).filter(({ at }) => at >= visible.from - 1 && at <= visible.to + 1);
      const room = container.clientWidth / Math.max(1, marks.length);
      const look = room < DOT_PX ? 'none' : room < ARROW_PX ? 'dots' : 'arrows';
      sayZoom(container, look === 'none');
      const colours = Object.fromEntries(
        ['accent', 'gain', 'loss'].map((name) => [name, colourOf(container, name)]),
      );
      markers.setMarkers(look === 'none' ? [] : marks.map((mark) => markOf(mark, look, colours)));
    }
    function markOf({ at, side, count, gain }, look, { accent, ...colours }) {
      const entry = side === 'entry';
      const arrows = look === 'arrows';
      return {
        time: data.time[at] / 1000,
        position: entry ? 'belowBar' : 'aboveBar',
        shape: !arrows ? 'circle' : entry ? 'arrowUp' : 'arrowDown',
        size: arrows ? 1 : 0.2,
        color: entry ? accent : gain < 0 ? colours.loss : colours.gain,
        ...(arrows && count > 1 ? { text: `×${count}` } : {}),
      };
    }
    let painting = 0;
    chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
      cancelAnimationFrame(painting);
      painting = requestAnimationFrame(paintMarks);
    });
    function paint() {
      paintFrame(chart, container);
      const [ink, muted, loss] = ['ink', 'muted', 'loss'].map((name) => colourOf(container, name));
      paintCandles(candles, container);
      equity.applyOptions({ color: ink });
      hold.applyOptions({ color: muted });
      fall.applyOptions({
        lineColor: loss,
        topColor: faint(loss, 0.04),
        bottomColor: faint(loss, 0.28),
        invertFilledArea: true,
      });
      paintMarks();
    }
    function show(symbol) {
      shown = symbol;
      candles.setData(
        data.time.map((at, index) =>
          symbol.open[index] === null
            ? { time: at / 1000 }
            : {
                time: at / 1000,
                open: symbol.open[index],
                high: symbol.high[index],
                low: symbol.low[index],
                close: symbol.close[index],
              },
        ),
      );
      paintMarks();
    }
    if (shown) show(shown);
    paint();
    chart.timeScale().fitContent();
    offerSymbols(container, data, show);
    tellAbout(container, data);
    paintMarks();
    const price = numbers(precision);
    readout(container, chart, data.time, (index) => {
      const close = shown?.close[index];
      return [
        close === null || close === undefined ? '' : `close ${price.format(close)}`,
        `equity ${two.format(data.equity[index])}`,
        `hold ${two.format(data.hold[index])}`,
        `drawdown ${percent(data.drawdown[index])}`,
      ];
    });
    return paint;
  }

  /** Two runs: what each made of its money, in per cent. */
  function drawTwo(container, [a, b]) {
    const chart = newChart(container);
    const quiet = { priceLineVisible: false, lastValueVisible: true };
    const lines = [a, b].map((data, index) => {
      const style = index === 0 ? LineStyle.Solid : LineStyle.LargeDashed;
      const common = { lineWidth: 2, lineStyle: style, priceFormat: percents, ...quiet };
      const gain = chart.addSeries(LineSeries, common, 0);
      const fall = chart.addSeries(LineSeries, { ...common, lineWidth: 1 }, 1);
      const first = data.equity[0] || 1;
      gain.setData(
        column(
          data.time,
          data.equity.map((each) => 100 * (each / first - 1)),
        ),
      );
      fall.setData(column(data.time, data.drawdown));
      return { gain, fall };
    });
    stretch(chart, [3, 1]);
    const paint = () => {
      paintFrame(chart, container);
      lines.forEach(({ gain, fall }, index) => {
        const color = colourOf(container, index === 0 ? 'accent' : 'attention');
        gain.applyOptions({ color });
        fall.applyOptions({ color });
      });
    };
    paint();
    chart.timeScale().fitContent();
    return paint;
  }

  /** A fleet trades several markets: one at a time is drawn. */
  function offerSymbols(container, { symbols }, show) {
    const legend = container.closest('figure')?.querySelector('.legend');
    if (symbols.length < 2 || !legend) return;
    const menu = document.createElement('select');
    menu.setAttribute('aria-label', 'Symbol shown');
    for (const { symbol } of symbols) menu.append(new Option(symbol, symbol));
    menu.addEventListener('input', () => show(symbols[menu.selectedIndex]));
    legend.prepend(menu);
  }

  function sayZoom(container, hidden) {
    const key = container.closest('figure')?.querySelector('[data-marks]');
    if (key) key.textContent = hidden ? 'entries and exits: zoom in to see them' : 'entries and exits';
  }

  function tellAbout(container, { interval, klines, time, more }) {
    const about = container.closest('figure')?.querySelector('[data-about]');
    if (!about) return;
    const left = more > 0 ? `; ${more} more symbols are not drawn` : '';
    about.textContent += ` · ${numbers(0).format(time.length)} candles of ${interval} drawn from ${numbers(0).format(klines)} klines${left}`;
  }

  /** What the pointer is at, in words. */
  function readout(container, chart, time, wordsAt) {
    const place = container.closest('figure')?.querySelector('[data-readout]');
    if (!place) return;
    const known = new Map(time.map((at, index) => [at / 1000, index]));
    chart.subscribeCrosshairMove(({ time: at }) => {
      const index = at === undefined ? undefined : known.get(at);
      place.textContent = index === undefined ? '' : wordsAt(index).filter(Boolean).join('   ');
    });
  }

  function say(container, text) {
    const note = document.createElement('p');
    note.className = 'chart-empty';
    note.textContent = text;
    container.append(note);
  }

  async function fetched(address) {
    const answer = await fetch(address, { headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function draw(container) {
    container.dataset.drawn = 'yes';
    try {
      const inside = document.getElementById('chart-data');
      const { backtest, chart, chartA, chartB } = container.dataset;
      const paint =
        backtest === 'two'
          ? drawTwo(container, await Promise.all([chartA, chartB].map(fetched)))
          : drawOne(container, chart === undefined ? JSON.parse(inside.textContent) : await fetched(chart));
      onLooks(paint);
    } catch {
      say(container, 'The chart could not be drawn. Load the page again to try once more.');
    }
  }

  const drawAll = () =>
    document
      .querySelectorAll('[data-backtest]:not([data-drawn])')
      .forEach((container) => void draw(container));
  const begin = () => {
    drawAll();
    // A run that ends brings its chart with a push.
    new MutationObserver(drawAll).observe(document.body, { subtree: true, childList: true });
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
