/** `bot.ready`: from the spawn of the bot's process until it is recovered, warmed up and subscribed. */
import { figure, percentile, type Figure } from './figure.js';
import { Place, step } from './place.js';

const STARTS = 15;

export async function ready({ bot }: { bot?: string }): Promise<Figure[]> {
  const place = new Place();
  try {
    const { control } = await place.startPaper([
      ...['--synthetic', '--seed', '7', '--symbols', 'BTCUSDT', '--interval', '5m', '--speed', 'manual'],
    ]);
    place.writeBot('early', {
      venue: 'paper',
      symbol: 'BTCUSDT',
      interval: '5m',
      budget: '1000',
      signal: { name: 'rsi-macd-bollinger' },
      plan: { name: 'single' },
    });
    const times: number[] = [];
    for (let i = 0; i < STARTS; i += 1) {
      const run = await place.startBot('early', bot);
      times.push(run.readyMs);
      // A past to recover: decisions, trades, orders that rest.
      await step(control, 50);
      await run.stop();
    }
    return [figure('bot.ready.p50', percentile(times, 0.5), 'ms', { atMost: 1_000 })];
  } finally {
    await place.end();
  }
}
