/** The contract of the market stream and the user stream. */
import { dec } from '../core/decimal.js';
import { INTERVAL_MS } from '../core/kline.js';
import type { MarketEvent, UserEvent } from '../exchange/port.js';
import { money, until, type Fact } from './exchange-contract-kit.js';

export function streamFacts(fact: Fact): void {
  fact('the user stream tells of orders, fills and balances as the account has them', async (t, setting) => {
    const { exchange, symbol, quantity } = setting;
    const events: UserEvent[] = [];
    const stream = await exchange.userStream({ event: (event) => events.push(event) });
    t.teardown(() => stream.close());
    const [resting, market] = [setting.id(), setting.id()];
    const limit = {
      symbol,
      clientOrderId: resting,
      side: 'BUY',
      type: 'LIMIT',
      quantity,
      price: await setting.away(-0.1),
    } as const;
    await exchange.place(limit, setting.now());
    const placed = await exchange.place(
      { symbol, clientOrderId: market, side: 'BUY', type: 'MARKET', quantity },
      setting.now(),
    );
    await exchange.cancel(symbol, resting, setting.now());
    const statuses = (id: string) =>
      events.flatMap((event) =>
        event.type === 'order' && event.report.clientOrderId === id ? [event.report.status] : [],
      );
    await until('the cancel was told', () => statuses(resting).includes('cancelled'));
    await until('balances were told', () => events.some(({ type }) => type === 'balances'));
    t.same(statuses(resting), ['open', 'cancelled']);
    t.equal(statuses(market).at(-1), 'filled');
    const told = events.flatMap((event) => (event.type === 'order' && event.fill ? [event.fill] : []));
    t.same(told.map(money), placed.fills.map(money), 'the same fills as in the reply');
    t.equal(exchange.health().userStreamOk, true);
  });

  fact('the market stream brings closed klines that REST confirms, and prices', async (t, setting) => {
    const { exchange, symbol, interval } = setting;
    const events: MarketEvent[] = [];
    const kline = { type: 'kline', symbol, interval } as const;
    const stream = exchange.marketStream([kline], { event: (event) => events.push(event) });
    t.teardown(() => stream.close());
    await stream.add([kline, { type: 'price', symbol }]);
    t.equal(exchange.health().marketStreamOk, true);
    await setting.advance(2);
    const closed = () =>
      events.flatMap((event) => (event.type === 'kline' && event.closed ? [event.kline] : []));
    await until('two klines closed', () => closed().length >= 2);
    await until('a price came', () =>
      events.some((event) => event.type === 'price' && dec(event.bid).lte(event.ask)),
    );
    const [first, second] = closed();
    t.equal(second!.openTime - first!.openTime, INTERVAL_MS[interval]);
    t.same(await exchange.klines({ symbol, interval, startTime: first!.openTime, limit: 2 }), [
      first,
      second,
    ]);
    await stream.remove([kline]);
    const count = closed().length;
    await setting.advance(2);
    t.equal(closed().length, count, 'what was removed is silent');
  });
}
