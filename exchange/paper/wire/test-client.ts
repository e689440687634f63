/** Raw clients for tests: what a program that knows only Binance's documentation would write. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import WebSocket from 'ws';
import type { PaperAddress } from '../../venues.js';
import type { PaperOptions } from './options.js';
import { startPaper, type Paper } from './paper.js';

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- raw replies of a foreign protocol
  readonly body: any;
}
type Fields = Record<string, string | number | boolean>;

const agent = new Agent({ keepAlive: true });

export function send(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('error', reject);
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parse(text) }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

export function encode(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}

export function client(address: PaperAddress) {
  const { rest, control, key, secret } = address;
  const headers = { 'X-MBX-APIKEY': key };
  return {
    get: (path: string) => send('GET', `${rest}${path}`),
    signed(method: string, path: string, fields: Fields = {}) {
      const query = encode({ ...fields, timestamp: Date.now() });
      return send(method, `${rest}${path}?${query}&signature=${sign(secret, query)}`, headers);
    },
    order(fields: Fields) {
      return this.signed('POST', '/api/v3/order', fields);
    },
    control: (method: string, path: string, body?: object) =>
      send(method, `${control}${path}`, {}, body === undefined ? '' : JSON.stringify(body)),
  };
}

/** A WebSocket that keeps what it was told. */
export class Listener {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- raw messages of a foreign protocol
  readonly messages: any[] = [];
  readonly pings: string[] = [];
  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    socket.on('ping', (data: Buffer) => this.pings.push(String(data)));
  }

  static async open(url: string): Promise<Listener> {
    const listener = new Listener(new WebSocket(url));
    await once(listener.socket, 'open');
    return listener;
  }

  /** The first message that fits, already here or to come. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  async find(fits: (message: any) => boolean): Promise<any> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found) return found;
      await once(this.socket, 'message');
    }
  }

  async ask(message: object): Promise<Reply['body']> {
    const { id } = message as { id: unknown };
    this.socket.send(JSON.stringify(message));
    return this.find((reply) => reply.id === id);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}

/** A user data stream, subscribed by signature. */
export async function openUserStream({ wsApi, key, secret }: PaperAddress): Promise<Listener> {
  const listener = await Listener.open(wsApi);
  const text = `apiKey=${key}&timestamp=${Date.now()}`;
  const params = { ...Object.fromEntries(new URLSearchParams(text)), signature: sign(secret, text) };
  await listener.ask({ id: 'user', method: 'userDataStream.subscribe.signature', params });
  return listener;
}

/** `[open, high, low, close]` per kline → a kline file's text. */
export function klineFile(start: number, lengthMs: number, rows: readonly (readonly number[])[]): string {
  const lines = rows.map(([open, high, low, close], index) =>
    [start + index * lengthMs, open, high, low, close, 10.125, 1000, 7].join(','),
  );
  return `openTime,open,high,low,close,volume,quoteVolume,trades\n${lines.join('\n')}\n`;
}

/** An exchange on these klines of BTCUSDT (a file's text), stepped by hand; it ends with the test. */
export function paperOf(klines: string): (t: Test, options?: Partial<PaperOptions>) => Promise<Paper> {
  return async (t, options = {}) => {
    const folder = await mkdtemp(join(tmpdir(), 'paper-'));
    await mkdir(join(folder, 'klines'));
    await writeFile(join(folder, 'klines', 'BTCUSDT-1m.csv'), klines);
    const paper = await startPaper({
      folder: `${folder}/paper`,
      klines: `${folder}/klines`,
      interval: '1m',
      speed: 'manual',
      key: 'testkey',
      secret: 'testsecret',
      ...options,
    });
    t.teardown(async () => {
      await paper.stop();
      await rm(folder, { recursive: true, force: true });
    });
    return paper;
  };
}
