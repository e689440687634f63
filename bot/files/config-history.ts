/**
 * `config.history.ndjson`: every text that a bot's config had, one line each, so that a change can be looked at and taken
 * back. Written by who changes a config through the server or the command line, and by the server for what is changed by
 * hand; a bot needs none of it.
 */
import { createHash } from 'node:crypto';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { readConfigFile } from './config-text.js';
import { seal, unseal } from './entry.js';
import { botFolder } from './folder.js';

/** A config as it stood from a moment on. */
export interface ConfigEdition {
  /** Names the text. */
  readonly version: string;
  /** Wall time (ms). */
  readonly at: number;
  /** Who wrote it, and how (`page`, `token`, `command line`); null for who wrote into the file. */
  readonly by: { readonly user: string; readonly via: string } | null;
  readonly text: string;
}

/** The older half goes when the file has grown to this. */
const MOST_BYTES = 2_000_000;

/** Names a text, so that an edit of another one is noticed. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Where the texts of a bot's config are kept. */
export const configHistoryFile = (data: string, id: string): string =>
  join(botFolder(data, id).folder, 'config.history.ndjson');

/** Oldest first; a damaged line is passed over. What stands in the config now is the last one, noted or not. */
export async function readConfigHistory(data: string, id: string): Promise<ConfigEdition[]> {
  const noted = merged(await notedIn(configHistoryFile(data, id)));
  const { config } = botFolder(data, id);
  const text = await readConfigFile(config).catch(() => null);
  if (text === null || noted.at(-1)?.text === text) return noted;
  const found = await stat(config).catch(() => null);
  return [...noted, { version: versionOf(text), at: Math.round(found?.mtimeMs ?? 0), by: null, text }];
}

async function notedIn(file: string): Promise<ConfigEdition[]> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return content.split('\n').flatMap((line) => (line === '' ? [] : (editionOf(line) ?? [])));
}

function editionOf(line: string): ConfigEdition | null {
  const found = unseal(line) as Partial<ConfigEdition> | null;
  if (found === null || typeof found.text !== 'string' || typeof found.at !== 'number') return null;
  const { at, text, by = null } = found;
  return { version: versionOf(text), at, by, text };
}

/** One text noted twice in a row was seen in the file before its writer had noted it: the writer counts. */
function merged(editions: readonly ConfigEdition[]): ConfigEdition[] {
  const kept: ConfigEdition[] = [];
  for (const edition of editions) {
    const last = kept.at(-1);
    if (last?.version !== edition.version) kept.push(edition);
    else if (last.by === null && edition.by !== null) kept[kept.length - 1] = edition;
  }
  return kept;
}

export type Noted = Pick<ConfigEdition, 'text' | 'by' | 'at'>;

/** The text that stood before a new one; null where none was noted yet. */
export interface NewEdition {
  readonly before: string | null;
}

/** Notes what stands in the config now. Null where that was noted, by its writer or by nobody that is known. */
export async function noteConfig(
  data: string,
  id: string,
  by: ConfigEdition['by'],
): Promise<NewEdition | null> {
  const found = await configNow(data, id);
  if (found === null) return null;
  return noteEdition(configHistoryFile(data, id), by === null ? found : { ...found, by, at: Date.now() });
}

/** What stands in the config, as written by hand; null where nothing can be read. */
export async function configNow(data: string, id: string): Promise<Noted | null> {
  const { config } = botFolder(data, id);
  const text = await readConfigFile(config).catch(() => null);
  return text === null ? null : { text, by: null, at: Math.round((await stat(config)).mtimeMs) };
}

/**
 * Notes a text of any file in its history, such as one that stood there a moment ago. Null where it is the last one noted,
 * or nothing is noted yet and it is what everything begins with (`beginning`).
 */
export async function noteEdition(
  file: string,
  { text, by, at }: Noted,
  beginning?: string,
): Promise<NewEdition | null> {
  const first = beginning === undefined ? undefined : { text: beginning, by: null };
  const last = (await notedIn(file)).at(-1) ?? first;
  if (last?.text === text && (last.by !== null || by === null)) return null;
  await appendFile(file, seal({ at, by, text }), { mode: 0o600 });
  if ((await stat(file)).size > MOST_BYTES) await halve(file);
  return { before: last?.text ?? null };
}

async function halve(file: string): Promise<void> {
  const content = await readFile(file, 'utf8');
  const from = content.indexOf('\n', content.length / 2) + 1;
  await writeFileAtomic(file, content.slice(from), { mode: 0o600 });
}
