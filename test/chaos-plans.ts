/** The bots of a storm: one of each plan in turn, all of them eager, so that most kills find an order on its way. */
const RSI = ['signal.period=2', 'signal.buyBelow=55', 'signal.sellAbove=60'];

const EAGER: Readonly<Record<string, { readonly signal: string; readonly set: readonly string[] }>> = {
  single: { signal: 'rsi', set: [...RSI, 'plan.stopLossPercent=0.3', 'plan.takeProfitPercent=0.4'] },
  ladder: {
    signal: 'rsi',
    set: [...RSI, 'plan.steps=40@0.2, 60@0.4', 'plan.stopLossPercent=0.5', 'plan.maxBatches=2'],
  },
  martingale: {
    signal: 'always',
    set: [
      ...['plan.priceDropPercent=0.2', 'plan.levels=3', 'plan.restAhead=2', 'plan.takeProfitPercent=0.3'],
      ...['plan.stopLossPercent=1.5', 'plan.restartAfterStop=true'],
    ],
  },
  // Its user buys by hand in the storm.
  follow: { signal: 'manual', set: ['plan.sellAbovePercent=0.2', 'plan.answers=buys'] },
};

const PLANS = Object.keys(EAGER);

export function follows(index: number): boolean {
  return PLANS[index % PLANS.length] === 'follow';
}

/**
 * USDT on the account: each bot's budget is set aside, and as much again is for the user's own trades, and for what bots
 * make, which is set aside too.
 */
export function depositFor(bots: number): string {
  return String(Math.max(10_000, bots * 2_000));
}

/** What `flotilla bot create` is given for the bot of this number. */
export function eagerBot(index: number): readonly string[] {
  const plan = PLANS[index % PLANS.length]!;
  const { signal, set } = EAGER[plan]!;
  return [
    ...['--interval', '1m', '--budget', '1000', '--signal', signal, '--plan', plan],
    ...set.flatMap((each) => ['--set', each]),
  ];
}
