/** One setting with the values that are tried: `10..20:2`, `1,2,3`, or both mixed. */
import { dec, text, type Decimal } from '../../core/decimal.js';
import { ConfigError, parseSet, settingType, type SettingType } from '../config.js';

export interface Axis {
  /** `signal.period` */
  readonly path: string;
  readonly count: number;
  /** The value `index`, counted from 0, as `--set` would have it. */
  at(index: number): string;
  /** Indexes that show whether all are within bounds: the ends of each range, and each value of a list. */
  readonly ends: readonly number[];
}

interface Piece {
  readonly count: number;
  at(index: number): string;
  /** Whether it has this value, however it is written. */
  has(value: string): boolean;
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const MOST_COMPARED = 10_000;
const IS_NUMBER = new RegExp(`^${NUMBER}$`);
const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})(?::(${NUMBER}))?$`);

/**
 * Reads `name=values`. Values are separated by commas, those of a text setting by `|`; `from..to:step` is a range of
 * numbers, both ends included, with a step of 1 where none is said. Errors: `ConfigError`.
 */
export function readAxis(pair: string, chosen: { readonly signal: string; readonly plan: string }): Axis {
  const equals = pair.indexOf('=');
  const path = (equals < 0 ? pair : pair.slice(0, equals)).trim();
  const type = settingType(path, chosen);
  if (equals < 0 || type === undefined) return refuse(pair, chosen);
  const texts = split(pair.slice(equals + 1), type);
  const pieces = texts.map((each) => pieceOf(path, each, type));
  if (pieces.length === 1 && pieces[0]!.count === 1) return single(path, texts[0]!);
  refuseTwice(path, pieces);
  return joined(path, pieces);
}

/** Whether a value of `--set` stands for several. */
export function isAxis({ count }: Axis): boolean {
  return count > 1;
}

/** What is no setting, or no pair, is told by those who read settings. */
function refuse(pair: string, chosen: { readonly signal: string; readonly plan: string }): never {
  parseSet([pair], chosen);
  throw new Error(`--set ${pair} was taken for a setting`);
}

function single(path: string, value: string): Axis {
  return { path, count: 1, at: () => value.trim(), ends: [0] };
}

function split(values: string, type: SettingType): string[] {
  const separator = type === 'text' || type === 'list' ? '|' : ',';
  return values.split(separator).map((each) => each.trim());
}

function pieceOf(path: string, value: string, type: SettingType): Piece {
  const match = RANGE.exec(value);
  if (match === null || (type !== 'number' && type !== 'integer' && type !== 'decimal'))
    return { count: 1, at: () => value, has: (other) => plain(other) === plain(value) };
  const [, from = '', to = '', by = '1'] = match;
  const [first, last, step] = [dec(from), dec(to), dec(by)];
  if (!step.gt(0)) throw problem(path, `has a range whose step must be above 0, is ${by}`);
  if (last.lt(first))
    throw problem(path, `has a range that ends below its beginning: ${value}; write ${to}..${from}`);
  return range(first, step, stepsBetween(first, last, step));
}

function stepsBetween(first: Decimal, last: Decimal, step: Decimal): number {
  return Number(last.minus(first).div(step).round()) + 1;
}

function range(first: Decimal, step: Decimal, count: number): Piece {
  const last = first.plus(step.times(count - 1));
  return {
    count,
    at: (index) => text(first.plus(step.times(index))),
    has: (value) => {
      if (!IS_NUMBER.test(value)) return false;
      const number = dec(value);
      if (number.lt(first) || number.gt(last)) return false;
      return number.minus(first).div(step).round().times(step).plus(first).eq(number);
    },
  };
}

function joined(path: string, pieces: readonly Piece[]): Axis {
  const starts: number[] = [];
  let count = 0;
  for (const piece of pieces) {
    starts.push(count);
    count += piece.count;
  }
  const at = (index: number): string => {
    const piece = starts.findLastIndex((start) => start <= index);
    return pieces[piece]!.at(index - starts[piece]!);
  };
  const ends = pieces.flatMap((piece, index) =>
    piece.count === 1 ? [starts[index]!] : [starts[index]!, starts[index]! + piece.count - 1],
  );
  return { path, count, at, ends };
}

/** A set that is tried twice would count twice. Of two ranges so long that nobody could look at them only the beginnings are compared. */
function refuseTwice(path: string, pieces: readonly Piece[]): void {
  const singles = pieces.filter(({ count }) => count === 1).map(({ at }) => at(0));
  const ranges = pieces.filter(({ count }) => count > 1);
  const once = new Set<string>();
  for (const value of singles) {
    if (once.has(plain(value)) || ranges.some((range) => range.has(value))) throw twice(path, value);
    once.add(plain(value));
  }
  for (const [index, range] of ranges.entries())
    for (const other of ranges.slice(index + 1)) {
      const [short, long] = range.count < other.count ? [range, other] : [other, range];
      for (let at = 0; at < Math.min(short.count, MOST_COMPARED); at += 1)
        if (long.has(short.at(at))) throw twice(path, short.at(at));
    }
}

function twice(path: string, value: string): ConfigError {
  return problem(path, `names the value ${value || '""'} twice`);
}

/** `10.0` is `10`. */
function plain(value: string): string {
  return IS_NUMBER.test(value) ? text(dec(value)) : value;
}

function problem(path: string, message: string): ConfigError {
  return new ConfigError([{ file: '--set', line: 0, column: 0, path, message }]);
}
