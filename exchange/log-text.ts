import { inspect } from 'node:util';
import { redact } from './binance/errors.js';

/**
 * What a process writes of a failure to its own log: without signatures and keys, and so that no text of an exchange, a
 * file or a request can pass for an entry of its own: one entry begins at the left edge, with its time, and nothing else.
 */
export function logText(time: number, error: unknown): string {
  const text = redact(typeof error === 'string' ? error : inspect(error))
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ')
    .replaceAll('\n', '\n    ');
  return `${new Date(time).toISOString()} ${text}`;
}
