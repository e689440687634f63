/** Market stream names and payloads (Binance web-socket-streams). */
import type { Interval } from '../../core/kline.js';
import type { MarketEvent, StreamSpec } from '../port.js';
import type { Json } from './library.js';
import { plain } from './numbers.js';

export function streamName(spec: StreamSpec): string {
  const symbol = spec.symbol.toLowerCase();
  if (spec.type === 'kline') return `${symbol}@kline_${spec.interval}`;
  return spec.type === 'price' ? `${symbol}@bookTicker` : `${symbol}@miniTicker`;
}

/** Null for what nobody asked for. A best bid and ask comes without an event type. */
export function marketEvent(message: Json): MarketEvent | null {
  switch (message.e) {
    case 'kline':
      return klineEvent(message);
    case '24hrMiniTicker':
      return {
        type: 'ticker',
        symbol: message.s,
        last: plain(message.c),
        open: plain(message.o),
        time: message.E,
      };
    case undefined:
      if (message.b === undefined || message.a === undefined) return null;
      return { type: 'price', symbol: message.s, bid: plain(message.b), ask: plain(message.a) };
    default:
      return null;
  }
}

function klineEvent(message: Json): MarketEvent {
  const k = message.k;
  return {
    type: 'kline',
    symbol: message.s,
    interval: k.i as Interval,
    // Only x says that it is closed: the clock here and the times in the message do not.
    closed: k.x === true,
    time: message.E,
    kline: {
      openTime: k.t,
      closeTime: k.T,
      open: +k.o,
      high: +k.h,
      low: +k.l,
      close: +k.c,
      volume: +k.v,
      quoteVolume: +k.q,
      trades: k.n,
    },
  };
}
