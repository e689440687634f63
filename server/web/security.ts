import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BlockList } from 'node:net';
import { clientAddress, type Addresses } from './addresses.js';
import { RequestError } from './errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The address of who asks, told by a trusted proxy where it came through one. */
    client: string;
  }
}

const READING = new Set(['GET', 'HEAD']);
const WRITING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Nothing inline is allowed in a page, so nothing inline can be smuggled in. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The headers of every answer; a hijacked one (server-sent events) writes them itself. */
export function securityHeaders(): Readonly<Record<string, string>> {
  return HEADERS;
}

/**
 * A browser that once came encrypted never comes otherwise again (RFC 6797). Not for `localhost`: browsers would refuse
 * every other server there that has no certificate, whatever its port.
 */
const STRICT_TRANSPORT = 'max-age=31536000';

function transportHeaders(origin: string): Readonly<Record<string, string>> {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' && hostname !== 'localhost'
    ? { 'strict-transport-security': STRICT_TRANSPORT }
    : {};
}

/** Errors: HOST_REFUSED. */
function checkedHost(request: FastifyRequest, addresses: Addresses): string {
  const origin = addresses.of(request);
  if (origin !== null) return origin;
  throw new RequestError(
    421,
    'HOST_REFUSED',
    `This server answers only as ${addresses.origins().join(', ')}; the request named another host. Open the dashboard under one of these addresses.`,
  );
}

function foreign(request: FastifyRequest, addresses: Addresses): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = request.headers;
  return origin !== undefined && origin !== addresses.of(request) && !addresses.origins().includes(origin);
}

function refuseForeign(): never {
  throw new RequestError(
    403,
    'ORIGIN_REFUSED',
    'This request came from another site. Actions are taken only from the dashboard itself or from a program without an Origin.',
  );
}

/**
 * Refuses foreign hosts, foreign origins and unknown methods before any route is looked at. Same-origin GETs send no
 * Origin, so the host list is what stops DNS rebinding; a state change needs the origin as well.
 */
export function secure(app: FastifyInstance, addresses: Addresses, trusted: BlockList): void {
  app.decorateRequest('client', '');
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers(HEADERS);
    const { 'x-forwarded-for': forwarded } = request.headers;
    request.client = clientAddress(request.socket.remoteAddress ?? '', String(forwarded ?? ''), trusted);
    void reply.headers(transportHeaders(checkedHost(request, addresses)));
    const { method } = request;
    if (!READING.has(method) && !WRITING.has(method)) {
      void reply.header('allow', 'GET, HEAD, POST, PUT, PATCH, DELETE');
      throw new RequestError(
        405,
        'METHOD_NOT_ALLOWED',
        `${method} is not answered here; use GET, POST, PATCH or DELETE.`,
      );
    }
    if (WRITING.has(method) && foreign(request, addresses)) refuseForeign();
    if (request.headers['content-encoding'] !== undefined) {
      throw new RequestError(
        415,
        'MEDIA_TYPE_REFUSED',
        'Send the body without compression (no Content-Encoding).',
      );
    }
  });
}

/** Streams carry the whole fleet's state: a page of another site may not even open one. */
export function refuseForeignStream(request: FastifyRequest, addresses: Addresses): void {
  if (foreign(request, addresses)) refuseForeign();
}
