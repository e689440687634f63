/** API keys and signatures, HMAC, Ed25519 and RSA (BINANCE.md 2.1). Authentication runs on the wall clock, whatever the market's time. */
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { PaperError } from '../engine/types.js';
import type { Account, Accounts } from './accounts.js';
import { mandatory, type Sent } from './params.js';

const MAX_RECV_WINDOW = 60_000;

/** Who asks, and from where. */
export interface Caller {
  readonly key: string | undefined;
  readonly address: string;
}

/** `trades`: whether the request changes something. Errors: -2014, -2015. */
export function accountOfKey(
  accounts: Accounts,
  { key, address }: Caller,
  trades: boolean,
  now: number,
): Account {
  if (key === undefined || !/^[a-zA-Z0-9]{1,128}$/.test(key))
    throw new PaperError(-2014, 'API-key format invalid.');
  const account = accounts.withKey(key);
  if (account === null || !mayAsk(account, address, trades, now))
    throw new PaperError(-2015, 'Invalid API-key, IP, or permissions for action.');
  return account;
}

function mayAsk(account: Account, address: string, trades: boolean, now: number): boolean {
  if (account.expires !== undefined && now >= account.expires) return false;
  if (account.addresses !== undefined && !account.addresses.includes(address)) return false;
  return !(trades && account.readOnly === true);
}

/** What was signed: query and body as sent, joined without a separator, without the signature. */
export function signedText(query: string, body: string): string {
  return withoutSignature(query) + withoutSignature(body);
}

function withoutSignature(text: string): string {
  if (!text.includes('signature=')) return text;
  return text
    .split('&')
    .filter((pair) => !pair.startsWith('signature='))
    .join('&');
}

/** What the WebSocket API signs: all parameters but the signature, sorted by name. */
export function signedParams(sent: Sent): string {
  return [...sent]
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Errors: -1021, -1022, -1100, -1102, -1131. */
export function checkSigned(account: Account, sent: Sent, text: string, now: number): void {
  const timestamp = readTimestamp(sent);
  const recvWindow = readRecvWindow(sent);
  const signature = sent.get('signature');
  if (!signature) throw mandatory('signature');
  if (!isSignedBy(account, text, signature))
    throw new PaperError(-1022, 'Signature for this request is not valid.');
  requireInTime(timestamp, recvWindow, now);
}

/** Of a request that needs no signature, because its session was logged on. Errors: -1021, -1100, -1102, -1131. */
export function checkTime(sent: Sent, now: number): void {
  requireInTime(readTimestamp(sent), readRecvWindow(sent), now);
}

function requireInTime(timestamp: number, recvWindow: number, now: number): void {
  if (timestamp >= now + 1_000)
    throw new PaperError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  if (now - timestamp > recvWindow)
    throw new PaperError(-1021, 'Timestamp for this request is outside of the recvWindow.');
}

function isSignedBy({ secret, publicKey }: Account, text: string, signature: string): boolean {
  if (publicKey === undefined) {
    const expected = createHmac('sha256', secret).update(text).digest();
    const given = Buffer.from(signature, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
  const key = createPublicKey(publicKey);
  const digest = key.asymmetricKeyType === 'rsa' ? 'sha256' : null;
  // A plus sign that was not percent-encoded has become a space.
  return verify(digest, Buffer.from(text), key, Buffer.from(signature.replaceAll(' ', '+'), 'base64'));
}

/** Microseconds are told by their length. */
function readTimestamp(sent: Sent): number {
  const text = sent.get('timestamp');
  if (!text) throw mandatory('timestamp');
  if (!/^[0-9]{1,20}$/.test(text))
    throw new PaperError(
      -1100,
      "Illegal characters found in parameter 'timestamp'; legal range is '^[0-9]{1,20}$'.",
    );
  const value = Number(text);
  return text.length >= 16 ? value / 1_000 : value;
}

/** 5 s where none, or none that can be read, was sent. */
export function recvWindowOf(sent: Sent): number {
  const value = Number(sent.get('recvWindow'));
  return value > 0 && value <= MAX_RECV_WINDOW ? value : 5_000;
}

function readRecvWindow(sent: Sent): number {
  const text = sent.get('recvWindow');
  if (text === undefined) return 5_000;
  if (!/^[0-9]{1,5}(\.[0-9]{1,3})?$/.test(text))
    throw new PaperError(
      -1100,
      "Illegal characters found in parameter 'recvWindow'; legal range is '^[0-9]{1,5}(\\.[0-9]{1,3})?$'.",
    );
  const value = Number(text);
  if (value > MAX_RECV_WINDOW) throw new PaperError(-1131, 'recvWindow must be less than 60000');
  return value;
}
