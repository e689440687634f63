/** All stream connections: the pings that keep them alive, and the barriers of lock step. */
import type { WebSocket } from 'ws';

const PING_MS = 20_000;
/** Binance drops whoever has not answered a ping for so long. */
const SILENCE_MS = 60_000;
/** A client that reads nothing must not fill the memory. */
const BACKLOG_BYTES = 64 * 1024 * 1024;

export class Sockets {
  private readonly lastPong = new Map<WebSocket, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(pingMs = PING_MS) {
    this.timer = setInterval(() => this.pingAlive(), pingMs);
    this.timer.unref();
  }

  add(socket: WebSocket): void {
    this.lastPong.set(socket, Date.now());
    socket.on('pong', () => this.lastPong.set(socket, Date.now()));
    socket.on('close', () => this.lastPong.delete(socket));
    socket.on('error', () => socket.terminate());
  }

  get size(): number {
    return this.lastPong.size;
  }

  pingAll(payload: string): void {
    for (const socket of this.lastPong.keys()) ping(socket, payload);
  }

  close(): void {
    clearInterval(this.timer);
    for (const socket of this.lastPong.keys()) socket.close(1001, 'server shutdown');
  }

  private pingAlive(): void {
    const now = Date.now();
    for (const [socket, last] of this.lastPong) {
      if (now - last > SILENCE_MS || socket.bufferedAmount > BACKLOG_BYTES) socket.terminate();
      else ping(socket, String(now));
    }
  }
}

export function ping(socket: WebSocket, payload: string): void {
  if (socket.readyState === socket.OPEN) socket.ping(payload);
}
