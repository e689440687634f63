/**
 * What is changed in the data folder past server and command line: configs, caps and the kill switch are files, which
 * people write. Each such text is told from those that Flotilla wrote by its history, in which a writer of ours notes it.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseConfig } from '../../bot/config.js';
import { capEntries, parseCaps } from '../../bot/config/caps.js';
import { differencesOf } from '../../bot/config/differences.js';
import { capsFile } from '../../bot/files/caps-file.js';
import {
  configHistoryFile,
  noteConfig,
  noteEdition,
  type ConfigEdition,
  type NewEdition,
} from '../../bot/files/config-history.js';
import { botFolder } from '../../bot/files/folder.js';
import { haltFile, readHalt } from '../../bot/files/halt-file.js';
import { ownName } from './actor.js';
import type { AuditEvent, AuditLog } from './log.js';

/** Nobody that is known: who may write into the folder. */
const BY_HAND = { user: 'by hand', userId: null, via: 'file', address: null } as const;

type By = ConfigEdition['by'];

/** A line keeps this many changes and this much of a value: a hand may write anything. */
const MOST_CHANGES = 100;
const MOST_TEXT = 300;

interface Change {
  readonly before: string | null;
  readonly after: string | null;
}

/** A config whose text no writer of ours noted is written down, with what is different and whose the file is. */
export async function noteConfigByHand(data: string, id: string, audit: AuditLog): Promise<void> {
  const noted = await noteConfig(data, id, null);
  if (noted === null) return;
  const { config } = botFolder(data, id);
  const text = await readFile(config, 'utf8').catch(() => '');
  const file = await fileFacts(config);
  const refused = refusalOf(text, id);
  const told = refused === null ? file : { ...file, message: refused };
  const outcome = refused === null ? 'done' : 'failed';
  if (noted.before === null) return record(audit, 'bot.create', id, told, outcome);
  await record(audit, 'bot.config', id, { ...changed(differencesOf(noted.before, text)), ...told }, outcome);
}

/** Why no bot takes a config; null where it is sound. */
function refusalOf(text: string, id: string): string | null {
  try {
    parseConfig(text, 'config.json', { id });
    return null;
  } catch (error) {
    return cut((error as Error).message);
  }
}

/** A bot whose folder was taken away without being kept in `.deleted/`, where ours put it; or its config alone. */
export async function noteDeletionByHand(data: string, id: string, audit: AuditLog): Promise<void> {
  const { folder } = botFolder(data, id);
  if ((await stat(folder).catch(() => null)) !== null)
    return record(audit, 'bot.config', id, { removed: true });
  const kept = await readdir(join(data, '.deleted')).catch(() => []);
  const own = new RegExp(`^${id}-(\\d+)$`);
  if (kept.some((name) => Date.now() - Number(own.exec(name)?.[1] ?? 0) < DELETED_LATELY_MS)) return;
  await record(audit, 'bot.delete', id, {});
}

const DELETED_LATELY_MS = 60_000;

/** What stands in `caps.json`, noted in its history; '' where there is none. Null where it was noted already. */
export async function noteCaps(data: string, by: By): Promise<(NewEdition & { text: string }) | null> {
  const text = await readFile(capsFile(data), 'utf8').catch(() => '');
  const noted = await noteEdition(capsHistoryFile(data), { text, by, at: Date.now() }, '');
  return noted && { ...noted, text };
}

export async function noteCapsByHand(data: string, audit: AuditLog): Promise<void> {
  const noted = await noteCaps(data, null);
  if (noted === null || noted.before === noted.text) return;
  const [before, after] = [capsIn(noted.before ?? ''), capsIn(noted.text)];
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => ({ key, before: before.get(key) ?? null, after: after.get(key) ?? null }))
    .filter((each) => each.before !== each.after);
  await record(audit, 'fleet.caps', null, { ...changed(changes), ...(await fileFacts(capsFile(data))) });
}

/** Whether the kill switch is thrown, noted in its history. */
export async function noteHalt(data: string, by: By): Promise<NewEdition | null> {
  return noteEdition(haltHistoryFile(data), { text: haltNow(data), by, at: Date.now() }, RUNS);
}

export async function noteHaltByHand(data: string, audit: AuditLog): Promise<void> {
  const noted = await noteHalt(data, null);
  const text = haltNow(data);
  if (noted === null || noted.before === text) return;
  const file = await fileFacts(haltFile(data));
  if (text === RUNS) await record(audit, 'fleet.resume', null, {});
  else await record(audit, 'fleet.halt', null, { flatten: readHalt(data)?.flatten ?? false, ...file });
}

const RUNS = 'null';
const haltNow = (data: string): string => JSON.stringify(readHalt(data));

/** Whether a file has stood as it is for longer than a writer of ours takes to note what it wrote. */
export async function isSettled(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found === null || Date.now() - found.ctimeMs > NOTED_WITHIN_MS;
}

export const NOTED_WITHIN_MS = 1_500;

/** Whether a file was written after its history: else there is nothing to look for in either. */
export async function isNewerThanHistory(data: string, id: string): Promise<boolean> {
  const [written, noted] = await Promise.all(
    [botFolder(data, id).config, configHistoryFile(data, id)].map((file) => stat(file).catch(() => null)),
  );
  return written != null && (noted == null || written.ctimeMs > noted.mtimeMs);
}

const capsHistoryFile = (data: string): string => join(resolve(data), 'caps.history.ndjson');
const haltHistoryFile = (data: string): string => join(resolve(data), 'halt.history.ndjson');

function capsIn(text: string): ReadonlyMap<string, string> {
  if (text === '') return new Map();
  try {
    return new Map(capEntries(parseCaps(text, 'caps.json')).map(({ key, amount }) => [key, amount]));
  } catch {
    return new Map([['caps.json', 'unreadable']]);
  }
}

/** Whose the file is and when it was written: not who wrote it, but the nearest that is known. */
async function fileFacts(file: string): Promise<object> {
  const found = await stat(file).catch(() => null);
  if (found === null) return {};
  const owner = found.uid === process.getuid?.() ? ownName() : `uid ${found.uid}`;
  return { fileOwner: owner, written: found.mtime.toISOString() };
}

function changed(all: readonly Change[]): object {
  const changes = all.slice(0, MOST_CHANGES).map((each) => {
    return { ...each, before: cut(each.before), after: cut(each.after) };
  });
  return { changes, ...(all.length > MOST_CHANGES ? { more: all.length - MOST_CHANGES } : {}) };
}

const cut = <Text extends string | null>(text: Text): Text | string =>
  text === null || text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;

async function record(
  audit: AuditLog,
  action: string,
  about: string | null,
  details: object,
  outcome: AuditEvent['outcome'] = 'done',
): Promise<void> {
  const event: AuditEvent = { ...BY_HAND, action, about, outcome, details: { ...details } };
  await audit.note(event);
}
