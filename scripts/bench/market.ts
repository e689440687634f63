/** What the paper exchange costs as a market: its memory, and how fast it replays with bots that decide on every kline. */
import { figure, type Figure } from './figure.js';
import { privateMegabytes } from './machine.js';
import { Place, step } from './place.js';
import { record } from './recordings.js';

const BEGIN = Date.UTC(2024, 0, 1);
const MONTH = 31 * 24 * 60;
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'ADA', 'DOGE', 'LTC', 'DOT', 'LINK'].map(
  (base) => `${base}USDT`,
);

/** `paper.month10symbolsMB`: private memory with a month of 1m klines of ten symbols, once it serves and has moved on a day. */
export async function marketMemory(): Promise<Figure[]> {
  const place = new Place();
  try {
    const klines = record(place.home, { symbols: SYMBOLS, interval: '1m', begin: BEGIN, klines: MONTH });
    const began = performance.now();
    const { control } = await place.startPaper([
      ...['--klines', klines, '--interval', '1m', '--speed', 'manual'],
    ]);
    const started = performance.now() - began;
    await step(control, 24 * 60);
    return [
      figure('paper.month10symbolsMB', privateMegabytes(place.paper!.pid!), 'MB'),
      figure('paper.month10symbols.start', started, 'ms'),
    ];
  } finally {
    await place.end();
  }
}

/** How many klines are replayed with so many bots: about as long for each. */
const REPLAYED = [
  { bots: 0, klines: 20_000 },
  { bots: 10, klines: 300 },
  { bots: 100, klines: 50 },
];
const WARM_UP = 30;
const HISTORY = 2_000;
const STARTED_AT_ONCE = 10;

/**
 * `paper.replay`: klines a second in lock step, all asked for at once, as at `--speed max`: with bots the market waits
 * after each close and price until every one of them has settled.
 */
export async function replaySpeed(): Promise<Figure[]> {
  const place = new Place();
  try {
    const recording = { symbols: ['BTCUSDT'], interval: '1m', begin: BEGIN, klines: MONTH } as const;
    const { control } = await place.startPaper([
      ...['--klines', record(place.home, recording), '--interval', '1m', '--speed', 'manual'],
      ...['--from', new Date(BEGIN + HISTORY * 60_000).toISOString(), '--deposit', 'USDT=1000000'],
    ]);
    const figures: Figure[] = [];
    let running = 0;
    for (const { bots, klines } of REPLAYED) {
      while (running < bots) running = await startMore(place, running);
      await step(control, WARM_UP);
      const began = performance.now();
      const { klines: closed } = await step(control, klines);
      const perSecond = closed / ((performance.now() - began) / 1_000);
      figures.push(figure(`paper.replay.${bots}bots.klinesPerSecond`, perSecond, '/s'));
    }
    return figures;
  } finally {
    await place.end();
  }
}

async function startMore(place: Place, running: number): Promise<number> {
  const ids = Array.from({ length: STARTED_AT_ONCE }, (_, index) => `bot${running + index}`);
  for (const id of ids)
    place.writeBot(id, {
      venue: 'paper',
      symbol: 'BTCUSDT',
      interval: '1m',
      budget: '1000',
      signal: { name: 'rsi-macd-bollinger' },
      plan: { name: 'single' },
    });
  await Promise.all(ids.map((id) => place.startBot(id)));
  return running + ids.length;
}
