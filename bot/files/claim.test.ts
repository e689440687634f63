/** What a claim writes and says, by whose bot it is and where its coins are. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../../test/folder.js';
import type { BotState } from '../../core/state.js';
import { Reserver } from '../reserver.js';
import { changeCaps } from './caps-file.js';
import { claim, type ClaimDeps } from './claim.js';
import type { Wish } from './partition.js';
import { readReservation, writeReservation } from './reservations.js';

const deps: ClaimDeps = {
  inTurn: (work) => work(),
  total: async () => '9999',
  isHeld: async () => true,
};

const WHERE = { venue: 'paper', account: 'paper', symbol: 'BTCUSDT', asset: 'USDT' };
const WISH: Wish = {
  ...{ ...WHERE, id: 'mine' },
  ...{ amount: '1000', held: '600', wanted: '400' },
};

/** A cap of 1,500 on the fleet, of which somebody else's bot has 900. */
async function folderWith(t: Test, owner: string | null): Promise<string> {
  const data = folderOf(t);
  await changeCaps(data, [{ key: 'fleet.USDT', amount: '1500' }]);
  await writeReservation(data, { ...WHERE, id: 'theirs', amount: '900', at: 0 });
  const owned = { mine: { owner, shared: [] }, theirs: { owner: 'u-other', shared: [] } };
  writeFileSync(join(data, 'owners.json'), JSON.stringify({ bots: owned }));
  const users = [
    { id: 'u-trader', role: 'trader' },
    { id: 'u-admin', role: 'admin' },
  ];
  writeFileSync(join(data, 'users.json'), JSON.stringify({ users }));
  return data;
}

t.test("a cap's refusal has numbers of others for admins alone", async (t) => {
  const code = async (owner: string | null, more: Partial<ClaimDeps> = {}) =>
    (await claim(await folderWith(t, owner), { ...WISH, held: '0' }, { ...deps, ...more })).denied?.code;
  t.equal(await code('u-trader'), 'cap-others');
  t.equal(await code('u-nobody'), 'cap-others');
  t.equal(await code('u-admin'), 'cap');
  t.equal(await code(null), 'cap');
  t.equal(await code('u-trader', { discreet: false }), 'cap', 'an admin starts it');
  t.equal(await code(null, { discreet: true }), 'cap-others');
  const unknown = await folderWith(t, 'u-admin');
  writeFileSync(join(unknown, 'users.json'), 'damaged');
  t.equal((await claim(unknown, WISH, deps)).denied?.code, 'cap-others');
});

t.test('what is parked is written down by symbol, and again once it is sold', async (t) => {
  const data = folderOf(t);
  let parked: Record<string, unknown> = { ETHUSDT: { books: { cost: '600', cash: '0' } } };
  const told: unknown[] = [];
  const state = (): BotState =>
    ({
      ...{
        books: { cost: '0', cash: '400' },
        parked,
        price: null,
        reservation: { amount: '1000', denied: null },
      },
      settings: { budget: '1000', instrument: { quote: 'USDT' } },
    }) as unknown as BotState;
  const config = { id: 'mine', venue: 'paper', symbol: 'BTCUSDT', budget: '1000', plan: { name: 'single' } };
  let working = Promise.resolve();
  const exchange = { balances: async () => [{ asset: 'USDT', free: '9999', locked: '0' }] };
  const reserver = new Reserver(data, exchange as never, {
    config: () => config as never,
    state,
    tell: (reservation) => told.push(reservation),
    track: (work) => (working = work()),
  });
  t.teardown(() => reserver.close());
  await reserver.begin();
  t.match(await readReservation(data, 'mine'), { amount: '1000', parked: { ETHUSDT: '600' } });
  parked = { ETHUSDT: { books: { cost: '600', cash: '0' }, phase: 'exiting' } };
  reserver.look();
  t.equal(told.length, 1, 'nothing is asked where as much is there as before');
  parked = {};
  reserver.look();
  await working;
  const after = await readReservation(data, 'mine');
  t.equal(after?.parked, undefined);
  t.equal(told.length, 2);
});
