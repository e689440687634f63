/**
 * The way of orders and cancels: HTTP/1.1 written straight to a kept-alive socket. node:http takes 230 µs from the call
 * until the bytes are at the exchange, this 90 (ARCHITECTURE.md); undici is as fast and costs each bot 10 MB.
 * A request is written once, whatever happens.
 */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { readReply } from './http-reply.js';
import { idleMs, RequestTimeout, type Reply, type Transport } from './transport.js';

export function createOrderTransport(options: { rest: string; timeoutMs: number }): Transport {
  const base = new URL(options.rest);
  const prefix = base.pathname.replace(/\/$/, '');
  const idle: Socket[] = [];
  const sockets = new Set<Socket>();

  function open(): Socket {
    const host = base.hostname.replace(/^\[|\]$/g, '');
    const secure = base.protocol === 'https:';
    const port = Number(base.port) || (secure ? 443 : 80);
    const socket = secure
      ? connectSecure({ host, port, servername: host, ALPNProtocols: ['http/1.1'] })
      : connectPlain({ host, port });
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      forget(socket);
    });
    // A socket without a request has nobody to tell; its timeout is set only while it is idle.
    socket.on('error', () => socket.destroy());
    socket.on('timeout', () => socket.destroy());
    return socket;
  }

  function forget(socket: Socket): void {
    const index = idle.indexOf(socket);
    if (index >= 0) idle.splice(index, 1);
  }

  /** The newest idle one: the exchange closes it last. */
  function take(): Socket {
    const socket = idle.pop();
    if (socket === undefined) return open();
    socket.removeAllListeners('data').removeAllListeners('end');
    socket.setTimeout(0);
    return socket.ref();
  }

  /** Given up in time: an order must not meet a socket that the exchange is closing. */
  function keep(socket: Socket, reply: Reply): void {
    socket.setTimeout(idleMs(reply.headers['keep-alive']));
    const giveUp = () => socket.destroy();
    // Nobody asked: whatever comes now would be taken for the next reply.
    socket.on('data', giveUp).on('end', giveUp);
    socket.unref();
    idle.push(socket);
  }

  return {
    request: (method, path, headers) =>
      new Promise((resolve, reject) => {
        const text = headOf(method, prefix + path, base.host, headers);
        const socket = take();
        let received: Buffer = Buffer.alloc(0);
        const timer = setTimeout(() => fail(new RequestTimeout(options.timeoutMs)), options.timeoutMs);

        function release(): void {
          clearTimeout(timer);
          socket.off('data', hear).off('end', end).off('error', fail).off('close', end);
        }
        function fail(error: Error): void {
          release();
          socket.destroy();
          reject(error);
        }
        function hear(chunk: Buffer): void {
          received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
          read(false);
        }
        function end(): void {
          read(true);
        }
        function read(ended: boolean): void {
          try {
            const found = readReply(received, ended);
            if (found === null) return;
            release();
            if (found.reusable) keep(socket, found.reply);
            else socket.destroy();
            resolve(found.reply);
          } catch (error) {
            fail(error as Error);
          }
        }

        socket.on('data', hear).on('end', end).on('error', fail).on('close', end);
        socket.write(text, 'latin1');
      }),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Errors: a line break would begin another header. */
function headOf(method: string, target: string, host: string, headers: Record<string, string>): string {
  let text = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\nContent-Length: 0\r\n`;
  for (const name in headers) {
    const value = headers[name]!;
    if (!/^[\x20-\x7e]*$/.test(value)) throw new Error(`the header ${name} cannot be sent`);
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}
