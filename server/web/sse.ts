import type { Writable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from './errors.js';
import { securityHeaders } from './security.js';

/** A page that hears nothing for three of them takes its connection for lost (views/public/live.js). */
const HEARTBEAT_MS = 5_000;
const SWEEP_MS = 1_000;
/** Of one session or token. */
const MOST_OF_ONE = 16;
const RETRY_MS = 500;
/** A reader this far behind is cut off; it comes back with Last-Event-ID and gets what counts by then. */
const MOST_BUFFERED_BYTES = 1_048_576;

/**
 * Says with an answer which message of the page's stream it was drawn after: one that was long on its way is brought up to date
 * in the page by the newer messages that came meanwhile (views/public/live.js).
 */
export const STATE_HEADER = 'flotilla-state';

export interface StreamClient {
  /** Sends one unnamed message; every line of `data` is kept. */
  send(id: string, data: string): void;
  /** Sends a named one without content: a script of the page does something about it. */
  signal(id: string, name: string): void;
  readonly closed: boolean;
}

/** One message of an event stream as it goes over the wire. */
export function message(id: string, data: string): string {
  return `id: ${id}\ndata: ${data.replaceAll(/\r\n|\r|\n/g, '\ndata: ')}\n\n`;
}

function acceptsGzip(request: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|\s|$))/.test(String(request.headers['accept-encoding'] ?? ''));
}

/** Rows resemble each other and themselves a moment ago: packed with one memory for the whole stream, little is left. */
function packer(reply: FastifyReply): Writable {
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  gzip.on('error', () => reply.raw.destroy());
  gzip.pipe(reply.raw);
  return gzip;
}

interface Opened {
  readonly owner: string;
  readonly holds: () => boolean;
  readonly end: () => void;
}

/** All open event streams: counted, kept alive by one heartbeat, ended together. */
export class EventStreams {
  readonly #open = new Map<Writable, Opened>();
  readonly #most: number;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #sweeping: NodeJS.Timeout;

  constructor(most = 64) {
    this.#most = most;
    this.#heartbeat = setInterval(() => {
      for (const out of this.#open.keys()) out.write('event: alive\ndata: \n\n');
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
    this.#sweeping = setInterval(() => this.sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  get count(): number {
    return this.#open.size;
  }

  /** Takes over the answer; `ended` runs once when the reader has gone. It is ended when `holds` says no any more. */
  open(
    request: FastifyRequest,
    reply: FastifyReply,
    ended: () => void,
    holds: () => boolean = () => true,
  ): StreamClient {
    const owner = request.who?.key ?? '';
    this.#refuseMore(owner);
    reply.hijack();
    const packed = acceptsGzip(request);
    reply.raw.writeHead(200, {
      ...securityHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      vary: 'Accept-Encoding',
      ...(packed ? { 'content-encoding': 'gzip' } : {}),
    });
    request.raw.socket.setNoDelay(true);
    request.raw.socket.setTimeout(0);
    const out = packed ? packer(reply) : reply.raw;
    out.write(`retry: ${RETRY_MS}\n\n`);
    this.#open.set(out, { owner, holds, end: () => reply.raw.destroy() });
    let closed = false;
    reply.raw.on('close', () => {
      closed = true;
      this.#open.delete(out);
      if (out !== reply.raw) out.destroy();
      ended();
    });
    const write = (text: string): void => {
      if (closed) return;
      // Looked at before writing: one message may be larger, a whole fleet is.
      if (out.writableLength + reply.raw.writableLength > MOST_BUFFERED_BYTES) reply.raw.destroy();
      else out.write(text);
    };
    return {
      send: (id, data) => write(message(id, data)),
      signal: (id, name) => write(`id: ${id}\nevent: ${name}\ndata: \n\n`),
      get closed() {
        return closed;
      },
    };
  }

  /** Ends the streams of those who may not listen any more: signed out, disabled, or kept from what they heard. */
  sweep(): void {
    for (const { holds, end } of this.#open.values()) if (!surely(holds)) end();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearInterval(this.#sweeping);
    for (const out of this.#open.keys()) out.end();
  }

  #refuseMore(owner: string): void {
    const own = [...this.#open.values()].filter((each) => each.owner === owner).length;
    const [count, whose] = own >= MOST_OF_ONE ? [own, ' of yours'] : [this.#open.size, ''];
    if (own < MOST_OF_ONE && count < this.#most) return;
    throw new RequestError(
      429,
      'STREAMS_EXHAUSTED',
      `${count} live pages${whose} are open already; close some and load this one again.`,
    );
  }
}

/** Where a returning reader stopped: the id of its last message. */
export function lastEventId(request: FastifyRequest): string | null {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header.slice(0, 80) : null;
}

/** Where it cannot be known (a file of users or owners is damaged), nobody may. */
function surely(holds: () => boolean): boolean {
  try {
    return holds();
  } catch {
    return false;
  }
}
