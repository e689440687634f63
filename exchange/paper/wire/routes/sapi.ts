/** What Binance keeps beside its spot API and clients of spot trading ask for: fees, BNB, key rights, empty stubs. */
import { eight } from '../amounts.js';
import { names, type PublicRoute, type SignedRequest, type SignedRoute } from './route.js';

/** What a key may do. */
function restrictions({ account }: SignedRequest): unknown {
  return {
    ipRestrict: account.addresses !== undefined,
    createTime: 0,
    enableReading: true,
    enableSpotAndMarginTrading: account.readOnly !== true,
    enableWithdrawals: account.withdrawals === true,
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: false,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    enablePortfolioMarginTrading: false,
  };
}

function tradeFees({ exchange, account, params }: SignedRequest): unknown {
  const asked = params.optionalSymbol();
  const symbols = asked === undefined ? [...exchange.engine.symbols.keys()] : [asked];
  return symbols.map((symbol) => {
    const { maker, taker } = exchange.engine.commission(account.id, symbol);
    return { symbol, makerCommission: maker, takerCommission: taker };
  });
}

function bnbBurn({ exchange, account }: SignedRequest): unknown {
  const symbol = exchange.engine.symbols.keys().next().value!;
  const { enabledForAccount } = exchange.engine.commission(account.id, symbol).discount;
  return { spotBNBBurn: enabledForAccount, interestBNBBurn: false };
}

function setBnbBurn(request: SignedRequest): unknown {
  const on = request.params.boolean('spotBNBBurn');
  if (on !== undefined) request.exchange.execute<'bnbBurn'>({ k: 'bnbBurn', a: request.account.id, on });
  return bnbBurn(request);
}

function userAssets({ exchange, account, params }: SignedRequest): unknown {
  const asked = params.text('asset');
  return exchange.engine
    .balances(account.id)
    .filter(({ asset }) => asked === undefined || asset === asked)
    .map(({ asset, free, locked }) => ({
      asset,
      free: eight(free),
      locked: eight(locked),
      freeze: '0',
      withdrawing: '0',
      ipoable: '0',
      btcValuation: '0',
    }));
}

const signed = { security: 'signed', weight: 1 } as const;

export const sapiRoutes: readonly SignedRoute[] = [
  {
    ...signed,
    method: 'GET',
    path: '/sapi/v1/account/apiRestrictions',
    known: names(''),
    handle: restrictions,
  },
  { ...signed, method: 'GET', path: '/sapi/v1/asset/tradeFee', known: names('symbol'), handle: tradeFees },
  { ...signed, method: 'GET', path: '/sapi/v1/bnbBurn', known: names(''), handle: bnbBurn },
  {
    ...signed,
    method: 'POST',
    path: '/sapi/v1/bnbBurn',
    known: names('spotBNBBurn interestBNBBurn'),
    handle: setBnbBurn,
  },
  {
    ...signed,
    method: 'POST',
    path: '/sapi/v3/asset/getUserAsset',
    known: names('asset needBtcValuation'),
    handle: userAssets,
  },
];

const stub = (path: string, answer: unknown): PublicRoute => ({
  method: 'GET',
  security: 'none',
  path,
  weight: 1,
  known: null,
  handle: () => answer,
});

/** ccxt asks for these with its default options; empty answers let it load (BINANCE.md 2.3). */
export const stubRoutes: readonly PublicRoute[] = [
  stub('/sapi/v1/capital/config/getall', []),
  stub('/sapi/v1/margin/allPairs', []),
  stub('/sapi/v1/margin/isolated/allPairs', []),
  stub('/fapi/v1/exchangeInfo', { symbols: [] }),
  stub('/dapi/v1/exchangeInfo', { symbols: [] }),
  stub('/sapi/v1/system/status', { status: 0, msg: 'normal' }),
];
