/** API keys and HMAC signatures (BINANCE.md 2.1). Authentication runs on the wall clock, whatever the market's time. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { PaperError } from '../engine/types.js';
import type { Account, Accounts } from './accounts.js';
import { mandatory, type Sent } from './params.js';

const MAX_RECV_WINDOW = 60_000;

/** Errors: -2014, -2015. */
export function accountOfKey(accounts: Accounts, key: string | undefined): Account {
  if (key === undefined || !/^[a-zA-Z0-9]{1,128}$/.test(key))
    throw new PaperError(-2014, 'API-key format invalid.');
  const account = accounts.withKey(key);
  if (account === null) throw new PaperError(-2015, 'Invalid API-key, IP, or permissions for action.');
  return account;
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
  const expected = createHmac('sha256', account.secret).update(text).digest();
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new PaperError(-1022, 'Signature for this request is not valid.');
  if (timestamp >= now + 1_000)
    throw new PaperError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  if (now - timestamp > recvWindow)
    throw new PaperError(-1021, 'Timestamp for this request is outside of the recvWindow.');
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
