/** The text of a config with an edit in it: what it says, or all that is wrong with it. */
import { parse } from 'jsonc-parser';
import {
  ConfigError,
  editConfig,
  parseConfig,
  pathProblem,
  placedAsItStands,
  type BotConfig,
  type ConfigChange,
  type ConfigProblem,
} from '../../bot/config.js';
import { partsOf, soundPart } from './sound-part.js';

export interface Editing {
  /** Of the bot whose text it will be. */
  readonly id: string;
  readonly file: string;
  /** The text as it stands, and the one that is changed: the same, unless another one is given. */
  readonly present: string;
  readonly base: string;
  readonly changes: readonly ConfigChange[];
  /** What of the edit could not even be read. */
  readonly unread?: readonly ConfigProblem[];
}

export interface EditedText {
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  /** Parts of the config in which problems lie. */
  readonly wrong: ReadonlySet<string>;
  /** All that the text says; with problems what of it is right, and the rest as it was. Null where that makes no whole. */
  readonly config: BotConfig | null;
}

export function editedText({ id, file, present, base, changes, unread = [] }: Editing): EditedText {
  const given = changes.filter(({ path }) => pathProblem(path) === null);
  const pathless = changes.flatMap(({ path }) => pathProblem(path) ?? []);
  // The file does not say it, and is not wrong.
  const told = [...pathless, ...unread].map((problem) => ({ ...problem, file: '' }));
  try {
    const text = editConfig(base, given, file);
    const read = parsed(text, file, { id });
    const mistakes = placedAsItStands(
      new ConfigError(read.problems),
      given.map(({ path }) => path),
      parsed(base, file, { id }).problems,
    ).problems.filter(({ path }) => !told.some((each) => each.path === path));
    const problems = [...told, ...mistakes];
    const wrong = partsOf(problems);
    if (problems.length === 0) return { text, problems, wrong, config: read.config };
    const before = { ...parsed(present, file).config };
    const config = soundPart({ ...(parse(text) as object) }, wrong, { id, before });
    return { text, problems, wrong, config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = [...told, ...error.problems];
    return { text: base, problems, wrong: partsOf(problems), config: null };
  }
}

interface Parsed {
  readonly config: BotConfig | null;
  readonly problems: readonly ConfigProblem[];
}

function parsed(text: string, file: string, expected: { readonly id?: string } = {}): Parsed {
  try {
    return { config: parseConfig(text, file, expected), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { config: null, problems: error.problems };
    throw error;
  }
}
