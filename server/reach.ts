/** How the server is reached: where it listens, and under which addresses browsers may ask for it. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { FlotillaError } from './fleet/errors.js';
import { readTls, type Tls, type TlsFiles } from './web/tls.js';

/** As `flotilla up` is told; all of it may be left out. */
export interface ReachWish {
  /** The address to listen on; 127.0.0.1 if left out. */
  readonly host?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** Others may reach it over a connection that can be read on its way. */
  readonly insecureHttp?: boolean;
  /** What stands in the bar of a browser that comes through a proxy, or by a name. */
  readonly publicUrl?: string;
  /** Addresses (or networks, `10.0.0.0/8`) of proxies whose word about their clients' addresses counts. */
  readonly trustProxy?: readonly string[];
}

export interface Reach {
  readonly host: string;
  readonly tls: { readonly files: TlsFiles; readonly first: Tls } | null;
  readonly publicUrl: URL | null;
  readonly trusted: BlockList;
  /** Whether anybody but this machine's users may come to it, by itself or through a proxy. */
  readonly open: boolean;
}

const DAY_MS = 86_400_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Errors: USAGE for what would be open by mistake, says nothing, or contradicts itself. */
export function reachOf(wish: ReachWish = {}): Reach {
  const { host = '127.0.0.1', insecureHttp = false } = wish;
  const away = !LOOPBACK.has(host);
  if (away && isIP(host) === 0)
    refuse(
      'host',
      `The host ${host} is no address. Say 127.0.0.1, or the address to listen on (0.0.0.0: all of them); the name that browsers use is --public-url.`,
    );
  const files = tlsFiles(wish);
  if (insecureHttp && files !== null)
    refuse(
      'insecure-http',
      'With --tls-cert and --tls-key the connection is encrypted: leave --insecure-http out, or the certificate.',
    );
  const publicUrl = wish.publicUrl === undefined ? null : checkedUrl(wish.publicUrl, insecureHttp);
  const plain = files === null && (away || publicUrl?.protocol === 'http:');
  if (insecureHttp && !plain)
    refuse(
      'insecure-http',
      `--insecure-http opens nothing here: ${host} is this machine alone. Leave it out, or say --host 0.0.0.0.`,
    );
  if (away && files === null && !insecureHttp)
    refuse(
      'host',
      `The host ${host} would open the dashboard to other machines, over a connection on which others can read passwords. Give it a certificate (--tls-cert FILE --tls-key FILE), or keep to 127.0.0.1 behind a proxy with one (docs/deploy.md) or an SSH tunnel; --insecure-http opens it all the same, for a network that is yours alone.`,
    );
  const trusted = trustedOf(wish.trustProxy ?? []);
  if ((wish.trustProxy ?? []).length > 0 && publicUrl === null)
    refuse(
      'trust-proxy',
      '--trust-proxy says whose clients come through a proxy; say with --public-url too under which address they ask, or every one of them is refused.',
    );
  const tls = files === null ? null : { files, first: readTls(files) };
  return { host, tls, publicUrl, trusted, open: away || publicUrl !== null };
}

/** A user who can sign in with a password. */
interface Somebody {
  readonly role: string;
  readonly disabled: boolean;
  readonly password: string | null;
}

/** What others can come to is no place for a first set-up or a demo. Errors: USAGE. */
export function refuseUnguarded({ open }: Reach, users: readonly Somebody[], demo = false): void {
  if (!open) return;
  if (demo)
    refuse(
      'demo',
      'The link of a demo signs in without a password: a demo is for this machine alone. Leave out --host and --public-url, or --demo.',
    );
  if (users.some(({ role, disabled, password }) => role === 'admin' && !disabled && password !== null))
    return;
  refuse(
    'host',
    'Others could reach this server, and nobody has a password yet. Make the first user before: flotilla user add NAME',
  );
}

/** What is lawful, but should be known. `now`: wall ms. */
export function warningsOf({ tls, publicUrl, host, trusted }: Reach, now: number): string[] {
  const days = tls === null ? Number.POSITIVE_INFINITY : Math.floor((tls.first.ends - now) / DAY_MS);
  const proxied = publicUrl !== null && LOOPBACK.has(host) && trusted.rules.length === 0;
  return [
    ...(days < 0
      ? ['The certificate has ended: browsers refuse it. Renew it; the new one is taken by itself.']
      : []),
    ...(days >= 0 && days < 7
      ? [`The certificate ends within ${days + 1} days. Renew it; the new one is taken by itself.`]
      : []),
    ...(proxied
      ? [
          `No --trust-proxy is given: all that come through a proxy count as one client, ${host}, for the waiting after wrong passwords and in the audit log.`,
        ]
      : []),
    ...(tls === null && !LOOPBACK.has(host)
      ? [
          'Others reach this server over connections that can be read on their way, passwords too (--insecure-http).',
        ]
      : []),
  ];
}

/** What a browser is to open: the public address, else one of the machine's own on which it listens. */
export function addressToOpen({ host, tls, publicUrl }: Reach, port: number): string {
  if (publicUrl !== null) return publicUrl.origin;
  const scheme = tls === null ? 'http' : 'https';
  const address = isUnspecified(host) ? ownAddress() : host;
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

const isUnspecified = (host: string): boolean => /^[0:.]+$/.test(host) && !LOOPBACK.has(host);

/** The first by which others reach this machine. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}

function tlsFiles({ tlsCert, tlsKey }: ReachWish): TlsFiles | null {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: tlsCert, key: tlsKey };
  const [given, missing] = tlsKey === undefined ? ['cert', 'key'] : ['key', 'cert'];
  return refuse(`tls-${missing}`, `--tls-${given} is of no use alone: say --tls-${missing} FILE too.`);
}

function checkedUrl(text: string, insecureHttp: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.origin}/` !== url.href)
    return refuse(
      'public-url',
      `The public address "${text.slice(0, 200)}" must be one like https://bots.example: a scheme and a name, with a port where it is another than the usual, and nothing after it.`,
    );
  if (url.hostname.endsWith('.') || LOOPBACK.has(url.hostname))
    refuse(
      'public-url',
      `The public address ${url.origin} names ${url.hostname.endsWith('.') ? 'a host with a dot at its end' : 'this machine, which is answered anyway'}. Say what stands in a browser that comes from elsewhere, or leave it out.`,
    );
  if (url.protocol === 'http:' && !insecureHttp)
    refuse(
      'public-url',
      `Over ${url.origin} passwords could be read on their way. Use https (docs/deploy.md), or say --insecure-http, for a network that is yours alone.`,
    );
  return url;
}

function trustedOf(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(proxy) ?? [];
    const family = { 4: 'ipv4', 6: 'ipv6' }[isIP(address)] as 'ipv4' | 'ipv6' | undefined;
    const most = family === 'ipv4' ? 32 : 128;
    if (family === undefined || (length !== undefined && (Number(length) < 8 || Number(length) > most)))
      refuse(
        'trust-proxy',
        `--trust-proxy ${proxy.slice(0, 60)} must be the address of a proxy, such as 127.0.0.1, or a network of them, such as 10.0.0.0/8.`,
      );
    else list.addSubnet(address, length === undefined ? most : Number(length), family);
  }
  return list;
}

function refuse(field: string, message: string): never {
  throw new FlotillaError('USAGE', message, { field });
}
