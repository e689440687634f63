/**
 * Money is conserved over the wire, whatever is asked and whenever the exchange dies: what an account has is what it was
 * given and what its trades and commissions made of it; nothing is ever negative; what is locked is what open orders
 * hold. `PAPER_SEED=7` runs that seed alone.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ZERO, dec, max, text, type Decimal } from '../core/decimal.js';
import {
  Dice,
  SYMBOLS,
  randomOrder,
  randomPair,
  randomWorking,
} from '../exchange/paper/engine/testing-random.js';
import { client, klineFile } from '../exchange/paper/wire/test-client.js';
import { bundle, kill, run } from '../exchange/paper/wire/test-process.js';
import type { PaperAddress } from '../exchange/venues.js';
import { folderOf } from './folder.js';

const START = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;
const LIVES = 3;
const ROUNDS = 14;
const SEEDS = process.env.PAPER_SEED === undefined ? [1, 2] : [Number(process.env.PAPER_SEED)];
const DEPOSIT = { USDT: '2000', BTC: '10', ETH: '10', BNB: '5' };

type Fields = Record<string, string | number | boolean>;
interface Ask {
  readonly method: string;
  readonly path: string;
  readonly fields: Fields;
}
interface Owner {
  readonly address: PaperAddress;
  readonly given: Map<string, Decimal>;
}

/** About a hundred, up and down by some per cent. */
function wander(count: number, seed: number): number[][] {
  const dice = new Dice(seed);
  let price = 100;
  return Array.from({ length: count }, () => {
    const open = price;
    price = Number(Math.min(110, Math.max(90, price + (dice.roll() - 0.5) * 8)).toFixed(1));
    const [up, down] = [dice.roll() * 3, dice.roll() * 3].map((each) => Number(each.toFixed(1)));
    const high = Number((Math.max(open, price) + up!).toFixed(1));
    return [open, high, Number((Math.min(open, price) - down!).toFixed(1)), price];
  });
}

function plain(object: object, prefix = ''): Fields {
  const named = (name: string): string =>
    prefix === '' ? name : prefix + name[0]!.toUpperCase() + name.slice(1);
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [named(name), value as string]));
}

const AROUND = { price: () => '100' };

function randomAsk(dice: Dice): Ask {
  const { symbol } = dice.pick(SYMBOLS);
  const post = (path: string, fields: Fields): Ask => ({ method: 'POST', path, fields });
  const quantity = (Math.ceil(dice.roll() * 200) / 100).toFixed(2);
  const pair = (): Fields => {
    const { side, above, below } = randomPair(dice, AROUND, symbol);
    return { side, ...plain(above, 'above'), ...plain(below, 'below') };
  };
  const kind = dice.roll();
  if (kind < 0.5) return post('/api/v3/order', plain(randomOrder(dice)));
  if (kind < 0.65) return post('/api/v3/orderList/oco', { symbol, quantity, ...pair() });
  if (kind < 0.75) {
    const { symbol: on, newClientOrderId: _, selfTradePreventionMode: __, ...pending } = randomOrder(dice);
    const working = plain(randomWorking(dice), 'working');
    return post('/api/v3/orderList/oto', { symbol: on, ...working, ...plain(pending, 'pending') });
  }
  if (kind < 0.82) {
    const { side, above, below } = randomPair(dice, AROUND, symbol);
    const legs = { ...plain(above, 'pendingAbove'), ...plain(below, 'pendingBelow') };
    const working = plain(randomWorking(dice), 'working');
    return post('/api/v3/orderList/otoco', {
      symbol,
      ...working,
      pendingSide: side,
      pendingQuantity: quantity,
      ...legs,
    });
  }
  const orderId = Math.ceil(dice.roll() * 60);
  if (kind < 0.88) return { method: 'DELETE', path: '/api/v3/order', fields: { symbol, orderId } };
  if (kind < 0.92)
    return {
      method: 'PUT',
      path: '/api/v3/order/amend/keepPriority',
      fields: { symbol, orderId, newQty: '0.2' },
    };
  if (kind < 0.97)
    return post('/api/v3/order/cancelReplace', {
      ...plain(randomOrder(dice)),
      ...{ cancelReplaceMode: dice.pick(['STOP_ON_FAILURE', 'ALLOW_FAILURE']), cancelOrderId: orderId },
    });
  return { method: 'DELETE', path: '/api/v3/openOrders', fields: { symbol } };
}

/** One parameter gone, garbled or too many. */
function spoil(dice: Dice, { method, path, fields }: Ask): Ask {
  if (dice.chance(0.8)) return { method, path, fields };
  const name = dice.pick(Object.keys(fields));
  const broken = dice.pick([
    '',
    '1e5',
    '-1',
    'NaN',
    '0.1234567891234',
    '999999999999999999999',
    "'; --",
    undefined,
  ]);
  const { [name]: _, ...others } = fields;
  if (broken === undefined)
    return { method, path, fields: dice.chance(0.5) ? others : { ...fields, unknown: 1 } };
  return { method, path, fields: { ...others, [name]: broken } };
}

async function balances(owner: Owner) {
  const { body } = await client(owner.address).signed('GET', '/api/v3/account', { omitZeroBalances: true });
  return body.balances as { asset: string; free: string; locked: string }[];
}

