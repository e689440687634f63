/** A made-up exchange in the real one's place; tests only. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { PaperAddress } from '../../venues.js';
import { startPaper, type Paper } from '../wire/paper.js';
import { client } from '../wire/test-client.js';

export const START = Date.UTC(2024, 2, 1, 12);

/** Made-up seconds of three symbols, which pass when they are told to. On the same folder it goes on. */
export async function madeUp(t: Test, folder: string, port?: number): Promise<Paper> {
  const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
  const made = { symbols, interval: '1s', start: START, seed: 5, speed: 'manual' } as const;
  const paper = await startPaper({ folder, port, ...made });
  t.teardown(() => paper.stop());
  return paper;
}

/** The folder of a paper exchange whose data folder names this one in Binance's place. */
export async function folderBeside({ rest, ws, wsApi }: PaperAddress, data: string): Promise<string> {
  await mkdir(join(data, 'paper'), { recursive: true });
  await writeFile(join(data, 'venues.json'), JSON.stringify({ binance: { rest, ws, wsApi } }));
  return join(data, 'paper');
}

export async function stateOf(address: PaperAddress) {
  return (await client(address).control('GET', '/state')).body;
}

/** Resolves when so many hear the market's streams. */
export function heardBy(address: PaperAddress, count: number): Promise<void> {
  return until(async () => (await stateOf(address)).connections.market === count);
}

/** Resolves when the followers have come to where the followed one is. */
export async function caughtUp(followed: PaperAddress, ...followers: PaperAddress[]): Promise<void> {
  const { time } = await stateOf(followed);
  for (const each of followers) await until(async () => (await stateOf(each)).time === time);
}

export async function until(test: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 25_000;
  while (!(await test())) {
    if (Date.now() > end) throw new Error('it did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** All rows that a live market has recorded of a symbol, without its history. */
export async function recordedRows(folder: string, symbol: string): Promise<string[]> {
  const names = (await readdir(join(folder, 'live'))).filter(
    (name) => name.startsWith(symbol) && !name.includes('history'),
  );
  const texts = await Promise.all(names.sort().map((name) => readFile(join(folder, 'live', name), 'utf8')));
  return texts.flatMap((text) => text.trimEnd().split('\n').slice(1));
}
