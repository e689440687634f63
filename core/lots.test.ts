import t from 'tap';
import { dec, text } from './decimal.js';
import { buyIntoLot, looseQuantity, saleKind, sellFromLots, shrinkLots, type LotFill } from './lots.js';
import type { Lot } from './strategy.js';

function fill(
  slot: string,
  side: 'BUY' | 'SELL',
  quantity: string,
  price = '100',
  fee = '0',
  feeAsset = 'USDT',
): LotFill {
  return { slot, side, quantity, price, fee, feeAsset, time: 7 };
}

function bought(...fills: readonly [id: number, fill: LotFill][]): Lot[] {
  return fills.reduce<Lot[]>((lots, [id, each]) => buyIntoLot(lots, id, each, 'BTC', 'USDT'), []);
}

t.test('fills of one slot are one lot, net of commission in base', async (t) => {
  const [lot, ...rest] = bought(
    [1, fill('b1_entry', 'BUY', '1', '100', '0.001', 'BTC')],
    [1, fill('b1_entry', 'BUY', '3', '104', '0.003', 'BTC')],
  );
  t.same(rest, []);
  t.match(lot, {
    id: 1,
    bought: '4',
    spent: '412',
    quantity: '3.996',
    remaining: '3.996',
    highestPrice: '104',
  });
});

t.test('a sale in a slot of a batch is of that batch, whatever else is held', async (t) => {
  const lots = bought([1, fill('b1_entry', 'BUY', '2')], [2, fill('b2_entry', 'BUY', '2')]);
  const [first, second] = sellFromLots(lots, fill('b2_s1_tp', 'SELL', '0.5', '101'), 'BTC', '4');
  t.equal(first!.remaining, '2');
  t.equal(second!.remaining, '1.5');
  t.same(second!.sales, [{ slot: 'b2_s1', kind: 'target', quantity: '0.5', quote: '50.5', time: 7 }]);
});

t.test('what a batch sells beyond its own is dust: of completed ones, then of earlier cycles', async (t) => {
  const [first, second] = bought([1, fill('b1_entry', 'BUY', '0.01')], [2, fill('b2_entry', 'BUY', '2')]);
  const lots = [{ ...first!, completed: true }, second!];
  t.equal(text(looseQuantity('2.03', lots)), '0.03');
  const sold = sellFromLots(lots, fill('b2_s1', 'SELL', '2.03'), 'BTC', '2.03');
  t.same(
    sold.map(({ remaining }) => remaining),
    ['0', '0'],
  );
});

t.test('a sale of the whole position takes the oldest first', async (t) => {
  const lots = bought([1, fill('so0', 'BUY', '1')], [2, fill('so1', 'BUY', '1.5')]);
  const sold = sellFromLots(lots, fill('protect_tp', 'SELL', '1.2'), 'BTC', '2.5');
  t.same(
    sold.map(({ remaining }) => remaining),
    ['0', '1.3'],
  );
});

t.test('slots say what a sale was', async (t) => {
  t.equal(saleKind('protect_sl'), 'stop');
  t.equal(saleKind('b1_s2_tp'), 'target');
  t.equal(saleKind('b1_stop'), 'stop');
  t.equal(saleKind('b1_out'), 'exit');
  t.equal(saleKind('exit'), 'exit');
});

t.test('coins that the account lacks leave the lots too', async (t) => {
  const lots = bought([1, fill('b1_entry', 'BUY', '1')], [2, fill('b2_entry', 'BUY', '1')]);
  const left = shrinkLots(lots, '0.7');
  t.same(
    left.map(({ quantity, remaining }) => [quantity, remaining]),
    [
      ['0', '0'],
      ['0.7', '0.7'],
    ],
  );
  t.equal(shrinkLots(lots, '2'), lots);
});

t.test('seeded: whatever is bought and sold, lots hold what the books hold, and sales add up', async (t) => {
  let seed = 42;
  const roll = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  for (let run = 0; run < 50; run += 1) {
    let lots: Lot[] = [];
    let held = dec(0);
    for (let count = 0; count < 60; count += 1) {
      const id = 1 + Math.floor(roll() * 4);
      const slot = roll() < 0.8 ? `b${id}_s1` : 'exit';
      if (roll() < 0.4 || held.eq(0)) {
        const quantity = (roll() * 3).toFixed(5);
        const fee = text(dec(quantity).times('0.001'));
        lots = buyIntoLot(lots, id, fill(`b${id}_entry`, 'BUY', quantity, '100', fee, 'BTC'), 'BTC', 'USDT');
        held = held.plus(quantity).minus(fee);
        continue;
      }
      const quantity = text(held.times(roll().toFixed(6)));
      lots = sellFromLots(lots, fill(slot, 'SELL', quantity), 'BTC', text(held));
      held = held.minus(quantity);
      const inLots = lots.reduce((sum, { remaining }) => sum.plus(remaining), dec(0));
      if (!inLots.eq(held)) return t.fail(`run ${run}: lots hold ${text(inLots)}, the books ${text(held)}`);
      for (const lot of lots) {
        const sold = lot.sales.reduce((sum, sale) => sum.plus(sale.quantity), dec(0));
        if (!sold.plus(lot.remaining).eq(lot.quantity))
          return t.fail(`run ${run}: lot ${lot.id} does not add up`);
      }
    }
  }
  t.pass('50 runs of 60 fills, seed 42');
});
