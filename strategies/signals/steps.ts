import type { Signal, SignalSteps } from '../../core/strategy.js';

/** A signal that takes its klines in two steps. */
export function signalOf(steps: SignalSteps): Signal {
  return {
    steps,
    update(kline) {
      steps.judge(kline);
      return steps.verdict();
    },
  };
}
