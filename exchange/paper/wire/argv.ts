/** Options of the paper exchange as a command line; the `flotilla` command passes its own through. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { dec } from '../../../core/decimal.js';
import { INTERVALS, isInterval, type Interval } from '../../../core/kline.js';
import type { BookOptions } from '../engine/types.js';
import { BINANCE_LIMITS, type Limits } from './limits.js';
import { PaperOptionError, type PaperOptions, type Speed } from './options.js';

const KNOWN = {
  folder: { type: 'string' },
  port: { type: 'string' },
  klines: { type: 'string' },
  live: { type: 'boolean' },
  trades: { type: 'string' },
  synthetic: { type: 'boolean' },
  symbols: { type: 'string' },
  interval: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  speed: { type: 'string' },
  seed: { type: 'string' },
  start: { type: 'string' },
  key: { type: 'string' },
  secret: { type: 'string' },
  deposit: { type: 'string' },
  fee: { type: 'string' },
  'weight-limit': { type: 'string' },
  limits: { type: 'string' },
  'exchange-info': { type: 'string' },
  profile: { type: 'string' },
  book: { type: 'string' },
  'listen-keys': { type: 'boolean' },
  faults: { type: 'string' },
  'wait-for': { type: 'string' },
  reset: { type: 'boolean' },
} as const;

/** `--folder data/paper --klines DIR --speed manual …`. Errors: `PaperOptionError`. */
export function parseOptions(argv: readonly string[]): PaperOptions {
  const values = read(argv);
  const sources = (['klines', 'trades', 'live', 'synthetic'] as const).filter((name) => values[name]);
  if (sources.length > 1)
    throw new PaperOptionError(
      `${sources.map((name) => `--${name}`).join(' and ')} exclude each other; give one of them.`,
    );
  if (values.live) refuseBeside(values);
  return {
    folder: values.folder ?? 'data/paper',
    port: whole('--port', values.port, 65_535),
    klines: values.klines,
    live: values.live,
    trades: values.trades,
    symbols: values.symbols === undefined ? undefined : parseSymbols(values.symbols),
    interval: parseInterval(values.interval),
    from: parseTime('--from', values.from),
    to: parseTime('--to', values.to),
    speed: parseSpeed(values.speed),
    seed: values.seed,
    start: parseTime('--start', values.start),
    key: values.key,
    secret: values.secret,
    deposit: values.deposit === undefined ? undefined : parseDeposit(values.deposit),
    fee: parseFee(values.fee),
    weightLimit: whole('--weight-limit', values['weight-limit'], Number.MAX_SAFE_INTEGER),
    limits: parseLimits(values.limits),
    exchangeInfo: values['exchange-info'],
    profile: parseProfile(values.profile),
    book: parseBook(values.book, values.profile),
    listenKeys: values['listen-keys'],
    faults: parseFaults(values.faults),
    waitFor: whole('--wait-for', values['wait-for'], 100_000),
    reset: values.reset,
  };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: KNOWN, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new PaperOptionError(`${(error as Error).message}.`);
  }
}

/** What the real market decides, and nobody here. */
const NOT_BESIDE_LIVE: Readonly<Record<string, string>> = {
  from: 'it begins now',
  to: 'it has no end',
  start: 'it begins now',
  seed: 'its prices are not made up',
  interval: 'it goes by seconds',
  'exchange-info': 'its rules are those of the real symbols',
  'wait-for': 'it waits for nobody',
};

function refuseBeside(values: ReturnType<typeof read>): void {
  for (const [name, reason] of Object.entries(NOT_BESIDE_LIVE))
    if (values[name as keyof typeof values] !== undefined)
      throw new PaperOptionError(`--${name} does not go with --live: ${reason}. Leave it out.`);
  if (values.speed !== undefined && Number(values.speed) !== 1)
    throw new PaperOptionError(
      `--speed ${values.speed} does not go with --live: the real market goes as fast as it goes. Leave it out.`,
    );
}

function whole(name: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && Number(value) <= most) return Number(value);
  throw new PaperOptionError(
    `${name} should be a whole number up to ${most}, it is ${JSON.stringify(value)}.`,
  );
}

function parseSymbols(value: string): string[] {
  const symbols = value.split(',').map((symbol) => symbol.trim());
  for (const symbol of symbols)
    if (!/^[A-Z0-9]{2,20}$/.test(symbol))
      throw new PaperOptionError(
        `--symbols should be like BTCUSDT,ETHUSDT; ${JSON.stringify(symbol)} is no symbol.`,
      );
  return symbols;
}

function parseInterval(value: string | undefined): Interval | undefined {
  if (value === undefined || isInterval(value)) return value;
  throw new PaperOptionError(
    `--interval should be one of ${INTERVALS.join(', ')}, it is ${JSON.stringify(value)}.`,
  );
}

