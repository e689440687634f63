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
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
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
  refuseTwice(path, texts);
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
    return { count: 1, at: () => value };
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
  return { count, at: (index) => text(first.plus(step.times(index))) };
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

function refuseTwice(path: string, texts: readonly string[]): void {
  const twice = texts.find((each, index) => texts.indexOf(each) !== index);
  if (twice !== undefined) throw problem(path, `names the value ${twice || '""'} twice`);
}

function problem(path: string, message: string): ConfigError {
  return new ConfigError([{ file: '--set', line: 0, column: 0, path, message }]);
}
