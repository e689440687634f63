/**
 * One life of a bot in one process, as text: klines, decisions, orders, books and the words that people read. Times and
 * numbers in it must not depend on where it runs; `faults-zones.test.ts` runs it in several places.
 */
import { createHash } from 'node:crypto';
import { encodeEntry } from '../bot/files/journal.js';
import { reasonWords } from '../bot/files/words.js';
import { parseConfig } from '../bot/config.js';
import { dec, floorTo, text } from '../core/decimal.js';
import { syntheticMarket } from '../exchange/paper/market/synthetic.js';
import type { SignalDefinition } from '../core/strategy.js';
import type { BaseSeries } from '../exchange/paper/market/types.js';
import { signals } from '../strategies/registry.js';
import { Rehearsal } from './bot-kit.js';

/** Over the changes to and from summer time of 2024, in America and in Europe. */
const PERIODS = [Date.UTC(2024, 2, 8), Date.UTC(2024, 9, 25)];
const DAYS = 26;

const hash = createHash('sha256');
const say = (line: unknown) => void hash.update(typeof line === 'string' ? line : JSON.stringify(line));

for (const start of PERIODS) {
  const market = syntheticMarket({ seed: 5, symbols: ['BTCUSDT'], start, historyDays: 0, interval: '1h' });
  market.extendTo(start + DAYS * 86_400_000);
  const series = market.series('BTCUSDT');
  for (const definition of signals.values()) live(series, definition);
}
const config = {
  id: 'a',
  symbol: 'BTCUSDT',
  interval: '1m',
  budget: '1000.5',
  signal: { name: 'rsi' },
  plan: { name: 'single' },
};
say(parseConfig(JSON.stringify(config), 'config.json', { id: 'a' }));
console.log(hash.digest('hex'));

function live(series: BaseSeries, definition: SignalDefinition): void {
  const signal = definition.create(definition.parameters.parse({}), { interval: '1h' });
  const bot = new Rehearsal({ budget: '1000.50' });
  for (let index = 0; index < series.length; index += 1) {
    const kline = series.kline(index);
    const verdict = signal.update(kline);
    say(verdict);
    say(reasonWords(definition.name, 'single', verdict.reasons));
    bot.kline(kline.close, verdict.action);
    say(encodeEntry({ seq: index + 1, event: bot.events.at(-1)!, effects: bot.effects }));
    answer(bot, text(dec(kline.close)));
    say(bot.state);
  }
}

/** Market orders are filled at once, others rest. */
function answer(bot: Rehearsal, price: string): void {
  const [order] = bot.placed;
  if (order === undefined) return;
  if (order.type === 'market-buy')
    bot.fill(order, 0, price, text(floorTo(dec(order.quote!).div(price), dec('0.00001'))));
  else if (order.type === 'market-sell') bot.fill(order, 0, price, order.quantity!);
  else bot.accept(order);
}
