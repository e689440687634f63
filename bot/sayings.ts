/** Effects in words, for the log. */
import { dec, rounded } from '../core/decimal.js';
import type { Effect } from '../core/events.js';
import { unrealizedPnl } from '../core/position.js';
import type { BotState } from '../core/state.js';
import { batchWords } from './batch-words.js';
import { followWords } from './follow-words.js';
import { answerWords } from './files/answers.js';
import { capWords } from './files/cap-words.js';
import { reservationWords } from './files/reservation-words.js';
import { decisionView, reasonWords } from './files/words.js';
import type { Output } from './output.js';

type Values = Readonly<Record<string, string | number>>;

const NOTICES: Record<string, (values: Values) => string> = {
  'order-refused': (v) => `The ${v['slot']} order was refused (${v['kind']}): ${v['message']}`,
  'hand-entry-refused': (v) =>
    `The purchase by hand is given up (the ${v['slot']} order): its reason does not pass by itself`,
  'order-unresolved': (v) =>
    `The ${v['slot']} order got no clear answer (${v['message']}); asking until it is known`,
  'order-abandoned': (v) => `The ${v['slot']} order never reached the exchange`,
  'order-vanished': (v) => `The exchange no longer knows the ${v['slot']} order that it had acknowledged`,
  'order-ended-unfilled': (v) => `The ${v['slot']} order ended unfilled (${v['status']})`,
  'cancel-failed': (v) => `Cancelling the ${v['slot']} order failed (${v['kind']}): ${v['message']}`,
  'entry-denied': (v) =>
    `No ${v['slot']} order: ${v['rule']} is ${v['value']}, at least ${v['minimum']} is needed`,
  'protection-denied': (v) =>
    `Too small to protect: ${v['rule']} is ${v['value']}, at least ${v['minimum']} is needed`,
  unprotected: (v) => `The position has no stop on the exchange for ${v['seconds']} s; placing it goes on`,
  protected: () => 'The position is protected on the exchange again',
  unprotectable: (v) => `The position cannot be protected on the exchange (${v['kind']}): selling at market`,
  diverged: (v) =>
    `By the books ${v['missing']} are missing in the account. Entries pause until that is explained or repaired`,
  found: (v) => `Coins that were missing are there again: ${v['quantity']} are a position once more`,
  'stop-stuck': (v) =>
    `The ${v['slot']} stop was triggered, but not filled within ${v['seconds']} s: selling at market`,
  'cancelled-by-hand': (v) =>
    `The ${v['slot']} order was cancelled at the exchange, not by this bot; it is placed again ${v['seconds'] === 0 ? 'at once' : `in ${v['seconds']} s, for that is the ${ordinal(Number(v['count']))} time`}`,
  'protection-left': (v) =>
    `The ${v['slot']} order was cancelled at the exchange, not by this bot, and is left so by its settings: the position has NO STOP until the next entry or exit, or until the bot is resumed`,
  'manual-trade': (v) =>
    `By hand ${v['quantity']} were ${v['side'] === 'BUY' ? 'bought' : 'sold'} at ${v['price']}; the bot leaves that alone`,
  'manual-order': (v) =>
    `An order by hand rests: ${v['side']} ${v['quantity']} at ${v['price']} (${v['type']}); the bot leaves it alone`,
  'manual-order-ended': (v) => `The order by hand has ended: ${v['side']} ${v['quantity']} at ${v['price']}`,
  'market-halted': (v) => `The market of ${v['symbol']} is halted: waiting until it trades again`,
  'market-open': (v) => `The market of ${v['symbol']} trades again`,
  'fleet-halted': () =>
    'The fleet is halted: nothing is bought, open entries are taken back; exits and protection go on',
  'fleet-flattens': () =>
    'The fleet is halted and flattened: nothing is bought, and what is held is sold at market',
  'fleet-resumed': () => 'The halt of the fleet is over: it may buy again',
  reconciled: () => 'Books and exchange agree again',
  unrecorded: (v) => `${v['message']}`,
  recorded: () => 'Everything is recorded again, and what could not be meanwhile has been made good',
  refused: (v) =>
    `Refuses to trade: the exchange knows order ${v['highestSeq']} of this bot, its journal only ${v['seq']}`,
  'no-stop-room': (v) =>
    `The exchange takes no more stops on this symbol (${v['filter']}, ${v['resting']} of this bot rest): the bot watches the stop of ${v['slot']} itself`,
  'entry-capped': (v) => `No ${v['slot']} order: it ${capWords(String(v['cap'] ?? 'orders-per-hour'), v)}`,
  'daily-loss-reached': (v) => `It ${capWords('daily-loss', v)}; open entries are taken back`,
  'drawdown-reached': (v) => `It ${capWords('drawdown', v)}; open entries are taken back`,
  reserved: (v) => `Its money is set aside again: ${v['amount']} ${v['quote']}`,
  'dry-run': (v) => `Dry run: would buy for ${v['cash']}`,
};

