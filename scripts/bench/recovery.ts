/**
 * `recovery`: the start of a bot whose journal has grown to 100 MB, from the spawn until it is recovered and subscribed:
 * with the checkpoint that every bot has, and in the worst case, when both are lost and all must be replayed. The bot
 * has the 64 MB of heap that PM2 gives it: it could not hold such a journal.
 */
import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { botFolder, type BotFolder } from '../../bot/files/folder.js';
import { Journal } from '../../bot/files/journal.js';
import { restore } from '../../bot/files/restore.js';
import { planNamed } from '../../strategies/registry.js';
import { Rehearsal, settings, START } from '../../test/bot-kit.js';
import { figure, type Figure } from './figure.js';
import { peakMegabytes } from './machine.js';
import { Place } from './place.js';
import { record } from './recordings.js';

const JOURNAL_BYTES = 100_000_000;
const SEGMENT_BYTES = 8_000_000;
const ID = 'test';
const FIVE_MINUTES = 300_000;
const HISTORY = 400;
/** Long enough for the first checkpoint. */
const LIVED_MS = 500;

export async function recovery(): Promise<Figure[]> {
  const place = new Place();
  try {
    const folder = botFolder(place.data, ID);
    const klines = live(folder);
    const began = performance.now();
    await restore(folder, planNamed);
    const replayed = performance.now() - began;
    await startMarket(place, START + klines * FIVE_MINUTES);
    const worst = await start(place);
    // Killed, not stopped: what it finds the next time is the checkpoint of its first moments.
    const usual = await start(place);
    return [
      figure('recovery.100MB.ready', usual.readyMs, 'ms', { atMost: 1_000 }),
      figure('recovery.100MB.noCheckpoint.ready', worst.readyMs, 'ms', { atMost: 30_000 }),
      figure('recovery.100MB.noCheckpoint.replay', replayed, 'ms'),
      figure('recovery.100MB.noCheckpoint.peakMB', worst.peak, 'MB'),
    ];
  } finally {
    await place.end();
  }
}

/** A long life on the disk: cycle after cycle, no checkpoint; answers how many klines it has seen. */
function live(folder: BotFolder): number {
  mkdirSync(folder.folder, { recursive: true });
  const journal = Journal.open(folder.events, 0);
  const birth = {
    type: 'born',
    tag: 'abcdefgh',
    settings: settings({ id: ID }),
    tradeCursor: '0',
    wall: START,
  } as const;
  journal.append(birth, [], true);
  const bot = new Rehearsal({ id: ID });
  const tell = bot.tell.bind(bot);
  let written = 0;
  bot.tell = (event) => {
    const effects = tell(event);
    bot.events.length = 0;
    const before = journal.position().offset;
    const recorded = effects.filter(({ type }) => type !== 'decide' && type !== 'notify');
    journal.append(event, recorded, false);
    written += journal.position().offset - before;
    journal.rotate(SEGMENT_BYTES, 0);
    return effects;
  };
  let klines = 0;
  for (let trades = 0; written < JOURNAL_BYTES; trades += 2) {
    bot.snapshot({ tradeCursor: String(trades) });
    const protect = bot.holding();
    for (let index = 0; index < 40; index += 1) bot.kline(101);
    bot.fill(protect, 0, '105', protect.quantity ?? '0');
    klines += 41;
  }
  journal.close();
  return klines;
}

/** A market that goes on where the journal ends. */
async function startMarket(place: Place, from: number): Promise<void> {
  const begin = from - HISTORY * FIVE_MINUTES;
  const klines = record(place.home, { symbols: ['BTCUSDT'], interval: '5m', begin, klines: 2 * HISTORY });
  await place.startPaper([
    ...['--klines', klines, '--interval', '5m', '--speed', 'manual'],
    ...['--from', new Date(from).toISOString(), '--deposit', 'USDT=1000000000'],
  ]);
}

async function start(place: Place): Promise<{ readyMs: number; peak: number }> {
  place.writeBot(ID, {
    venue: 'paper',
    symbol: 'BTCUSDT',
    interval: '5m',
    budget: '1000',
    signal: { name: 'rsi' },
    plan: { name: 'single' },
  });
  const run = await place.startBot(ID);
  await pause(LIVED_MS);
  const peak = peakMegabytes(run.process.pid!);
  await run.stop('SIGKILL');
  return { readyMs: run.readyMs, peak };
}
