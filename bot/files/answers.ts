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
  'no-such-book': (v) =>
    `The bot has no book of ${v['symbol']}${v['open'] === '' ? '' : `; parked are ${v['open']}`}`,
  'move-holds': (v) =>
    `The venue and the key can be changed only while the bot holds nothing and no order of it is open. Sell first what it holds (flotilla bot sell), or set them back; until then it stays with ${v['symbol']} where it is`,
  'move-quote': (v) =>
    `The bot keeps its money in ${v['quote']}, and the new symbol is traded in ${v['other']}. Choose one in ${v['quote']}, or create another bot; until then it stays with ${v['symbol']}`,
  'move-entering': (v) =>
    `The bot is buying ${v['symbol']} right now. Set the symbol again when that has ended, or take the entry back first (flotilla bot pause)`,
  'move-follows': (v) =>
    `The bot answers your own trades in ${v['symbol']} and has not answered all. Let it end them or sell first (flotilla bot sell); until then it stays with ${v['symbol']}`,
  'move-watched': (v) =>
    `The bot itself watches over what it holds of ${v['symbol']} (a trailing stop, a drop trigger, or more stops than the exchange takes), and nobody would once it trades another symbol. Sell first (flotilla bot sell), or change the plan with "appliesTo": "now" so that all its stops rest on the exchange; until then it stays with ${v['symbol']}`,
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
