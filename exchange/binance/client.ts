/** One client of the library with its own transport, gate and clock. Every failure leaves here as `ExchangeError`. */
import { ExchangeError } from '../port.js';
import type { VenueAddress } from '../venues.js';
import { errorOf, hiding, transportError, unreadable } from './errors.js';
import { closedError, registerClient, type ShimResponse } from './fetch-shim.js';
import { binanceLibrary, type Json, type Library } from './library.js';
import { parseExact } from './line.js';
import { createOrderTransport } from './order-transport.js';
import { rateGate, retryAfterMs, type RateGate } from './rate.js';
import { signedQuery } from './signing.js';
import { serverClock, type ServerClock } from './time.js';
import { createTransport, type Reply, type Transport } from './transport.js';

export interface Client {
  readonly clock: ServerClock;
  readonly gate: RateGate;
  /** A public query. */
  read<Answer>(ask: (library: Library) => Promise<Answer>): Promise<Answer>;
  /** A signed query; asked once more with the exchange's time when the clocks had drifted apart. */
  readSigned<Answer>(ask: (library: Library) => Promise<Answer>): Promise<Answer>;
  /** A request that changes something: signed with this timestamp, sent once. `read` makes its answer of the reply. */
  change<Answer>(request: Change, timestamp: number, read: (reply: Json) => Answer): Promise<Answer>;
  status(): { ok: boolean; latencyMs: number };
  close(): void;
}

export interface Change {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

const CLOCK_DRIFTED = -1021;

export function createClient(address: VenueAddress, timeoutMs: number): Client {
  const transport = createTransport({ rest: address.rest, timeoutMs });
  const orders = createOrderTransport({ rest: address.rest, timeoutMs });
  const gate = rateGate();
  const hide = hiding(address);
  const handle = registerClient(send);
  let ok = false;
  let closed = false;
  let latencyMs = 0;

  const library = binanceLibrary()({
    apiKey: address.key,
    apiSecret: address.secret,
    httpBase: handle.base,
    getTime: () => clock.now(),
  });
  const clock = serverClock(() => read((client) => client.time()));

  async function send(
    method: string,
    target: string,
    headers: Record<string, string>,
  ): Promise<ShimResponse> {
    const body = await exchanged(transport, method, target, headers);
    return { ok: true, text: () => Promise.resolve(body) };
  }

  /** The body of a reply that is the exchange's own JSON. Errors: `ExchangeError` for anything else. */
  async function exchanged(
    way: Transport,
    method: string,
    target: string,
    headers: Record<string, string>,
  ): Promise<string> {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    gate.check(method, path);
    const started = performance.now();
    let reply: Reply;
    try {
      reply = await way.request(method, target, headers);
    } catch (cause) {
      ok = false;
      throw transportError(method, path, cause);
    }
    latencyMs = performance.now() - started;
    gate.note(reply);
    ok = reply.status < 500;
    if (reply.status < 200 || reply.status > 299)
      throw refusal(method, path, { ...reply, body: hide(reply.body) });
    if (!isJson(reply.body)) throw unreadable(method, path);
    return reply.body;
  }

  async function read<Answer>(ask: (library: Library) => Promise<Answer>): Promise<Answer> {
    try {
      return await ask(library);
    } catch (error) {
      throw asExchangeError(error, 'none', hide);
    }
  }

  /** Not by way of the library, which takes 180 µs to sign an order and hand it over; this takes 20. */
  async function change<Answer>(
    { method, path, params }: Change,
    timestamp: number,
    read: (reply: Json) => Answer,
  ): Promise<Answer> {
    const target = `${path}?${signedQuery(params, timestamp, address.secret)}`;
    if (closed) throw closedError();
    try {
      return read(parseExact(await exchanged(orders, method, target, { 'X-MBX-APIKEY': address.key })));
    } catch (error) {
      const failure = asExchangeError(error, 'unknown', hide);
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
      closed = true;
      handle.release();
      transport.close();
      orders.close();
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

/** The failure of reading is not passed on as the cause: it may quote the answer. */
function asExchangeError(
  error: unknown,
  execution: 'none' | 'unknown',
  hide: (text: string) => string,
): ExchangeError {
  if (error instanceof ExchangeError) return error;
  const text = (error as { message?: string } | null)?.message ?? String(error);
  return new ExchangeError(`The exchange's answer cannot be read: ${hide(text)}`, {
    kind: 'venue',
    execution,
  });
}
