/** The files of a bot and who may write them (design §5). */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
export { byBotId, isBotId } from '../config/id.js';
import { accountOf } from '../config/account.js';
import { ID_RULE, byBotId, isBotId } from '../config/id.js';
import { readJson, writeJson } from './json-file.js';

export interface BotFolder {
  readonly id: string;
  readonly folder: string;
  readonly config: string;
  readonly desired: string;
  readonly status: string;
  readonly position: string;
  readonly previousPosition: string;
  readonly events: string;
  readonly trades: string;
  readonly log: string;
  readonly commands: string;
}

export function botsFolder(data: string): string {
  return join(resolve(data), 'bots');
}

/** Throws on anything that is not a bot id, so that no path can leave the data folder. */
export function botFolder(data: string, id: string): BotFolder {
  if (!isBotId(id)) throw new Error(`The bot id "${id}" is refused: it ${ID_RULE}.`);
  const folder = join(botsFolder(data), id);
  return {
    id,
    folder,
    config: join(folder, 'config.json'),
    desired: join(folder, 'desired.json'),
    status: join(folder, 'status.json'),
    position: join(folder, 'position.json'),
    previousPosition: join(folder, 'position.previous.json'),
    events: join(folder, 'events.ndjson'),
    trades: join(folder, 'trades.ndjson'),
    log: join(folder, 'log.ndjson'),
    commands: join(folder, 'commands'),
  };
}

/** Ids of all bots, in the order of `byBotId`: folders with a lawful name. A folder without a config is listed too, so that it is seen. */
export async function listBotIds(data: string): Promise<string[]> {
  const entries = await readdir(botsFolder(data), { withFileTypes: true }).catch(none);
  return entries
    .filter((entry) => entry.isDirectory() && isBotId(entry.name))
    .map((entry) => entry.name)
    .sort(byBotId);
}

/** Names under `bots/` that no bot can have: they are passed over, and said. */
export async function unlawfulNames(data: string): Promise<string[]> {
  const entries = await readdir(botsFolder(data), { withFileTypes: true }).catch(none);
  const names: string[] = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return names.filter((name) => !name.startsWith('.') && !isBotId(name)).sort();
}

function none(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

export type Desired = 'running' | 'stopped';

/** A config written by hand is stopped until started. Anything unreadable counts as stopped: it never starts a bot. */
export async function readDesired(data: string, id: string): Promise<Desired> {
  const file = await readJson<{ desired?: unknown }>(botFolder(data, id).desired).catch(() => null);
  return file?.desired === 'running' ? 'running' : 'stopped';
}

/** `realMoney`: the account on which somebody said that the bot may trade real money; nobody did if left out. */
export async function writeDesired(
  data: string,
  id: string,
  desired: Desired,
  realMoney?: string,
): Promise<void> {
  await writeJson(botFolder(data, id).desired, {
    desired,
    ...(realMoney === undefined ? {} : { realMoney }),
  });
}

/**
 * Whether a bot may trade where its config says: on `binance` only if somebody, when it was started, said so of this
 * very account. So no edit of a config, by whatever way, moves a bot that runs or waits to real money.
 */
export async function mayTradeThere(
  data: string,
  bot: { readonly id: string } & Parameters<typeof accountOf>[0],
): Promise<boolean> {
  if (bot.venue !== 'binance') return true;
  const file = await readJson<{ realMoney?: unknown }>(botFolder(data, bot.id).desired).catch(() => null);
  return file?.realMoney === accountOf(bot);
}

/**
 * What the process says of itself. starting: not yet recovered; ready: recovered and subscribed; refused: it lives,
 * trades nothing and says why; stopped: it ended cleanly.
 */
export interface BotStatus {
  readonly phase: 'starting' | 'ready' | 'refused' | 'stopped';
  readonly pid: number;
  /** Wall time of this phase (ms). */
  readonly since: number;
  /** Wall time the process started (ms). */
  readonly startedAt: number;
  readonly errors: readonly string[];
}

/** Null when the bot never ran or the file cannot be read. */
export async function readStatus(data: string, id: string): Promise<BotStatus | null> {
  return readJson<BotStatus>(botFolder(data, id).status).catch(() => null);
}

export async function writeStatus(data: string, id: string, status: BotStatus): Promise<void> {
  await writeJson(botFolder(data, id).status, status);
}
