/** A backtest that cannot be, or would mean nothing, as a sentence with the way out. */
export class BacktestRefused extends Error {
  override readonly name = 'BacktestRefused';
}
