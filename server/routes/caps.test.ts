import { readFileSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { capsFile } from '../../bot/files/caps-file.js';
import { readReservation, writeReservation } from '../../bot/files/reservations.js';
import { CONFIG, testServer, writeConfig } from '../testing.js';
import { folderOf } from '../../test/folder.js';

/** Two bots with 1,000 USDT each, and 300 of a bot that is gone. */
async function serving(t: Test) {
  const data = folderOf(t);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const set = { venue: 'paper', account: 'paper', symbol: 'BTCUSDT', asset: 'USDT', at: Date.UTC(2024, 0) };
  for (const id of ['mine', 'theirs']) {
    writeConfig(data, { ...CONFIG, id, name: `Bot ${id}` });
    await server.store.refresh(id);
    await writeReservation(data, { ...set, id, amount: '1000' });
  }
  await writeReservation(data, { ...set, id: 'gone', amount: '300' });
  const tina = await server.signIn('tina', 'trader');
  await server.owners.set('mine', { owner: tina.user.id });
  const send = (fields: Record<string, string>, headers: Record<string, string> = {}, url = '/caps') =>
    server.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'hx-request': 'true', ...headers },
      payload: String(new URLSearchParams(fields)),
    });
  return { ...server, data, send, tina };
}

const EXCEEDED =
  '2,300.00 USDT are set aside already, 300.00 more than fleet.USDT=2000 allows: mine 1,000.00, theirs 1,000.00, gone 300.00. What they hold stays, and is protected and sold as ever; who does not fit under the cap buys nothing until it does.';

t.test('caps are set and taken away by the API, all or nothing, and written down', async (t) => {
  const { app, data, fleet } = await serving(t);
  const patch = (payload: object) => app.inject({ method: 'PATCH', url: '/api/caps', payload });
  const set = await patch({
    symbols: { BTCUSDT: '2500' },
    accounts: { paper: { USDT: '5000' } },
    fleet: { USDT: '2000' },
  });
  t.equal(set.statusCode, 200, set.body);
  t.same(set.json().caps, [
    { key: 'fleet.USDT', used: '2300', limit: '2000', left: '0', exceeded: EXCEEDED },
    { key: 'accounts.paper.USDT', used: '2300', limit: '5000', left: '2700', exceeded: null },
    { key: 'symbols.BTCUSDT', used: '2300', limit: '2500', left: '200', exceeded: null },
  ]);
  t.match(set.json().accounts, [
    { account: 'paper', asset: 'USDT', total: null, reserved: '2300', free: null },
  ]);
  const theirs = (await readReservation(data, 'theirs'))!;
  await writeReservation(data, { ...theirs, parked: { ETHUSDT: '600' } });
  await patch({ symbols: { ETHUSDT: '500' } });
  const moved = await app.inject('/api/caps');
  t.match(
    moved.json().caps.slice(2),
    [
      { key: 'symbols.BTCUSDT', used: '1700', left: '800' },
      { key: 'symbols.ETHUSDT', used: '600', left: '0', exceeded: /100.00 more than.*: theirs 600.00/ },
    ],
    'what is parked counts where the coins are',
  );
  t.match(
    (await app.inject({ url: '/caps', headers: { accept: 'text/html' } })).body,
    /of it .*600.00.* in ETHUSDT/,
  );
  await patch({ symbols: { ETHUSDT: null } });
  await writeReservation(data, theirs);
  const file = readFileSync(capsFile(data), 'utf8');
  for (const wrong of [{ fleet: { USDT: 'much' } }, { fleet: { USDT: '9', usdt: '1' } }, { all: {} }]) {
    const refused = await patch(wrong);
    t.equal(refused.statusCode, 422, refused.body);
    t.equal(readFileSync(capsFile(data), 'utf8'), file, 'nothing is changed');
  }
  t.match((await patch({ fleet: { USDT: null } })).json().caps[0], { key: 'fleet.USDT', limit: null });
  const entries = await fleet.audit.list({ action: 'fleet.caps' }, 10);
  t.match(entries[0], {
    user: 'tester',
    outcome: 'done',
    details: { changes: [{ key: 'fleet.USDT', before: '2000', after: null }] },
  });
});

