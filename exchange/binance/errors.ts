/**
 * What a failed request means (design §11, Binance's error codes). The code decides before the status, because
 * "execution status unknown" has been seen with 408 and with 5xx.
 */
import { ExchangeError, type ErrorKind } from '../port.js';

export interface Failure {
  readonly method: string;
  /** Without query: that holds the signature. */
  readonly path: string;
  readonly status: number;
  readonly code: number | null;
  readonly text: string;
  /** The reply was the exchange's own JSON, not a page of something in front of it. */
  readonly json: boolean;
  readonly retryAfterMs: number | null;
}

/** Disconnected, unexpected response, timeout, overloaded: the order may or may not be executed. */
const UNKNOWN_CODES = new Set([-1000, -1001, -1006, -1007, -1008]);
const CANCEL_REPLACE_HALF_DONE = -2021;

const KIND_BY_CODE: Readonly<Record<number, ErrorKind>> = {
  [-1000]: 'venue',
  [-1001]: 'venue',
  [-1002]: 'auth',
  [-1006]: 'venue',
  [-1007]: 'venue',
  [-1008]: 'venue',
  [-1015]: 'rate-limit',
  [-1016]: 'unsupported',
  [-1020]: 'unsupported',
  [-1021]: 'clock',
  [-1022]: 'auth',
  [-2008]: 'auth',
  [-2013]: 'not-found',
  [-2014]: 'auth',
  [-2015]: 'auth',
  [-2021]: 'venue',
  [-2026]: 'not-found',
};

/** One code, many reasons: the text tells them apart (Binance's "Messages for -1010, -2010, -2011"). */
const KIND_BY_TEXT: readonly (readonly [RegExp, ErrorKind])[] = [
  [/insufficient balance/i, 'funds'],
  [/duplicate order/i, 'duplicate'],
  [/immediately match/i, 'would-match'],
  [/trigger immediately/i, 'would-trigger'],
  // An OCO around a price that has moved out of it.
  [/relationship of the prices/i, 'would-trigger'],
  [/market is closed/i, 'closed'],
  [/unsupported|not supported/i, 'unsupported'],
  [/disabled on this account|not permitted for this account|may not place or cancel/i, 'auth'],
  [/unknown order|order not found/i, 'not-found'],
];

export function errorOf(failure: Failure): ExchangeError {
  const { code, status } = failure;
  return new ExchangeError(messageOf(failure), {
    kind: kindOf(failure),
    execution: executionOf(failure),
    code,
    httpStatus: status,
    retryAfterMs: failure.retryAfterMs,
    filter: filterOf(failure),
  });
}

/** No reply, or none that can be read: timeout, reset, refused, truncated. Only asking can tell what an order did. */
export function transportError(method: string, path: string, cause: unknown): ExchangeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const [, unknownHost] = /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (\S+)/.exec(reason) ?? [];
  const message =
    unknownHost === undefined
      ? `${method} ${path}: ${reason}`
      : `${unknownHost} cannot be found: there may be no network`;
  return new ExchangeError(redact(message), {
    kind: 'network',
    execution: changes(method) ? 'unknown' : 'none',
    cause,
  });
}

/** The exchange said yes, but in words that cannot be read. */
export function unreadable(method: string, path: string): ExchangeError {
  return new ExchangeError(`${method} ${path}: the answer cannot be read`, {
    kind: 'venue',
    execution: changes(method) ? 'unknown' : 'none',
  });
}

/** What stands behind such a name in a query, a header or JSON. */
const SECRETS = /((?:signature|api_?-?key|listenKey|secret(?:Key)?)["']?\s*[=:]\s*["']?)[^&\s"'<>,;}\]]+/gi;

/** Signatures and keys never reach a log, whoever echoes them. */
export function redact(text: string): string {
  return text.replace(SECRETS, '$1…');
}

/** Shorter than any key there is, and long enough to be no word of a sentence. */
const SHORTEST_KEY = 16;

/** The same for texts of an exchange that knows these credentials: wherever they stand, under no name too. */
export function hiding({ key, secret }: { key: string; secret: string }): (text: string) => string {
  const known = [key, secret].filter(({ length }) => length >= SHORTEST_KEY);
  return (text) => known.reduce((cleaned, each) => cleaned.replaceAll(each, '…'), redact(text));
}

function changes(method: string): boolean {
  return method !== 'GET';
}

function executionOf({ method, status, code, json }: Failure): 'none' | 'unknown' | 'partial' {
  if (!changes(method)) return 'none';
  if (code === CANCEL_REPLACE_HALF_DONE) return 'partial';
  if (code !== null && UNKNOWN_CODES.has(code)) return 'unknown';
  if (status === 429 || status === 418) return 'none';
  if (status >= 500 || status === 408 || status === 409) return 'unknown';
  return json ? 'none' : 'unknown';
}

function kindOf(failure: Failure): ErrorKind {
  const { code, status, text } = failure;
  if (status === 418) return 'banned';
  if (status === 429 || code === -1003) return 'rate-limit';
  if (code !== null && KIND_BY_CODE[code]) return KIND_BY_CODE[code];
  if (filterOf(failure)) return 'filter';
  const byText = KIND_BY_TEXT.find(([pattern]) => pattern.test(text));
  if (code !== null && byText) return byText[1];
  if (status === 401) return 'auth';
  return code === null || status >= 500 ? 'venue' : 'invalid';
}

function filterOf({ text }: Failure): string | null {
  return /Filter failure: (\w+)/.exec(text)?.[1] ?? null;
}

function messageOf({ method, path, status, code, text, json }: Failure): string {
  const said = json
    ? text
    : text
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 200);
  const codeText = code === null ? '' : `code ${code}, `;
  return redact(`${method} ${path}: ${said || 'no text'} (${codeText}HTTP ${status})`);
}
