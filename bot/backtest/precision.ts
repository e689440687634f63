/** How many digits people read: those of the symbol. JSON and CSV have them all. */
import { rounded, type DecimalText } from '../../core/decimal.js';
import { grouped } from '../files/words.js';
import type { Backtest } from './run.js';

/** Decimals of a tick or step: 2 of `0.01000000`. */
export function decimalsOf(step: string): number {
  return step.includes('.') ? step.replace(/0+$/, '').split('.')[1]!.length : 0;
}

export interface Digits {
  readonly price: (value: DecimalText) => string;
  readonly quantity: (value: DecimalText) => string;
}

/** By the id of the bot, at the decimals of its symbol. */
export function digitsOf({ members }: Pick<Backtest, 'members'>): ReadonlyMap<string, Digits> {
  return new Map(
    members.map(({ config, settings: { instrument } }) => {
      const at = (step: string) => (value: DecimalText) => grouped(rounded(value, decimalsOf(step)));
      return [config.id, { price: at(instrument.tickSize), quantity: at(instrument.stepSize) }];
    }),
  );
}
