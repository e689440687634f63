import t from 'tap';
import { dec, rounded, text } from '../../core/decimal.js';
import { followOf, followedCash, followedCoins } from '../../core/follow-group.js';
import { Rehearsal, instrument, settings } from '../../test/bot-kit.js';
import { dice as diceOf } from '../testing/generated.js';
import { follow } from './follow.js';

const plan = { name: 'follow', ...follow.parameters.parse({}) };

function follower(): Rehearsal {
  return new Rehearsal({ ...settings(), terms: { plan, signalName: 'manual' } });
}

let tradeId = 0;

function byHand(
  bot: Rehearsal,
  side: 'BUY' | 'SELL',
  price: string,
  quantity: string,
  orderId: string,
): void {
  tradeId += 1;
  const commission = dec('0.001');
  const fee = side === 'BUY' ? dec(quantity).times(commission) : dec(price).times(quantity).times(commission);
  const fill = {
    orderId,
    side,
    price,
    quantity,
    fee: text(fee),
    feeAsset: side === 'BUY' ? 'BTC' : 'USDT',
  } as const;
  const fills = [{ ...fill, tradeId: `${100_000 + tradeId}`, time: bot.time }];
  bot.tell({ type: 'manual', time: bot.time, wall: bot.wall, fills, orders: [] });
}

/** Whatever is being cancelled is cancelled, whatever was placed rests. */
function settle(bot: Rehearsal): void {
  for (let rounds = 0; rounds < 5; rounds += 1) {
    for (const order of bot.state.orders.filter(({ cancelling }) => cancelling))
      bot.report(
        order.legs.map(({ clientOrderId, orderId, executed }) => ({
          clientOrderId,
          orderId: orderId ?? '9',
          status: 'cancelled',
          executed,
        })),
      );
    for (const order of bot.state.orders.filter(({ legs }) => legs[0]?.status === 'intended'))
      bot.accept(order);
  }
}

/** The table of docs/plans/follow.md. */
const EXAMPLE = [
  {
    trades: [
      ['BUY', '100', '0.5'],
      ['BUY', '102', '0.5'],
    ],
    books: { quantity: '0.999', cost: '101' },
    answer: 'SELL 0.999 at 102.01',
    profit: '0.8061',
  },
  {
    trades: [['SELL', '120', '2']],
    books: { quantity: '0', cash: '1239.76' },
    answer: 'BUY 2 at 118.8',
    profit: '1.9202',
  },
] as const;

for (const { trades, books, answer, profit } of EXAMPLE)
  t.test(`the worked example of the documentation: ${trades[0][0]} by hand`, async (t) => {
    const bot = follower();
    for (const [side, price, quantity] of trades) byHand(bot, side, price, quantity, '1');
    settle(bot);
    t.match(bot.state.books, books);
    t.equal(bot.state.orders.length, 1);
    const order = bot.state.orders[0]!;
    t.equal(`${order.side} ${order.quantity} at ${order.legs[0]!.price}`, answer);
    bot.fill(order, 0, order.legs[0]!.price!, order.quantity!);
    t.equal(rounded(bot.state.books.realizedPnl, 4), profit);
    t.equal(bot.state.phase, 'flat');
    t.equal(bot.state.books.quantity, '0');
  });

t.test('in the worst case it says what may be spent and what may be lost', async (t) => {
  const stake = { budget: '500', instrument, price: '100' };
  t.match(follow.worstCase(plan, stake), { cost: '500', loss: null });
  t.match(follow.worstCase({ ...plan, answers: 'buys' }, stake), {
    cost: '0',
    words: [/no stop below/, /it rests a sale at 101\./],
  });
});

t.test(
  'whatever is traded by hand and met, the books balance and nothing is answered beyond it',
  async (t) => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const dice = diceOf(seed);
      const bot = follower();
      let [bought, sold] = [dec(0), dec(0)];
      for (let turn = 0; turn < 60; turn += 1) {
        const side = dice() < 0.5 ? 'BUY' : 'SELL';
        const price = (90 + 20 * dice()).toFixed(2);
        if (dice() < 0.5) {
          const quantity = (0.00001 + 0.2 * dice() ** 3).toFixed(5);
          byHand(bot, side, price, quantity, `${side}${Math.floor(turn / 3)}`);
          if (side === 'BUY') bought = bought.plus(quantity);
          else sold = sold.plus(quantity);
        }
        if (dice() < 0.2) bot.started();
        if (dice() < 0.4) bot.snapshot();
        settle(bot);
        const resting = bot.state.orders.filter(({ legs }) => legs[0]?.status === 'open');
        const order = resting[Math.floor(dice() * resting.length)];
        if (order !== undefined && dice() < 0.4) {
          const part =
            dice() < 0.5 ? order.quantity! : text(dec((Number(order.quantity) * dice()).toFixed(5)));
          const whole = part === order.quantity;
          const told = {
            clientOrderId: order.legs[0]!.clientOrderId,
            orderId: order.legs[0]!.orderId ?? '1',
          };
          if (dec(part).gt(0))
            bot.report(
              [{ ...told, status: whole ? 'filled' : 'partial', executed: part }],
              [bot.fillOf(order, 0, order.legs[0]!.price!, part)],
            );
        }
        const { books } = bot.state;
        const state = followOf(bot.state);
        const coins = followedCoins(state);
        const value = text(dec(coins.value).plus(followedCash(state)));
        const right = dec('1000')
          .plus(books.adopted ?? '0')
          .plus(books.realizedPnl);
        const held = {
          balance: text(dec(books.cash).plus(books.cost)),
          quantity: books.quantity,
          adopted: books.adopted ?? '0',
        };
        const should = { balance: text(right), quantity: coins.quantity, adopted: value };
        if (JSON.stringify(held) !== JSON.stringify(should))
          t.same(held, should, `seed ${seed}, turn ${turn}`);
      }
      const all = [...followOf(bot.state).past, ...followOf(bot.state).groups];
      const total = (side: string) =>
        text(
          all.filter((each) => each.side === side).reduce((sum, { quantity }) => sum.plus(quantity), dec(0)),
        );
      if (followOf(bot.state).past.length < 50)
        t.same(
          [total('BUY'), total('SELL')],
          [text(bought), text(sold)],
          `seed ${seed}: each fill is in one group`,
        );
    }
  },
);
