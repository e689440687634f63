/** What came of buy, sell, flatten and cancel, in words. */
import type { CommandAnswer } from '../../core/commands.js';
import { dec, rounded } from '../../core/decimal.js';
import { outcomeWords } from './words.js';

type Values = CommandAnswer['values'];

export const tradeAnswers: Readonly<Record<string, (values: Values) => string>> = {
  buying: (v) => `Buying ${entry(v)}`,
  'buy-too-late': (v) =>
    `Not bought: that was asked for ${v['minutes']} minutes ago, and the market has moved on. Look again, and repeat`,
  'buy-selling': () => 'Not bought: it is selling what it holds. Repeat it when that is done',
  'buy-entering': () => 'Not bought: an entry is under way already',
  'buy-holding': (v) =>
    `Not bought: it holds ${v['quantity']} ${v['base']} already, and its plan holds one position at a time`,
  'buy-follows': () =>
    'Not bought: its plan answers your own trades. Buy at the exchange (on paper: flotilla hand buy), and it follows',
  'buy-no-price': (v) =>
    `Not bought: it knows no price yet. Repeat it when its first kline${v['interval'] === undefined ? '' : ` of ${v['interval']}`} has closed`,
  'buy-no-amount': (v) =>
    `Not bought: with these settings the plan ${v['plan']} says itself how much it buys. Repeat it without an amount`,
  'buy-too-much': (v) => `Not bought: ${v['amount']} ${v['quote']} is more than its cash of ${v['cash']}`,
  'buy-denied': (v) => `Not bought: it ${outcomeWords(String(v['outcome']), v)}`,
  'buy-nothing': () => 'Not bought: its plan would place no entry at this price',
  'buy-dry-run': (v) => `Dry run: it would buy ${entry(v)}, and sends nothing`,
  selling: (v) => `Selling at market: ${held(v)}; entries go on, so it may buy again at its next signal`,
  'selling-followed': (v) =>
    `Selling at market what you bought and it took in: ${held(v)}; your next trades are answered as ever`,
  'selling-already': (v) => `It is selling already: ${held(v)}`,
  'sell-nothing': (v) =>
    dec(v['quantity'] ?? '0').eq(0)
      ? 'Nothing to sell: it holds nothing'
      : `Nothing to sell: ${v['quantity']} ${v['base']} is below the exchange’s minimum`,
  'sell-no-batch': (v) =>
    v['open'] === ''
      ? 'Not sold: it holds no batches. To sell all that it holds, leave the batch out'
      : `Not sold: it has no open batch ${v['batch']}; open are ${v['open']}`,
  'batch-selling': (v) => `Selling batch ${v['batch']} at market: ${held(v)}; other batches stay`,
  'batch-selling-already': (v) => `Batch ${v['batch']} is being sold already`,
  'batch-too-small': (v) =>
    `Not sold: what is left of batch ${v['batch']} (${v['quantity']} ${v['base']}) is below the exchange’s minimum; it joins the next sale`,
  flattening: (v) => `Entries are paused, and it sells at market: ${held(v)}${withdrawn(v)}`,
  'flattening-entries': (v) => `Entries are paused${withdrawn(v)}; it holds nothing to sell`,
  'flat-already': () => 'Entries are paused; it holds nothing to sell',
  'cancel-no-order': (v) =>
    `Not cancelled: it has no order ${v['order']}; ${v['open'] === '' ? 'none is open' : `open are ${v['open']}`}`,
  'cancelling-already': (v) => `The ${v['slot']} order is being cancelled already`,
  'cancel-halted': () =>
    'Not cancelled: the market is halted and takes no cancels. Repeat it when it trades again',
  'cancel-unknown': (v) =>
    `Not cancelled: the ${v['slot']} order does not rest, as far as is known; it is being executed, or asked for. Look again in a moment`,
  'entry-dropped': (v) =>
    `The ${v['slot']} order is taken back and the entry dropped; the next signal may bring another, unless the bot is paused`,
  'level-dropped': (v) =>
    `The ${v['slot']} order is taken back, and not placed again until the position is sold or the bot resumed`,
  'counter-dropped': (v) =>
    `The ${v['slot']} order is taken back and your trade not answered any more: what it bought or brought in is yours alone`,
  'cancel-exit': (v) =>
    `Not cancelled: the ${v['slot']} order looks after ${v['quantity']} ${v['base']}, and the bot would place it again at once. Repeat it with --yes if that is meant; to leave the position, sell it`,
  'exit-renewed': (v) =>
    `The ${v['slot']} order for ${v['quantity']} ${v['base']} is cancelled, and placed again as soon as the exchange says that it is gone`,
};

/** Of a market order the amount in quote, of any other how much at which price. */
function entry(v: Values): string {
  const spent = `${money(v['amount'])} ${v['quote']}`;
  if (v['quantity'] === undefined) return `${v['base']} for ${spent} at market`;
  const price = v['price'] === undefined ? 'at market' : `at ${v['price']}`;
  return `${v['quantity']} ${v['base']} ${price}, for about ${spent}`;
}

function held(v: Values): string {
  const value = v['value'] === undefined ? '' : `, about ${v['value']} ${v['quote']} at the last price`;
  return `${v['quantity']} ${v['base']}${value}`;
}

function withdrawn(v: Values): string {
  const count = Number(v['entries'] ?? 0);
  if (count === 0) return '';
  return count === 1 ? '; its open entry is taken back' : `; its ${count} open entries are taken back`;
}

const money = (amount: string | number | undefined): string => rounded(dec(amount ?? 0), 2);
