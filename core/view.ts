/** What a plan sees of the state. */
import { ZERO, max, text } from './decimal.js';
import { averagePrice } from './position.js';
import { reservedCash } from './reserved.js';
import type { Bot, BotState } from './state.js';
import type { PlanView } from './strategy.js';

export function viewOf(bot: Pick<Bot, 'instrument'>, state: BotState, klineClosed = false): PlanView {
  const { phase, books, highestPrice, price, lots, entry, start, lastEnd, closes } = state;
  return {
    phase,
    instrument: bot.instrument,
    cash: text(max(ZERO, reservedCash(state))),
    quantity: books.quantity,
    averagePrice: averagePrice(books),
    highestPrice,
    price,
    lots,
    entry,
    start,
    lastEnd,
    closes,
    klineClosed,
    stopRoom: stopRoomOf(bot, state),
    ...(state.follow == null ? {} : { groups: state.follow.groups }),
  };
}

/** MAX_NUM_ALGO_ORDERS and MAX_NUM_ORDER_LISTS count an account's orders on the symbol: others may have taken their share. */
function stopRoomOf({ instrument }: Pick<Bot, 'instrument'>, { stopRoom }: BotState): number {
  const { maxAlgoOrders = Infinity, maxOrderLists = Infinity } = instrument;
  return Math.min(maxAlgoOrders, maxOrderLists, stopRoom ?? Infinity);
}
