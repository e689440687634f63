/** REST over node:http. A reply leaves when everything it rests on is durable. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Answer, Gateway } from './gateway.js';
import { parseSent } from './params.js';
import { accountOfKey, checkSigned, signedText } from './security.js';

const MAX_BODY_BYTES = 1_000_000;
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
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () => done(size > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8')));
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
  if (path.startsWith('/control')) {
    void Promise.resolve(control(request, path.slice('/control'.length), query, body)).then((answer) =>
      send(response, answer),
    );
    return;
  }
  if (USER_STREAM_PATHS.includes(path)) return sendGone(response);
  const route = gateway.restRoute(method, path);
  if (!route) return send(response, notFound(method, path));

  const sent = parseSent(query, body);
  const key = request.headers['x-mbx-apikey'];
  const answer = gateway.answer(route, sent, (now) => {
    const account = accountOfKey(gateway.exchange.accounts, typeof key === 'string' ? key : undefined);
    checkSigned(account, sent, signedText(query, body), now);
    return account;
  });
  const used = String(gateway.weights.used(Date.now()));
  const headers: Record<string, string> = {
    'x-mbx-uuid': randomUUID(),
    'X-MBX-USED-WEIGHT': used,
    'X-MBX-USED-WEIGHT-1M': used,
  };
  if (answer.orderCounts) {
    headers['X-MBX-ORDER-COUNT-10S'] = String(answer.orderCounts.short);
    headers['X-MBX-ORDER-COUNT-1D'] = String(answer.orderCounts.day);
  }
  // What it tells may rest on commands that are on their way to the disk.
  gateway.exchange.journal.after(() => send(response, answer, headers));
}

export function notFound(method: string, path: string): Answer {
  return { status: 404, body: { code: -1000, msg: `The paper exchange has no ${method} ${path}.` } };
}

/** As Binance's front answers since listen keys are gone (2026-02-20). */
function sendGone(response: ServerResponse): void {
  const page =
    '<html>\r\n<head><title>410 Gone</title></head>\r\n<body>\r\n<center><h1>410 Gone</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';
  response.writeHead(410, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(page) });
  response.end(page);
}

export function send(response: ServerResponse, answer: Answer, headers: Record<string, string> = {}): void {
  if (response.destroyed) return;
  const text = JSON.stringify(answer.body);
  if (answer.retryAfterSeconds !== undefined) headers['Retry-After'] = String(answer.retryAfterSeconds);
  headers['content-type'] = 'application/json;charset=UTF-8';
  headers['content-length'] = String(Buffer.byteLength(text));
  response.writeHead(answer.status, headers);
  response.end(text);
}
