/** One line of `npm run bench -- --json` (design §10). */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** In words, as the design states it; null for what only explains other figures. */
  readonly target: string | null;
  readonly ok: boolean;
}

type Bound = { readonly atMost: number } | { readonly atLeast: number };

export function figure(name: string, value: number, unit: string, bound: Bound | null = null): Figure {
  const rounded = Number(value.toPrecision(4));
  if (bound === null) return { name, value: rounded, unit, target: null, ok: true };
  if ('atMost' in bound)
    return { name, value: rounded, unit, target: `≤ ${bound.atMost}`, ok: rounded <= bound.atMost };
  return { name, value: rounded, unit, target: `≥ ${bound.atLeast}`, ok: rounded >= bound.atLeast };
}

/** The value that a share of all values does not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
