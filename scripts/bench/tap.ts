/**
 * A tap on the wire between bots and the exchange: it passes every byte on and sees both ends of an exchange on one
 * clock, without knowing how either side works.
 */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { PaperAddress } from '../../exchange/venues.js';

export interface TapHandlers {
  /** Bytes for a bot, told right before they are written to its socket. */
  toBot?(bytes: Buffer): void;
  /** Bytes from a bot, told when they have been read from its socket. */
  fromBot?(bytes: Buffer): void;
}

export class Tap {
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    /** The exchange as seen through the tap. */
    readonly address: PaperAddress,
  ) {}

  static async open(behind: PaperAddress, handlers: TapHandlers): Promise<Tap> {
    const { hostname, port } = new URL(behind.rest);
    const server = createServer({ noDelay: true }, (bot) => {
      const exchange = connect({ host: hostname, port: Number(port), noDelay: true });
      for (const socket of [bot, exchange]) tap.sockets.add(socket);
      pass(bot, exchange, (bytes) => handlers.fromBot?.(bytes));
      pass(exchange, bot, (bytes) => handlers.toBot?.(bytes));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = String((server.address() as { port: number }).port);
    const moved = Object.entries(behind).map(([name, value]) => [
      name,
      (value as string).replace(`:${port}`, `:${own}`),
    ]);
    const tap = new Tap(server, Object.fromEntries(moved) as PaperAddress);
    return tap;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

function pass(from: Socket, to: Socket, seen: (bytes: Buffer) => void): void {
  from.on('data', (bytes: Buffer) => {
    seen(bytes);
    to.write(bytes);
  });
  from.on('close', () => to.end());
  from.on('error', () => to.destroy());
}

const CLOSED = Buffer.from('"x":true');
const PLACE = Buffer.from('POST /api/v3/order?');

/** A closed kline on a market stream: a server's frames are not masked. */
export function holdsClosedKline(bytes: Buffer): boolean {
  return bytes.includes(CLOSED);
}

export function isOrderRequest(bytes: Buffer): boolean {
  return bytes.subarray(0, PLACE.length).equals(PLACE);
}
