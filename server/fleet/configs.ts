import { lstat, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import {
  configJsonSchema,
  ConfigError,
  configOf,
  configText,
  isBotId,
  parseConfig,
  type BotConfig,
  type ConfigChange,
  type ConfigInput,
  type ConfigProblem,
} from '../../bot/config.js';
import { readConfigFile } from '../../bot/files/config-text.js';
import { botFolder, writeDesired } from '../../bot/files/folder.js';
import { configInvalid, FlotillaError, idInvalid, together } from './errors.js';
import { refuseExisting } from './existing.js';
import { editedText, type EditedText } from './edited-text.js';
import { refuseMove } from './move-check.js';
import { newMistakes } from './new-mistakes.js';
import { mistakeOf, mistakesOfSound } from './sound-part.js';

/** A change of a config: single values, or the whole text. */
export interface ConfigEdit {
  readonly changes?: readonly ConfigChange[];
  /** What of the changes could not even be read: the edit is refused, and all else that is wrong with it is said too. */
  readonly unread?: readonly ConfigProblem[];
  readonly text?: string;
  /** Whether a running cycle follows at once; from the next cycle on if left out. */
  readonly appliesTo?: 'now' | 'next-cycle';
  /** The text that the edit was made from: when the file says something else by now, the edit is refused. */
  readonly seen?: string;
}

/** Errors: BOT_ID_INVALID. */
export function checkId(id: unknown): asserts id is string {
  if (!isBotId(id)) throw idInvalid(id);
}

/** The config's text as it stands. Errors: BOT_ID_INVALID, BOT_NOT_FOUND, CONFIG_INVALID for a link or one taken away. */
export async function readConfigText(data: string, id: string): Promise<string> {
  await refuseMissing(data, id);
  const { config } = botFolder(data, id);
  return readConfigFile(config).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOOP' && error.code !== 'ENOENT') throw error;
    throw new FlotillaError('CONFIG_INVALID', `${config} cannot be read: ${error.message}.`);
  });
}

/**
 * A bot is its folder: one whose config was taken away may run and hold something, and can be looked at, stopped and
 * deleted. Errors: BOT_ID_INVALID, BOT_NOT_FOUND.
 */
export async function refuseMissing(data: string, id: string): Promise<void> {
  checkId(id);
  const { folder } = botFolder(data, id);
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    throw missing(data, id, error);
  });
  if (!found.isDirectory()) throw missing(data, id, { name: '', message: '', code: 'ENOTDIR' });
}

function missing(data: string, id: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') return error;
  return new FlotillaError('BOT_NOT_FOUND', `There is no bot "${id}" in ${data}. See flotilla bot list.`);
}

/** Errors: CONFIG_INVALID with `file:line:column: path: what is wrong`, BOT_NOT_FOUND. */
export async function readConfig(data: string, id: string): Promise<BotConfig> {
  const text = await readConfigText(data, id);
  return coded(() => parseConfig(text, botFolder(data, id).config, { id }));
}

/** A config that came as a value. Errors: CONFIG_INVALID. */
export function configFrom(input: unknown): BotConfig {
  return coded(() => configOf(input, 'request'));
}

/** Writes a new bot's folder, stopped. Errors: all of `newMistakes` together. */
export async function createConfig(data: string, input: unknown): Promise<BotConfig> {
  const [first, ...more] = await newMistakes(data, input);
  if (first !== undefined) throw together(first, ...more);
  return writeNew(data, configFrom(input), configText(input as ConfigInput));
}

/** What a clone changes; the rest, comments too, is as in the bot that it is made from. */
export interface Cloning {
  readonly id: string;
  readonly changes?: readonly ConfigChange[];
  /** As in `ConfigEdit`. */
  readonly unread?: readonly ConfigProblem[];
}

/**
 * Writes a new bot's folder with another one's config, stopped. Nothing else is taken over: it has an id, a tag and books
 * of its own. Its name is its id unless a change says otherwise. Errors: those of `createConfig`, BOT_NOT_FOUND.
 */
