/** What came of a command, in words. */
import type { CommandAnswer } from '../../core/commands.js';
import { tradeAnswers } from './trade-answers.js';

type Values = CommandAnswer['values'];

const WORDS: Readonly<Record<string, (values: Values) => string>> = {
  paused: () => 'Paused: it buys nothing until it is resumed; exits and protection go on',
  'paused-already': () => 'It is paused already',
  resumed: () => 'Resumed: it may buy again, and protects what it holds',
  'resumed-drawdown': (v) =>
    `Resumed: it may buy again; its drawdown is counted anew, from an equity of ${v['equity']} ${v['quote']}`,
  'resumed-already': () => 'It is not paused',
  adopted: (v) => `Adopted: the books gave up ${parts(v)}; no profit or loss was booked`,
  ignored: (v) => `The missing ${v['missing']} are ignored until more is missing`,
  'ignored-already': () => 'That difference is ignored already',
  'no-difference': () => 'Nothing to repair: the account covers the books',
  'difference-changed': (v) =>
    `Not done: the difference has changed, ${v['missing']} are missing now. Look at it again, and repeat`,
};

function parts(v: Values): string {
  const coins =
    v['quantity'] === '0' ? [] : [`${v['quantity']} ${v['base']} that cost ${v['cost']} ${v['quote']}`];
  const cash = v['cash'] === '0' ? [] : [`${v['cash']} ${v['quote']} of cash`];
  return [...coins, ...cash].join(' and ');
}

export function answerWords(code: string, values: Values): string {
  return (WORDS[code] ?? tradeAnswers[code])?.(values) ?? code;
}
