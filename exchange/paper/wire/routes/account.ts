/** The account: balances, commissions, order counts, filters. */
import { dec } from '../../../../core/decimal.js';
import { PaperError } from '../../engine/types.js';
import { uidOf } from '../accounts.js';
import { eight } from '../amounts.js';
import { names, type SignedRequest, type SignedRoute } from './route.js';

const NONE = '0.00000000';

function account({ exchange, account, params, now }: SignedRequest): unknown {
  const { engine } = exchange;
  const held = new Map(engine.balances(account.id).map((balance) => [balance.asset, balance]));
  const onlyHeld = params.boolean('omitZeroBalances') === true;
  if (!onlyHeld)
    for (const { baseAsset, quoteAsset } of engine.symbols.values())
      for (const asset of [baseAsset, quoteAsset])
        if (!held.has(asset)) held.set(asset, { asset, free: '0', locked: '0' });
  const balances = [...held.values()].map(({ asset, free, locked }) => ({
    asset,
    free: eight(free),
    locked: eight(locked),
  }));
  // The rates of an account are the same for every symbol here.
  const { maker, taker } = engine.commission(account.id, engine.symbols.keys().next().value!);
  return {
    makerCommission: basisPoints(maker),
    takerCommission: basisPoints(taker),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: eight(maker), taker: eight(taker), buyer: NONE, seller: NONE },
    canTrade: account.readOnly !== true,
    canWithdraw: false,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: now,
    accountType: 'SPOT',
    balances: onlyHeld ? balances.filter(({ free, locked }) => free !== NONE || locked !== NONE) : balances,
    permissions: ['SPOT'],
    uid: uidOf(account.id),
  };
}

function basisPoints(rate: string): number {
  return Math.round(Number(dec(rate).times(10_000)));
}

function commission({ exchange, account, params }: SignedRequest): unknown {
  const symbol = params.symbol();
  const { maker, taker, discount } = exchange.engine.commission(account.id, symbol);
  const zero = { maker: NONE, taker: NONE, buyer: NONE, seller: NONE };
  return {
    symbol,
    standardCommission: { maker: eight(maker), taker: eight(taker), buyer: NONE, seller: NONE },
    specialCommission: zero,
    taxCommission: zero,
    discount: { ...discount, discount: eight(discount.discount) },
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

/** The filters that apply to this account beside those of `exchangeInfo`: there are none of its own. */
function myFilters({ exchange, params }: SignedRequest): unknown {
  const symbol = params.symbol();
  const info = exchange.engine.symbols.get(symbol);
  if (!info) throw new PaperError(-1121, 'Invalid symbol.');
  const counts = info.filters.filter(({ filterType }) => String(filterType).startsWith('MAX_NUM_'));
  return { exchangeFilters: exchange.exchangeFilters, symbolFilters: counts, assetFilters: [] };
}

const read = { method: 'GET', security: 'signed' } as const;

export const accountRoutes: readonly SignedRoute[] = [
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
  {
    ...read,
    path: '/api/v3/myFilters',
    ws: 'myFilters',
    weight: 40,
    known: names('symbol'),
    handle: myFilters,
  },
  {
    ...read,
    path: '/api/v3/myAllocations',
    ws: 'myAllocations',
    weight: 20,
    known: names('symbol startTime endTime fromAllocationId limit orderId'),
    handle: () => [],
  },
];
