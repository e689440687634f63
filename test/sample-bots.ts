/** Bots as a test or a screenshot would have them: complete, and each field replaceable. */
import type { BotView } from '../bot/files/view.js';

/** A bot that holds nothing and waits. */
export function sampleBot(over: Partial<BotView> = {}): BotView {
  return {
    id: 'btc-dip',
    name: 'BTC dip',
    desired: 'running',
    actual: 'online',
    venue: 'paper',
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    interval: '5m',
    signal: 'rsi-macd-bollinger',
    plan: 'single',
    budget: '1000',
    dryRun: false,
    tags: ['demo'],
    phase: 'flat',
    lastKline: 1_709_820_000_000,
    price: '65020.4',
    position: { quantity: '0', averagePrice: null, cost: '0', unrealizedPnl: null },
    cash: '1000',
    equity: '1000',
    realizedPnl: '0',
    fees: {},
    cycle: 0,
    openOrders: [],
    trades: [],
    tradeCount: 0,
    adjustments: [],
    lastDecision: null,
    waitingFor: 'RSI 47.3, needs ≤ 30',
    reconciled: true,
    paused: false,
    fleetHalted: false,
    difference: null,
    manual: { trades: [], tradeCount: 0, bought: '0', sold: '0', orders: [] },
    halted: null,
    commands: [],
    waitingCommands: [],
    errors: [],
    process: { pid: 4242, restarts: 0, uptimeMs: 11_520_000, memoryBytes: 14_500_000, cpuPercent: 0.4 },
    lastActivity: 1_709_820_298_000,
    pricePrecision: 2,
    quantityPrecision: 5,
    ...over,
  };
}

/** A bot in a position, protected on the exchange. */
export function holdingBot(over: Partial<BotView> = {}): BotView {
  return sampleBot({
    phase: 'holding',
    position: { quantity: '0.0152', averagePrice: '64210.5', cost: '975.9996', unrealizedPnl: '12.31048' },
    cash: '24.0004',
    equity: '1104.20',
    realizedPnl: '91.89',
    fees: { USDT: '12.4471', BNB: '0.00012' },
    cycle: 7,
    openOrders: [
      order('protect', 'LIMIT_MAKER', '67421', null),
      order('protect', 'STOP_LOSS', null, '62926.29'),
    ],
    nextExits: { target: '67421', stop: { price: '62926.29', rests: true } },
    trades: [
      {
        tradeId: '1',
        orderId: '10',
        clientOrderId: 'F8aK2d0Qp-1-entry',
        time: 1_709_820_000_500,
        side: 'BUY',
        price: '64210.5',
        quantity: '0.0152',
        fee: '0.9759996',
        feeAsset: 'USDT',
        pnl: null,
      },
      {
        tradeId: '2',
        orderId: '11',
        clientOrderId: 'F8aK2d0Qp-2-exit',
        time: 1_709_820_200_500,
        side: 'SELL',
        price: '63000',
        quantity: '0.001',
        fee: '0.063',
        feeAsset: 'USDT',
        pnl: '-1.2735',
      },
    ],
    tradeCount: 2,
    waitingFor: 'take profit at 67,421.00 or stop at 62,926.29',
    ...over,
  });
}

function order(
  slot: string,
  type: string,
  price: string | null,
  stopPrice: string | null,
): BotView['openOrders'][number] {
  return {
    slot,
    clientOrderId: `F8aK2d0Qp-1f-${type}`,
    side: 'SELL',
    type,
    price,
    stopPrice,
    quantity: '0.0152',
    filled: '0',
    status: 'open',
  };
}
