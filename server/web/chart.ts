import type { BotView, TradeView } from '../../bot/files/view.js';
import type { Kline } from '../../core/kline.js';

export interface Chart {
  readonly klines: readonly {
    readonly time: number;
    readonly open: number;
    readonly high: number;
    readonly low: number;
    readonly close: number;
  }[];
  /** Those within the klines' time. */
  readonly trades: readonly TradeView[];
  readonly lines: readonly {
    readonly price: string;
    readonly title: string;
    readonly kind: 'average' | 'target' | 'stop';
  }[];
}

/** What the bot page draws: klines, its trades among them, and where its position and its orders stand. */
export function chartOf(bot: BotView, klines: readonly Kline[]): Chart {
  const from = klines[0]?.openTime ?? Number.POSITIVE_INFINITY;
  return {
    klines: klines.map(({ openTime, open, high, low, close }) => ({
      time: openTime,
      open,
      high,
      low,
      close,
    })),
    trades: bot.trades.filter((trade) => trade.time >= from),
    lines: linesOf(bot),
  };
}

function linesOf(bot: BotView): Chart['lines'] {
  const lines: Chart['lines'][number][] = [];
  const { averagePrice } = bot.position;
  if (averagePrice !== null) lines.push({ price: averagePrice, title: 'average', kind: 'average' });
  for (const order of bot.openOrders) {
    if (order.stopPrice !== null && Number(order.stopPrice) > 0)
      lines.push({ price: order.stopPrice, title: 'stop', kind: 'stop' });
    else if (order.price !== null && Number(order.price) > 0)
      lines.push({ price: order.price, title: order.slot, kind: 'target' });
  }
  return lines;
}
