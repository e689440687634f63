/** What became of the user's own trades and of what answers them, in words, for the log. */
import { dec, rounded } from '../core/decimal.js';
import type { BotState } from '../core/state.js';
import { grouped } from './files/words.js';

type Values = Readonly<Record<string, string | number>>;

const done = (v: Values): string => (v['side'] === 'BUY' ? 'bought' : 'sold');
const will = (v: Values): string => (v['side'] === 'BUY' ? 'buy' : 'sell');

const WORDS: Record<string, (values: Values, state: BotState) => string> = {
  'follow-fill': (v) =>
    `You ${done(v)} ${v['quantity']} at ${v['price']} (order ${v['order']}): taken in as group ${v['group']}`,
  'follow-opened': (v) =>
    `Group ${v['group']} is answered: ${will(v)} ${v['quantity']} at ${short(v['price'])}, for your order ${v['order']} at ${short(v['average'])} on average`,
  'follow-grown': (v) =>
    `Group ${v['group']} has grown: ${will(v)} ${v['quantity']} at ${short(v['price'])}, for your order ${v['order']} at ${short(v['average'])} on average`,
  'follow-rehearsed': (v) =>
    `Dry run: would ${will(v)} ${v['quantity']} at ${short(v['price'])}, for your order ${v['order']} at ${short(v['average'])} on average`,
  'follow-answered': (v, { settings }) =>
    `Group ${v['group']} is answered in full: ${v['answered']} ${v['side'] === 'BUY' ? 'sold' : 'bought back'}, profit ${rounded(dec(v['pnl'] ?? '0'), 4)} ${settings.instrument.quote}`,
  'follow-dropped': (v) =>
    `Group ${v['group']} is not answered any more: the ${v['left']} that are left of what you ${done(v)} are yours alone`,
  'follow-taken': (v) =>
    `Group ${v['group']} has ended: the account does not have what you bought any more, so there is nothing to sell`,
  'follow-beyond-budget': (v, { settings }) =>
    `The budget of ${v['budget']} ${settings.instrument.quote} is all that may wait in counter buys: ${v['quantity']} of what you sold are not bought back${v['kept'] === '0' ? '' : `, ${v['kept']} are`} (group ${v['group']})`,
  ma7: (v) =>
    `MA7 ${String(v['direction']).toUpperCase()}: ${grouped(short(v['average']))}, the minute closed at ${v['close']}`,
};

/** Null for a notice that is not about that. */
export function followWords(state: BotState, code: string, values: Values): string | null {
  return WORDS[code]?.(values, state) ?? null;
}

function short(price: string | number | undefined): string {
  const digits = rounded(dec(price ?? 0), 8);
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
