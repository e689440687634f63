import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { Faults } from './faults/faults.js';
import type { WebSocket } from 'ws';
import { Link } from './link.js';
import { Sockets } from './sockets.js';

/** A connection that keeps what was done to it. */
function connection(sockets: Sockets): { done: string[]; socket: EventEmitter } {
  const done: string[] = [];
  const socket = new EventEmitter();
  const link = {
    kind: 'market',
    openedAt: Date.now(),
    backlog: 0,
    ping: () => done.push('ping'),
    cut: () => done.push('cut'),
    close: (code: number) => done.push(`close ${code}`),
  };
  sockets.add(socket as unknown as WebSocket, link as unknown as Link);
  return { done, socket };
}

t.test('a connection is pinged, and closed when it is a day old', async (t) => {
  const sockets = new Sockets({ pingMs: 15, maxAgeMs: 100 });
  t.teardown(() => sockets.close());
  const { done, socket } = connection(sockets);
  await sleep(60);
  t.match(done[0], 'ping');
  t.notMatch(done.join(), 'close');
  await sleep(100);
  t.match(done.join(), 'close 1001');
  socket.emit('close');
  t.equal(sockets.size, 0);
});

t.test('only a pong with the payload of a ping keeps a connection alive; others count as messages', (t) => {
  const done: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    ping: (payload: string) => done.push(`ping ${payload}`),
    close: (code: number) => done.push(`close ${code}`),
  });
  const link = new Link({
    socket: socket as unknown as WebSocket,
    kind: 'market',
    faults: new Faults(),
    messagesPerSecond: () => 5,
    holdPayload: () => null,
  });
  link.onPong = () => done.push('alive');
  link.ping('17');
  socket.emit('pong', Buffer.from('16'));
  t.same(done, ['ping 17']);
  socket.emit('pong', Buffer.from('17'));
  socket.emit('pong', Buffer.from(''));
  t.same(done, ['ping 17', 'alive'], 'the second, empty one of some clients is let pass');
  for (let sent = 0; sent < 5; sent += 1) socket.emit('pong', Buffer.from(''));
  t.same(done.at(-1), 'close 1008');
  t.end();
});
