import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { createOrderTransport } from './order-transport.js';
import { until } from './testing/servers.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

/** A server of bytes: what it was sent, and what it does with each request. */
async function byteServer(t: Test, answer: (socket: Socket, request: string) => void) {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      requests.push(bytes.toString());
      answer(socket, bytes.toString());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const rest = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createOrderTransport({ rest, timeoutMs: 5_000 });
  t.teardown(() => {
    transport.close();
    server.close();
  });
  return { transport, sockets, requests };
}

t.test('requests one after the other go over one socket, at the same time over several', async (t) => {
  const { transport, sockets, requests } = await byteServer(t, (socket) => socket.write(OK));
  process.on('warning', (warning) => t.fail(warning.message));
  for (let i = 0; i < 30; i += 1) {
    const reply = await transport.request('POST', `/api/v3/order?n=${i}`, { 'X-MBX-APIKEY': 'key' });
    t.match(reply, { status: 200, body: '{}' });
  }
  t.equal(sockets.length, 1);
  t.match(requests[2], /^POST \/api\/v3\/order\?n=2 HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  t.match(requests[2], /Content-Length: 0\r\nX-MBX-APIKEY: key\r\n\r\n$/);
  await Promise.all([transport.request('POST', '/a', {}), transport.request('POST', '/b', {})]);
  t.equal(sockets.length, 2);
});

t.test('a reply in pieces is one reply', async (t) => {
  const { transport } = await byteServer(t, (socket) => {
    socket.write(OK.slice(0, 20));
    setTimeout(() => socket.write(OK.slice(20)), 5);
  });
  t.match(await transport.request('POST', '/', {}), { status: 200, body: '{}' });
});

t.test('a socket that the server has closed, or spoken on unasked, carries no further request', async (t) => {
  const { transport, sockets } = await byteServer(t, (socket) => socket.write(OK));
  await transport.request('POST', '/', {});
  sockets[0]!.end();
  await once(sockets[0]!, 'close');
  await transport.request('POST', '/', {});
  t.equal(sockets.length, 2);
  sockets[1]!.write(OK);
  await once(sockets[1]!, 'close');
  t.match(await transport.request('POST', '/', {}), { status: 200 });
  t.equal(sockets.length, 3);
});

t.test('an idle socket is given up before the server closes it', async (t) => {
  const short = OK.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n');
  const { transport, sockets } = await byteServer(t, (socket) => socket.write(short));
  await transport.request('POST', '/', {});
  await until('the socket is closed', () => sockets[0]!.destroyed || sockets[0]!.readableEnded);
});

t.test('whatever happens, a request is written once', async (t) => {
  const { transport, requests } = await byteServer(t, (socket) => socket.destroy());
  await t.rejects(transport.request('POST', '/order', {}));
  t.equal(requests.length, 1);
});

t.test('a header with a line break is refused, and nothing is sent', async (t) => {
  const { transport, requests } = await byteServer(t, (socket) => socket.write(OK));
  await t.rejects(transport.request('POST', '/', { 'X-MBX-APIKEY': 'a\r\nHost: b' }), /cannot be sent/);
  t.equal(requests.length, 0);
});
