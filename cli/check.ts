import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { ConfigError, ID_RULE, parseConfig, problemLine, type ConfigProblem } from '../bot/config.js';
import { readConfigFile } from '../bot/files/config-text.js';
import { botFolder, botsFolder, listBotIds, unlawfulNames } from '../bot/files/folder.js';
import { define, type CommonOptions } from './command.js';
import { checkLookahead } from './lookahead.js';
import { DONE, WRONG_INPUT } from './output.js';

interface Options extends CommonOptions {
  readonly lookahead?: boolean;
}

/** `flotilla check [FILE…]`, `flotilla check --lookahead [NAME|FILE…]` */
export function checkCommand(program: Command): void {
  const command = program
    .command('check [file...]')
    .description('validates configs: file:line:column: message')
    .option(
      '--lookahead',
      'whether signals and plans know what they cannot know: a signal, a plan, a config, or a file of your own',
    );
  define<Options>(command, async (context, { lookahead }, given) => {
    const { data, output } = context;
    if (lookahead) return checkLookahead(context, given);
    const files =
      given.length > 0 ? given : (await listBotIds(data)).map((id) => shortPath(botFolder(data, id).config));
    const results = await Promise.all(
      files.map(async (file) => ({ file, problems: await problemsOf(file) })),
    );
    const strangers = given.length > 0 ? [] : await unlawfulNames(data);
    for (const name of strangers)
      output.say(`${shortPath(join(botsFolder(data), name))} is passed over: its name ${ID_RULE}.`);
    const wrong = results.filter(({ problems }) => problems.length > 0);
    output.result(
      {
        ok: wrong.length === 0,
        files: results.map(({ file, problems }) => ({ file, ok: problems.length === 0, problems })),
      },
      [
        ...results.flatMap(({ problems }) => problems.map(problemLine)),
        `${results.length - wrong.length} of ${results.length} configs are valid.`,
      ].join('\n'),
    );
    return wrong.length === 0 ? DONE : WRONG_INPUT;
  });
}

/** What is wrong with a config file; a file in a bot's folder must carry the folder's name as its id. */
export async function problemsOf(file: string): Promise<readonly ConfigProblem[]> {
  const folder = dirname(resolve(file));
  const ofBot = basename(dirname(folder)) === 'bots';
  try {
    // As its bot reads it: a link or a pipe in its place is refused.
    const text = await (ofBot ? readConfigFile(file) : readFile(file, 'utf8'));
    parseConfig(text, file, ofBot ? { id: basename(folder) } : {});
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder; name the config.json in it'
          : message;
    return [{ file, line: 0, column: 0, path: '', message: reason }];
  }
}

/** As one would type it from here. */
function shortPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}
