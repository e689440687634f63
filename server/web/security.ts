import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from './errors.js';

/** Names under which this server answers; everything else could be a rebound DNS name of a hostile page. */
export function allowedHosts(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  // Browsers leave the port out where it is the scheme's own.
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
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

/** Counted in the raw headers, because Node keeps only the first of two. */
function hostsOf(request: FastifyRequest): string[] {
  const raw = request.raw.rawHeaders;
  const hosts: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]?.toLowerCase() === 'host') hosts.push(raw[i + 1] ?? '');
  }
  return hosts;
}

function checkHost(request: FastifyRequest, hosts: ReadonlySet<string>): void {
  const named = hostsOf(request);
  const host = named[0] ?? '';
  if (named.length === 1 && hosts.has(host.toLowerCase())) return;
  throw new RequestError(
    421,
    'HOST_REFUSED',
    `This server answers only under ${[...hosts].join(', ')}; the request named another host. Open the dashboard under one of these addresses.`,
  );
}

function foreign(request: FastifyRequest, hosts: ReadonlySet<string>): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = request.headers.origin;
  return origin !== undefined && ![...hosts].some((host) => origin === `http://${host}`);
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
export function secure(app: FastifyInstance, hosts: () => ReadonlySet<string>): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers(HEADERS);
    checkHost(request, hosts());
    const { method } = request;
    if (!READING.has(method) && !WRITING.has(method)) {
      void reply.header('allow', 'GET, HEAD, POST, PUT, PATCH, DELETE');
      throw new RequestError(
        405,
        'METHOD_NOT_ALLOWED',
        `${method} is not answered here; use GET, POST, PATCH or DELETE.`,
      );
    }
    if (WRITING.has(method) && foreign(request, hosts())) refuseForeign();
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
export function refuseForeignStream(request: FastifyRequest, hosts: ReadonlySet<string>): void {
  if (foreign(request, hosts)) refuseForeign();
}
