/** Binance's validation of request parameters, shared by REST and the WebSocket API (BINANCE.md 2.4). */
import { isInterval, type Interval } from '../../../core/kline.js';
import { PaperError } from '../engine/types.js';

/** Parameters as sent: REST has text only, the WebSocket API numbers and booleans too. */
export type Sent = ReadonlyMap<string, string>;

const RANGES = {
  decimal: /^([0-9]{1,20})(\.[0-9]{1,20})?$/,
  long: /^[0-9]{1,20}$/,
  symbol: /^[A-Z0-9-_.]{1,20}$/,
  clientId: /^[a-zA-Z0-9-_]{1,36}$/,
} as const;

/** Every route takes these beside its own. */
const COMMON = new Set(['timestamp', 'recvWindow', 'signature', 'apiKey', 'returnRateLimits']);

/** Reads the parameters of one request; errors are `PaperError`s with Binance's codes. */
export class Params {
  constructor(private readonly sent: Sent) {}

  has(name: string): boolean {
    return this.sent.has(name);
  }

  text(name: string): string | undefined {
    const value = this.sent.get(name);
    if (value === '') throw new PaperError(-1105, `Parameter '${name}' was empty.`);
    return value;
  }

  required(name: string): string {
    const value = this.sent.get(name);
    if (value === undefined || value === '') throw mandatory(name);
    return value;
  }

  symbol(): string {
    return inRange('symbol', this.required('symbol'), RANGES.symbol);
  }

  optionalSymbol(): string | undefined {
    const value = this.text('symbol');
    return value === undefined ? undefined : inRange('symbol', value, RANGES.symbol);
  }

  decimal(name: string): string | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : inRange(name, value, RANGES.decimal);
  }

  clientId(name: string): string | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : inRange(name, value, RANGES.clientId);
  }

  long(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    inRange(name, value, RANGES.long);
    return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
  }

  /** More than `most` counts as `most`, as Binance does. */
  limit(most: number, usual = 500): number {
    const value = this.long('limit') ?? usual;
    if (value < 1) throw new PaperError(-1130, "Data sent for parameter 'limit' is not valid.");
    return Math.min(value, most);
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw new PaperError(
      -1100,
      `Illegal characters found in parameter '${name}'; legal range is 'true|false'.`,
    );
  }

  oneOf<T extends string>(name: string, values: readonly T[], code: number, message: string): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!values.includes(value as T)) throw new PaperError(code, message);
    return value as T;
  }

  interval(): Interval {
    const value = this.required('interval');
    // A month (`1M`) has no fixed length: whoever serves it asks for it by name.
    if (!isInterval(value)) throw new PaperError(-1120, 'Invalid interval.');
    return value;
  }

  /** `symbols=["A","B"]`, or `symbol=A`; undefined when neither is given. */
  symbols(): string[] | undefined {
    const list = this.text('symbols');
    const one = this.optionalSymbol();
    if (list !== undefined && one !== undefined)
      throw new PaperError(
        -1128,
        "Combination of optional parameters invalid. Recommendation: 'symbol' or 'symbols'",
      );
    if (list === undefined) return one === undefined ? undefined : [one];
    try {
      const names: unknown = JSON.parse(list);
      if (Array.isArray(names) && names.every((name) => typeof name === 'string' && RANGES.symbol.test(name)))
        return names as string[];
    } catch {
      // The sentence below says what is legal.
    }
    throw new PaperError(
      -1100,
      `Illegal characters found in parameter 'symbols'; legal range is '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$'.`,
    );
  }

  /** Errors with -1104 when something was sent that the route does not know. */
  requireKnown(known: ReadonlySet<string>): void {
    let read = 0;
    for (const name of this.sent.keys()) if (known.has(name) || COMMON.has(name)) read += 1;
    if (read < this.sent.size)
      throw new PaperError(
        -1104,
        `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${this.sent.size}'.`,
      );
  }
}

export function mandatory(name: string): PaperError {
  return new PaperError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

function inRange(name: string, value: string, range: RegExp): string {
  if (range.test(value)) return value;
  throw new PaperError(
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '${range.source}'.`,
  );
}

/** Query and form body, decoded; on duplicates the query wins, as Binance documents. */
export function parseSent(query: string, body: string): Map<string, string> {
  const sent = new Map<string, string>();
  if (body !== '') readPairs(body, sent);
  if (query !== '') readPairs(query, sent);
  return sent;
}

function readPairs(text: string, into: Map<string, string>): void {
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    into.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
