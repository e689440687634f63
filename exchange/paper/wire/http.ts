/** REST over node:http. A reply leaves when everything it rests on is durable. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { serveWithFaults, type Line } from './faults/requests.js';
import { answerOf, type Answer, type Authenticate, type Gateway } from './gateway.js';
import { mandatory, parseSent, type Sent } from './params.js';
import type { Route } from './routes/route.js';
import { accountOfKey, checkSigned, recvWindowOf, signedText, type Caller } from './security.js';

const MAX_BODY_BYTES = 1_000_000;
/** A snapshot of a long life is handed back through the control address. */
const MAX_CONTROL_BYTES = 512_000_000;
const USER_STREAM_PATHS = ['/api/v3/userDataStream', '/api/v1/userDataStream'];

export interface ControlHandler {
  (request: IncomingMessage, path: string, query: string, body: string): Promise<Answer> | Answer;
}

/** Not listening yet. */
export function createHttpServer(gateway: Gateway, control: ControlHandler): Server {
  const server = createServer((request, response) => {
    readBody(request, (body) => {
      if (body === null)
        return send(response, { status: 413, body: { code: -1000, msg: 'The body is too large.' } });
      serve(gateway, control, request, response, body);
    });
  });
  // Clients keep connections for minutes: whoever closes first loses a request.
  server.keepAliveTimeout = 120_000;
  server.headersTimeout = 125_000;
  return server;
}

function readBody(request: IncomingMessage, done: (body: string | null) => void): void {
  if (request.method === 'GET' && request.headers['content-length'] === undefined) {
    request.resume();
    return done('');
  }
  const chunks: Buffer[] = [];
  const most = request.url?.startsWith('/control/') ? MAX_CONTROL_BYTES : MAX_BODY_BYTES;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
  });
  request.on('end', () => done(size > most ? null : Buffer.concat(chunks).toString('utf8')));
  request.on('error', () => request.destroy());
}

function serve(
  gateway: Gateway,
  control: ControlHandler,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): void {
  const { url = '/', method = 'GET' } = request;
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = at < 0 ? '' : url.slice(at + 1);
  if (path === '/control' || path.startsWith('/control/')) {
    void Promise.resolve(control(request, path.slice('/control'.length), query, body)).then((answer) =>
      send(response, answer),
    );
    return;
  }
  if (USER_STREAM_PATHS.includes(path)) {
    if (!gateway.listenKeys.enabled) return sendPage(response, 410);
    const sent = parseSent(query, body);
    const answer = answerListenKey(gateway, method, sent, {
      key: keyOf(request),
      address: addressOf(request),
    });
    return send(response, answer, headersOf(gateway, answer));
  }
  const route = gateway.restRoute(method, path);
  if (!route) return send(response, notFound(method, path));
  const sent = parseSent(query, body);
  serveRoute(gateway, route, sent, authenticator(gateway, request, sent, query, body), request, response);
}

const LISTEN_KEY_WEIGHT = 2;

/** `userDataStream` with listen keys: the key alone says who asks, nothing is signed. */
function answerListenKey(gateway: Gateway, method: string, sent: Sent, caller: Caller): Answer {
  const now = gateway.now();
  const { weights, listenKeys, exchange } = gateway;
  try {
    weights.request(now);
    weights.spend(LISTEN_KEY_WEIGHT, now);
    const { id } = accountOfKey(exchange.accounts, caller, false, now);
    if (method === 'POST') return { status: 200, body: { listenKey: listenKeys.start(id, now) } };
    const listenKey = sent.get('listenKey');
    if (!listenKey) throw mandatory('listenKey');
    if (method === 'PUT') listenKeys.keepAlive(listenKey, id, now);
    else if (method === 'DELETE') listenKeys.close(listenKey, id, now);
    else return notFound(method, '/api/v3/userDataStream');
    return { status: 200, body: {} };
  } catch (error) {
    return answerOf(error);
  }
}

function authenticator(
  gateway: Gateway,
  request: IncomingMessage,
  sent: Sent,
  query: string,
  body: string,
): Authenticate {
  const caller = { key: keyOf(request), address: addressOf(request) };
  return (now, trades) => {
    const account = accountOfKey(gateway.exchange.accounts, caller, trades, now);
    checkSigned(account, sent, signedText(query, body), now);
    return account;
  };
}

function serveRoute(
  gateway: Gateway,
  route: Route,
  sent: Sent,
  authenticate: Authenticate,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const strikes = gateway.faults.request(gateway.subjectOf(route, sent, keyOf(request)));
  if (strikes.length === 0) {
    const answer = gateway.answer(route, sent, authenticate);
    const headers = headersOf(gateway, answer);
    // What it tells may rest on commands that are on their way to the disk.
    return gateway.exchange.journal.after(() => send(response, answer, headers));
  }
  const execution = {
    run: () => gateway.answer(route, sent, authenticate),
    prepare: () => gateway.prepare(route, sent, authenticate),
    durable: (then: () => void) => gateway.exchange.journal.after(then),
    recvWindow: recvWindowOf(sent),
  };
  serveWithFaults(strikes, execution, lineOf(gateway, request, response), gateway.hidden);
}

function lineOf(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Line {
  return {
    reply: (answer) => send(response, answer, headersOf(gateway, answer)),
    page: (status) => sendPage(response, status),
    drop: () => void request.socket.resetAndDestroy(),
    truncate(answer) {
      const text = JSON.stringify(answer.body);
      response.writeHead(answer.status, { 'content-length': String(Buffer.byteLength(text)) });
      response.write(text.slice(0, text.length / 2), () => request.socket.resetAndDestroy());
    },
  };
}

function headersOf(gateway: Gateway, answer: Answer): Record<string, string> {
  const used = String(gateway.weights.used(gateway.now()));
  const headers: Record<string, string> = {
    'x-mbx-uuid': randomUUID(),
    'X-MBX-USED-WEIGHT': used,
    'X-MBX-USED-WEIGHT-1M': used,
  };
  if (answer.orderCounts) {
    headers['X-MBX-ORDER-COUNT-10S'] = String(answer.orderCounts.short);
    headers['X-MBX-ORDER-COUNT-1D'] = String(answer.orderCounts.day);
  }
  return headers;
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers['x-mbx-apikey'];
  return typeof key === 'string' ? key : undefined;
}

export function addressOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

export function notFound(method: string, path: string): Answer {
  return { status: 404, body: { code: -1000, msg: `The paper exchange has no ${method} ${path}.` } };
}

const REASONS: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  410: 'Gone',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** As Binance's front answers where the exchange behind it does not; 410 since listen keys are gone (2026-02-20). */
function sendPage(response: ServerResponse, status: number): void {
  const title = `${status} ${REASONS[status] ?? 'Error'}`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(page) });
  response.end(page);
}

export function send(response: ServerResponse, answer: Answer, headers: Record<string, string> = {}): void {
  if (response.destroyed) return;
  const isPage = typeof answer.body === 'string';
  const text = isPage ? (answer.body as string) : JSON.stringify(answer.body);
  if (answer.retryAfterSeconds !== undefined) headers['Retry-After'] = String(answer.retryAfterSeconds);
  headers['content-type'] = isPage ? 'text/html; charset=utf-8' : 'application/json;charset=UTF-8';
  headers['content-length'] = String(Buffer.byteLength(text));
  response.writeHead(answer.status, headers);
  response.end(text);
}
