/** One client of the library with its own transport, gate and clock. Every failure leaves here as `ExchangeError`. */
import { ExchangeError } from '../port.js';
import type { VenueAddress } from '../venues.js';
import { errorOf, transportError, unreadable } from './errors.js';
import { registerClient, type ShimResponse } from './fetch-shim.js';
import { binanceLibrary, type Library } from './library.js';
import { rateGate, retryAfterMs, type RateGate } from './rate.js';
import { serverClock, type ServerClock } from './time.js';
import { createTransport, type Reply } from './transport.js';

export interface Client {
  readonly clock: ServerClock;
  readonly gate: RateGate;
  /** A public query. */
  read<Answer>(ask: (library: Library) => Promise<Answer>): Promise<Answer>;
  /** A signed query; asked once more with the exchange's time when the clocks had drifted apart. */
  readSigned<Answer>(ask: (library: Library) => Promise<Answer>): Promise<Answer>;
  /** A request that changes something: signed with this timestamp, sent once. */
  change<Answer>(timestamp: number, ask: (library: Library) => Promise<Answer>): Promise<Answer>;
  status(): { ok: boolean; latencyMs: number };
  close(): void;
}

const CLOCK_DRIFTED = -1021;

export function createClient(address: VenueAddress, timeoutMs: number): Client {
  const transport = createTransport({ rest: address.rest, timeoutMs });
  const gate = rateGate();
  const handle = registerClient(send);
  let signing: number | null = null;
  let ok = false;
  let latencyMs = 0;

  const library = binanceLibrary()({
    apiKey: address.key,
    apiSecret: address.secret,
    httpBase: handle.base,
    getTime: () => signing ?? clock.now(),
  });
  const clock = serverClock(() => read((client) => client.time()));

  async function send(
    method: string,
    target: string,
    headers: Record<string, string>,
  ): Promise<ShimResponse> {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    gate.check(method, path);
    const started = performance.now();
    let reply: Reply;
    try {
      reply = await transport.request(method, target, headers);
    } catch (cause) {
      ok = false;
      throw transportError(method, path, cause);
    }
    latencyMs = performance.now() - started;
    gate.note(reply);
    ok = reply.status < 500;
    if (reply.status < 200 || reply.status > 299) throw refusal(method, path, reply);
    if (!isJson(reply.body)) throw unreadable(method, path);
    return { ok: true, text: () => Promise.resolve(reply.body) };
  }

  async function read<Answer>(ask: (library: Library) => Promise<Answer>): Promise<Answer> {
    try {
      return await ask(library);
    } catch (error) {
      throw asExchangeError(error, 'none');
    }
  }

  async function change<Answer>(
    timestamp: number,
    ask: (library: Library) => Promise<Answer>,
  ): Promise<Answer> {
    let answer: Promise<Answer>;
    // The library asks for the time at once, before it first waits; so no other request can take this timestamp.
    signing = timestamp;
    try {
      answer = ask(library);
    } catch (error) {
      throw asExchangeError(error, 'none');
    } finally {
      signing = null;
    }
    try {
      return await answer;
    } catch (error) {
      const failure = asExchangeError(error, 'unknown');
      if (failure.kind === 'clock') void clock.sync().catch(() => undefined);
      throw failure;
    }
  }

  async function readSigned<Answer>(ask: (library: Library) => Promise<Answer>): Promise<Answer> {
    try {
      return await read(ask);
    } catch (error) {
      if ((error as ExchangeError).code !== CLOCK_DRIFTED) throw error;
      await clock.sync();
      return read(ask);
    }
  }

  return {
    clock,
    gate,
    read,
    readSigned,
    change,
    status: () => ({ ok, latencyMs }),
    close() {
      handle.release();
      transport.close();
    },
  };
}

/** A page where JSON was due, and a truncated answer, are caught before the library gets to see them. */
function isJson(body: string): boolean {
  const [first, last] = [body.trimStart()[0], body.trimEnd().at(-1)];
  return (first === '{' && last === '}') || (first === '[' && last === ']');
}

function refusal(method: string, path: string, reply: Reply): ExchangeError {
  const said = errorBody(reply.body);
  return errorOf({
    method,
    path,
    status: reply.status,
    code: said?.code ?? null,
    text: said?.msg ?? reply.body,
    json: said !== null,
    retryAfterMs: retryAfterMs(reply.headers),
  });
}

function errorBody(body: string): { code: number; msg: string } | null {
  try {
    const json = JSON.parse(body) as { code?: unknown; msg?: unknown } | null;
    return typeof json?.code === 'number' ? { code: json.code, msg: String(json.msg ?? '') } : null;
  } catch {
    return null;
  }
}

function asExchangeError(error: unknown, execution: 'none' | 'unknown'): ExchangeError {
  if (error instanceof ExchangeError) return error;
  const text = (error as { message?: string } | null)?.message ?? String(error);
  return new ExchangeError(`The exchange's answer cannot be read: ${text}`, {
    kind: 'venue',
    execution,
    cause: error,
  });
}