/** What is wrong with the books of one account. */
async function violations(owner: Owner, name: string): Promise<string[]> {
  const api = client(owner.address);
  const total = new Map(owner.given);
  const add = (asset: string, amount: Decimal) => total.set(asset, (total.get(asset) ?? ZERO).plus(amount));
  for (const { symbol, baseAsset, quoteAsset } of SYMBOLS)
    for (let fromId = 0; ;) {
      const { body } = await api.signed('GET', '/api/v3/myTrades', { symbol, fromId, limit: 1000 });
      for (const trade of body) {
        const sign = trade.isBuyer ? 1 : -1;
        add(baseAsset, dec(trade.qty).times(sign));
        add(quoteAsset, dec(trade.quoteQty).times(-sign));
        add(trade.commissionAsset, dec(trade.commission).neg());
      }
      if (body.length < 1000) break;
      fromId = body.at(-1).id + 1;
    }
  const held = await lockedOf(owner);
  const found: string[] = [];
  const known = await balances(owner);
  const of = (asset: string) =>
    known.find((each) => each.asset === asset) ?? { asset, free: '0', locked: '0' };
  for (const asset of new Set([...total.keys(), ...known.map((each) => each.asset)])) {
    const { free, locked } = of(asset);
    if (dec(free).lt(0) || dec(locked).lt(0)) found.push(`${name} ${asset}: ${free} free, ${locked} locked`);
    const expected = total.get(asset) ?? ZERO;
    if (!dec(free).plus(locked).eq(expected))
      found.push(`${name} ${asset}: ${free} + ${locked}, trades make ${text(expected)}`);
    const holds = held.get(asset) ?? ZERO;
    if (!holds.eq(locked)) found.push(`${name} ${asset}: ${locked} locked, open orders hold ${text(holds)}`);
  }
  return found;
}

/** A pair holds once for both: what the dearer leg needs. Who waits for a working order holds nothing. */
async function lockedOf(owner: Owner): Promise<Map<string, Decimal>> {
  const { body } = await client(owner.address).signed('GET', '/api/v3/openOrders');
  const groups = new Map<string, { asset: string; amount: Decimal }>();
  for (const order of body) {
    if (order.status === 'PENDING_NEW') continue;
    const info = SYMBOLS.find(({ symbol }) => symbol === order.symbol)!;
    const left = dec(order.origQty)
      .minus(order.executedQty)
      .minus(order.preventedQuantity ?? 0);
    const price = dec(order.price).eq(0) ? dec(order.stopPrice) : dec(order.price);
    const amount = order.side === 'BUY' ? price.times(left) : left;
    const group = order.orderListId === -1 ? `order ${order.orderId}` : `list ${order.orderListId}`;
    const asset = order.side === 'BUY' ? info.quoteAsset : info.baseAsset;
    groups.set(group, { asset, amount: max(groups.get(group)?.amount ?? ZERO, amount) });
  }
  const held = new Map<string, Decimal>();
  for (const { asset, amount } of groups.values()) held.set(asset, (held.get(asset) ?? ZERO).plus(amount));
  return held;
}

for (const seed of SEEDS)
  for (const profile of ['touch', 'book'] as const)
    t.test(`seed ${seed}, ${profile}: money is conserved over the wire and over kills`, async (t) => {
      const dir = folderOf(t);
      await mkdir(join(dir, 'klines'));
      for (const [index, { symbol }] of SYMBOLS.entries())
        await writeFile(
          join(dir, `klines/${symbol}-1m.csv`),
          klineFile(START, MINUTE, wander(300, seed * 10 + index)),
        );
      const program = await bundle(dir);
      const args = ['--folder', join(dir, 'data'), '--klines', join(dir, 'klines'), '--interval', '1m'];
      args.push('--speed', 'manual', '--profile', profile, '--deposit', 'USDT=2000,BTC=10,ETH=10,BNB=5');
      const dice = new Dice(seed);
      let { child, address } = await run(t, program, args);
      const given = () => new Map(Object.entries(DEPOSIT).map(([asset, amount]) => [asset, dec(amount)]));
      const second = (await client(address).control('POST', '/accounts', { id: 'b', deposit: DEPOSIT })).body;
      const keys = [
        { key: address.key, secret: address.secret },
        { key: second.key, secret: second.secret },
      ];
      const books = keys.map(given);
      const owners = () =>
        keys.map((key, index): Owner => ({ address: { ...address, ...key }, given: books[index]! }));
      let [accepted, refused] = [0, 0];
      for (let life = 0; life < LIVES; life += 1) {
        for (let round = 0; round < ROUNDS; round += 1) {
          const asks = Array.from({ length: 8 }, () => ({
            owner: dice.pick([0, 1]),
            ask: spoil(dice, randomAsk(dice)),
          }));
          const sent = asks.map(async ({ owner, ask: { method, path, fields } }) => {
            const reply = await client(owners()[owner]!.address).signed(method, path, fields);
            if (reply.status === 200) accepted += 1;
            else refused += 1;
            t.ok(
              reply.status < 500,
              `${method} ${path} ${JSON.stringify(fields)}: ${JSON.stringify(reply.body)}`,
            );
            return reply;
          });
          const dies = round === ROUNDS - 1;
          if (dies) {
            await Promise.race([
              ...sent,
              new Promise((resolve) => setTimeout(resolve, dice.roll() * 4)),
            ]).catch(() => null);
            await kill(child);
            await Promise.allSettled(sent);
          } else {
            await Promise.all(sent);
            const { key } = dice.pick(keys);
            if (dice.chance(0.2)) {
              const on = dice.chance(0.7);
              await client({ ...address, ...keys.find((each) => each.key === key)! }).signed(
                'POST',
                '/sapi/v1/bnbBurn',
                { spotBNBBurn: on },
              );
            }
            await client(address).control('POST', `/step?klines=${1 + Math.floor(dice.roll() * 3)}`);
          }
          if (dies) ({ child, address } = await run(t, program, args));
          for (const [index, owner] of owners().entries())
            t.same(await violations(owner, `life ${life} round ${round}, account ${index}`), []);
        }
      }
      t.comment({ accepted, refused });
      t.ok(accepted > 100 && refused > 50, 'valid requests and invalid ones');
      await kill(child);
    });
