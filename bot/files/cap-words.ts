/** A cap that is reached, in words with its numbers: what was used, the limit, until when. */
import type { Values } from '../../core/answer.js';
import { grouped } from './grouped.js';
import { reservationWords } from './reservation-words.js';

const WORDS: Readonly<Record<string, (values: Values) => string>> = {
  'daily-loss': (v) =>
    `does not buy before ${clock(v['until'])}: it has lost ${v['percent']} % since the day began (${money(v['lost'])} of ${money(v['from'])} ${v['quote']}), the limit is ${v['limit']} %`,
  drawdown: (v) =>
    `does not buy until you resume it: it is ${v['percent']} % (${money(v['lost'])} ${v['quote']}) below its highest equity of ${money(v['from'])} ${v['quote']}, the limit is ${v['limit']} %`,
  'orders-per-hour': (v) =>
    `does not buy before ${clock(v['until'])}: it has sent ${v['count']} ${v['count'] === 1 ? 'entry' : 'entries'} within an hour, the limit is ${v['limit']}`,
  unreserved: (v) => `does not buy: ${lowerFirst(reservationWords(String(v['code']), v))}`,
};

/** The end of a sentence that begins with the bot; null for what is no cap, or has no numbers. */
export function capWords(outcome: string, values: Values | undefined): string | null {
  if (values === undefined || !('limit' in values || 'code' in values)) return null;
  return WORDS[outcome]?.(values) ?? null;
}

/** Market time, to the minute: `2024-03-02 00:00 UTC`. */
function clock(time: string | number | undefined): string {
  return `${new Date(Number(time)).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const money = (amount: string | number | undefined): string => grouped(String(amount));

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
