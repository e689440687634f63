import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Transport {
  /** One request, sent once (a query may be repeated on a fresh socket when a kept-alive one had been closed). */
  request(method: string, path: string, headers: Record<string, string>): Promise<Reply>;
  close(): void;
}

export class RequestTimeout extends Error {
  constructor(readonly timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
    this.name = 'RequestTimeout';
  }
}

/** Idle sockets are given up this long before the server closes them: an order must not meet a closing one. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
const IDLE_MS = 50_000;

/** How long an idle socket stays usable (ms), from the server's `Keep-Alive: timeout=5`. */
export function idleMs(keepAlive: unknown): number {
  const hint = /timeout=(\d+)/.exec(String(keepAlive ?? ''));
  return hint ? Math.max(1, Number(hint[1]) * 1_000 - KEEP_ALIVE_MARGIN_MS) : IDLE_MS;
}

type HttpSocket = Socket & { _httpMessage?: { res?: http.IncomingMessage } };

/**
 * Makes an agent let go of idle sockets in time. Documented hook (`agent.keepSocketAlive`); the timeout it sets
 * destroys the socket only while it is idle.
 */
function leaveInTime<Agent extends http.Agent>(agent: Agent): Agent {
  const hooks = agent as unknown as { keepSocketAlive(socket: HttpSocket): boolean };
  const keep = hooks.keepSocketAlive.bind(agent);
  hooks.keepSocketAlive = (socket) => {
    const wait = idleMs(socket._httpMessage?.res?.headers['keep-alive']);
    if (!keep(socket)) return false;
    socket.setTimeout(wait);
    return true;
  };
  return agent;
}

/** HTTP over kept-alive sockets of node:http: no global fetch, which is two to three times slower here. */
export function createTransport(options: { rest: string; timeoutMs: number }): Transport {
  const base = new URL(options.rest);
  const secure = base.protocol === 'https:';
  const settings = { keepAlive: true, noDelay: true, maxSockets: 16, scheduling: 'lifo' as const };
  const agent = leaveInTime(secure ? new https.Agent(settings) : new http.Agent(settings));
  const send = secure ? https.request : http.request;
  const prefix = base.pathname.replace(/\/$/, '');
  const target = {
    protocol: base.protocol,
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port,
    agent,
    setHost: false,
  };

  function once(method: string, path: string, headers: Record<string, string>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = send({
        ...target,
        method,
        path: prefix + path,
        headers: headerList(base.host, method, headers),
      });
      const timer = setTimeout(
        () => request.destroy(new RequestTimeout(options.timeoutMs)),
        options.timeoutMs,
      );
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(Object.assign(error, { stale: request.reusedSocket && isReset(error) }));
      };
      request.on('error', fail);
      request.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      request.end();
    });
  }

  return {
    async request(method, path, headers) {
      if (method !== 'GET') return once(method, path, headers);
      try {
        return await once(method, path, headers);
      } catch (error) {
        if (!(error as { stale?: boolean }).stale) throw error;
        return once(method, path, headers);
      }
    },
    close: () => agent.destroy(),
  };
}

/** As a flat list: node:http then writes it as it is, in 20 µs instead of 50 (measured from call to socket). */
function headerList(host: string, method: string, headers: Record<string, string>): string[] {
  const list = ['Host', host, 'Connection', 'keep-alive'];
  for (const name in headers) list.push(name, headers[name]!);
  if (method !== 'GET') list.push('Content-Length', '0');
  return list;
}

function isReset(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
