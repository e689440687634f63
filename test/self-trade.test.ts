import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { dec } from '../core/decimal.js';
import { Wire } from './faults-kit.js';

const START = Date.UTC(2024, 0, 1);
const GAP_AT = 30;

/** A market at about 100 that opens at 103 once, above a target that rests at 101. */
function gappedKlines(folder: string): void {
  const rows = Array.from({ length: 60 }, (_, index) => {
    const at = (price: number) => (price + (index % 2) * 0.1).toFixed(2);
    const level = index >= GAP_AT ? 103 : 100;
    return [START + index * 60_000, at(level), at(level + 0.2), at(level - 0.2), at(level), '1000'].join(',');
  });
  const text = ['openTime,open,high,low,close,volume', ...rows].join('\n');
  writeFileSync(join(folder, 'BTCUSDT-1m.csv'), `${text}\n`);
}

t.test(
  'two bots that cross on one account: the maker loses its order, and its bot acts at once',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'klines-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    gappedKlines(folder);
    const wire = await Wire.open(t, { klines: folder });
    const eager = { signal: { name: 'rsi', period: 2, buyBelow: 99, sellAbove: 100 } } as const;
    const plan = { name: 'single', stopLossPercent: 10, takeProfitPercent: 1 };
    const maker = await wire.bot('maker', { ...eager, plan });
    await wire.paper.step(GAP_AT - 1);
    await maker.quiet();
    const before = await maker.view();
    t.match(before, { phase: 'holding', openOrders: [{ type: 'LIMIT_MAKER' }, { type: 'STOP_LOSS' }] });
    const taker = await wire.bot('taker', { ...eager, plan });
    // The next close makes the taker buy, at the open after it: above the maker's target.
    await wire.paper.step(1);
    await maker.quiet();
    await taker.quiet();
    await wire.paper.step(1);
    await maker.quiet();
    const target = before.openOrders[0]!;
    const lost = await wire.signed<{ status: string }>('/api/v3/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: target.clientOrderId,
    });
    t.equal(lost.status, 'EXPIRED_IN_MATCH', 'an account does not trade with itself');
    t.match(await taker.view(), { trades: [{ side: 'BUY' }] });
    const { trades } = await maker.view();
    const exit = trades.find(({ side }) => side === 'SELL');
    t.ok(
      exit !== undefined && dec(exit.price).gte(target.price!),
      'it left at its target or better, at market',
    );
    t.notMatch(maker.lines.join('\n'), /has no stop on the exchange/, 'and never stood bare for long');
  },
);
