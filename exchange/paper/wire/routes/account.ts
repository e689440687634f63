/** The account: balances, commissions, order counts; and what clients ask for that spot trading does not need. */
import { dec } from '../../../../core/decimal.js';
import { uidOf } from '../accounts.js';
import { eight } from '../amounts.js';
import { names, type PublicRoute, type SignedRequest, type SignedRoute } from './route.js';

/** Set at start; commissions are the same for every account. */
export function accountRoutes(fee: string): readonly SignedRoute[] {
  const rate = eight(fee);
  const none = '0.00000000';
  const basisPoints = Math.round(Number(dec(fee).times(10_000)));

  function account({ exchange, account, params, now }: SignedRequest): unknown {
    const held = new Map(exchange.engine.balances(account.id).map((balance) => [balance.asset, balance]));
    if (params.boolean('omitZeroBalances') !== true)
      for (const { baseAsset, quoteAsset } of exchange.engine.symbols.values())
        for (const asset of [baseAsset, quoteAsset])
          if (!held.has(asset)) held.set(asset, { asset, free: '0', locked: '0' });
    const balances = [...held.values()].map(({ asset, free, locked }) => ({
      asset,
      free: eight(free),
      locked: eight(locked),
    }));
    const isZero = (text: string): boolean => text === none;
    return {
      makerCommission: basisPoints,
      takerCommission: basisPoints,
      buyerCommission: 0,
      sellerCommission: 0,
      commissionRates: { maker: rate, taker: rate, buyer: none, seller: none },
      canTrade: true,
      canWithdraw: false,
      canDeposit: true,
      brokered: false,
      requireSelfTradePrevention: false,
      preventSor: false,
      updateTime: now,
      accountType: 'SPOT',
      balances:
        params.boolean('omitZeroBalances') === true
          ? balances.filter(({ free, locked }) => !isZero(free) || !isZero(locked))
          : balances,
      permissions: ['SPOT'],
      uid: uidOf(account.id),
    };
  }

  function commission({ exchange, params }: SignedRequest): unknown {
    const symbol = params.symbol();
    exchange.engine.price(symbol);
    const zero = { maker: none, taker: none, buyer: none, seller: none };
    return {
      symbol,
      standardCommission: { maker: rate, taker: rate, buyer: none, seller: none },
      specialCommission: zero,
      taxCommission: zero,
      discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: none },
    };
  }

  function orderCounts({ weights, account, now }: SignedRequest): unknown {
    const { short, day } = weights.countOrders(account.id, 0, now);
    const { ordersPer10s, ordersPerDay } = weights.limits;
    const orders = { rateLimitType: 'ORDERS' };
    return [
      { ...orders, interval: 'SECOND', intervalNum: 10, limit: ordersPer10s, count: short },
      { ...orders, interval: 'DAY', intervalNum: 1, limit: ordersPerDay, count: day },
    ];
  }

  const read = { method: 'GET', security: 'signed' } as const;
  return [
    {
      ...read,
      path: '/api/v3/account',
      ws: 'account.status',
      weight: 20,
      known: names('omitZeroBalances'),
      handle: account,
    },
    {
      ...read,
      path: '/api/v3/account/commission',
      ws: 'account.commission',
      weight: 20,
      known: names('symbol'),
      handle: commission,
    },
    {
      ...read,
      path: '/api/v3/rateLimit/order',
      ws: 'account.rateLimits.orders',
      weight: 40,
      known: names(''),
      handle: orderCounts,
    },
  ];
}

/** ccxt asks for these with its default options; empty answers let it load (BINANCE.md 2.3). */
export const stubRoutes: readonly PublicRoute[] = [
  ...['/sapi/v1/capital/config/getall', '/sapi/v1/margin/allPairs', '/sapi/v1/margin/isolated/allPairs'].map(
    (path) => ({ method: 'GET', security: 'none', path, weight: 1, known: null, handle: () => [] }) as const,
  ),
  ...['/fapi/v1/exchangeInfo', '/dapi/v1/exchangeInfo'].map(
    (path) =>
      ({
        method: 'GET',
        security: 'none',
        path,
        weight: 1,
        known: null,
        handle: () => ({ symbols: [] }),
      }) as const,
  ),
];
