import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Kline } from '../../core/kline.js';
import { patientKlines } from '../../exchange/patient-klines.js';
import { ExchangeError, type Exchange } from '../../exchange/port.js';
import { flatKline } from '../../test/bot-kit.js';
import { folderOf } from '../../test/folder.js';
import { KlineCache } from './kline-cache.js';
import { venueMarket, type Wanted } from './venue-klines.js';

const LENGTH = 300_000;
const START = flatKline(0, 100).openTime;
const at = (index: number): number => START + index * LENGTH;
/** With an outage of 1,200 klines, longer than a page. */
const OUTAGE = { from: 2_500, to: 3_700 };
const all = Array.from({ length: 6_000 }, (_, index) => flatKline(index, 100 + (index % 7) * 0.5)).filter(
  (_, index) => index < OUTAGE.from || index >= OUTAGE.to,
);

/** Answers as Binance does; `fails` says at which request it does not. */
function venue(fails: (asked: number) => ExchangeError | null = () => null) {
  const asked: { readonly from: number; readonly given: number }[] = [];
  const exchange = {
    venue: 'binance',
    instrument: async (symbol: string) => ({
      symbol,
      base: 'BTC',
      quote: 'USDT',
      tickSize: '0.01',
      stepSize: '0.001',
    }),
    marketTime: async () => at(6_000),
    klines: async ({ startTime = 0, endTime = Infinity, limit = 500 }): Promise<Kline[]> => {
      const failure = fails(asked.length);
      const page = all.filter(({ openTime }) => openTime >= startTime && openTime <= endTime).slice(0, limit);
      asked.push({ from: (startTime - START) / LENGTH, given: failure === null ? page.length : 0 });
      if (failure !== null) throw failure;
      return page;
    },
  } as unknown as Exchange;
  return { exchange, asked };
}

const wanted = (from: number, to: number): Wanted => ({
  symbol: 'BTCUSDT',
  interval: '5m',
  from: at(from),
  to: at(to),
  warmup: 10,
});
const dropped = new ExchangeError('cut', { kind: 'banned', execution: 'none' });
const times = (klines: readonly { openTime: number }[]) => klines.map(({ openTime }) => openTime);

async function fetched(exchange: Exchange, cache: KlineCache | null, from: number, to: number) {
  const market = await venueMarket(exchange, [wanted(from, to)], { progress: () => undefined, cache });
  const series = market.series('BTCUSDT');
  const klines = Array.from({ length: series.length }, (_, index) => series.kline(index));
  const due = all.filter(({ openTime }) => openTime >= at(from - 10) && openTime < at(to));
  t.same(times(klines), times(due), `klines ${from} to ${to}`);
  t.same(
    klines.map(({ close }) => close),
    due.map(({ close }) => close),
  );
  return market.notes.join(' ');
}

t.test('what was fetched is not fetched again: it lies in files that are recordings', async (t) => {
  const cache = new KlineCache(join(folderOf(t), 'klines', 'binance'));
  const { exchange, asked } = venue();
  const take = () => asked.splice(0).map(({ given }) => given);
  t.match(await fetched(exchange, cache, 100, 1_600), /they stay in klines\/binance/);
  t.same(take(), [1_000, 510]);
  t.match(await fetched(exchange, cache, 200, 1_500), /1,310 of 1,310 klines were here already/);
  t.same(take(), []);
  await fetched(exchange, cache, 4_000, 4_500);
  t.equal(readdirSync(cache.folder).length, 2, 'two stretches, two files');
  take();
  t.match(await fetched(exchange, cache, 50, 5_000), /2,020 of 3,760 klines were here already/);
  t.same(take(), [50, 1_000, 190, 500], 'only what is missing, across an outage too');
  t.equal(readdirSync(cache.folder).length, 1, 'and then it is one');
  t.equal(statSync(join(cache.folder, readdirSync(cache.folder)[0]!)).mode & 0o777, 0o600);
  await fetched(exchange, cache, 2_000, 4_600);
  t.same(take(), [], 'the outage is the venue’s: nobody asks for it again');
});

t.test('what came before it was cut off is kept, whole, and gone on from', async (t) => {
  const cache = new KlineCache(join(folderOf(t), 'binance'));
  await t.rejects(
    fetched(venue((asked) => (asked === 2 ? dropped : null)).exchange, cache, 10, 6_000),
    /cut/,
  );
  const { exchange, asked } = venue();
  t.match(await fetched(exchange, cache, 10, 6_000), /2,000 of 4,800 klines were here already/);
  t.equal(asked[0]!.from, 2_000);
  const [file] = readdirSync(cache.folder);
  writeFileSync(join(cache.folder, file!), 'spoiled');
  await t.rejects(fetched(exchange, cache, 10, 6_000), {
    name: 'KlineFileError',
    message: new RegExp(file!),
  });
  t.equal(await fetched(exchange, null, 10, 100).then((notes) => /stay|already/.test(notes)), false);
});

t.test(
  'a limit is waited for as long as the venue says, a broken line is tried again, a ban is told',
  async (t) => {
    const error = (kind: ExchangeError['kind'], retryAfterMs: number | null = null) =>
      new ExchangeError(kind, { kind, execution: 'none', retryAfterMs });
    const run = async (...failures: (ExchangeError | null)[]) => {
      const waited: number[] = [];
      const { exchange } = venue((asked) => failures[asked] ?? null);
      const patient = patientKlines(exchange, async (ms) => waited.push(ms));
      const outcome = await patient
        .klines({ symbol: 'BTCUSDT', interval: '5m', startTime: START, limit: 3 })
        .then(
          (page) => page.length,
          (failure: Error) => failure.message,
        );
      return [outcome, ...waited];
    };
    t.same(await run(error('rate-limit', 7_000), error('rate-limit', 300)), [3, 7_000, 300]);
    t.same(await run(error('network'), error('venue')), [3, 500, 2_000]);
    t.same(await run(...Array.from({ length: 9 }, () => error('network'))), ['network', 500, 2_000, 5_000]);
    t.same(await run(error('banned', 120_000)), ['banned']);
    t.same(await run(error('invalid')), ['invalid']);
    t.same(await run(error('rate-limit', 3_600_000)), ['rate-limit'], 'an hour is nobody’s patience');
  },
);
