import type { BotState } from './state.js';

/** A copy to be changed. Written out: a spread of so many fields takes twenty times as long, and every event makes some. */
export function copyOf(state: BotState): Changeable<Required<BotState>> {
  return {
    version: state.version,
    tag: state.tag,
    seq: state.seq,
    settings: state.settings,
    phase: state.phase,
    cycle: state.cycle,
    terms: state.terms,
    raised: state.raised,
    orders: state.orders,
    books: state.books,
    lots: state.lots,
    lotSeq: state.lotSeq,
    entry: state.entry,
    start: state.start,
    lastEnd: state.lastEnd,
    lastSale: state.lastSale,
    highestPrice: state.highestPrice,
    price: state.price,
    closes: state.closes,
    stopRoom: state.stopRoom,
    lastKline: state.lastKline,
    lastDecision: state.lastDecision,
    tradeCursor: state.tradeCursor,
    bookedTrades: state.bookedTrades,
    entryBackOff: state.entryBackOff,
    exitBackOff: state.exitBackOff,
    unprotected: state.unprotected,
    day: state.day,
    recovering: state.recovering,
    divergence: state.divergence,
    refusal: state.refusal,
    paused: state.paused,
    halt: state.halt,
    stopped: state.stopped,
    unrecorded: state.unrecorded ?? null,
    market: state.market,
    manual: state.manual,
    handCancels: state.handCancels,
    denied: state.denied,
    commands: state.commands,
  };
}

type Changeable<T> = { -readonly [Field in keyof T]: T[Field] };
