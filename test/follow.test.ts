/** The plan `follow` through real processes: the user trades at the exchange with the account's own key, and the bot is killed in between. */
import t from 'tap';
import type { BotView } from '../bot/files/view.js';
import { ceilTo, dec, floorTo, text } from '../core/decimal.js';
import { parseClientOrderId } from '../core/orders.js';
import { FleetRun } from './fleet-run.js';

interface OrderAnswer {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: string;
  readonly origQty: string;
  readonly executedQty: string;
  readonly cummulativeQuoteQty: string;
  readonly status: string;
}

const symbol = 'BTCUSDT';
const MARKET = ['--synthetic', '--seed', '7', '--symbols', symbol, '--interval', '1m', '--speed', 'manual'];
const BOT = [
  '--symbol',
  symbol,
  '--interval',
  '5m',
  '--budget',
  '1000',
  '--signal',
  'manual',
  '--plan',
  'follow',
];

t.test('each fill of the user’s is answered once, whatever dies in between', async (t) => {
  const fleet = new FleetRun();
  t.teardown(() => fleet.end());
  await fleet.start([...MARKET, '--deposit', 'USDT=10000,BTC=1']);

  const orders = () => fleet.signed<OrderAnswer[]>('/api/v3/allOrders', { symbol });
  const byHand = async (side: 'BUY' | 'SELL', worth: Record<string, string>): Promise<OrderAnswer> => {
    const { orderId } = await fleet.signed<OrderAnswer>(
      '/api/v3/order',
      { symbol, side, type: 'MARKET', ...worth },
      'POST',
    );
    await fleet.step(1);
    const found = (await orders()).find((order) => order.orderId === orderId);
    return found!;
  };
  const counters = async () =>
    (await orders()).filter(({ clientOrderId }) => parseClientOrderId(clientOrderId) !== null);
  const until = async <T>(what: string, look: () => Promise<T | null>): Promise<T> => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
      const found = await look();
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${what} did not happen`);
  };
  const answers = (count: number) =>
    until(`answer ${count}`, async () => {
      const all = await counters();
      return all.length >= count ? all : null;
    });
  const ready = (before: number | null): Promise<BotView> =>
    until('its return', async () => {
      const view = await fleet.look('mine').catch(() => null);
      return view !== null && view.actual === 'online' && view.process?.pid !== before ? view : null;
    });
  const priceOf = ({ cummulativeQuoteQty, executedQty }: OrderAnswer) =>
    dec(cummulativeQuoteQty).div(executedQty);

  await fleet.step(1);
  await byHand('BUY', { quoteOrderQty: '50' });
  const made = await fleet.cli('bot', 'create', 'mine', ...BOT, '--start');
  t.equal(made.code, 0, made.stderr);
  t.match(made.stdout, /It buys back for 1000.00 USDT at most/);

  await t.test('a buy by hand is answered, one from before the bot is not', async (t) => {
    const bought = await byHand('BUY', { quoteOrderQty: '100' });
    const [answer, ...more] = await answers(1);
    t.same(more, []);
    t.equal(answer!.side, 'SELL');
    t.equal(text(dec(answer!.price)), text(ceilTo(priceOf(bought).times('1.01'), dec('0.01'))));
    t.ok(dec(answer!.origQty).lte(bought.executedQty));
    t.match(await fleet.look('mine'), { phase: 'holding', cash: '1000', reconciled: true });
    const shown = await until('its page', async () => {
      const view = await fleet.look('mine');
      return view.phase === 'holding' ? view : null;
    });
    t.ok(
      Math.abs(Number(shown.equity) - 1_000) < 5,
      `an equity of ${shown.equity}, for the coins are the user’s`,
    );
  });

  await t.test('a second follower is refused with a sentence, other bots are not', async (t) => {
    const second = await fleet.cli('bot', 'create', 'yours', ...BOT, '--start');
    t.not(second.code, 0);
    t.match(second.stderr, /The bot mine follows your trades of BTCUSDT on paper already/);
    const other = [
      '--symbol',
      symbol,
      '--interval',
      '5m',
      '--budget',
      '500',
      '--signal',
      'always',
      '--plan',
      'single',
    ];
    t.equal((await fleet.cli('bot', 'create', 'other', ...other, '--start')).code, 0);
    await fleet.step(6);
    t.match(await fleet.look('other'), { phase: 'holding' });
    const own = (await counters()).filter(({ clientOrderId }) => clientOrderId.includes('-f'));
    t.equal(own.length, 1, 'what another bot buys sets nothing off');
    t.equal((await fleet.cli('bot', 'stop', 'other')).code, 0);
  });

  await t.test(
    'what is traded while it is dead is answered once when it is back, and only then',
    async (t) => {
      const before = (await fleet.show('mine')).process!.pid!;
      process.kill(before, 'SIGKILL');
      const sold = await byHand('SELL', { quantity: '0.001' });
      await ready(before);
      const follow = async () =>
        (await counters()).filter(({ clientOrderId }) =>
          parseClientOrderId(clientOrderId)!.slot.startsWith('f'),
        );
      const all = await until('its answer', async () => {
        const found = await follow();
        return found.length >= 2 ? found : null;
      });
      const buy = all.find(({ side }) => side === 'BUY')!;
      t.equal(text(dec(buy.price)), text(floorTo(priceOf(sold).times('0.99'), dec('0.01'))));
      t.equal(text(dec(buy.origQty)), '0.001');
      for (let round = 0; round < 2; round += 1) {
        const { pid } = (await fleet.show('mine')).process!;
        process.kill(pid!, 'SIGKILL');
        await ready(pid);
      }
      await fleet.step(1);
      t.equal((await follow()).length, 2, 'further kills answer nothing again');
      const { follow: groups } = await fleet.look('mine');
      t.same(groups?.groups.map(({ side, orderIds }) => `${side} ${orderIds.join()}`).length, 2);
    },
  );

  await t.test(
    'the average of the last minutes is logged and shown beside klines of five minutes',
    async (t) => {
      await fleet.step(9);
      const view = await until('its average', async () => {
        const shown = await fleet.look('mine');
        return shown.follow?.average?.direction == null ? null : shown;
      });
      t.equal(view.follow?.average?.closes.length, 7);
      t.match((await fleet.cli('bot', 'logs', 'mine')).stdout, /MA7 (UP|DOWN|FLAT): /);
      t.match((await fleet.cli('bot', 'show', 'mine')).stdout, /Your trades, answered\n {2}Account: /);
    },
  );

  await t.test('a counter order that the user cancels is not placed again', async (t) => {
    const resting = (await counters()).find(({ side, status }) => side === 'SELL' && status === 'NEW')!;
    await fleet.signed('/api/v3/order', { symbol, orderId: String(resting.orderId) }, 'DELETE');
    const view = await until('its end', async () => {
      const shown = await fleet.look('mine');
      return shown.follow?.groups.some(({ state }) => state === 'dropped') === true ? shown : null;
    });
    t.equal(view.position.quantity, '0', 'the coins are the user’s');
    t.equal(view.reconciled, true);
  });
});
