/** Why a bot's money could not be set aside, in words with the numbers and the way out. */
import type { Values } from '../../core/answer.js';
import { rounded } from '../../core/decimal.js';
import { grouped } from './grouped.js';

const WORDS: Readonly<Record<string, (values: Values) => string>> = {
  uncovered: (v) => `The account holds ${money(v, 'limit')}; ${rest(v)}: lower its budget, or stop another`,
  'uncovered-alone': (v) =>
    `The account holds ${money(v, 'limit')}, and this bot would reserve ${plain(v, 'wanted')}: lower its budget`,
  'uncovered-others': (v) =>
    `What other bots leave on the account ${v['account']} is less than the ${money(v, 'wanted')} that this bot would reserve: lower its budget, stop another of yours, or ask an admin for more`,
  cap: (v) =>
    `The cap on ${v['what']} is ${money(v, 'limit')}; ${rest(v)}: lower its budget, stop another, or raise the cap (flotilla caps set ${v['key']}=…)`,
  'cap-alone': (v) =>
    `The cap on ${v['what']} is ${money(v, 'limit')}, and this bot would reserve ${plain(v, 'wanted')}: lower its budget, or raise the cap (flotilla caps set ${v['key']}=…)`,
  'cap-others': (v) =>
    `The cap on ${v['what']} is ${money(v, 'limit')}, and what other bots leave of it is less than the ${plain(v, 'wanted')} that this bot would reserve: lower its budget, stop another of yours, or ask an admin to raise the cap`,
  unreadable: (v) => `Nothing more can be set aside: ${v['message']}`,
  unreachable: (v) => `Its money cannot be set aside: ${v['message']}`,
};

/** A sentence without its full stop. */
export function reservationWords(code: string, values: Values): string {
  return WORDS[code]?.(values) ?? code;
}

function rest(v: Values): string {
  const need = v['count'] === 1 ? 'needs' : 'need';
  return `${v['who']} ${need} ${plain(v, 'taken')} of it, so at most ${plain(v, 'left')} are left for this bot, and it would reserve ${plain(v, 'wanted')}`;
}

const money = (v: Values, name: string): string => `${plain(v, name)} ${v['asset']}`;
const plain = (v: Values, name: string): string => grouped(rounded(String(v[name]), 2));
