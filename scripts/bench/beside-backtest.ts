/** `overview.besideBacktest`: what the server answers in while a backtest runs in its thread, beside what it takes alone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isOver } from '../../server/backtests/types.js';
import { testServer, type TestServer } from '../../server/testing.js';
import { swinging } from '../../test/swinging.js';
import { figure, percentile, type Figure } from './figure.js';
import { Place } from './place.js';

const KLINES = 400_000;
const ALONE = 300;
const BETWEEN_MS = 2;
const SETTINGS = {
  symbol: 'BTCUSDT',
  interval: '1m',
  signal: { name: 'rsi-macd-bollinger' },
  plan: { name: 'single' },
  source: 'recordings',
};

export async function besideBacktest(): Promise<Figure[]> {
  const place = new Place();
  mkdirSync(join(place.data, 'klines'), { recursive: true });
  writeFileSync(join(place.data, 'klines', 'BTCUSDT-1m.csv'), swinging(KLINES));
  const server = await testServer(place.data);
  try {
    const alone: number[] = [];
    for (let i = 0; i < ALONE; i += 1) alone.push(await answered(server));
    const started = await server.app.inject({ method: 'POST', url: '/api/backtests', payload: SETTINGS });
    const { id } = started.json().run as { id: string };
    const beside: number[] = [];
    for (let run = server.backtests.get(id)!; !isOver(run); run = server.backtests.get(id)!)
      beside.push(await answered(server));
    const { state, error } = server.backtests.get(id)!;
    if (state !== 'done') throw new Error(`the backtest ended as ${state}: ${error}`);
    return [
      figure('overview.alone.p99', percentile(alone, 0.99), 'ms'),
      figure('overview.besideBacktest.p99', percentile(beside, 0.99), 'ms', { atMost: 5 }),
    ];
  } finally {
    await server.close();
    await place.end();
  }
}

/** Milliseconds until a page is drawn. */
async function answered(server: TestServer): Promise<number> {
  const began = performance.now();
  const { statusCode } = await server.app.inject({ url: '/', headers: { accept: 'text/html' } });
  if (statusCode !== 200) throw new Error(`the overview answered ${statusCode}`);
  const took = performance.now() - began;
  await pause(BETWEEN_MS);
  return took;
}
