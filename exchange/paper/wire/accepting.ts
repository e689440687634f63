/** The way in for WebSockets. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { isLoopbackRequest } from './control.js';
import type { Feed } from './feed.js';
import type { Gateway } from './gateway.js';
import { addressOf as clientAddress } from './http.js';
import { Link, type LinkKind } from './link.js';
import type { Lockstep } from './lockstep.js';
import { MarketSocket } from './market-socket.js';
import type { Sockets } from './sockets.js';
import type { UserStreams } from './user-streams.js';
import { WsApiSocket } from './wsapi.js';

export interface Accepting {
  readonly gateway: Gateway;
  readonly feed: Feed;
  readonly users: UserStreams;
  readonly lockstep: Lockstep;
  readonly sockets: Sockets;
}

/** Hands connections to who serves their path: market streams, the WebSocket API, lock step. */
export function acceptSockets(server: Server, parts: Accepting): void {
  const { gateway, feed, users, lockstep } = parts;
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 1_000_000,
    autoPong: false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { url = '/' } = request;
    const at = url.indexOf('?');
    const path = at < 0 ? url : url.slice(0, at);
    const query = at < 0 ? '' : url.slice(at + 1);
    const isControl = path === '/control/lockstep';
    const isApi = path === '/ws-api/v3';
    const known = isControl || isApi || path === '/stream' || /^\/ws(\/|$)/.test(path);
    if (!known) return refuse(socket, '404 Not Found');
    if (isControl && !isLoopbackRequest(request)) return refuse(socket, '403 Forbidden');
    if (!isControl && !gateway.admits(isApi)) return refuse(socket, '429 Too Many Requests');
    wss.handleUpgrade(request, socket, head, (accepted) => {
      if (isControl) return lockstep.accept(accepted);
      const link = linkOf(accepted, isApi ? 'user' : 'market', parts);
      if (!isApi)
        return void new MarketSocket(link, feed, lockstep, {
          ...{ path, query },
          ...{ listenKeys: gateway.listenKeys, userStreams: users },
        });
      const returnRateLimits = !/(^|&)returnRateLimits=false(&|$)/.test(query);
      const address = clientAddress(request);
      new WsApiSocket({ link, gateway, users, address, returnRateLimits }, lockstep);
    });
  });
}

function linkOf(socket: WebSocket, kind: LinkKind, { gateway, lockstep, sockets }: Accepting): Link {
  const link = new Link({
    socket,
    kind,
    faults: gateway.faults,
    // The WebSocket API is limited by weight instead.
    messagesPerSecond: () => (kind === 'market' ? gateway.weights.limits.messagesPerSecond : 0),
    holdPayload: () => lockstep.currentPayload(),
  });
  sockets.add(socket, link);
  return link;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