t.test(
  'who is no admin sees caps and what is set aside for bots that they see, and changes nothing',
  async (t) => {
    const { app, data, send, tina, signIn, owners } = await serving(t);
    const { headers } = tina;
    await app.inject({ method: 'PATCH', url: '/api/caps', payload: { fleet: { USDT: '2000' } } });
    const seenBy = async (headers: Record<string, string>) =>
      (await app.inject({ url: '/api/caps', headers })).json();
    const seen = await seenBy(headers);
    t.same(
      seen.reservations.map(({ id }: { id: string }) => id),
      ['mine'],
    );
    t.match(seen.caps[0], { key: 'fleet.USDT', used: '1000', limit: '2000', left: null });
    t.match(seen.caps[0].exceeded, /^More is set aside by all bots together than fleet\.USDT=2000 allows/);
    t.match(
      seen.accounts,
      [{ account: 'paper', reserved: '2300' }],
      'on the practice account that they trade on',
    );
    const page = await app.inject({ url: '/caps', headers });
    t.match(page.body, 'Bot mine');
    t.notMatch(page.body, /theirs<|gone|action="\/caps"|1,300/);

    const [vera, tom] = [await signIn('vera', 'viewer'), await signIn('tom', 'trader')];
    await owners.set('mine', { shared: [vera.user.id, tom.user.id] });
    for (const { headers } of [vera, tom]) {
      const shared = await seenBy(headers);
      t.match(shared.caps[0], { used: '1000', left: null });
      t.same(shared.accounts, [], 'who trades nothing there sees nothing of what the account holds');
      t.notMatch((await app.inject({ url: '/caps', headers })).body, /2,300|1,300/);
      t.match((await app.inject({ url: '/api/account', headers })).json(), { accounts: [{ isOpen: false }] });
    }
    for (const answer of [
      await app.inject({ method: 'PATCH', url: '/api/caps', headers, payload: { fleet: { USDT: '1' } } }),
      await app.inject({ method: 'DELETE', url: '/api/caps/reservations/gone', headers }),
      await send({ key: 'fleet.USDT', amount: '1' }, headers),
      await send({}, headers, '/caps/release/gone'),
    ])
      t.equal(answer.statusCode, 403);
    t.match(await readReservation(data, 'gone'), { amount: '300' });
  },
);

t.test('a mistake stands at its field, with what was typed', async (t) => {
  const { send, data, app } = await serving(t);
  const wrong: readonly [Record<string, string>, RegExp][] = [
    [{ key: 'fleet.us-dt', amount: '77' }, /id="e-key">An asset has upper-case/],
    [{ key: 'everything', amount: '77' }, /id="e-key">Is no cap; give symbols.BTCUSDT/],
    [{ key: 'fleet.USDT', amount: '7,7' }, /id="e-amount">/],
    [{ key: 'fleet.USDT', amount: '' }, /id="e-amount">/],
  ];
  for (const [fields, sentence] of wrong) {
    const answer = await send(fields);
    t.equal(answer.statusCode, 422);
    t.match(answer.body, sentence);
    t.match(answer.body, `value="${fields['key']}"`);
  }
  t.equal((await send({ key: 'fleet.USDT', amount: '5000' })).headers.location, '/caps?said=set');
  t.match((await app.inject('/caps')).body, /5,000\.00[^]*2,700\.00/);
  await send({ key: 'fleet.USDT', amount: '2000' });
  t.match((await app.inject('/caps?said=set')).body, EXCEEDED, 'a cap below what is set aside');
  await send({ key: 'fleet.USDT', amount: '5000', act: 'remove' });
  t.notMatch(readFileSync(capsFile(data), 'utf8'), /5000/);
  writeFileSync(capsFile(data), '{ "fleet": 7 }');
  const damaged = await app.inject('/caps');
  t.equal(damaged.statusCode, 409);
  t.match(damaged.body, /caps.json:1:/);
  t.notMatch(damaged.body, data, 'no folder of the machine');
});

t.test('what a bot that is gone left is given back by an admin, and written down', async (t) => {
  const { app, data, send, fleet } = await serving(t);
  t.match((await app.inject('/caps')).body, /action="\/caps\/release\/gone"/);
  t.equal((await send({}, {}, '/caps/release/gone')).headers.location, '/caps?said=released');
  t.equal(await readReservation(data, 'gone'), null);
  const again = await app.inject({ method: 'DELETE', url: '/api/caps/reservations/gone' });
  t.match(again.json(), { error: { code: 'NO_RESERVATION' } });
  t.match(await fleet.audit.list({ action: 'fleet.release' }, 10), [
    { about: 'gone', outcome: 'failed' },
    { about: 'gone', outcome: 'done' },
  ]);
});
