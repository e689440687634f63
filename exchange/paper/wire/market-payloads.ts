/** Market stream payloads as Binance sends them (web-socket-streams). */
import type { Kline } from '../../../core/kline.js';
import { eight } from './amounts.js';
import type { Ticker } from './ticker.js';
import type { PublicTrade } from './trades.js';

/** No spread and unlimited depth (design §7): this quantity stands for any. */
export const DEPTH = '1000.00000000';

export function klinePayload(
  symbol: string,
  interval: string,
  kline: Kline,
  closed: boolean,
  time: number,
): object {
  return {
    e: 'kline',
    E: time,
    s: symbol,
    k: {
      t: kline.openTime,
      T: kline.closeTime,
      s: symbol,
      i: interval,
      f: -1,
      L: -1,
      o: eight(kline.open),
      c: eight(kline.close),
      h: eight(kline.high),
      l: eight(kline.low),
      v: eight(kline.volume),
      n: kline.trades,
      x: closed,
      q: eight(kline.quoteVolume),
      V: eight(kline.takerBuyVolume ?? 0),
      Q: eight(kline.takerBuyQuoteVolume ?? 0),
      B: '0',
    },
  };
}

type Level = readonly [string, string];

export function bookTickerPayload(symbol: string, bid: Level, ask: Level, updateId: number): object {
  return { u: updateId, s: symbol, b: bid[0], B: bid[1], a: ask[0], A: ask[1] };
}

export function tradePayload(symbol: string, trade: PublicTrade): object {
  const { id, price, quantity, time, buyerIsMaker } = trade;
  const what = { e: 'trade', E: time, s: symbol, t: id, p: eight(price), q: eight(quantity) };
  return { ...what, T: time, m: buyerIsMaker, M: true };
}

export function aggTradePayload(symbol: string, trade: PublicTrade): object {
  const { id, price, quantity, time, buyerIsMaker } = trade;
  const what = { e: 'aggTrade', E: time, s: symbol, a: id, p: eight(price), q: eight(quantity) };
  return { ...what, f: id, l: id, T: time, m: buyerIsMaker, M: true };
}

export function miniTickerPayload(ticker: Ticker): object {
  return {
    e: '24hrMiniTicker',
    E: ticker.closeTime,
    s: ticker.symbol,
    c: eight(ticker.last),
    o: eight(ticker.open),
    h: eight(ticker.high),
    l: eight(ticker.low),
    v: eight(ticker.volume),
    q: eight(ticker.quoteVolume),
  };
}

export function tickerPayload(ticker: Ticker, { bid, ask }: { bid: Level; ask: Level }): object {
  const last = eight(ticker.last);
  return {
    e: '24hrTicker',
    E: ticker.closeTime,
    s: ticker.symbol,
    p: eight(difference(ticker)),
    P: percentChange(ticker),
    w: eight(averageOf(ticker)),
    x: last,
    c: last,
    Q: '0.00000000',
    b: bid[0],
    B: bid[1],
    a: ask[0],
    A: ask[1],
    o: eight(ticker.open),
    h: eight(ticker.high),
    l: eight(ticker.low),
    v: eight(ticker.volume),
    q: eight(ticker.quoteVolume),
    O: ticker.openTime,
    C: ticker.closeTime,
    F: -1,
    L: -1,
    n: ticker.trades,
  };
}

export function windowTickerPayload(ticker: Ticker, window: string): object {
  return {
    e: `${window}Ticker`,
    E: ticker.closeTime,
    s: ticker.symbol,
    p: eight(difference(ticker)),
    P: percentChange(ticker),
    o: eight(ticker.open),
    h: eight(ticker.high),
    l: eight(ticker.low),
    c: eight(ticker.last),
    w: eight(averageOf(ticker)),
    v: eight(ticker.volume),
    q: eight(ticker.quoteVolume),
    O: ticker.openTime,
    C: ticker.closeTime,
    F: -1,
    L: -1,
    n: ticker.trades,
  };
}

export function difference({ last, open }: Ticker): number {
  return Number((last - open).toFixed(8));
}

export function percentChange({ last, open }: Ticker): string {
  return (open > 0 ? ((last - open) / open) * 100 : 0).toFixed(3);
}

export function averageOf({ volume, quoteVolume, last }: Ticker): number {
  return volume > 0 && quoteVolume > 0 ? quoteVolume / volume : last;
}

export function avgPricePayload(symbol: string, price: number, time: number): object {
  return { e: 'avgPrice', E: time, s: symbol, i: '5m', w: eight(price), T: time };
}

/** A book of some levels around the price, a tick apart. */
export function bookLevels(price: number, tick: number, decimals: number, levels: number) {
  const level = (steps: number): string[] => [eight((price + steps * tick).toFixed(decimals)), DEPTH];
  const bids = Array.from({ length: levels }, (_, index) => level(-index));
  const asks = Array.from({ length: levels }, (_, index) => level(index));
  return { bids: bids.filter(([each]) => Number(each) > 0), asks };
}
