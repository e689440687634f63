/** What the engine's tests share: a small market, requests with defaults, and short ways to say what happened. */
import { createEngine } from './engine.js';
import { symbolInfo } from './exchange-info.js';
import { PaperError, type Engine, type EngineOptions, type NewOco, type NewOrder } from './types.js';

export const BTC = symbolInfo({
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
});

/** One account with money and coins, the market standing at 100. */
export function market(options: Partial<EngineOptions> = {}): Engine {
  const engine = createEngine({ symbols: [BTC], ...options });
  engine.addAccount('a');
  engine.deposit('a', 'USDT', '10000', 0);
  engine.deposit('a', 'BTC', '10', 0);
  engine.moveTo('BTCUSDT', 1, '100');
  engine.drain();
  return engine;
}
export function order(more: Partial<NewOrder>): NewOrder {
  return { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', ...more };
}
export function limit(side: 'BUY' | 'SELL', price: string, more: Partial<NewOrder> = {}): NewOrder {
  return order({ side, type: 'LIMIT', price, quantity: '1', timeInForce: 'GTC', ...more });
}
export function stop(side: 'BUY' | 'SELL', stopPrice: string, more: Partial<NewOrder> = {}): NewOrder {
  return order({ side, type: 'STOP_LOSS', stopPrice, quantity: '1', ...more });
}
export function oco(more: Partial<NewOco> = {}): NewOco {
  return {
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '1',
    listClientOrderId: 'exit',
    above: { type: 'LIMIT_MAKER', price: '105', clientOrderId: 'tp' },
    below: { type: 'STOP_LOSS', stopPrice: '98', clientOrderId: 'sl' },
    ...more,
  };
}
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof PaperError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}
export function balance(engine: Engine, asset: string): string {
  const found = engine.balances('a').find((b) => b.asset === asset);
  return `${found?.free ?? '0'} + ${found?.locked ?? '0'}`;
}
/** Events in short: what happened to which order. */
export function story(engine: Engine): string[] {
  return engine.drain().map((event) => {
    if (event.type === 'execution') return `${event.executionType} ${event.order.clientOrderId}`;
    if (event.type === 'list') return `list ${event.list.listStatusType}`;
    return `balances ${event.balances.map((b) => b.asset).join(' ')}`;
  });
}
export function fills(engine: Engine): string[] {
  return engine
    .trades('a', 'BTCUSDT', {})
    .map((f) => `${f.side} ${f.qty} @ ${f.price} ${f.isMaker ? 'maker' : 'taker'}`);
}
export function at(engine: Engine, id: string): string {
  return engine.order('a', { symbol: 'BTCUSDT', origClientOrderId: id })!.status;
}
