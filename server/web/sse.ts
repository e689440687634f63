import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from './errors.js';
import { securityHeaders } from './security.js';

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 500;
/** A reader this far behind is cut off; it comes back with Last-Event-ID and gets what counts by then. */
const MOST_BUFFERED_BYTES = 1_048_576;

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

/** All open event streams: counted, kept alive by one heartbeat, ended together. */
export class EventStreams {
  readonly #open = new Set<FastifyReply>();
  readonly #most: number;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(most = 64) {
    this.#most = most;
    this.#heartbeat = setInterval(
      () => this.#open.forEach((reply) => reply.raw.write(': alive\n\n')),
      HEARTBEAT_MS,
    );
    this.#heartbeat.unref();
  }

  get count(): number {
    return this.#open.size;
  }

  /** Takes over the answer; `ended` runs once when the reader has gone. */
  open(request: FastifyRequest, reply: FastifyReply, ended: () => void): StreamClient {
    if (this.#open.size >= this.#most) {
      throw new RequestError(
        429,
        'STREAMS_EXHAUSTED',
        `${this.#most} live pages are open already; close some and reload this one.`,
      );
    }
    reply.hijack();
    reply.raw.writeHead(200, {
      ...securityHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    request.raw.socket.setNoDelay(true);
    request.raw.socket.setTimeout(0);
    reply.raw.write(`retry: ${RETRY_MS}\n\n`);
    this.#open.add(reply);
    let closed = false;
    reply.raw.on('close', () => {
      closed = true;
      this.#open.delete(reply);
      ended();
    });
    const write = (text: string): void => {
      if (closed) return;
      reply.raw.write(text);
      if (reply.raw.writableLength > MOST_BUFFERED_BYTES) reply.raw.destroy();
    };
    return {
      send: (id, data) => write(message(id, data)),
      signal: (id, name) => write(`id: ${id}\nevent: ${name}\ndata: \n\n`),
      get closed() {
        return closed;
      },
    };
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const reply of this.#open) reply.raw.end();
  }
}

/** Where a returning reader stopped: the id of its last message. */
export function lastEventId(request: FastifyRequest): string | null {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header.slice(0, 80) : null;
}
