/** How much a filled order of the bot and one of the backtest are the same, and what kind of order each is. */
import { dec } from '../../core/decimal.js';
import type { FilledOrder } from './fill-orders.js';

/** An order takes its time to the exchange and is filled there: what is closer is the same moment (ms). */
const SAME_MOMENT_MS = 1_000;

export function isEqual(live: FilledOrder, tested: FilledOrder): boolean {
  return apart(live, tested) === 0 && isSameTrade(live, tested);
}

/** Price, quantity and commission, at whatever time. */
export function isSameTrade(live: FilledOrder, tested: FilledOrder): boolean {
  const assets = new Set([...Object.keys(live.fees), ...Object.keys(tested.fees)]);
  return (
    dec(live.quantity).eq(tested.quantity) &&
    dec(live.quote).eq(tested.quote) &&
    [...assets].every((asset) => dec(live.fees[asset] ?? '0').eq(tested.fees[asset] ?? '0'))
  );
}

/** How much later the bot's order was filled (ms). */
export function apart(live: FilledOrder, tested: FilledOrder): number {
  const late = live.time - tested.time;
  return Math.abs(late) < SAME_MOMENT_MS ? 0 : late;
}

export function isEntry({ side }: FilledOrder): boolean {
  return side === 'BUY';
}

/** Stops, targets and what rests to buy: all but what is decided on at a close. */
export function actsOnPrices(order: FilledOrder): boolean {
  return isWatched(order) || (order.side === 'BUY' && !/entry|so0$/.test(order.slot));
}

/** Stops and targets act on prices, everything else on a close. */
export function isWatched({ slot, side }: FilledOrder): boolean {
  return side === 'SELL' && !/^(exit|b\d+_out)/.test(slot);
}
