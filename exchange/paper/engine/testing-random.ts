/** Random requests, valid and not, for the property test. */
import { symbolInfo } from './exchange-info.js';
import { PaperError } from './types.js';
import type { CancelReplace, Engine, Leg, NewOco, NewOrder, NewOto, NewOtoco, WorkingLeg } from './types.js';

export const ACCOUNTS = ['a', 'b'];
export const ASSETS = ['BTC', 'ETH', 'BNB', 'USDT'];
export const SYMBOLS = [
  symbolInfo({ symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' }),
  symbolInfo({ symbol: 'ETHUSDT', base: 'ETH', quote: 'USDT', tickSize: '0.1', stepSize: '0.001' }),
  symbolInfo({ symbol: 'BNBUSDT', base: 'BNB', quote: 'USDT', tickSize: '0.1', stepSize: '0.001' }),
];
for (const info of SYMBOLS) info.allowedSelfTradePreventionModes!.push('NONE');

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

export function randomOrder(dice: Dice): NewOrder {
  const type = dice.pick([
    'LIMIT',
    'LIMIT',
    'LIMIT',
    'MARKET',
    'STOP_LOSS',
    'STOP_LOSS_LIMIT',
    'TAKE_PROFIT',
    'TAKE_PROFIT_LIMIT',
    'LIMIT_MAKER',
  ] as const);
  const side = dice.pick(['BUY', 'SELL'] as const);
  const order: NewOrder = { symbol: dice.pick(SYMBOLS).symbol, side, type };
  if (type === 'MARKET' && dice.chance(0.4)) order.quoteOrderQty = String(Math.ceil(dice.roll() * 300));
  else order.quantity = quantity(dice);
  if (type.startsWith('LIMIT') || type.endsWith('_LIMIT')) order.price = price(dice);
  if (type.startsWith('STOP') || type.startsWith('TAKE')) addStop(dice, order);
  if (type === 'LIMIT' || type.endsWith('_LIMIT'))
    order.timeInForce = dice.pick(['GTC', 'GTC', 'GTC', 'IOC', 'FOK']);
  if (type !== 'MARKET' && dice.chance(0.1)) order.icebergQty = '0.5';
  if (dice.chance(0.6)) order.selfTradePreventionMode = dice.pick(MODES);
  if (dice.chance(0.5)) order.newClientOrderId = `id${Math.floor(dice.roll() * 8)}`;
  if (dice.chance(0.03)) delete order.quantity;
  return order;
}
const MODES = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'] as const;

/** A bought market stop says its stop price, so that the test knows from its record what it holds. */
function addStop(dice: Dice, order: NewOrder): void {
  if (dice.chance(0.3)) order.trailingDelta = 10 + Math.floor(dice.roll() * 500);
  const needed = order.side === 'BUY' && !order.type.endsWith('_LIMIT');
  if (order.trailingDelta === undefined || needed || dice.chance(0.5)) order.stopPrice = price(dice);
}

interface Pair {
  side: 'BUY' | 'SELL';
  above: Leg;
  below: Leg;
}

export function randomPair(dice: Dice, engine: Pick<Engine, 'price'>, symbol: string): Pair {
  const side = dice.pick(['BUY', 'SELL'] as const);
  const around = Number(engine.price(symbol) ?? '100');
  const beyond = (sign: number) => (around + sign * (Math.ceil(dice.roll() * 60) / 10)).toFixed(1);
  const [up, down] = dice.chance(0.1) ? [-1, 1] : [1, -1];
  const leg = (isStop: boolean, sign: number): Leg => {
    const type = isStop
      ? dice.pick(['STOP_LOSS', 'STOP_LOSS_LIMIT'] as const)
      : dice.pick(['LIMIT_MAKER', 'LIMIT_MAKER', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'] as const);
    return {
      type,
      ...(type.endsWith('_LIMIT') ? { timeInForce: dice.pick(['GTC', 'GTC', 'IOC'] as const) } : {}),
      ...(type.startsWith('LIMIT') || type.endsWith('_LIMIT') ? { price: beyond(sign) } : {}),
      ...(type === 'LIMIT_MAKER' ? {} : { stopPrice: beyond(sign) }),
      ...(type !== 'LIMIT_MAKER' && dice.chance(0.2) ? { trailingDelta: 200 } : {}),
    };
  };
  const sell = side === 'SELL';
  return { side, above: leg(!sell, up!), below: leg(sell, down!) };
}

function randomOco(dice: Dice, engine: Engine): NewOco {
  const symbol = dice.pick(SYMBOLS).symbol;
  const list: NewOco = { symbol, quantity: quantity(dice), ...randomPair(dice, engine, symbol) };
  if (dice.chance(0.5)) list.listClientOrderId = `list${Math.floor(dice.roll() * 3)}`;
  return list;
}

export function randomWorking(dice: Dice): WorkingLeg {
  const type = dice.pick(['LIMIT', 'LIMIT', 'LIMIT_MAKER'] as const);
  return {
    type,
    side: dice.pick(['BUY', 'SELL']),
    quantity: quantity(dice),
    price: price(dice),
    ...(type === 'LIMIT' ? { timeInForce: dice.pick(['GTC', 'GTC', 'GTC', 'IOC', 'FOK'] as const) } : {}),
  };
}

function randomOto(dice: Dice): NewOto {
  const { newClientOrderId: _, symbol, selfTradePreventionMode: mode, ...pending } = randomOrder(dice);
  return {
    symbol,
    ...(mode === undefined ? {} : { selfTradePreventionMode: mode }),
    ...(dice.chance(0.3) ? { listClientOrderId: `list${Math.floor(dice.roll() * 3)}` } : {}),
    working: randomWorking(dice),
    pending: pending as WorkingLeg,
    ...(dice.chance(0.25) ? { pays: true as const } : {}),
  };
}

function randomOtoco(dice: Dice, engine: Engine): NewOtoco {
  const symbol = dice.pick(SYMBOLS).symbol;
  const { side, above, below } = randomPair(dice, engine, symbol);
  return {
    ...{ symbol, working: randomWorking(dice), pendingSide: side, pendingQuantity: quantity(dice) },
    ...{ pendingAbove: above, pendingBelow: below },
    ...(dice.chance(0.25) ? { pays: true as const } : {}),
  };
}

function randomCancelReplace(dice: Dice): CancelReplace {
  const mode = dice.pick(['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const);
  return { mode, cancel: { orderId: Math.ceil(dice.roll() * 30) }, order: randomOrder(dice) };
}

/** `recorded`: the market is told by trades and best prices instead of a path. */
export function randomAction(dice: Dice, engine: Engine, time: number, recorded = false): Action {
  const account = dice.pick(ACCOUNTS);
  const symbol = dice.pick(SYMBOLS).symbol;
  const roll = dice.roll();
  if (roll < 0.5) return { run: randomRequest(dice, engine, account, time) };
  if (roll < 0.52) {
    const amount = '150';
    return {
      run: (e) => e.deposit(account, 'USDT', `-${amount}`, time),
      withdraws: { account, amount },
    };
  }
  if (roll < 0.54) {
    const on = dice.chance(0.7);
    return { run: (e) => e.setBnbBurn(account, on) };
  }
  if (roll < 0.55 && engine.openOrders(account).length === 0) {
    const maker = dice.pick(['0', '0.0002', '0.001']);
    return { run: (e) => e.setCommission(account, { maker, taker: '0.0011' }) };
  }
  const target = price(dice);
  if (recorded) return randomTick(dice, symbol, target, roll < 0.72, time);
  if (roll < 0.72) return { run: (e) => e.boundary(symbol, time, target, e.price(symbol)) };
  const volume = dice.chance(0.3) ? undefined : (dice.roll() * 8).toFixed(4);
  return { run: (e) => e.moveTo(symbol, time, target, volume) };
}

function randomTick(dice: Dice, symbol: string, price: string, isTop: boolean, time: number): Action {
  const quantity = (): string => (dice.roll() * 5).toFixed(2);
  const volume = quantity();
  if (!isTop) return { run: (e) => e.jumpTo(symbol, time, price, volume) };
  const ask = (Number(price) + Math.ceil(dice.roll() * 20) / 10).toFixed(1);
  const top = { bid: price, bidQuantity: volume, ask, askQuantity: quantity() };
  return { run: (e) => e.setTop(symbol, top) };
}

function randomRequest(dice: Dice, engine: Engine, account: string, time: number): Action['run'] {
  const symbol = dice.pick(SYMBOLS).symbol;
  const kind = dice.roll();
  if (kind < 0.45) {
    const order = randomOrder(dice);
    return (e) => e.place(account, order, time);
  }
  if (kind < 0.58) {
    const list = randomOco(dice, engine);
    return (e) => e.placeOco(account, list, time);
  }
  if (kind < 0.68) {
    const list = randomOto(dice);
    return (e) => e.placeOto(account, list, time);
  }
  if (kind < 0.76) {
    const list = randomOtoco(dice, engine);
    return (e) => e.placeOtoco(account, list, time);
  }
  if (kind < 0.83) {
    const request = randomCancelReplace(dice);
    return (e) => e.cancelReplace(account, request, time);
  }
  if (kind < 0.87) {
    const request = { symbol, orderId: Math.ceil(dice.roll() * 30), newQty: quantity(dice) };
    return (e) => e.amend(account, request, time);
  }
  if (kind < 0.92) {
    const orderId = Math.ceil(dice.roll() * 30);
    return (e) => e.cancel(account, { symbol, orderId }, time);
  }
  if (kind < 0.96) return (e) => e.cancelList(account, { symbol, listClientOrderId: 'list1' }, time);
  return (e) => e.cancelAll(account, symbol, time);
}

/** What came of it: a refusal is an answer too. */
export function attempt(engine: Engine, action: Action): unknown {
  try {
    return action.run(engine);
  } catch (error) {
    if (error instanceof PaperError) return `${error.code} ${error.message}`;
    throw error;
  }
}
