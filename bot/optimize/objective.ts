/** What "better" means. */
import type { Figures } from './figures.js';

interface Objective {
  /** Of more is better; null where it cannot be said, which is worse than everything. */
  readonly value: (figures: Figures) => number | null;
  /** As people read it. */
  readonly shown: (figures: Figures) => number | null;
  readonly unit: '%' | '';
}

const plain = (
  name: Exclude<keyof Figures, 'finalEquity' | 'fees' | 'daily'>,
  unit: '%' | '',
): Objective => ({
  value: (figures) => figures[name],
  shown: (figures) => figures[name],
  unit,
});

const OBJECTIVES = {
  return: plain('returnPercent', '%'),
  sharpe: plain('sharpe', ''),
  sortino: plain('sortino', ''),
  calmar: plain('calmar', ''),
  'profit-factor': {
    // Without a loss it is beyond all numbers; without a gain too it is none.
    value: ({ profitFactor, wins }) => profitFactor ?? (wins > 0 ? Infinity : null),
    shown: ({ profitFactor }) => profitFactor,
    unit: '',
  },
  expectancy: plain('expectancy', ''),
  'win-rate': plain('winRatePercent', '%'),
  'max-drawdown': {
    value: ({ maxDrawdownPercent }) => -maxDrawdownPercent,
    shown: ({ maxDrawdownPercent }) => maxDrawdownPercent,
    unit: '%',
  },
} as const satisfies Record<string, Objective>;

export type ObjectiveName = keyof typeof OBJECTIVES;
export const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as ObjectiveName[];

export function objective(name: ObjectiveName): Objective {
  return OBJECTIVES[name];
}