/** A day, or a day with a time; without a zone it is UTC, wherever this runs. */
const TIME = /^(\d{4}-\d\d(?:-\d\d)?)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/** An ISO date or time (UTC where it names no zone), or UTC milliseconds. */
export function parseTime(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{12,14}$/.test(value)) return Number(value);
  const match = TIME.exec(value);
  const [, day, clock, zone = 'Z'] = match ?? [];
  const time = match === null ? NaN : Date.parse(clock === undefined ? day! : `${day}T${clock}${zone}`);
  if (Number.isNaN(time) || !isInCalendar(day!))
    throw new PaperOptionError(
      `${name} should be a date like 2024-03-01 or 2024-03-01T12:00Z, it is ${JSON.stringify(value)}.`,
    );
  return time;
}

/** The 30th of February would be taken for the first of March. */
function isInCalendar(day: string): boolean {
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}

function parseSpeed(value: string | undefined): Speed | undefined {
  if (value === undefined || value === 'max' || value === 'manual' || value === 'demo') return value;
  const speed = Number(value);
  if (value.trim() !== '' && Number.isFinite(speed) && speed > 0) return speed;
  throw new PaperOptionError(
    `--speed should be a number above 0 (times real time), max, manual or demo; it is ${JSON.stringify(value)}.`,
  );
}

/** `USDT=10000,BTC=1`. */
function parseDeposit(value: string): Record<string, string> {
  return Object.fromEntries(
    value.split(',').map((part) => {
      const [asset = '', amount = ''] = part.split('=').map((each) => each.trim());
      if (!/^[A-Z0-9]{1,20}$/.test(asset) || !/^\d{1,20}(\.\d{1,8})?$/.test(amount) || dec(amount).eq(0))
        throw new PaperOptionError(
          `--deposit should be like USDT=10000,BTC=1; ${JSON.stringify(part)} is not.`,
        );
      return [asset, amount];
    }),
  );
}

function parseFee(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (/^0?(\.\d{1,8})?$/.test(value) && value !== '') return dec(value).toFixed();
  throw new PaperOptionError(`--fee should be a fraction like 0.001, it is ${JSON.stringify(value)}.`);
}

/** `binance` for Binance's own limits; else, or behind it, `weightPerMinute=6000,ordersPer10s=100`. */
function parseLimits(value: string | undefined): Partial<Limits> | undefined {
  if (value === undefined) return undefined;
  return value.split(',').reduce<Partial<Limits>>((limits, part) => {
    const [name = '', amount = ''] = part.split('=').map((each) => each.trim());
    if (part.trim() === 'binance') return { ...limits, ...BINANCE_LIMITS };
    if (Object.hasOwn(BINANCE_LIMITS, name) && /^\d{1,15}$/.test(amount))
      return { ...limits, [name]: Number(amount) };
    throw new PaperOptionError(
      `--limits should be "binance" or like weightPerMinute=6000,ordersPer10s=100 (${Object.keys(BINANCE_LIMITS).join(', ')}); ${JSON.stringify(part)} is not.`,
    );
  }, {});
}

function parseProfile(value: string | undefined): 'touch' | 'book' | undefined {
  if (value === undefined || value === 'touch' || value === 'book') return value;
  throw new PaperOptionError(`--profile should be touch or book, it is ${JSON.stringify(value)}.`);
}

const BOOK_NUMBERS = ['spreadOfRange', 'levels', 'levelOfRange', 'depthOfVolume', 'touchShare'] as const;

/** `depthOfVolume=0.1,levels=5`; without it the book model's own numbers. */
function parseBook(value: string | undefined, profile: string | undefined): BookOptions | undefined {
  if (value === undefined) return undefined;
  if (profile !== 'book')
    throw new PaperOptionError('--book states the numbers of the book profile; give --profile book with it.');
  return Object.fromEntries(
    value.split(',').map((part) => {
      const [name = '', amount = ''] = part.split('=').map((each) => each.trim());
      const isWhole = name === 'levels';
      const valid = isWhole ? /^[1-9]\d{0,2}$/.test(amount) : /^\d{1,4}(\.\d{1,8})?$/.test(amount);
      if (!(BOOK_NUMBERS as readonly string[]).includes(name) || !valid)
        throw new PaperOptionError(
          `--book should be like depthOfVolume=0.1,levels=5 (${BOOK_NUMBERS.join(', ')}); ${JSON.stringify(part)} is not.`,
        );
      return [name, isWhole ? Number(amount) : amount];
    }),
  );
}

function parseFaults(file: string | undefined): unknown[] | undefined {
  if (file === undefined) return undefined;
  try {
    const rules: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(rules)) return rules;
  } catch (error) {
    throw new PaperOptionError(`--faults ${file} cannot be read: ${(error as Error).message}.`);
  }
  throw new PaperOptionError(
    `--faults ${file} should hold a list of rules: [{"fault": "delay", "ms": 100}].`,
  );
}
