/** From a bot's folder to a running loop: restore what was, or be born. */
import { randomBytes } from 'node:crypto';
import type { BotState, Settings } from '../core/state.js';
import type { Exchange } from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import type { BotFolder } from './files/folder.js';
import { Journal } from './files/journal.js';
import { born, restore } from './files/restore.js';
import { Trades } from './files/trades.js';
import { Loop, type LoopOptions } from './loop.js';
import type { Output } from './output.js';
import { Refusal, refusalOf, StorageRefusal } from './refusal.js';

export interface OpenOptions extends Pick<
  LoopOptions,
  'perform' | 'say' | 'failed' | 'storage' | 'guard' | 'segmentBytes'
> {
  readonly folder: BotFolder;
  readonly settings: Settings;
  readonly exchange: Exchange;
  readonly output: Output;
  readonly appliesTo: 'now' | 'next-cycle';
}

/**
 * Errors: `Refusal` when the files do not prove a state, or the config asks for what the state forbids; `StorageRefusal`
 * when they cannot be read now.
 */
export async function openLoop(options: OpenOptions): Promise<Loop> {
  const { folder, settings, exchange, output, perform, say, failed, storage, guard, segmentBytes } = options;
  const restored = await restore(folder, planNamed).catch((error: Error) => {
    throw refusalOf(error);
  });
  for (const note of restored?.notes ?? []) output.line('warn', 'recovered', note);
  const journal = Journal.open(folder.events, restored?.seq ?? 0, restored?.kept);
  const trades = new Trades(folder.trades);
  const damaged = trades.recover(restored?.replayed ?? []);
  if (damaged !== null) output.line('warn', 'recovered', damaged);
  const state = restored?.state ?? (await bear(journal, settings, exchange));
  refuseOtherMarket(folder, state, settings);
  const covered = restored?.covered ?? 0;
  const wall = () => Math.round(exchange.now());
  const loop = new Loop(state, {
    folder,
    journal,
    trades,
    wall,
    perform,
    say,
    failed,
    storage,
    guard,
    segmentBytes,
    covered,
    damaged: restored?.damaged ?? [],
  });
  if (JSON.stringify(state.settings) !== JSON.stringify(settings)) {
    loop.onceStarted({
      type: 'config',
      time: loop.marketTime,
      wall: wall(),
      settings,
      appliesTo: options.appliesTo,
    });
  }
  return loop;
}

const TAG_LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** The first line of a bot's journal: its tag, and from which trade on trades can be its own. */
async function bear(journal: Journal, settings: Settings, exchange: Exchange): Promise<BotState> {
  if (journal.failing !== null)
    throw new StorageRefusal(`The bot's folder cannot be written: ${journal.failing.message}`);
  const tag = [...randomBytes(8)].map((byte) => TAG_LETTERS[byte % TAG_LETTERS.length]).join('');
  const tradeCursor = await lastTradeId(exchange, settings.symbol);
  const birth = { type: 'born', tag, settings, tradeCursor, wall: Math.round(exchange.now()) } as const;
  journal.append(birth, [], true);
  return born(birth);
}

async function lastTradeId(exchange: Exchange, symbol: string): Promise<string | null> {
  let last: string | null = null;
  for (;;) {
    const page = await exchange.fills(symbol, last);
    const newest = page.at(-1)?.tradeId;
    if (newest === undefined) return last;
    last = newest;
  }
}

/** A flat bot may move to another symbol: trades are then counted anew. One that holds may not. */
function refuseOtherMarket(folder: BotFolder, state: BotState, settings: Settings): void {
  const before = state.settings;
  if (before.symbol === settings.symbol) return;
  throw new Refusal(
    `${folder.config}: this bot was created for ${before.symbol} and keeps its books in ${before.instrument.base} and ${before.instrument.quote}. ` +
      `Set the symbol back to ${before.symbol}, and create another bot for ${settings.symbol}.`,
  );
}
