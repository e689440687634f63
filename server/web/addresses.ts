/** Under which addresses this server answers, and where a request really came from. */
import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Reach } from '../reach.js';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

export interface Addresses {
  /** All by which it is known, for sentences. */
  readonly origins: () => readonly string[];
  /** The origin that the request's `Host` names; null for one that is none of ours, or comes twice. */
  readonly of: (request: FastifyRequest) => string | null;
  /** Whether it came encrypted, to here or to the proxy before. */
  readonly isSecure: (request: FastifyRequest) => boolean;
}

/** `port`: known only once it listens. */
export function addressesOf(reach: Reach, port: () => number): Addresses {
  const scheme = reach.tls === null ? 'http' : 'https';
  let known: { readonly port: number; readonly byHost: ReadonlyMap<string, string> } | null = null;
  const byHost = (): ReadonlyMap<string, string> => {
    if (known?.port === port()) return known.byHost;
    const own = LOOPBACK.map((name) => `${scheme}://${name}:${port()}`);
    const all = [...own, ...(reach.publicUrl === null ? [] : [reach.publicUrl.origin])];
    known = { port: port(), byHost: new Map(all.flatMap(hostsNaming)) };
    return known.byHost;
  };
  const of = (request: FastifyRequest): string | null => {
    const [host = '', ...more] = hostsOf(request);
    if (more.length > 0) return null;
    const wanted = host.toLowerCase();
    const named = byHost().get(wanted);
    if (named !== undefined || !reach.open) return named ?? null;
    return new Map(hereOf(request, scheme)).get(wanted) ?? null;
  };
  const origins = (): string[] => [...new Set(byHost().values())];
  return { origins, of, isSecure: (request) => of(request)?.startsWith('https:') ?? false };
}

/** Each `Host` that names an address, and the origin it stands for: the scheme's own port may be left out. */
function hostsNaming(address: string): [host: string, origin: string][] {
  const { host, hostname, port, protocol, origin } = new URL(address);
  const usual = protocol === 'https:' ? 443 : 80;
  return [host, ...(port === '' ? [`${hostname}:${usual}`] : [])].map((each) => [each, origin]);
}

/** The address on which the connection came in: a number, so no hostile name can be made to lead to it. */
function hereOf({ socket }: FastifyRequest, scheme: string): [host: string, origin: string][] {
  const { localAddress, localPort } = socket;
  if (localAddress === undefined || localPort === undefined) return [];
  const plain = plainAddress(localAddress);
  return hostsNaming(`${scheme}://${isIP(plain) === 6 ? `[${plain}]` : plain}:${localPort}`);
}

/** Counted in the raw headers, because Node keeps only the first of two. */
function hostsOf({ raw }: FastifyRequest): string[] {
  const hosts: string[] = [];
  for (let i = 0; i + 1 < raw.rawHeaders.length; i += 2)
    if (raw.rawHeaders[i]?.toLowerCase() === 'host') hosts.push(raw.rawHeaders[i + 1] ?? '');
  return hosts;
}

/** `::ffff:1.2.3.4` is 1.2.3.4. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
}

/**
 * Where a request came from, by the word of trusted proxies alone: `X-Forwarded-For` is read from its end, where the
 * nearest proxy wrote, as long as who wrote is trusted. Anybody may send that header; only theirs is read.
 */
export function clientAddress(socket: string, forwarded: string | undefined, trusted: BlockList): string {
  let address = plainAddress(socket);
  const told = forwarded === undefined ? [] : forwarded.split(',').map((each) => plainAddress(each.trim()));
  while (told.length > 0 && isTrusted(address, trusted)) {
    const before = told.pop() ?? '';
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** What one client can have many of counts as one: of IPv6 the first half, which one customer has whole. */
export function countedAs(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  if (tail !== undefined) while (groups.length + after.length < 8) groups.push('0');
  groups.push(...after);
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
