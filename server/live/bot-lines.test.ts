import t from 'tap';
import { sampleBot } from '../../test/sample-bots.js';
import { BotLines } from './bot-lines.js';

const HOUR = 3_600_000;
const sale = (time: number, pnl: string) => ({
  tradeId: String(time),
  orderId: '1',
  clientOrderId: 'F-1',
  time,
  side: 'SELL' as const,
  price: '1',
  quantity: '1',
  fee: '0',
  feeAsset: 'USDT',
  pnl,
});

t.test('a line begins with what sales realized, and goes on kline by kline', async (t) => {
  const lines = new BotLines();
  const trades = [sale(HOUR, '10'), sale(2 * HOUR, '-4')];
  const bot = sampleBot({ trades, tradeCount: 2, realizedPnl: '6', equity: '1006', lastKline: 2 * HOUR });
  const first = lines.of(bot);
  t.same([first[0], first[19]], [10, 6]);
  t.equal(lines.of({ ...bot, equity: '2000' }), first, 'a tick moves nothing');
  const later = lines.of({ ...bot, equity: '1030', lastKline: 4 * HOUR });
  t.equal(later[19], 30);
  t.equal(later[13], 6, 'what was known stands until the next figure');
});

t.test('a bot without fills or klines has no line, and another of its id begins anew', async (t) => {
  const lines = new BotLines();
  t.same(lines.of(sampleBot({ id: 'a', lastKline: null })), []);
  const trades = [sale(HOUR, '10'), sale(2 * HOUR, '5')];
  lines.of(sampleBot({ trades, tradeCount: 2, realizedPnl: '15', lastKline: 3 * HOUR }));
  t.same(lines.of(sampleBot({ trades: [], tradeCount: 0, lastKline: HOUR })), []);
});

t.test('a line does not grow with time', async (t) => {
  const lines = new BotLines();
  let last: readonly number[] = [];
  for (let i = 1; i <= 2_000; i += 1)
    last = lines.of(sampleBot({ lastKline: i * HOUR, equity: String(1_000 + i) }));
  t.equal(last.length, 20);
  t.equal(last[19], 2_000);
  t.ok(last.every((gain, index) => index === 0 || gain >= last[index - 1]!));
});