const COMMAND = 'command-';
const RESERVATION = 'reservation-';

function noticeWords(state: BotState, { code, values }: Extract<Effect, { type: 'notify' }>): string {
  if (code.startsWith(COMMAND)) return answerWords(code.slice(COMMAND.length), values);
  if (code.startsWith(RESERVATION)) return deniedWords(state, code.slice(RESERVATION.length), values);
  return (
    batchWords(state, code, values) ?? followWords(state, code, values) ?? NOTICES[code]?.(values) ?? code
  );
}

function deniedWords({ reservation, settings }: BotState, code: string, values: Values): string {
  const amount = reservation?.amount ?? null;
  const most = `Has no more than ${amount} ${settings.instrument.quote} in the market and in entries`;
  return `${amount === null ? 'Buys nothing' : most}: ${reservationWords(code, values)}`;
}

function ordinal(count: number): string {
  return count === 2 ? 'second' : count === 3 ? 'third' : `${count}th`;
}

export function say(output: Output, state: BotState, effect: Effect): void {
  switch (effect.type) {
    case 'decide':
      return sayDecision(output, state, effect);
    case 'notify':
      return output.line(effect.level, effect.code, noticeWords(state, effect), {
        values: effect.values,
      });
    case 'booked':
      return sayFill(output, state, effect);
    case 'place':
      return output.line('info', 'place', `Placing ${effect.order.slot}: ${orderWords(effect.order)}`, {
        id: effect.order.id,
      });
    case 'cancel':
      return output.line('info', 'cancel', `Cancelling ${effect.id}`, { id: effect.id });
    case 'query':
    case 'bare':
    case 'adjusted':
    case 'closed':
      return;
  }
}

function sayDecision(
  output: Output,
  state: BotState,
  { decision }: Extract<Effect, { type: 'decide' }>,
): void {
  const view = decisionView(decision, (state.terms ?? state.settings.terms).plan.name);
  const { symbol } = state.settings;
  const what =
    decision.outcome === 'enters' ? 'BUY' : decision.outcome === 'exits' ? 'SELL' : positionWords(state);
  output.line('info', 'decision', `${what} ${symbol} at ${state.price ?? '?'}: ${view.reasoning}`, {
    decision: view,
  });
}

function positionWords(state: BotState): string {
  if (state.phase === 'flat') return 'Waiting,';
  const pnl = unrealizedPnl(state.books, state.price);
  if (pnl === null || dec(state.books.cost).eq(0)) return 'Buying';
  const percent = rounded(dec(pnl).div(state.books.cost).times(100), 2);
  return `Holding ${state.books.quantity} (${percent} %),`;
}

function sayFill(output: Output, state: BotState, effect: Extract<Effect, { type: 'booked' }>): void {
  const { fill, pnl, reasons = [] } = effect;
  const { base, quote } = state.settings.instrument;
  const { signalName, plan } = state.terms ?? state.settings.terms;
  const why = reasons.length === 0 ? '' : `: ${reasonWords(signalName, plan.name, reasons)}`;
  const what = fill.side === 'BUY' ? 'Bought' : 'Sold';
  const result = pnl === null ? '' : `, profit ${rounded(pnl, 2)} ${quote}`;
  output.line(
    'info',
    'fill',
    `${what} ${fill.quantity} ${base} at ${fill.price} ${quote}, fee ${fill.fee} ${fill.feeAsset}${result}${why}`,
    {
      tradeId: fill.tradeId,
      values: {
        market: state.settings.symbol,
        side: fill.side,
        quantity: fill.quantity,
        price: fill.price,
        fee: fill.fee,
        feeAsset: fill.feeAsset,
        ...(pnl === null ? {} : { pnl }),
      },
    },
  );
}

function orderWords(order: Extract<Effect, { type: 'place' }>['order']): string {
  const amount = order.quantity ?? `for ${order.quote ?? '?'}`;
  const prices = order.legs.map(
    (leg) => leg.price ?? (leg.stopPrice === null ? 'market' : `stop ${leg.stopPrice}`),
  );
  return `${order.side} ${amount} ${prices.join(' / ')}`;
}
