/** One HTTP/1.1 reply out of the bytes of a kept-alive socket (RFC 9112). */
import type { Reply } from './transport.js';

export interface ReadReply {
  readonly reply: Reply;
  /** Whether the socket may carry another request: the server keeps it open, and has sent nothing beyond the reply. */
  readonly reusable: boolean;
}

const HEAD_END = '\r\n\r\n';
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;

/**
 * Null while the reply is not whole; `ended` says that nothing more will come. Errors: a sentence when these bytes can
 * never become a reply, or ended too early.
 */
export function readReply(bytes: Buffer, ended: boolean): ReadReply | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return ended ? tooEarly() : null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const found = STATUS_LINE.exec(first);
  if (found === null) throw new Error('the reply is not HTTP');
  const status = Number(found[2]);
  const rest = bytes.subarray(headEnd + HEAD_END.length);
  // 100 Continue and its like announce the reply.
  if (status < 200) return readReply(rest, ended);
  const headers = headersOf(lines);
  const body = bodyOf(rest, status, headers, ended);
  if (body === null) return ended ? tooEarly() : null;
  const persistent = found[1] === '1' && !/\bclose\b/i.test(headers['connection'] ?? '');
  return {
    reply: { status, headers, body: body.text },
    reusable: persistent && !ended && body.length === rest.length,
  };
}

function tooEarly(): never {
  throw new Error('the connection ended before the reply was whole');
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

interface Body {
  readonly text: string;
  /** How many bytes of the socket it took. */
  readonly length: number;
}

function bodyOf(
  rest: Buffer,
  status: number,
  headers: Readonly<Record<string, string>>,
  ended: boolean,
): Body | null {
  if (status === 204 || status === 304) return { text: '', length: 0 };
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return chunked(rest);
  const stated = headers['content-length'];
  // Without a length the end of the connection is the end of the body.
  if (stated === undefined) return ended ? { text: rest.toString('utf8'), length: rest.length } : null;
  const length = Number(stated);
  if (!/^\d+$/.test(stated)) throw new Error(`the reply states the length "${stated}"`);
  return rest.length < length ? null : { text: rest.toString('utf8', 0, length), length };
}

function chunked(rest: Buffer): Body | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = /^([0-9a-f]{1,8})\s*(;|$)/i.exec(rest.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) throw new Error('the reply has a chunk without a length');
    const from = lineEnd + 2;
    const to = from + parseInt(size, 16);
    if (to === from) return lastChunk(rest, chunks, from);
    if (rest.length < to + 2) return null;
    chunks.push(rest.subarray(from, to));
    at = to + 2;
  }
}

/** After the last chunk come trailers, mostly none, and an empty line. */
function lastChunk(rest: Buffer, chunks: readonly Buffer[], from: number): Body | null {
  const text = () => Buffer.concat(chunks).toString('utf8');
  if (rest.toString('latin1', from, from + 2) === '\r\n') return { text: text(), length: from + 2 };
  const end = rest.indexOf(HEAD_END, from);
  return end < 0 ? null : { text: text(), length: end + HEAD_END.length };
}
