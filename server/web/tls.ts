import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:https';
import { FlotillaError } from '../fleet/errors.js';

/** Files in PEM: the certificate with those between it and its authority, and its key. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Tls {
  readonly cert: string;
  readonly key: string;
  /** Wall ms at which browsers begin to refuse it. */
  readonly ends: number;
}

/** A renewed certificate serves within this time. */
const LOOK_EVERY_MS = 10_000;
const OTHERS_MAY_READ = 0o004;

/** Errors: USAGE for files that cannot be read, do not belong together, or for a key that anybody may read. */
export function readTls(files: TlsFiles): Tls {
  const cert = readPem(files.cert, 'cert');
  const key = readPem(files.key, 'key');
  if ((statSync(files.key).mode & OTHERS_MAY_READ) !== 0)
    throw refusal(
      'key',
      `${files.key} may be read by every user of this machine; a key is its owner's alone. Run: chmod o= ${files.key}`,
    );
  const leaf = parsed(files.cert, 'cert', 'certificate', () => new X509Certificate(cert));
  const secret = parsed(files.key, 'key', 'private key without a passphrase', () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(secret))
    throw refusal('key', `${files.key} is not the key of the certificate in ${files.cert}.`);
  return { cert, key, ends: Date.parse(leaf.validTo) };
}

function readPem(file: string, which: keyof TlsFiles): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refusal(which, `${file} cannot be read: ${(error as Error).message}.`);
  }
}

function parsed<Read>(file: string, which: keyof TlsFiles, what: string, read: () => Read): Read {
  try {
    return read();
  } catch {
    throw refusal(which, `${file} holds no ${what} (PEM).`);
  }
}

const refusal = (which: keyof TlsFiles, message: string): FlotillaError =>
  new FlotillaError('USAGE', message, { field: `tls-${which}` });

/**
 * Serves a renewed certificate without a restart. Renewal writes one file after the other: until both fit, and for as
 * long as they cannot be read, the one before is served, and that is said once. Answers with what ends the looking.
 */
export function keepTls(
  server: Server,
  files: TlsFiles,
  say: (sentence: string) => void,
  everyMs = LOOK_EVERY_MS,
): () => void {
  let served = stampOf(files);
  let failing: { stamp: string; times: number } | null = null;
  const look = (): void => {
    const stamp = stampOf(files);
    if (stamp === served) return;
    try {
      const { cert, key } = readTls(files);
      server.setSecureContext({ cert, key });
      served = stamp;
      failing = null;
    } catch (error) {
      const times = failing?.stamp === stamp ? failing.times + 1 : 1;
      failing = { stamp, times };
      // The first look may fall between the two files.
      if (times === 2) say(`The renewed certificate is not served: ${(error as Error).message}`);
    }
  };
  const timer = setInterval(look, everyMs).unref();
  return () => clearInterval(timer);
}

/** Another text whenever one of the files was written or replaced; links are followed. */
function stampOf({ cert, key }: TlsFiles): string {
  return [cert, key]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
      return stat === undefined ? '-' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
    })
    .join(' ');
}
