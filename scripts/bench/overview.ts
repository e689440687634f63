/**
 * `overview`: the fleet's pages with a thousand bots that have a history, what a browser gets when one in a hundred has
 * changed, how long the server does nothing else while all of them change, and how soon a browser shows them. The server
 * is the real one; the bots' views come from memory, for reading files is not part of a request.
 */
import { writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import type { BotView, TradeView } from '../../bot/files/view.js';
import { testServer } from '../../server/testing.js';
import { launchBrowser } from '../../test/browser.js';
import { holdingBot } from '../../test/sample-bots.js';
import { figure, percentile, type Figure } from './figure.js';
import { Place, writeBotConfig } from './place.js';
import { longestTurn } from './turns.js';

const BOTS = 1_000;
const CHANGED = BOTS / 100;
const ROUNDS = 12;
/** Changes are gathered for a moment, and totals told once a second. */
const TOLD_AFTER_MS = 1_600;
const REQUESTS_PER_ROUND = 100;
const OTHER_PAGES = ['/why', '/trades', '/account'] as const;
const FILLS = 300;
/** Rounds in which every bot changes, with a page asked for after so many milliseconds, again and again. */
const STORMS = 4;
const ASKED_EVERY_MS = 50;
/** Changed by the measuring side at a time, so that it is no long turn itself. */
const WRITTEN_AT_ONCE = 10;

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
    const others: Figure[] = [];
    for (const path of OTHER_PAGES) {
      const took: number[] = [];
      for (let i = 0; i < REQUESTS_PER_ROUND; i += 1) took.push(await server.page(path));
      // The first of them sums the histories, which later ones need not.
      others.push(
        figure(`${path.slice(1)}.1000bots.p99`, percentile(took.slice(1), 0.99), 'ms', { atMost: 5 }),
      );
    }
    const cpu = process.cpuUsage();
    for (let i = 0; i < REQUESTS_PER_ROUND; i += 1) await server.page();
    const { user, system } = process.cpuUsage(cpu);
    const some = await longestTurn(() => storm(server, (round) => server.change(round)));
    const all = await longestTurn(() => storm(server, (round) => server.changeAll(STORMS + round)));
    stream.close();
    return [
      figure('overview.1000bots.p99', percentile(pages, 0.99), 'ms', { atMost: 5 }),
      figure('overview.1000bots.cpu', (user + system) / 1_000 / REQUESTS_PER_ROUND, 'ms'),
      ...others,
      figure('overview.push.bytes', percentile(pushes, 0.5), 'B', { atMost: 2_048 }),
      figure('overview.blocked.max', some, 'ms', { atMost: 10 }),
      figure('overview.blockedByAll.max', all, 'ms'),
      ...(await rendered(server)),
    ];
  } finally {
    await server.close();
    await place.end();
  }
}

/** Bots move on, some or all of them, while pages are asked for. */
async function storm(
  server: Awaited<ReturnType<typeof serve>>,
  move: (round: number) => void | Promise<void>,
): Promise<void> {
  let over = false;
  const asking = (async () => {
    while (!over) {
      await server.page();
      await pause(ASKED_EVERY_MS);
    }
  })();
  for (let round = 1; round <= STORMS; round += 1) {
    await move(ROUNDS + round);
    await pause(TOLD_AFTER_MS);
  }
  over = true;
  await asking;
}

/** From the click to the first thing seen, and to the last row, in milliseconds. */
async function rendered({
  port,
  session,
}: {
  port: number;
  session: Record<string, string>;
}): Promise<Figure[]> {
  const { browser, close } = await launchBrowser();
  try {
    const context = await browser.newContext({ locale: 'en-US', extraHTTPHeaders: session });
    const page = await context.newPage();
    const paints: number[] = [];
    const rows: number[] = [];
    for (let i = 0; i < RENDERED; i += 1) {
      await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'load' });
      const [paint, row] = await page.evaluate<[number, number]>(SEEN);
      paints.push(paint);
      rows.push(row);
    }
    return [
      figure('overview.firstPaint', percentile(paints, 0.5), 'ms', { atMost: 1_000 }),
      figure('overview.lastRow', percentile(rows, 0.5), 'ms', { atMost: 1_000 }),
    ];
  } finally {
    await close();
  }
}

const RENDERED = 5;
/** The parser has come to the end of the page, with its scripts, when the document is interactive. */
const SEEN = `[
  performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  performance.getEntriesByType('navigation')[0].domInteractive,
]`;

async function serve(data: string) {
  const views = new Map(Array.from({ length: BOTS }, (_, index) => [`bot-${index}`, view(index, 0)]));
  for (const id of views.keys()) writeBotConfig(data, id, {});
  let port = 0;
  // A real one waits for its files, and others have their turn.
  const load = async (_data: string, id: string): Promise<BotView> => {
    await breathe();
    return views.get(id)!;
  };
  const { app, signIn, store, ...server } = await testServer(data, { load, port: () => port });
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const { headers: session } = await signIn('bench', 'admin');
  const headers = { host: `127.0.0.1:${port}`, accept: 'text/html', ...session };
  const move = (index: number, round: number): void => {
    views.set(`bot-${index}`, view(index, round + 1));
    writeFileSync(join(data, 'bots', `bot-${index}`, 'position.json'), String(round));
  };
  return {
    port,
    session,
    /** Milliseconds in the server: asked with HEAD, which draws the page like GET and moves no megabytes through a test's hands. */
    async page(path = '/'): Promise<number> {
      const began = performance.now();
      const { statusCode } = await app.inject({ method: 'HEAD', url: path, headers });
      if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
      return performance.now() - began;
    },
    /** One bot in a hundred has moved on. */
    change(round: number): void {
      for (let i = 0; i < CHANGED; i += 1) move((round * CHANGED + i * 97) % BOTS, round);
    },
    /** Every bot, by its files and by the price of the symbol that all of them trade. */
    async changeAll(round: number): Promise<void> {
      store.setPrice('paper', 'BTCUSDT', (70_000 + round).toFixed(2));
      for (let index = 0; index < BOTS; index += 1) {
        move(index, round);
        if (index % WRITTEN_AT_ONCE === 0) await breathe();
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
    trades: tradesOf(index),
    tradeCount: FILLS,
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

const histories = new Map<number, readonly TradeView[]>();

/** The same object each time, as a server has it that reads only what is new. */
function tradesOf(index: number): readonly TradeView[] {
  let found = histories.get(index);
  if (found !== undefined) return found;
  const [buy, sale] = holdingBot().trades as [TradeView, TradeView];
  found = Array.from({ length: FILLS }, (_, at): TradeView => {
    const fill = at % 2 === 0 ? buy : { ...sale, pnl: ((at * 7 + index) % 50) - 20 + '.1234' };
    return { ...fill, tradeId: String(at + 1), time: 1_700_000_000_000 + at * 3_600_000 + index };
  });
  histories.set(index, found);
  return found;
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
