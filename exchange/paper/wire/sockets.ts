/** All stream connections: the pings that keep them alive, their age, and the barriers of lock step. */
import type { WebSocket } from 'ws';
import type { Link, LinkKind } from './link.js';

const PING_MS = 20_000;
/** Binance drops whoever has not answered a ping for so long. */
const SILENCE_MS = 60_000;
/** Binance ends every connection after a day. */
const DAY_MS = 86_400_000;
/** A client that reads nothing must not fill the memory. */
const BACKLOG_BYTES = 64 * 1024 * 1024;

export interface SocketsOptions {
  readonly pingMs?: number;
  readonly maxAgeMs?: number;
}

export class Sockets {
  private readonly lastPong = new Map<Link, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly maxAgeMs: number;

  constructor({ pingMs = PING_MS, maxAgeMs = DAY_MS }: SocketsOptions = {}) {
    this.maxAgeMs = maxAgeMs;
    this.timer = setInterval(() => this.pingAlive(), Math.min(pingMs, maxAgeMs));
    this.timer.unref();
  }

  add(socket: WebSocket, link: Link): void {
    this.lastPong.set(link, Date.now());
    link.onPong = () => void (this.lastPong.has(link) && this.lastPong.set(link, Date.now()));
    socket.on('close', () => this.lastPong.delete(link));
    socket.on('error', () => socket.terminate());
  }

  get size(): number {
    return this.lastPong.size;
  }

  of(kind: LinkKind | 'all'): Link[] {
    return [...this.lastPong.keys()].filter((link) => kind === 'all' || link.kind === kind);
  }

  pingAll(payload: string): void {
    for (const link of this.lastPong.keys()) link.ping(payload);
  }

  close(): void {
    clearInterval(this.timer);
    for (const link of this.lastPong.keys()) link.close(1001, 'server shutdown');
  }

  private pingAlive(): void {
    const now = Date.now();
    for (const [link, last] of this.lastPong) {
      if (now - last > SILENCE_MS || link.backlog > BACKLOG_BYTES) link.cut();
      else if (now - link.openedAt >= this.maxAgeMs) link.close(1001, 'The connection is a day old');
      else link.ping(String(now));
    }
  }
}
