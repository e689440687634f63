/** What a plan sees of the state. */
import { atLeastZero, text } from './decimal.js';
import { averagePrice } from './position.js';
import { reservedCash } from './reserved.js';
import type { Bot, BotState } from './state.js';
import type { Changeable } from './copy.js';
import type { PlanView } from './strategy.js';

/** `price`: the last one known, where the state does not keep it. */
export function viewOf(
  bot: Pick<Bot, 'instrument'>,
  state: BotState,
  klineClosed = false,
  price = state.price,
): Changeable<PlanView> {
  const { phase, books, highestPrice, lots, entry, start, lastEnd, closes } = state;
  const view: Changeable<PlanView> = {
    phase,
    instrument: bot.instrument,
    cash: text(atLeastZero(reservedCash(state))),
    quantity: books.quantity,
    averagePrice: phase === 'flat' ? null : averagePrice(books),
    highestPrice,
    price,
    lots,
    entry,
    start,
    lastEnd,
    closes,
    klineClosed,
    stopRoom: stopRoomOf(bot, state),
  };
  if (state.follow != null) view.groups = state.follow.groups;
  return view;
}

/** MAX_NUM_ALGO_ORDERS and MAX_NUM_ORDER_LISTS count an account's orders on the symbol: others may have taken their share. */
function stopRoomOf({ instrument }: Pick<Bot, 'instrument'>, { stopRoom }: BotState): number {
  const { maxAlgoOrders = Infinity, maxOrderLists = Infinity } = instrument;
  return Math.min(maxAlgoOrders, maxOrderLists, stopRoom ?? Infinity);
}
