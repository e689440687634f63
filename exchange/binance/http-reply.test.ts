import t from 'tap';
import { readReply } from './http-reply.js';

const PLAIN =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-MBX-Used-Weight-1m: 7\r\nContent-Length: 14\r\n\r\n{"name":"né"}';
const CHUNKED =
  'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{"code\r\n8;x=1\r\n":-2010}\r\n0\r\n\r\n';

function read(text: string, ended = false) {
  return readReply(Buffer.from(text), ended);
}

t.test('a reply is whole exactly when its last byte is there', async (t) => {
  for (const text of [PLAIN, CHUNKED]) {
    const bytes = Buffer.from(text);
    for (let length = 0; length < bytes.length; length += 1)
      t.equal(readReply(bytes.subarray(0, length), false), null);
    t.equal(readReply(bytes, false)?.reusable, true);
  }
  t.match(read(PLAIN)?.reply, { status: 200, body: '{"name":"né"}' });
  t.equal(read(PLAIN)?.reply.headers['x-mbx-used-weight-1m'], '7');
  t.match(read(CHUNKED)?.reply, { status: 400, body: '{"code":-2010}' });
});

t.test('trailers, interim replies and replies without a body are read over', async (t) => {
  const trailers = CHUNKED.replace('0\r\n\r\n', '0\r\nDigest: x\r\n\r\n');
  t.match(read(trailers), { reply: { body: '{"code":-2010}' }, reusable: true });
  t.match(read(`HTTP/1.1 100 Continue\r\n\r\n${PLAIN}`)?.reply, { status: 200 });
  t.match(read('HTTP/1.1 204 No Content\r\n\r\n'), { reply: { status: 204, body: '' }, reusable: true });
});

t.test('a socket is used again only where the server keeps it open and has said nothing more', async (t) => {
  t.equal(read(`${PLAIN}x`)?.reusable, false);
  t.equal(read(PLAIN, true)?.reusable, false);
  t.equal(read(PLAIN.replace('200 OK', '200 OK\r\nConnection: close'))?.reusable, false);
  t.equal(read(PLAIN.replace('HTTP/1.1', 'HTTP/1.0'))?.reusable, false);
});

t.test('without a length the end of the connection is the end of the body', async (t) => {
  const text = 'HTTP/1.1 502 Bad Gateway\r\n\r\n<html>';
  t.equal(read(text), null);
  t.match(read(text, true), { reply: { status: 502, body: '<html>' }, reusable: false });
});

t.test('what can never be a reply, or ended too early, is an error', async (t) => {
  t.throws(() => read('SSH-2.0-x\r\n\r\n'), /not HTTP/);
  t.throws(() => read('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'), /length "-1"/);
  t.throws(
    () => read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
    /chunk without a length/,
  );
  for (const text of ['', 'HTTP/1.1 200', PLAIN.slice(0, -1), CHUNKED.slice(0, -2)])
    t.throws(() => read(text, true), /ended before the reply was whole/);
});
