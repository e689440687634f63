/** The smallest price step of each symbol. */
import type { MarketSymbol } from '../market/types.js';
import type { PaperExchange } from './exchange.js';

export interface Tick {
  readonly tick: number;
  readonly decimals: number;
}

/** By symbol. */
export type Ticks = ReadonlyMap<string, Tick>;

/** As the exchange's rules state them now, else as the market needs them. */
export function ticksOf(exchange: PaperExchange): Map<string, Tick> {
  return new Map(exchange.source.symbols.map((market) => [market.symbol, tickOf(exchange, market)]));
}

function tickOf({ engine }: PaperExchange, market: MarketSymbol): Tick {
  const filters = engine.symbols.get(market.symbol)?.filters ?? [];
  const rule = filters.find(({ filterType }) => filterType === 'PRICE_FILTER');
  const stated = Number(rule?.tickSize) > 0 ? String(rule?.tickSize) : market.tickSize;
  const decimals = (stated.split('.')[1] ?? '').replace(/0+$/, '').length;
  return { tick: Number(stated), decimals };
}
