import t from 'tap';
import type { Balance, Exchange, Fill } from '../exchange/port.js';
import { instrument, Rehearsal } from '../test/bot-kit.js';
import { reconcile } from './reconcile.js';

/** A fill as REST tells it: by its order's id. */
function restFill(told: ReturnType<Rehearsal['fillOf']>, orderId: string): Fill {
  const { fee, feeAsset, price, quantity, side, time, tradeId } = told;
  const quote = String(Number(price) * Number(quantity));
  return {
    symbol: 'BTCUSDT',
    tradeId,
    orderId,
    clientOrderId: null,
    side,
    price,
    quantity,
    quote,
    fee,
    feeAsset,
    time,
  } as Fill;
}

t.test(
  'a fill between balances and books is no difference: they are compared in a quiet moment',
  async (t) => {
    const bot = new Rehearsal();
    const protect = bot.holding();
    const sold = restFill(bot.fillOf(protect, 0, '105', '9.99'), '20');
    const trades: Fill[] = [];
    const asked = { balances: 0 };
    const balances = (base: string, quote: string): Balance[] => [
      { asset: 'BTC', free: base, locked: '0' },
      { asset: 'USDT', free: quote, locked: '0' },
    ];
    const exchange = {
      now: () => bot.wall,
      fills: async (_symbol: string, after: string | null) =>
        trades.filter(({ tradeId }) => BigInt(tradeId) > BigInt(after ?? '-1')),
      instrument: async () => instrument,
      allOrders: async () => [],
      openOrders: async () => [],
      balances: async () => {
        asked.balances += 1;
        // Read before the target filled, told after it: what it shows is of the past.
        if (asked.balances === 1) {
          trades.push(sold);
          return balances('9.99', '0');
        }
        return balances('0', '1047.90105');
      },
    } as unknown as Exchange;
    await reconcile({
      exchange,
      state: () => bot.state,
      marketTime: () => bot.time,
      dispatch: (event) => void bot.tell(event),
      queriesAnswered: async () => undefined,
    });
    t.equal(asked.balances, 2, 'looked again');
    t.equal(bot.state.books.quantity, '0');
    t.equal(bot.state.divergence, null);
  },
);
