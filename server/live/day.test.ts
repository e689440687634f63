import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sampleBot } from '../../test/sample-bots.js';
import { totals } from '../web/equity.js';
import { Day } from './day.js';
import { folderOf } from '../../test/folder.js';

const MORNING = Date.UTC(2024, 2, 7, 8);
const bot = (id: string, equity: string) => sampleBot({ id, equity, budget: '1000' });

t.test("today is each bot's gain since it was first seen on the UTC day", async (t) => {
  const day = new Day(folderOf(t));
  day.note([bot('a', '1010')], MORNING);
  const later = [bot('a', '1025.5'), bot('b', '990')];
  day.note(later, MORNING + 1_000);
  t.equal(totals(later, day.openings)?.today, '15.5');
  t.equal(totals(later, day.openings)?.gain, '15.5');
  day.note(later, MORNING + 86_400_000);
  t.equal(totals(later, day.openings)?.today, '0', 'a new day begins at nothing');
});

t.test('deleting a bot with a loss is no gain', async (t) => {
  const day = new Day(folderOf(t));
  const before = [bot('a', '1000'), bot('b', '950')];
  day.note(before, MORNING);
  t.equal(totals(before.slice(0, 1), day.openings)?.today, '0');
  day.forget('b');
  day.note([bot('b', '1000')], MORNING);
  t.equal(day.openings.get('b'), '0', 'another bot of its id begins anew');
});

t.test('a restart of the server does not begin a new day; a damaged file begins one', async (t) => {
  const data = folderOf(t, { bad: { 'day.json': '{"day":"2024-03-07","gains":{"a":"many"}}' } });
  new Day(data).note([bot('a', '1010')], MORNING);
  for (let tries = 0; tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    try {
      if (readFileSync(join(data, 'day.json'), 'utf8').includes('"a":"10"')) break;
    } catch {
      // Not written yet.
    }
  }
  const again = new Day(data);
  again.note([bot('a', '1030')], MORNING + 1_000);
  t.equal(again.openings.get('a'), '10');
  t.equal(new Day(join(data, 'bad')).openings.size, 0);
});

t.test('a bot that never ran counts with nothing; one that runs or ran counts with its budget', async (t) => {
  const idle = { desired: 'stopped', actual: 'stopped', lastKline: null, cycle: 0, tradeCount: 0 } as const;
  const made = sampleBot({ id: 'new', equity: '500', cash: '500', budget: '500', ...idle });
  const ran = bot('a', '1010');
  t.same(totals([ran, made]), totals([ran]), 'making or deleting it moves no figure');
  t.match(totals([made]), { currency: made.quote, equity: '0', budget: '0', gain: '0', inMarketPercent: 0 });
  t.equal(totals([{ ...made, desired: 'running' }])?.budget, '500');
  t.equal(totals([{ ...made, lastKline: 1 }])?.budget, '500', 'stopped, but it ran');
});

t.test('equity of different quote assets is never added up: each stands by itself', async (t) => {
  const inBtc = {
    ...sampleBot({ id: 'b', quote: 'BTC', budget: '1', cash: '1', equity: '1.25' }),
    tradeCount: 1,
  };
  const all = totals([bot('a', '1010'), inBtc, bot('c', '990')]);
  t.match(all, {
    currency: 'USDT',
    equity: '2000',
    others: [{ currency: 'BTC', equity: '1.25', gain: '0.25' }],
  });
  t.same(totals([inBtc])?.others, []);
});

t.test('a bot whose books cannot be read is in no sum, and that is said', async (t) => {
  const unread = { ...bot('u', '5000'), booksUnread: true as const };
  t.match(totals([bot('a', '1010'), unread]), { equity: '1010', unread: 1 });
  const day = new Day(folderOf(t));
  day.note([unread], 0);
  t.equal(day.openings.size, 0, 'its day begins when they can be');
});
