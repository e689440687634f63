/**
 * What every exchange behind the port must do, checked through the port alone. A venue joins by saying how to set one
 * up; deviations belong here, named and reasoned, not in a copy of the suite.
 */
import type { Test } from 'tap';
import { dec, text } from '../core/decimal.js';
import { INTERVAL_MS } from '../core/kline.js';
import type { PlaceRequest } from '../exchange/port.js';
import {
  feesIn,
  freeOf,
  holdings,
  money,
  refused,
  settle,
  sum,
  type ContractVenue,
  type Fact,
} from './exchange-contract-kit.js';

import { streamFacts } from './exchange-contract-streams.js';

export type { ContractVenue } from './exchange-contract-kit.js';

export function exchangeContract(t: Test, make: (t: Test) => Promise<ContractVenue>): void {
  const fact: Fact = (name, run) => void t.test(name, async (t) => run(t, await settle(await make(t))));

  fact('tells its time, and that it is reachable', async (t, { exchange }) => {
    const server = await exchange.syncTime();
    t.ok(Math.abs(server - exchange.now()) < 1_000);
    t.match(exchange.health(), { restOk: true });
  });

  fact('knows the rules of a symbol, and which symbols there are', async (t, { exchange, symbol, rules }) => {
    t.equal(rules.status, 'trading');
    t.ok(dec(rules.tickSize).gt(0) && dec(rules.stepSize).gt(0));
    t.ok(symbol.startsWith(rules.base) && symbol.endsWith(rules.quote));
    t.same(
      (await exchange.instruments()).find((each) => each.symbol === symbol),
      rules,
    );
    await refused(t, exchange.instrument('NOSUCHCOIN'), { kind: 'invalid', code: -1121 });
  });

  fact('serves klines ascending, without holes of its own, from a start time', async (t, setting) => {
    const { exchange, symbol, interval } = setting;
    await setting.advance(5);
    const klines = await exchange.klines({ symbol, interval, limit: 5 });
    t.ok(klines.length > 1 && klines.length <= 5);
    for (const [index, kline] of klines.entries()) {
      t.equal(kline.closeTime - kline.openTime + 1, INTERVAL_MS[interval]);
      t.ok(
        kline.low <= kline.open &&
          kline.low <= kline.close &&
          kline.high >= kline.open &&
          kline.high >= kline.close,
      );
      if (index > 0) t.ok(kline.openTime > klines[index - 1]!.openTime);
    }
    const second = klines[1]!.openTime;
    const later = await exchange.klines({ symbol, interval, startTime: second, limit: 2 });
    t.equal(later[0]!.openTime, second);
    t.ok(later.length <= 2);
  });

  fact(
    'a market order by quote quantity spends it, and every book agrees to the digit',
    async (t, setting) => {
      const { exchange, symbol, rules } = setting;
      const before = await holdings(exchange);
      const clientOrderId = setting.id();
      const order: PlaceRequest = {
        symbol,
        clientOrderId,
        side: 'BUY',
        type: 'MARKET',
        quoteQuantity: '100',
      };
      const { reports, fills } = await exchange.place(order, setting.now());
      t.match(reports, [
        { clientOrderId, status: 'filled', side: 'BUY', type: 'MARKET', symbol, orderListId: null },
      ]);
      t.ok(fills.length > 0);
      t.equal(text(sum(fills, 'quantity')), reports[0]!.executed);
      t.equal(text(sum(fills, 'quote')), reports[0]!.executedQuote);
      t.ok(sum(fills, 'quote').lte(100));
      const after = await holdings(exchange);
      t.equal(
        text(after(rules.quote).minus(before(rules.quote))),
        text(feesIn(fills, rules.quote).plus(sum(fills, 'quote')).neg()),
      );
      t.equal(
        text(after(rules.base).minus(before(rules.base))),
        text(sum(fills, 'quantity').minus(feesIn(fills, rules.base))),
      );
      const booked = (await exchange.fills(symbol, null)).filter(
        ({ orderId }) => orderId === reports[0]!.orderId,
      );
      t.same(booked.map(money), fills.map(money), 'the trade history tells the same');
      t.same(await exchange.fills(symbol, booked.at(-1)!.tradeId), [], 'nothing after the last');
      t.match(await exchange.order(symbol, clientOrderId), {
        status: 'filled',
        executed: reports[0]!.executed,
      });
    },
  );

  fact('a resting order is found, cancelled once, and stays known', async (t, setting) => {
    const { exchange, symbol } = setting;
    const clientOrderId = setting.id();
    const price = await setting.away(-0.1);
    const order = {
      symbol,
      clientOrderId,
      side: 'BUY',
      type: 'LIMIT',
      quantity: setting.quantity,
      price,
    } as const;
    const placed = await exchange.place(order, setting.now());
    t.match(placed, { reports: [{ status: 'open', price, executed: '0' }], fills: [] });
    t.match(await exchange.openOrders(symbol), [
      { clientOrderId, status: 'open', quantity: setting.quantity },
    ]);
    await refused(t, exchange.place(order, setting.now()), { kind: 'duplicate', execution: 'none' });
    t.match(await exchange.cancel(symbol, clientOrderId, setting.now()), {
      clientOrderId,
      status: 'cancelled',
    });
    await refused(t, exchange.cancel(symbol, clientOrderId, setting.now()), {
      kind: 'not-found',
      execution: 'none',
      code: -2011,
    });
    t.match(await exchange.order(symbol, clientOrderId), { clientOrderId, status: 'cancelled' });
    t.same(await exchange.openOrders(symbol), []);
    t.equal(await exchange.order(symbol, 'never-sent'), null);
  });

  fact('all orders come ascending, from an id on', async (t, setting) => {
    const { exchange, symbol } = setting;
    for (let count = 0; count < 3; count++) {
      await exchange.place(
        { symbol, clientOrderId: setting.id(), side: 'BUY', type: 'MARKET', quantity: setting.quantity },
        setting.now(),
      );
    }
    const orders = await exchange.allOrders(symbol);
    t.equal(orders.length, 3);
    t.ok(
      BigInt(orders[0]!.orderId) < BigInt(orders[1]!.orderId) &&
        BigInt(orders[1]!.orderId) < BigInt(orders[2]!.orderId),
    );
    t.same(await exchange.allOrders(symbol, orders[1]!.orderId), orders.slice(1));
  });

  fact('an order against the rules is refused and changes nothing', async (t, setting) => {
    const { exchange, symbol, rules, quantity } = setting;
    const before = await exchange.balances();
    const place = (order: Partial<PlaceRequest>) =>
      exchange.place(
        { symbol, clientOrderId: setting.id(), side: 'BUY', type: 'MARKET', ...order },
        setting.now(),
      );
    const tooFine = text(dec(quantity).plus(dec(rules.stepSize).div(2)));
    await refused(t, place({ quoteQuantity: '1000000000' }), { kind: 'funds', execution: 'none' });
    await refused(t, place({ quantity: tooFine }), { execution: 'none' });
    await refused(t, place({ quoteQuantity: text(dec(rules.minNotional).div(2)) }), {
      kind: 'filter',
      filter: 'NOTIONAL',
      execution: 'none',
    });
    await refused(t, place({ type: 'LIMIT_MAKER', quantity, price: await setting.away(0.05) }), {
      kind: 'would-match',
      execution: 'none',
    });
    const stop = { type: 'STOP_LOSS', side: 'SELL', quantity, stopPrice: await setting.away(0.05) } as const;
    await refused(t, place(stop), { kind: 'would-trigger', execution: 'none' });
    await refused(t, place({ symbol: 'NOSUCHCOIN', quantity }), {
      kind: 'invalid',
      execution: 'none',
      code: -1121,
    });
    t.same(await exchange.balances(), before);
    t.same(await exchange.allOrders(symbol), []);
  });

  fact('a request that is too old, or not signed by the key, is refused', async (t, setting) => {
    const order: PlaceRequest = {
      symbol: setting.symbol,
      clientOrderId: setting.id(),
      side: 'BUY',
      type: 'MARKET',
      quantity: setting.quantity,
    };
    const { exchange, impostor } = setting;
    await refused(t, exchange.place(order, { timestamp: exchange.now() - 10_000 }), {
      kind: 'clock',
      execution: 'none',
      code: -1021,
    });
    await refused(t, impostor.place(order, setting.now()), { kind: 'auth', execution: 'none', code: -1022 });
    await refused(t, impostor.userStream({ event: () => undefined }), { kind: 'auth', execution: 'none' });
    t.equal(await exchange.order(setting.symbol, order.clientOrderId), null);
  });

  for (const way of ['as a list', 'by one of its legs'] as const) {
    fact(
      `an OCO holds take-profit and stop for one quantity, and is cancelled ${way}`,
      async (t, setting) => {
        const { exchange, symbol, quantity } = setting;
        const [listClientOrderId, above, below] = [setting.id(), setting.id(), setting.id()];
        const free = await freeOf(exchange, setting.rules.base);
        const placed = await exchange.placeOco(
          {
            symbol,
            listClientOrderId,
            side: 'SELL',
            quantity,
            above: { clientOrderId: above, type: 'LIMIT_MAKER', price: await setting.away(0.1) },
            below: { clientOrderId: below, type: 'STOP_LOSS', stopPrice: await setting.away(-0.1) },
          },
          setting.now(),
        );
        t.same(placed.reports.map(({ clientOrderId }) => clientOrderId).sort(), [above, below].sort());
        t.same(placed.fills, []);
        const open = await exchange.openOrders(symbol);
        t.equal(open.length, 2);
        t.ok(open[0]!.orderListId !== null && open[0]!.orderListId === open[1]!.orderListId);
        t.equal(
          text(free.minus(await freeOf(exchange, setting.rules.base))),
          quantity,
          'the quantity is locked once',
        );
        if (way === 'as a list') {
          const reports = await exchange.cancelList(symbol, listClientOrderId, setting.now());
          t.same(
            reports.map(({ clientOrderId, status }) => `${clientOrderId} ${status}`).sort(),
            [`${above} cancelled`, `${below} cancelled`].sort(),
          );
        } else
          t.match(await exchange.cancel(symbol, above, setting.now()), {
            clientOrderId: above,
            status: 'cancelled',
          });
        t.same(await exchange.openOrders(symbol), []);
        t.equal(text(await freeOf(exchange, setting.rules.base)), text(free));
      },
    );
  }

  streamFacts(fact);
}