export async function cloneConfig(
  data: string,
  from: string,
  { id, changes = [], unread = [] }: Cloning,
): Promise<BotConfig> {
  const present = await readConfigText(data, from);
  const { config: file } = botFolder(data, from);
  const own = [
    { path: 'id', value: isBotId(id) ? id : 'new' },
    { path: 'name', value: undefined },
    { path: 'appliesTo', value: undefined },
  ];
  const edited = editedText({
    ...{ id: isBotId(id) ? id : 'new', file, present, base: present },
    ...{ changes: [...own, ...changes], unread },
  });
  const refusedId = isBotId(id) ? await refuseExisting(data, id).then(() => [], noted) : [idInvalid(id)];
  return writeNew(data, await sound(data, edited, refusedId), edited.text);
}

async function writeNew(data: string, config: BotConfig, text: string): Promise<BotConfig> {
  const files = botFolder(data, config.id);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  await writeSchema(data);
  await writeFileAtomic(files.config, text, { mode: 0o600 });
  await writeDesired(data, config.id, 'stopped');
  return config;
}

/**
 * Changes the text and nothing but what was asked; `allows` sees the result before it is written.
 * Errors: CONFIG_CHANGED; all that is wrong with it at once, each in `mistakes`; those of `allows`.
 */
export async function changeConfig(
  data: string,
  id: string,
  edit: ConfigEdit,
  allows: (config: BotConfig) => Promise<void> = async () => undefined,
): Promise<BotConfig> {
  const { text, config } = await checkedEdit(data, id, edit);
  await allows(config);
  await writeFileAtomic(botFolder(data, id).config, text, { mode: 0o600 });
  return config;
}

export interface CheckedEdit {
  /** The text as it stands, and as it would be. */
  readonly present: string;
  readonly text: string;
  readonly config: BotConfig;
}

/** An edit checked whole, and not written. Errors as `changeConfig`. */
export async function checkedEdit(data: string, id: string, edit: ConfigEdit): Promise<CheckedEdit> {
  const present = await readConfigText(data, id);
  const { config: file } = botFolder(data, id);
  if (edit.seen !== undefined && edit.seen !== present) {
    throw new FlotillaError(
      'CONFIG_CHANGED',
      `${file} was changed since you opened it. Reload it and make your change again.`,
    );
  }
  const changes = [...(edit.changes ?? [])];
  if (edit.appliesTo !== undefined) changes.push({ path: 'appliesTo', value: edit.appliesTo });
  const edited = editedText({
    ...{ id, file, present, base: edit.text ?? present, changes },
    unread: edit.unread ?? [],
  });
  const { text, wrong } = edited;
  const moved =
    edited.config === null ? [] : await refuseMove(data, present, edited.config).then(() => [], noted);
  // What a stand-in brought about is no mistake of the edit.
  const config = await sound(
    data,
    edited,
    moved.filter(({ field = '' }) => !wrong.has(field)),
  );
  return { present, text, config };
}

/** The edited config, where nothing is wrong with it. Errors: `more`, CONFIG_INVALID and what its venue does not take, all in one round. */
async function sound(
  data: string,
  { problems, config, wrong }: EditedText,
  more: readonly FlotillaError[],
): Promise<BotConfig> {
  const invalid = problems.length === 0 ? [] : [configInvalid(new ConfigError(problems))];
  const refused = config === null ? [] : await mistakesOfSound(data, config, wrong);
  const [first, ...others] = [...more, ...invalid, ...refused];
  if (first !== undefined) throw together(first, ...others);
  if (config === null) throw new Error('an edit without a mistake says a whole config');
  return config;
}

const noted = (error: unknown): FlotillaError[] => [mistakeOf(error)];

/** Editors complete and check configs with it. */
export async function writeSchema(data: string): Promise<void> {
  const file = join(data, 'config.schema.json');
  const text = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  const present = await readFile(file, 'utf8').catch(() => null);
  if (present !== text) await writeFileAtomic(file, text, { mode: 0o600 });
}

function coded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof ConfigError ? configInvalid(error) : error;
  }
}
