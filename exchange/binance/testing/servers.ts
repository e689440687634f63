/** Small servers that speak just enough of the protocol to misbehave on purpose. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Json } from '../library.js';
import type { VenueAddress } from '../../venues.js';

interface Cleanup {
  teardown(run: () => unknown): void;
}
export interface HttpVenue {
  readonly rest: string;
  readonly requests: { method: string; url: string; headers: http.IncomingHttpHeaders }[];
  /** What to do with the next requests; the default answers server time to everything. */
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
}

export async function httpVenue(t: Cleanup): Promise<HttpVenue> {
  const requests: HttpVenue['requests'] = [];
  const server = http.createServer((request, response) => {
    requests.push({ method: request.method!, url: request.url!, headers: request.headers });
    venue.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const venue: HttpVenue = {
    rest: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (_request, response) => json(response, 200, { serverTime: Date.now() }),
  };
  return venue;
}

export function json(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function addressOf(
  rest: string,
  ws = 'ws://127.0.0.1:9/ws',
  wsApi = 'ws://127.0.0.1:9/ws-api/v3',
): VenueAddress {
  return { rest, ws, wsApi, key: 'key', secret: 'secret' };
}

export interface SocketVenue {
  readonly url: string;
  readonly sockets: WebSocket[];
  /** JSON messages received, in order, over all connections. */
  readonly received: Json[];
  /** Called for each message; the default confirms it as the market stream does. */
  onMessage: (message: Json, socket: WebSocket) => void;
  onConnection: (socket: WebSocket) => void;
  close(): Promise<void>;
}

export async function socketVenue(t: Cleanup, port = 0): Promise<SocketVenue> {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await new Promise<void>((resolve) => server.on('listening', resolve));
  const venue: SocketVenue = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: [],
    received: [],
    onMessage: (message, socket) => socket.send(JSON.stringify({ result: null, id: message.id })),
    onConnection: () => undefined,
    close: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => resolve());
      }),
  };
  server.on('connection', (socket) => {
    venue.sockets.push(socket);
    venue.onConnection(socket);
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      venue.received.push(message);
      venue.onMessage(message, socket);
    });
  });
  t.teardown(() => venue.close());
  return venue;
}

/** Waits until something holds; says what it waited for when it does not. */
export async function until(what: string, holds: () => boolean, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const silentLogger = { warn: () => undefined, error: () => undefined };
