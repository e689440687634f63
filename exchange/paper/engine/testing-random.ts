/** Random requests, valid and not, for the property test. */
import { symbolInfo } from './exchange-info.js';
import type { Engine, NewOco, NewOrder } from './types.js';

export const ACCOUNTS = ['a', 'b'];
export const ASSETS = ['BTC', 'ETH', 'USDT'];
export const SYMBOLS = [
  symbolInfo({ symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' }),
  symbolInfo({ symbol: 'ETHUSDT', base: 'ETH', quote: 'USDT', tickSize: '0.1', stepSize: '0.001' }),
];

/** Mulberry32: small, and the same everywhere. */
export class Dice {
  constructor(private seed: number) {}
  roll(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.roll() * list.length)]!;
  }
  chance(share: number): boolean {
    return this.roll() < share;
  }
}

/** One request or move, drawn once, so that two engines can be asked the same. */
export interface Action {
  readonly run: (engine: Engine) => unknown;
  /** USDT that leaves if it is accepted. */
  readonly withdraws?: { readonly account: string; readonly amount: string };
}

function price(dice: Dice): string {
  return (100 + Math.round((dice.roll() - 0.5) * 200) / 10).toFixed(1);
}
function quantity(dice: Dice): string {
  return dice.chance(0.05) ? '0.0000001' : (Math.ceil(dice.roll() * 400) / 100).toFixed(2);
}

function randomOrder(dice: Dice): NewOrder {
  const type = dice.pick([
    'LIMIT',
    'LIMIT',
    'MARKET',
    'STOP_LOSS',
    'STOP_LOSS_LIMIT',
    'TAKE_PROFIT',
    'TAKE_PROFIT_LIMIT',
    'LIMIT_MAKER',
  ] as const);
  const order: NewOrder = { symbol: dice.pick(SYMBOLS).symbol, side: dice.pick(['BUY', 'SELL']), type };
  if (type === 'MARKET' && dice.chance(0.4)) order.quoteOrderQty = String(Math.ceil(dice.roll() * 300));
  else order.quantity = quantity(dice);
  if (type.startsWith('LIMIT') || type.endsWith('_LIMIT')) order.price = price(dice);
  if (type.startsWith('STOP') || type.startsWith('TAKE')) order.stopPrice = price(dice);
  if (type === 'LIMIT' || type.endsWith('_LIMIT'))
    order.timeInForce = dice.pick(['GTC', 'GTC', 'GTC', 'IOC', 'FOK']);
  if (dice.chance(0.5)) order.newClientOrderId = `id${Math.floor(dice.roll() * 8)}`;
  if (dice.chance(0.03)) delete order.quantity;
  return order;
}

function randomOco(dice: Dice, engine: Engine): NewOco {
  const symbol = dice.pick(SYMBOLS).symbol;
  const side = dice.pick(['BUY', 'SELL'] as const);
  const around = Number(engine.price(symbol) ?? '100');
  const beyond = (sign: number) => (around + sign * (Math.ceil(dice.roll() * 60) / 10)).toFixed(1);
  const [up, down] = dice.chance(0.1) ? [-1, 1] : [1, -1];
  const leg = (isStop: boolean, sign: number): NewOco['above'] => {
    const type = isStop
      ? dice.pick(['STOP_LOSS', 'STOP_LOSS_LIMIT'] as const)
      : dice.pick(['LIMIT_MAKER', 'LIMIT_MAKER', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'] as const);
    return {
      type,
      ...(type.endsWith('_LIMIT') ? { timeInForce: dice.pick(['GTC', 'GTC', 'IOC'] as const) } : {}),
      ...(type.startsWith('LIMIT') || type.endsWith('_LIMIT') ? { price: beyond(sign) } : {}),
      ...(type === 'LIMIT_MAKER' ? {} : { stopPrice: beyond(sign) }),
    };
  };
  const sell = side === 'SELL';
  const list: NewOco = {
    symbol,
    side,
    quantity: quantity(dice),
    above: leg(!sell, up!),
    below: leg(sell, down!),
  };
  if (dice.chance(0.5)) list.listClientOrderId = `list${Math.floor(dice.roll() * 3)}`;
  return list;
}

export function randomAction(dice: Dice, engine: Engine, time: number): Action {
  const account = dice.pick(ACCOUNTS);
  const symbol = dice.pick(SYMBOLS).symbol;
  const roll = dice.roll();
  if (roll < 0.3) {
    const order = randomOrder(dice);
    return { run: (e) => e.place(account, order, time) };
  }
  if (roll < 0.45) {
    const list = randomOco(dice, engine);
    return { run: (e) => e.placeOco(account, list, time) };
  }
  if (roll < 0.53) {
    const orderId = Math.ceil(dice.roll() * 30);
    return { run: (e) => e.cancel(account, { symbol, orderId }, time) };
  }
  if (roll < 0.56) return { run: (e) => e.cancelList(account, { symbol, listClientOrderId: 'list1' }, time) };
  if (roll < 0.58) return { run: (e) => e.cancelAll(account, symbol, time) };
  if (roll < 0.6) {
    const amount = '150';
    return {
      run: (e) => e.deposit(account, 'USDT', `-${amount}`, time),
      withdraws: { account, amount },
    };
  }
  const target = price(dice);
  if (roll < 0.75) return { run: (e) => e.boundary(symbol, time, target, e.price(symbol)) };
  return { run: (e) => e.moveTo(symbol, time, target) };
}
