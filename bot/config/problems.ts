import { shown } from '../../strategies/shown.js';

/** One thing wrong with a config, at its place. */
export interface ConfigProblem {
  readonly file: string;
  /** Both count from 1; 0 where there is no file to point into. */
  readonly line: number;
  readonly column: number;
  /** `signal.rsiPeriod`; empty for the file as a whole. */
  readonly path: string;
  /** The rest of the sentence after the path. */
  readonly message: string;
  readonly value?: unknown;
}

/** What a user's config cannot be used for; the message has one line `file:line:column: path: what is wrong` per problem. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(problemLine).join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * The same mistakes of an edited text that is not written: one that the file has now (`standing`) is told at its place
 * there, any other without a place, for the file does not say it and is not wrong. `given`: paths that the edit gives.
 */
export function placedAsItStands(
  { problems }: ConfigError,
  given: readonly string[],
  standing: readonly ConfigProblem[],
): ConfigError {
  const isGiven = (path: string): boolean =>
    given.some((each) => path === each || path.startsWith(`${each}.`));
  return new ConfigError(
    problems.map((problem) => {
      const same = ({ path, message }: ConfigProblem): boolean =>
        path === problem.path && message === problem.message;
      const there = isGiven(problem.path) ? undefined : standing.find(same);
      return there ?? { ...problem, file: '', line: 0, column: 0 };
    }),
  );
}

/** `data/bots/x/config.json:3:16: signal.rsiPeriod: must be at least 2, is 0` */
export function problemLine({ file, line, column, path, message }: ConfigProblem): string {
  if (file === OPTIONS) return `${optionOf(path)}: ${message}`;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return [place, path, message].filter((part) => part !== '').join(': ');
}

/** The origin of a config that options of a command spell. */
export const OPTIONS = 'options';

/** What says them; the id is an argument. */
const OWN_OPTIONS = ['symbol', 'interval', 'signal', 'plan', 'budget', 'venue', 'key', 'name'];

/** The option that says what lies at `path`: `--interval`, or `--set signal.rsiPeriod` for what has none of its own. */
function optionOf(path: string): string {
  if (path === '') return OPTIONS;
  if (path === 'id') return path;
  const own = path.replace(/^(signal|plan)\.name$/, '$1');
  return OWN_OPTIONS.includes(own) ? `--${own}` : `--set ${path}`;
}

/** A finding that still counts in offsets. */
export interface Finding {
  readonly offset: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly value?: unknown;
}

/** Line and column of an offset; a line ends with its line feed, whatever stands before it. */
export function placed(text: string, file: string, { offset, path, ...rest }: Finding): ConfigProblem {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n'), path: pathText(path), ...rest };
}

/** `signal.rsiPeriod`; a name that is none of ours may hold anything and is shown as text. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((key) => (/^[\w$-]{1,60}$/.test(String(key)) ? key : shown(key))).join('.');
}
