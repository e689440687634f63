/** From a bot's folder to a running loop: restore what was, or be born. */
import { randomBytes } from 'node:crypto';
import { step } from '../core/engine.js';
import { isOtherAccount, moveRefused } from '../core/move.js';
import type { BotState, Settings } from '../core/state.js';
import type { Exchange } from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import { answerWords } from './files/answers.js';
import type { BotFolder } from './files/folder.js';
import { Journal } from './files/journal.js';
import { born, restore } from './files/restore.js';
import { historyLines, Trades } from './files/trades.js';
import { isRecorded, Loop, type LoopOptions } from './loop.js';
import type { Output } from './output.js';
import { MoveRefusal, refusalOf, StorageRefusal } from './refusal.js';

export interface OpenOptions extends Pick<
  LoopOptions,
  'perform' | 'say' | 'failed' | 'storage' | 'guard' | 'segmentBytes'
> {
  readonly folder: BotFolder;
  readonly settings: Settings;
  readonly exchange: Exchange;
  readonly output: Output;
  readonly appliesTo: 'now' | 'next-cycle';
  /** Called with the bot's tag before anything is written. Errors: `Refusal` when another process has it. */
  readonly alone?: ((tag: string) => Promise<void>) | undefined;
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
  if (restored !== null) refuseMove(restored.state, options);
  const tag = restored?.state.tag ?? newTag();
  await options.alone?.(tag);
  for (const note of restored?.notes ?? []) output.line('warn', 'recovered', note);
  const journal = Journal.open(folder.events, restored?.seq ?? 0, restored?.kept);
  const trades = new Trades(folder.trades);
  const damaged = trades.recover(restored?.replayed ?? []);
  if (damaged !== null) output.line('warn', 'recovered', damaged);
  const state =
    restored === null
      ? await bear(journal, tag, options)
      : await moved(restored.state, { journal, trades, options });
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

function newTag(): string {
  return [...randomBytes(8)].map((byte) => TAG_LETTERS[byte % TAG_LETTERS.length]).join('');
}

/** The first line of a bot's journal: its tag, and from which trade on trades can be its own. */
async function bear(
  journal: Journal,
  tag: string,
  { settings, exchange }: Pick<OpenOptions, 'settings' | 'exchange'>,
): Promise<BotState> {
  if (journal.failing !== null)
    throw new StorageRefusal(`The bot's folder cannot be written: ${journal.failing.message}`);
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

/** Before anything is opened for writing. Errors: `MoveRefusal`. */
function refuseMove(state: BotState, { folder, settings }: OpenOptions): void {
  const refused = moveRefused(planNamed, state, settings);
  if (refused === null) return;
  const { symbol } = state.settings;
  const message = `${folder.config}: ${answerWords(refused.code, refused.values)}.`;
  throw new MoveRefusal(message, isOtherAccount(state, settings) ? null : symbol);
}

interface Moving {
  readonly journal: Journal;
  readonly trades: Trades;
  readonly options: OpenOptions;
}

/**
 * The config names another symbol or account than the books: one entry in the journal parks what is held there, and goes
 * on here (core/move.ts). Errors: `StorageRefusal`.
 */
async function moved(state: BotState, { journal, trades, options }: Moving): Promise<BotState> {
  const { settings, exchange, output } = options;
  if (state.settings.symbol === settings.symbol && !isOtherAccount(state, settings)) return state;
  if (journal.failing !== null)
    throw new StorageRefusal(`The bot's folder cannot be written: ${journal.failing.message}`);
  const tradeCursor = await lastTradeId(exchange, settings.symbol);
  const time = state.lastDecision?.time ?? 0;
  const event = { type: 'moved', time, wall: Math.round(exchange.now()), settings, tradeCursor } as const;
  const next = step(planNamed, state, event);
  journal.append(event, next.effects.filter(isRecorded), true);
  trades.append(historyLines(next.effects, journal.seq));
  output.line('info', 'moved', movedWords(state, next.state));
  return next.state;
}

function movedWords(before: BotState, { settings, parked }: BotState): string {
  const { symbol, instrument } = before.settings;
  const left = parked?.[symbol];
  const on = `It goes on with ${settings.symbol}`;
  if (left === undefined) return `${on} instead of ${symbol}`;
  return `${on}; ${left.books.quantity} ${instrument.base} of ${symbol} are parked: what protects them stays on the exchange, and nothing more of it is bought`;
}
