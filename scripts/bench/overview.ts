/**
 * `overview`: the fleet's page with a thousand bots, and what a browser gets when one in a hundred has changed. The
 * server is the real one; the bots' views come from memory, for reading files is not part of a request.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BotView } from '../../bot/files/view.js';
import { testServer } from '../../server/testing.js';
import { holdingBot } from '../../test/sample-bots.js';
import { figure, percentile, type Figure } from './figure.js';
import { Place, writeBotConfig } from './place.js';

const BOTS = 1_000;
const CHANGED = BOTS / 100;
const ROUNDS = 12;
/** Changes are gathered for a moment, and totals told once a second. */
const TOLD_AFTER_MS = 1_600;
const REQUESTS_PER_ROUND = 100;

export async function overview(): Promise<Figure[]> {
  const place = new Place();
  const server = await serve(place.data);
  try {
    const stream = await listen(server.port, server.session);
    const pushes: number[] = [];
    const pages: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause(TOLD_AFTER_MS);
      const before = stream.bytes();
      server.change(round);
      await pause(TOLD_AFTER_MS);
      pushes.push(stream.bytes() - before);
      for (let i = 0; i < REQUESTS_PER_ROUND; i += 1) pages.push(await server.page());
    }
    stream.close();
    return [
      figure('overview.1000bots.p99', percentile(pages, 0.99), 'ms', { atMost: 5 }),
      figure('overview.push.bytes', percentile(pushes, 0.5), 'B', { atMost: 2_048 }),
    ];
  } finally {
    await server.close();
    await place.end();
  }
}

async function serve(data: string) {
  const views = new Map(Array.from({ length: BOTS }, (_, index) => [`bot-${index}`, view(index, 0)]));
  for (const id of views.keys()) writeBotConfig(data, id, {});
  let port = 0;
  const load = async (_data: string, id: string): Promise<BotView> => views.get(id)!;
  const { app, signIn, ...server } = await testServer(data, { load, port: () => port });
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const { headers: session } = await signIn('bench', 'admin');
  const headers = { host: `127.0.0.1:${port}`, accept: 'text/html', ...session };
  return {
    port,
    session,
    /** Milliseconds in the server: asked with HEAD, which draws the page like GET and moves no megabytes through a test's hands. */
    async page(): Promise<number> {
      const began = performance.now();
      const { statusCode } = await app.inject({ method: 'HEAD', url: '/', headers });
      if (statusCode !== 200) throw new Error(`the overview answered ${statusCode}`);
      return performance.now() - began;
    },
    /** One bot in a hundred has moved on. */
    change(round: number): void {
      for (let i = 0; i < CHANGED; i += 1) {
        const index = (round * CHANGED + i * 97) % BOTS;
        views.set(`bot-${index}`, view(index, round + 1));
        const folder = join(data, 'bots', `bot-${index}`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'position.json'), String(round));
      }
    },
    close: () => server.close(),
  };
}

function view(index: number, round: number): BotView {
  const moved = index + 13.37 * round;
  return holdingBot({
    id: `bot-${index}`,
    name: `Bot ${index}`,
    price: (65_000 + moved).toFixed(2),
    equity: (1_104 + moved / 7).toFixed(2),
    lastKline: 1_709_820_000_000 + round * 300_000,
    lastActivity: 1_709_820_298_000 + round * 300_000,
    position: {
      quantity: '0.0152',
      averagePrice: '64210.5',
      cost: '975.9996',
      unrealizedPnl: (12 + moved / 66).toFixed(4),
    },
  });
}

/** An open page: counts what comes, packed as browsers ask for it. */
async function listen(
  port: number,
  session: Readonly<Record<string, string>>,
): Promise<{ bytes(): number; close(): void }> {
  let bytes = 0;
  const headers = { ...session, accept: 'text/event-stream', 'accept-encoding': 'gzip' };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/events', headers }, resolve).on('error', reject);
  });
  if (answer.statusCode !== 200) throw new Error(`the events answered ${answer.statusCode}`);
  answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
  answer.on('error', () => undefined);
  return { bytes: () => bytes, close: () => answer.destroy() };
}
