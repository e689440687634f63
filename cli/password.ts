import { createInterface } from 'node:readline';
import { FlotillaError } from '../server/fleet/errors.js';

/**
 * A password from the keyboard, asked for twice and not shown, or the first line of what is piped in. Never an argument:
 * every process of the machine can read those. Errors: USAGE.
 */
export async function readPassword(name: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  const password = await hidden(`Password for ${name}: `);
  if (password === (await hidden('The same once more: '))) return password;
  throw new FlotillaError('USAGE', 'The two passwords differ. Nothing was changed; try again.');
}

/** Secrets from the keyboard, each asked for once and not shown, or as many lines as are piped in. Errors: USAGE. */
export async function readSecrets(questions: readonly string[]): Promise<string[]> {
  const given: string[] = [];
  if (questions.length === 0) return given;
  if (process.stdin.isTTY) {
    for (const question of questions) given.push((await hidden(question)).trim());
    return given;
  }
  for await (const line of createInterface({ input: process.stdin }))
    if (given.push(line.trim()) === questions.length) return given;
  const wanted = questions.map((question) => question.replace(/: $/, '')).join(', then ');
  throw new FlotillaError('USAGE', `Pipe in one line for each: ${wanted}.`);
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new FlotillaError('USAGE', 'There was no password on the standard input: pipe it in as one line.');
}

const [ENTER, LINE_FEED, INTERRUPT, END, BACKSPACE, DELETE] = [
  '\r',
  '\n',
  '\u0003',
  '\u0004',
  '\b',
  '\u007f',
];

function hidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const finish = (give: () => void): void => {
      stdin.off('data', hear).setRawMode(false).pause();
      stderr.write('\n');
      give();
    };
    const hear = (chunk: string): void => {
      for (const sign of chunk) {
        if (sign === ENTER || sign === LINE_FEED) return finish(() => resolve(typed.join('')));
        if (sign === INTERRUPT || sign === END)
          return finish(() =>
            reject(new FlotillaError('USAGE', 'No password was given; nothing was changed.')),
          );
        if (sign === BACKSPACE || sign === DELETE) typed = typed.slice(0, -1);
        else typed.push(sign);
      }
    };
    stdin.setRawMode(true).setEncoding('utf8').on('data', hear).resume();
  });
}
