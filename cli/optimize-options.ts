/** The options of `flotilla optimize`, read. */
import { OBJECTIVE_NAMES, type ObjectiveName } from '../bot/optimize/objective.js';
import type { Axis } from '../bot/optimize/axis.js';
import type { Method } from '../bot/optimize/space.js';
import type { WindowLengths } from '../bot/optimize/stretches.js';
import { oneOf, usage, type InputOptions } from './backtest-input.js';

export interface OptimizeOptions extends InputOptions {
  readonly method: string;
  readonly samples?: string;
  readonly seed?: string;
  readonly objective: string;
  readonly minTrades: string;
  readonly top: string;
  readonly holdBack: string;
  readonly walkForward?: string;
  readonly heat?: string;
  readonly results?: string;
  readonly csv?: string;
  readonly html?: string;
  readonly workers?: string;
}

const MOST_TOLD = 1_000;
const MOST_WORKERS = 256;

export function methodOf({ method, samples, seed }: OptimizeOptions): Method {
  const name = oneOf('method', method, ['grid', 'random'] as const);
  if (name === 'random')
    return { name, samples: whole('samples', samples ?? '1000', 1, 1e9), seed: seed ?? '1' };
  for (const [option, value] of Object.entries({ samples, seed }))
    if (value !== undefined)
      throw usage(
        option,
        `--${option} goes with --method random; a grid tries every set. Leave one of them out.`,
      );
  return { name };
}

export function judgementOf({ objective, minTrades }: OptimizeOptions): {
  objective: ObjectiveName;
  minTrades: number;
} {
  return {
    objective: oneOf('objective', objective, OBJECTIVE_NAMES),
    minTrades: whole('min-trades', minTrades, 0, 1e9),
  };
}

export const topOf = ({ top }: OptimizeOptions): number => whole('top', top, 1, MOST_TOLD);

export function workersOf({ workers }: OptimizeOptions, cores: number, sets: number): number {
  const count = workers === undefined ? cores : whole('workers', workers, 1, MOST_WORKERS);
  return Math.min(count, sets);
}

/** A fraction. */
export function holdBackOf({ holdBack }: OptimizeOptions): number {
  const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(holdBack);
  const percent = match === null ? NaN : Number(match[1]);
  if (percent >= 0 && percent <= 90) return percent / 100;
  throw usage(
    'hold-back',
    `--hold-back is a share of the time, such as 20%, from 0 to 90; it is "${holdBack}".`,
  );
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export function windowsOf({ walkForward }: OptimizeOptions): WindowLengths | null {
  if (walkForward === undefined) return null;
  const given = walkForward.split(',');
  const parts = new Map(
    given.map((part) => {
      const [name = '', length = ''] = part.split('=').map((each) => each.trim());
      const match = /^(\d+(?:\.\d+)?)([hdw])$/.exec(length);
      return [name, match === null ? NaN : Number(match[1]) * UNIT_MS[match[2]!]!] as const;
    }),
  );
  const [train = NaN, test = NaN] = [parts.get('train'), parts.get('test')];
  if (given.length === 2 && train > 0 && test > 0) return { train, test };
  throw usage(
    'walk-forward',
    `--walk-forward is like train=60d,test=20d (h, d or w); it is "${walkForward}".`,
  );
}

/** Two settings for the map: those named, else the first two that are varied. */
export function heatOf(
  { heat }: OptimizeOptions,
  axes: readonly Axis[],
): { rows: number; columns: number | null } | null {
  if (axes.length === 0) return null;
  if (heat === undefined) return { rows: 0, columns: axes.length > 1 ? 1 : null };
  const places = heat.split(',').map((path) => axes.findIndex((axis) => axis.path === path.trim()));
  const [rows, columns] = places;
  if (places.length === 2 && !places.includes(-1) && rows !== columns)
    return { rows: rows!, columns: columns! };
  throw usage(
    'heat',
    `--heat names two of the settings that are varied (${axes.map(({ path }) => path).join(', ')}), separated by a comma; it is "${heat}".`,
  );
}

function whole(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (/^\d{1,15}$/.test(value) && number >= least && number <= most) return number;
  throw usage(name, `--${name} should be a whole number from ${least} to ${most}; it is "${value}".`);
}
