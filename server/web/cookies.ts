import type { FastifyRequest } from 'fastify';
import { ABSOLUTE_MS } from '../auth/sessions.js';

/** The value of a cookie; undefined when it is absent or comes twice with different values. */
export function cookieOf(request: FastifyRequest, name: string): string | undefined {
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each.startsWith(`${name}=`))
    .map((each) => each.slice(name.length + 1));
  return new Set(values).size === 1 && /^[\w-]{1,200}$/.test(values[0] ?? '') ? values[0] : undefined;
}

/**
 * Browsers share cookies among the ports of a host: the port in its name keeps two fleets apart. `__Host-`: no other host
 * of the domain, and nothing that came unencrypted, can set it (RFC 6265bis).
 */
export function cookieName(port: number, secure: boolean): string {
  return `${secure ? '__Host-' : ''}flotilla-${port}`;
}

/** `Set-Cookie` for a session; an empty id takes the cookie away. */
export function sessionCookie(name: string, id: string, secure: boolean): string {
  const age = id === '' ? 0 : ABSOLUTE_MS / 1_000;
  return `${name}=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`;
}
