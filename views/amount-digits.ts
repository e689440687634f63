/** Money of countries and the coins that stand for it: all else is a coin with a worth of its own. */
const MONEY: ReadonlySet<string> = new Set(
  (
    'USD USDT USDC FDUSD BUSD TUSD USD1 USDE PYUSD RLUSD DAI EUR EURI AEUR GBP CHF AUD CAD JPY TRY BRL MXN ARS COP ZAR ' +
    'PLN RON CZK UAH IDR IDRT RUB'
  ).split(' '),
);
const CENTS = 2;
const COIN_DIGITS = 8;

/**
 * Decimals at which an amount in this asset is read: cents of money, and of a coin what the exchange counts in, for a
 * hundredth of a bitcoin is more than most bots make.
 */
export function amountDigits(asset: string): number {
  return asset === '' || MONEY.has(asset) ? CENTS : COIN_DIGITS;
}
