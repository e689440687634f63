import t from 'tap';
import { connectLockstep } from './lockstep-client.js';
import { socketVenue, until } from './binance/testing/servers.js';

t.test('a bot registers, settles, and hears when the connection ends', async (t) => {
  const venue = await socketVenue(t);
  venue.onMessage = (message, socket) => {
    if (message.type === 'register') socket.send(JSON.stringify({ type: 'registered', lockStep: true }));
  };
  const control = venue.url.replace('ws:', 'http:');
  const lockstep = await connectLockstep({ control, bot: 'btc-dip', account: 'key' });
  t.equal(lockstep.lockStep, true);
  lockstep.settled(7);
  await until('it is settled', () => venue.received.length === 2);
  t.same(venue.received, [
    { type: 'register', bot: 'btc-dip', account: 'key' },
    { type: 'settled', bot: 'btc-dip', account: 'key', lastEvent: 7 },
  ]);
  let ended = 0;
  lockstep.onClose(() => ended++);
  venue.sockets[0]!.terminate();
  await until('it was told', () => ended === 1);
  lockstep.settled(8);
});

t.test('its own close is not told as an end', async (t) => {
  const venue = await socketVenue(t);
  venue.onMessage = (_message, socket) =>
    socket.send(JSON.stringify({ type: 'registered', lockStep: false }));
  const lockstep = await connectLockstep({
    control: venue.url.replace('ws:', 'http:'),
    bot: 'b',
    account: 'a',
  });
  lockstep.onClose(() => t.fail('told'));
  lockstep.close();
  await until('it is closed', () => venue.sockets[0]!.readyState === 3);
});

t.test('a control address where nobody answers is an error that names it', async (t) => {
  await t.rejects(connectLockstep({ control: 'http://127.0.0.1:9', bot: 'b', account: 'a' }), {
    message: /http:\/\/127.0.0.1:9/,
  });
});
