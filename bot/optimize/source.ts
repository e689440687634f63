/** What a run's results follow from, for the first line of a results file. */
import { createHash } from 'node:crypto';
import type { KlineSeries } from '../../exchange/paper/market/series.js';
import type { BotConfig } from '../config.js';
import type { Axis } from './axis.js';
import type { Assumed, Place } from './job.js';
import type { Header } from './results-file.js';
import type { Method } from './space.js';
import type { Division } from './stretches.js';

export interface Source {
  /** Of Flotilla: another one may trade otherwise. */
  readonly version: string;
  readonly config: BotConfig;
  readonly assumed: Assumed;
  readonly axes: readonly Axis[];
  readonly method: Method;
  readonly division: Division;
  readonly place: Place;
  readonly series: KlineSeries;
}

export function headerOf({
  version,
  config,
  assumed,
  axes,
  method,
  division,
  place,
  series,
}: Source): Header {
  const { name: _name, tags: _tags, ...bot } = config;
  return {
    version,
    klines: digest(series, place.end),
    symbol: place.symbol,
    config: bot,
    settings: Object.fromEntries(axes.map(({ path, count, at }) => [path, [at(0), at(count - 1), count]])),
    values: createHash('sha256').update(valuesText(axes)).digest('hex').slice(0, 16),
    method,
    assumptions: assumed,
    time: { train: division.train, windows: division.windows.map(({ train }) => train) },
  };
}

/** Axes of a random search may be long; their ends and every thousandth value tell them apart well enough. */
function valuesText(axes: readonly Axis[]): string {
  return axes
    .map(({ path, count, at }) => {
      const stride = Math.max(1, Math.floor(count / 1_000));
      const values = Array.from({ length: Math.ceil(count / stride) }, (_, index) => at(index * stride));
      return `${path}=${values.join('|')}`;
    })
    .join('\n');
}

/** Of all klines up to the end, those before the start too: they warm the signals up. */
function digest(series: KlineSeries, end: number): string {
  const sum = createHash('sha256');
  const length = series.indexAt(end);
  for (const column of Object.values(series.columns) as (Float64Array | Uint32Array | Uint8Array)[])
    sum.update(new Uint8Array(column.buffer, column.byteOffset, length * column.BYTES_PER_ELEMENT));
  return sum.digest('hex').slice(0, 16);
}
