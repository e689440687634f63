/**
 * `commands/<uuid>.json`: what server and command line want of a bot. Written whole or not at all; the bot does it once,
 * journals it with its uuid and removes the file. A bot that does not run finds it at its next start.
 */
import { randomUUID } from 'node:crypto';
import { readFile, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Command, CommandName } from '../../core/commands.js';
import { dec } from '../../core/decimal.js';
import { botFolder, type BotFolder } from './folder.js';
import { writeJson } from './json-file.js';
import { syncFolder } from './sync-folder.js';

type Buy = Extract<Command, { name: 'buy' }>;
export type Asked = Exclude<Command, { name: 'stop' | 'start' | 'buy' }> | Omit<Buy, 'ageMs'>;

const amount = z.string().refine(isAmount, { error: 'must be a decimal amount' });
const seen = z.array(z.strictObject({ asset: z.string().min(1), missing: amount })).max(10);

/** Of the book that is meant. */
const symbol = z.string().min(1).max(40).exactOptional();

const askedSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('pause'), at: z.number() }),
  z.strictObject({ name: z.literal('resume'), at: z.number() }),
  z.strictObject({ name: z.literal('adopt'), at: z.number(), seen, symbol }),
  z.strictObject({ name: z.literal('ignore'), at: z.number(), seen, symbol }),
  z.strictObject({ name: z.literal('buy'), at: z.number(), amount: amount.exactOptional() }),
  z.strictObject({ name: z.literal('sell'), at: z.number(), batch: z.int().min(1).exactOptional(), symbol }),
  z.strictObject({ name: z.literal('flatten'), at: z.number() }),
  z.strictObject({
    name: z.literal('cancel'),
    at: z.number(),
    order: z.string().min(1).max(40),
    again: z.boolean().exactOptional(),
    symbol,
  }),
]);

function isAmount(text: string): boolean {
  try {
    return dec(text).gte(0);
  } catch {
    return false;
  }
}

export interface CommandFile {
  readonly uuid: string;
  readonly file: string;
  /** Wall time at which it was asked for (ms). */
  readonly at: number;
  readonly asked: Asked;
}

/** Writes a command durably; answers its uuid. It is in force from here on, whoever dies. */
export async function writeCommand(data: string, id: string, asked: Asked): Promise<string> {
  const uuid = randomUUID();
  await writeJson(join(botFolder(data, id).commands, `${uuid}.json`), { ...asked, at: Date.now() });
  return uuid;
}

/** A uuid names a file here, so nothing else may pass. */
const NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$/;

/** Those that wait, in the order in which they were asked for; what cannot be read is an answer too. */
export async function readCommands(
  folder: BotFolder,
): Promise<{ commands: CommandFile[]; unreadable: { file: string; reason: string }[] }> {
  const commands: CommandFile[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const name of await names(folder.commands)) {
    const uuid = NAME.exec(name)?.[1];
    if (uuid === undefined) continue;
    const file = join(folder.commands, name);
    try {
      const { at, ...asked } = askedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      commands.push({ uuid, file, at, asked });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      unreadable.push({ file, reason: reasonOf(error as Error) });
    }
  }
  return { commands: commands.sort((a, b) => a.at - b.at), unreadable };
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

function reasonOf(error: Error): string {
  if (!(error instanceof z.ZodError)) return error.message;
  return error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}

/**
 * What waits, by name; `done`: uuids of those whose files only wait to be taken away. Read before the journal is: one that
 * is done meanwhile would else stand in neither, as if it had never been given.
 */
export async function waitingCommands(
  folder: BotFolder,
): Promise<(done: ReadonlySet<string>) => CommandName[]> {
  const { commands } = await readCommands(folder).catch(() => ({ commands: [] }));
  return (done) => commands.filter(({ uuid }) => !done.has(uuid)).map(({ asked }) => asked.name);
}

/**
 * It is in the journal: the file has done its work, and does not come back with the power. The next command waits for
 * that, for the core knows only the last uuids.
 */
export async function removeCommand(file: string, sync = syncFolder): Promise<void> {
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await sync(dirname(file));
}

/** Nothing is lost: a command that nobody understands is kept beside the others under another name. */
export async function setAside(file: string): Promise<void> {
  await rename(file, `${file}.refused`);
}
