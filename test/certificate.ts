/** A certificate that signs itself, made when a test needs one: no key lies in the repository. X.690 by hand. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const DAY_MS = 86_400_000;
const [INTEGER, BITS, OCTETS, OID, UTF8, TIME, SEQUENCE, SET] = [
  0x02, 0x03, 0x04, 0x06, 0x0c, 0x17, 0x30, 0x31,
];

/** One element of DER: its tag, its length, its content. */
function der(tag: number, ...content: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((each) => (typeof each === 'string' ? Buffer.from(each) : each)));
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const oid = (hex: string): Buffer => der(OID, Buffer.from(hex, 'hex'));
const ECDSA_WITH_SHA256 = der(SEQUENCE, oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const ALTERNATIVE_NAMES = oid('551d11');

/** `991231235959Z`, as X.509 writes times before 2050. */
function time(ms: number): Buffer {
  return der(TIME, `${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`);
}

function pem(what: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${what}-----\n${lines}\n-----END ${what}-----\n`;
}

/** A certificate for 127.0.0.1 and these names, and its key, as PEM. `days`: how long it holds; it began yesterday. */
export function selfSigned(names: readonly string[], days = 30): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const [subject = 'test'] = names;
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, subject))));
  const loopback = der(0x87, Buffer.from([127, 0, 0, 1]));
  const alternatives = der(SEQUENCE, ...names.map((each) => der(0x82, each)), loopback);
  const now = Date.now();
  const unsigned = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    der(SEQUENCE, time(now - 2 * DAY_MS), time(now + days * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTETS, alternatives)))),
  );
  const signature = sign('sha256', unsigned, privateKey);
  const bytes = der(SEQUENCE, unsigned, ECDSA_WITH_SHA256, der(BITS, Buffer.from([0]), signature));
  return {
    cert: pem('CERTIFICATE', bytes),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}
