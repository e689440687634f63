/** What can be made to go wrong, as rules: what a rule fits, how often it strikes, and what it does then. */
import { PaperError } from '../../engine/types.js';

/** Of requests, REST and WebSocket API alike. "After" means that the request was executed and is durable. */
export const REQUEST_FAULTS = [
  /** The connection is reset without an answer. */
  'drop-before-execute',
  'drop-after-execute',
  /** `ms` pass before it is executed (`when: "before"`, so that its recvWindow may pass too), or before the reply. */
  'delay',
  /** HTTP 408 with -1007: "Send status unknown; execution status unknown." */
  'timeout-before-execute',
  'timeout-after-execute',
  /** `status` (503) as a page of HTML, or as JSON where `code` and `msg` are given. */
  'error-before-execute',
  'error-after-execute',
  /** No answer ever; the connection stays open. */
  'hang-before-execute',
  'hang-after-execute',
  /** Half the reply, then the connection is reset. */
  'truncate-after-execute',
  /** HTTP 429 or 418 with Retry-After (`retryAfterSeconds`), nothing executed. */
  'rate-limit',
  'ban',
  /**
   * Accepted, but executed only `ms` later (by default up to recvWindow + 10 s), or never (`neverProbability`): until
   * then queries answer -2013. The request itself is answered as `reply` says: "timeout" (408), "drop" or "hang".
   */
  'late-execution',
  /** The new order is executed and answered, but for `ms` no query knows it or its trades. */
  'hide-order',
] as const;

/** Of messages to streams, market and user. */
export const MESSAGE_FAULTS = [
  'missing-event',
  'duplicate-event',
  /** Told `ms` late, so that later ones overtake it. */
  'late-event',
  /** The connection that the message is for falls silent for `ms`, pings and replies included; what would have been sent is lost. */
  'freeze-socket',
  /** The connection that the message is for is closed (code 1001), or cut where `reply` is "drop". */
  'close-socket',
  /** A `serverShutdown` event precedes the message. */
  'server-shutdown',
] as const;

/** As long as it is set, the server's clock is off by `ms`. */
const CLOCK_FAULTS = ['clock-skew'] as const;

export const FAULTS = [...REQUEST_FAULTS, ...MESSAGE_FAULTS, ...CLOCK_FAULTS] as const;
export type RequestFault = (typeof REQUEST_FAULTS)[number];
export type MessageFault = (typeof MESSAGE_FAULTS)[number];
export type Fault = (typeof FAULTS)[number];

export interface FaultRule {
  readonly id: string;
  readonly fault: Fault;
  /** `GET`, `POST`, …; of REST requests, and of WebSocket API requests as their REST twin has it. */
  readonly method?: string;
  /** With `*` for anything: a REST path (`/api/v3/order*`) or a WebSocket API method (`order.*`); either fits both forms. */
  readonly path?: string;
  readonly symbol?: string;
  /** The account's id. */
  readonly account?: string;
  /** With `*`: a market stream (`btcusdt@kline_1m`), or a user event with its execution type (`executionReport:TRADE`). */
  readonly stream?: string;
  /** Of what fits; 1 by default. */
  readonly probability: number;
  /** Lets the first so many pass. */
  readonly skip: number;
  /** Strikes so often at most; unlimited when absent. */
  readonly count?: number;
  readonly seed: string;
  /** Milliseconds, or a range that the dice choose from. */
  readonly ms?: number | readonly [number, number];
  readonly when: 'before' | 'after';
  readonly reply: 'timeout' | 'drop' | 'hang';
  readonly neverProbability: number;
  readonly status: number;
  readonly code?: number;
  readonly msg?: string;
  readonly retryAfterSeconds?: number;
}

type Fields = Record<string, unknown>;
const KNOWN = new Set([
  'id',
  'fault',
  'method',
  'path',
  'symbol',
  'account',
  'stream',
  'probability',
  'skip',
  'count',
  'seed',
  'ms',
  'when',
  'reply',
  'neverProbability',
  'status',
  'code',
  'msg',
  'retryAfterSeconds',
]);

/** Errors: a `PaperError` whose sentence names the field and what it should be. */
export function readRule(value: unknown, usualId: string): FaultRule {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong('A fault rule', 'an object like {"fault": "drop-after-execute", "count": 1}', value);
  const fields = value as Fields;
  for (const name of Object.keys(fields))
    if (!KNOWN.has(name))
      throw new PaperError(-1100, `A fault rule has no "${name}"; it knows ${[...KNOWN].join(', ')}.`);
  return {
    id: text(fields, 'id') ?? usualId,
    fault: oneOf(fields, 'fault', FAULTS) ?? missing('fault', FAULTS),
    method: text(fields, 'method')?.toUpperCase(),
    path: text(fields, 'path'),
    symbol: text(fields, 'symbol'),
    account: text(fields, 'account'),
    stream: text(fields, 'stream'),
    probability: number(fields, 'probability', 0, 1) ?? 1,
    skip: number(fields, 'skip', 0) ?? 0,
    count: number(fields, 'count', 0),
    seed: String(fields.seed ?? usualId),
    ms: milliseconds(fields),
    when: oneOf(fields, 'when', ['before', 'after'] as const) ?? 'before',
    reply: oneOf(fields, 'reply', ['timeout', 'drop', 'hang'] as const) ?? 'timeout',
    neverProbability: number(fields, 'neverProbability', 0, 1) ?? 0,
    status: number(fields, 'status', 300, 599) ?? 503,
    code: number(fields, 'code', -10_000, 0),
    msg: text(fields, 'msg'),
    retryAfterSeconds: number(fields, 'retryAfterSeconds', 0),
  };
}

/** A clock may be behind: only there are milliseconds negative. */
function milliseconds(fields: Fields): FaultRule['ms'] {
  const { ms } = fields;
  if (!Array.isArray(ms)) return number(fields, 'ms', fields.fault === 'clock-skew' ? -Infinity : 0);
  const [from, to] = ms as unknown[];
  if (ms.length === 2 && typeof from === 'number' && typeof to === 'number' && 0 <= from && from <= to)
    return [from, to];
  throw wrong('ms', 'a number or a range like [100, 2000]', ms);
}

function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(name, 'a text', value);
}

function number(fields: Fields, name: string, least: number, most = Infinity): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  // Fields of a query string are text.
  const plain = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof plain === 'number' && plain >= least && plain <= most) return plain;
  throw wrong(
    name,
    most === Infinity ? `a number from ${least} on` : `a number from ${least} to ${most}`,
    value,
  );
}

function oneOf<T extends string>(fields: Fields, name: string, values: readonly T[]): T | undefined {
  const value = fields[name];
  if (value === undefined || values.includes(value as T)) return value as T | undefined;
  throw wrong(name, `one of ${values.join(', ')}`, value);
}

function missing(name: string, values: readonly string[]): never {
  throw new PaperError(-1100, `A fault rule needs "${name}": one of ${values.join(', ')}.`);
}

function wrong(name: string, expected: string, value: unknown): PaperError {
  return new PaperError(-1100, `${name} should be ${expected}; it is ${JSON.stringify(value)}.`);
}

/** `*` stands for any text. */
export function pattern(glob: string): RegExp {
  const literal = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*')}$`, 'i');
}
