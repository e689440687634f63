/** Effects in words, for the log. */
import { dec, rounded } from '../core/decimal.js';
import type { Effect } from '../core/events.js';
import { unrealizedPnl } from '../core/position.js';
import type { BotState } from '../core/state.js';
import { decisionView } from './files/words.js';
import type { Output } from './output.js';

type Values = Readonly<Record<string, string | number>>;

const NOTICES: Record<string, (values: Values) => string> = {
  'order-refused': (v) => `The ${v['slot']} order was refused (${v['kind']}): ${v['message']}`,
  'order-unresolved': (v) =>
    `The ${v['slot']} order got no clear answer (${v['message']}); asking until it is known`,
  'order-abandoned': (v) => `The ${v['slot']} order never reached the exchange`,
  'order-vanished': (v) => `The exchange no longer knows the ${v['slot']} order that it had acknowledged`,
  'order-ended-unfilled': (v) => `The ${v['slot']} order ended unfilled (${v['status']})`,
  'cancel-failed': (v) => `Cancelling the ${v['slot']} order failed (${v['kind']}): ${v['message']}`,
  'entry-denied': (v) => `No entry: ${v['rule']} is ${v['value']}, at least ${v['minimum']} is needed`,
  'protection-denied': (v) =>
    `Too small to protect: ${v['rule']} is ${v['value']}, at least ${v['minimum']} is needed`,
  unprotected: (v) => `The position has no stop on the exchange for ${v['seconds']} s; placing it goes on`,
  protected: () => 'The position is protected on the exchange again',
  unprotectable: (v) => `The position cannot be protected on the exchange (${v['kind']}): selling at market`,
  diverged: (v) => `${v['message']} Entries pause until it is explained`,
  reconciled: () => 'Books and exchange agree again',
  unrecorded: (v) => `${v['message']}`,
  recorded: () => 'Everything is recorded again, and what could not be meanwhile has been made good',
  refused: (v) =>
    `Refuses to trade: the exchange knows order ${v['highestSeq']} of this bot, its journal only ${v['seq']}`,
  'dry-run': (v) => `Dry run: would buy for ${v['cash']}`,
};

export function say(output: Output, state: BotState, effect: Effect): void {
  switch (effect.type) {
    case 'decide':
      return sayDecision(output, state, effect);
    case 'notify':
      return output.line(effect.level, effect.code, NOTICES[effect.code]?.(effect.values) ?? effect.code, {
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

function sayFill(output: Output, state: BotState, { fill, pnl }: Extract<Effect, { type: 'booked' }>): void {
  const { base, quote } = state.settings.instrument;
  const what = fill.side === 'BUY' ? 'Bought' : 'Sold';
  const result = pnl === null ? '' : `, profit ${rounded(pnl, 2)} ${quote}`;
  output.line(
    'info',
    'fill',
    `${what} ${fill.quantity} ${base} at ${fill.price} ${quote}, fee ${fill.fee} ${fill.feeAsset}${result}`,
    { tradeId: fill.tradeId },
  );
}

function orderWords(order: Extract<Effect, { type: 'place' }>['order']): string {
  const amount = order.quantity ?? `for ${order.quote ?? '?'}`;
  const prices = order.legs.map(
    (leg) => leg.price ?? (leg.stopPrice === null ? 'market' : `stop ${leg.stopPrice}`),
  );
  return `${order.side} ${amount} ${prices.join(' / ')}`;
}
