import type { Test } from 'tap';
import { dec, text } from '../core/decimal.js';
import { followOf, followedCash, followedCoins } from '../core/follow-group.js';
import type { ManualFill, ManualOrder } from '../core/manual.js';
import type { Order } from '../core/orders.js';
import type { Settings } from '../core/state.js';
import { Rehearsal, settings } from './bot-kit.js';

export const followTerms = {
  plan: { name: 'follow', sellAbovePercent: 1, buyBelowPercent: 1, answers: 'both' },
  signalName: 'manual',
};

let trades = 1_000;

/** A bot that follows, and its user. */
export class Followed extends Rehearsal {
  constructor(changes: Partial<Settings> = {}) {
    super({ ...settings(), terms: followTerms, ...changes });
  }

  byHand(
    orderId: string,
    side: 'BUY' | 'SELL',
    price: string,
    quantity: string,
    more: { open?: boolean; fee?: string; feeAsset?: string; tradeId?: string } = {},
  ) {
    const { open = false, fee = '0', feeAsset = 'USDT', tradeId = `${(trades += 1)}` } = more;
    const fill: ManualFill = { tradeId, orderId, side, price, quantity, fee, feeAsset, time: this.time };
    this.tell({
      type: 'manual',
      time: this.time,
      wall: this.wall,
      fills: [fill],
      orders: [this.order(orderId, side, open)],
    });
    return fill;
  }

  order(orderId: string, side: 'BUY' | 'SELL', open: boolean): ManualOrder {
    const nothing = { clientOrderId: `web_${orderId}`, type: 'LIMIT', price: '0', stopPrice: '0' };
    return { ...nothing, orderId, side, quantity: '1', executed: '0', open };
  }

  get counter(): Order | undefined {
    return this.placed[0];
  }

  get groups() {
    return followOf(this.state).groups;
  }

  get past() {
    return followOf(this.state).past;
  }

  /** cash + cost = budget + adopted + realizedPnl − adjusted, and the groups hold all that was adopted. */
  sound(t: Test): void {
    const {
      books,
      settings: { budget },
    } = this.state;
    const follow = followOf(this.state);
    const coins = followedCoins(follow);
    t.equal(
      text(dec(books.cash).plus(books.cost)),
      text(
        dec(budget)
          .plus(books.adopted ?? '0')
          .plus(books.realizedPnl)
          .minus(books.adjusted),
      ),
      'the books balance',
    );
    t.equal(books.quantity, coins.quantity, 'the groups hold the coins');
    t.equal(
      books.adopted ?? '0',
      text(dec(coins.value).plus(followedCash(follow))),
      'and what they are worth',
    );
  }
}

export const orderWords = ({ side, type, quantity, legs }: Order) =>
  `${side} ${type} ${quantity} ${legs[0]?.price}`;
