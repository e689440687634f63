/** The settings of a bot as a form, as text and as a history: nothing that somebody wrote is lost on the way. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../test/folder.js';
import { CONFIG, testServer, writeConfig } from './testing.js';

const form = { 'hx-request': 'true', 'content-type': 'application/x-www-form-urlencoded' };
const TEXT = `// mine
{
  "id": "btc-dip", "name": "BTC dip",
  "symbol": "BTCUSDT", "interval": "5m", // five
  "budget": "1000",
  "signal": { "name": "rsi", "period": 14 /* Wilder */ },
  "plan": { "name": "single" },
}
`;

async function editing(t: Test) {
  const data = folderOf(t);
  writeConfig(data, CONFIG);
  const file = join(data, 'bots', 'btc-dip', 'config.json');
  writeFileSync(file, TEXT);
  const server = await testServer(data);
  t.teardown(() => server.close());
  const { app } = server;
  const bodyOf = async (url: string) => (await app.inject({ url, headers: { 'hx-request': 'true' } })).body;
  return {
    ...{ data, file, app, bodyOf },
    read: () => readFileSync(file, 'utf8'),
    /** The form as a browser would send it, with some fields changed. */
    send: async (over: Record<string, string>, page: string, verb = 'settings') => {
      const fields = new URLSearchParams({ ...fieldsIn(page), ...over });
      const answer = await app.inject({
        method: 'POST',
        url: `/bots/btc-dip/${verb}`,
        headers: form,
        payload: String(fields),
      });
      return { status: answer.statusCode, body: answer.body, words: wordsIn(answer.body) };
    },
  };
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');

function wordsIn(body: string): string {
  return unescaped(body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '));
}

/** What a browser would send of the settings form. */
function fieldsIn(page: string): Record<string, string> {
  const markup = page.slice(
    page.indexOf('as-form'),
    page.indexOf('as-json"', page.indexOf('class="config as-form')),
  );
  const fields: Record<string, string> = {};
  for (const [, tag = ''] of markup.matchAll(/<input([^>]*)>/g)) {
    // Of a group, the chosen one is sent.
    if (/type="radio"/.test(tag) && !/ checked/.test(tag)) continue;
    const name = /name="([^"]+)"/.exec(tag)?.[1];
    if (name !== undefined) fields[name] = unescaped(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  for (const [, tag = '', inside = ''] of markup.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)) {
    const name = /name="([^"]+)"/.exec(tag)?.[1] ?? '';
    const chosen =
      /<option value="([^"]*)"[^>]*selected/.exec(inside) ?? /<option value="([^"]*)"/.exec(inside);
    fields[name] = chosen?.[1] ?? '';
  }
  return fields;
}

t.test(
  'a form changes what was changed in it and nothing else: comments and defaults stay as they are',
  async (t) => {
    const { send, bodyOf, read } = await editing(t);
    const page = await bodyOf('/bots/btc-dip');
    t.match(fieldsIn(page), {
      name: 'BTC dip',
      'signal.period': '14',
      'plan.stopLossPercent': '2',
      dryRun: 'false',
    });
    t.match((await send({}, page, 'settings/preview')).words, /Nothing: the settings say that already/);
    const changes = { 'signal.period': '7', 'risk.maxDailyLossPercent': '5', tags: 'a, b', budget: '1200' };
    const shown = await send(changes, page, 'settings/preview');
    t.match(shown.words, /signal\.period 14 7/);
    t.equal(read(), TEXT, 'a look changes nothing');
    const saved = await send(changes, page);
    t.equal(saved.status, 200, saved.words);
    t.match(saved.words, /Saved/);
    t.equal(
      read(),
      TEXT.replace('14 /*', '7 /*')
        .replace('"1000"', '"1200"')
        .replace(
          /"plan".*\n/,
          (line) => `${line}  "tags": ["a", "b"],\n  "risk": { "maxDailyLossPercent": 5 },\n`,
        ),
      'and no default is written',
    );
    const again = await bodyOf('/bots/btc-dip');
    t.equal(
      (
        await send(
          {
            'risk.maxDailyLossPercent': '',
            plan: 'ladder',
            'plan.stopLossPercent': '15',
            'plan.maxBatches': '2',
          },
          again,
        )
      ).status,
      200,
    );
    t.notMatch(read(), /maxDailyLoss/);
    t.match(
      read().replace(/\s+/g, ' '),
      /"plan": \{ "name": "ladder", "maxBatches": 2 \}/,
      'another plan, whole',
    );
  },
);

t.test(
  'without scripts another plan brings its own parameters, and nothing stands in an address',
  async (t) => {
    const { send, bodyOf, read } = await editing(t);
    const page = await bodyOf('/bots/btc-dip');
    t.notMatch(page, /formmethod="get"/, 'the token of a form is never sent in an address');
    const typed = { plan: 'ladder', budget: '700', 'plan.stopLossPercent': '3', symbol: 'ethusdt' };
    const again = await send(typed, page, 'settings/again');
    t.equal(again.status, 200);
    const fields = fieldsIn(again.body);
    t.match(fields, { plan: 'ladder', budget: '700', symbol: 'ethusdt', 'plan.maxBatches': '4' });
    t.equal(fields['plan.stopLossPercent'], '15', 'its own, not what suits the plan before');
    t.equal(read(), TEXT, 'looked at, not saved');
    t.match(
      (await send({}, again.body, 'settings/preview')).words,
      /budget 1000 700 .*plan\.name single ladder/,
    );
  },
);

t.test('what is wrong is said at its field, and what was typed stays', async (t) => {
  const { send, bodyOf, read } = await editing(t);
  const page = await bodyOf('/bots/btc-dip');
  const wrong = await send({ 'signal.period': '-3', budget: '1,5', name: 'Other' }, page);
  t.equal(wrong.status, 422);
  t.match(wrong.body, /id="e-signal-period">[^<]*-3/);
  t.match(wrong.body, /id="e-budget">[^<]*decimal point/);
  t.match(fieldsIn(wrong.body), { 'signal.period': '-3', budget: '1,5', name: 'Other' });
  const inline = await send({ 'signal.period': 'x' }, page, 'settings/inline');
  t.match(inline.body, /<a href="#f-signal-period">signal\.period<\/a>: /);
  t.equal(read(), TEXT);
});

t.test('a hand edit meanwhile is shown beside what was typed, and neither is lost', async (t) => {
  const { send, bodyOf, file, read } = await editing(t);
  const page = await bodyOf('/bots/btc-dip');
  const byHand = TEXT.replace('"1000"', '"800"').replace('"5m", // five', '"15m", // fifteen');
  writeFileSync(file, byHand);
  const late = await send({ 'signal.period': '7', budget: '1200' }, page);
  t.equal(late.status, 422);
  t.match(late.words, /changed by hand/);
  t.match(late.words, /budget 1000 800 1200 /);
  t.match(late.words, /interval 5m 15m not touched/);
  t.match(late.words, /signal\.period 14 14 7/);
  t.equal(read(), byHand, 'nothing is overwritten');
  t.match(fieldsIn(late.body), { interval: '15m', budget: '1200', 'signal.period': '7' });
  const again = await send({}, late.body);
  t.equal(again.status, 200, again.words);
  t.equal(read(), byHand.replace('"800"', '"1200"').replace('14 /*', '7 /*'));
});

t.test('a text is checked as it is typed, and put onto a hand edit where that is wished', async (t) => {
  const { app, bodyOf, file, read } = await editing(t);
  const post = (verb: string, fields: Record<string, string>) =>
    app.inject({
      ...{ method: 'POST', url: `/bots/btc-dip/${verb}`, headers: form },
      payload: String(new URLSearchParams(fields)),
    });
  t.match((await post('config/check', { text: TEXT })).body, /No mistake/);
  const bad = await post('config/check', { text: TEXT.replace('14', '0') });
  t.match(bad.body, /<li\s+data-line="6" data-column="40">config\.json:6:40: signal\.period: /);
  const version = /name="version" value="([^"]+)"/.exec(await bodyOf('/bots/btc-dip'))![1]!;
  const byHand = TEXT.replace('"1000"', '"800"').replace('// mine', '// ours');
  writeFileSync(file, byHand);
  const typed = TEXT.replace('14 /*', '7 /*');
  const late = await post('config', { text: typed, base: TEXT.replaceAll('\n', '\r\n'), version });
  t.equal(late.statusCode, 422);
  t.match(wordsIn(late.body), /budget 1000 800 not touched/);
  t.equal(read(), byHand);
  t.equal(
    (await post('config', { text: typed, base: TEXT, version })).statusCode,
    422,
    'nor the second time',
  );
  const merged = await post('config/rebase', { text: typed, base: TEXT, version });
  const now = /name="version" value="([^"]+)"/.exec(merged.body)![1]!;
  const text = unescaped(/<textarea[^>]*>\n(.*?)<\/textarea>/s.exec(merged.body)![1]!);
  t.equal(text, byHand.replace('14 /*', '7 /*'), 'the file, with the change on top');
  t.equal((await post('config', { text, base: byHand, version: now })).statusCode, 200);
  t.equal(read(), text);
});

t.test('each change is known with its writer, by hand too, and a roll back is one more', async (t) => {
  const { app, send, bodyOf, file, read } = await editing(t);
  const page = await bodyOf('/bots/btc-dip');
  await send({ 'signal.period': '7' }, page);
  const first = read();
  writeFileSync(file, first.replace('"1000"', '"800"'));
  const editions = async () =>
    (await app.inject('/api/bots/btc-dip/config/history')).json<{
      editions: {
        version: string;
        by: { user: string } | null;
        changes: object[] | null;
        current: boolean;
      }[];
    }>().editions;
  const shown = await editions();
  t.match(shown, [
    { by: null, changes: [{ path: 'budget', before: '1000', after: '800' }], current: true },
    {
      by: { user: 'tester' },
      changes: [{ path: 'signal.period', before: '14', after: '7' }],
      current: false,
    },
    { by: null, changes: null, current: false },
  ]);
  t.match(wordsIn(await bodyOf('/bots/btc-dip/config/history')), /by hand as it is now .* tester, on a page/);
  const to = shown[2]!.version;
  const question = await bodyOf(`/bots/btc-dip/rollback?to=${to}`);
  t.match(wordsIn(question), /signal\.period 7 14 budget 800 1000|budget 800 1000 signal\.period 7 14/);
  const seen = /name="seen" value="([^"]+)"/.exec(question)![1]!;
  const roll = (fields: Record<string, string>) =>
    app.inject({
      ...{ method: 'POST', url: '/bots/btc-dip/rollback', headers: form },
      payload: String(new URLSearchParams(fields)),
    });
  t.equal((await roll({ to, seen: 'another' })).statusCode, 422, 'what was asked was another change');
  const done = await roll({ to, seen });
  t.equal(done.statusCode, 200);
  t.match(done.body, /Rolled back/);
  t.equal(read(), TEXT, 'comments too');
  t.equal((await editions()).length, 4, 'nothing left the history');
  const api = (url: string, payload: object) =>
    app.inject({ method: 'POST', url: `/api/bots/btc-dip/${url}`, payload });
  t.match((await api('rollback', { to: shown[1]!.version })).json(), { id: 'btc-dip' });
  t.equal(read(), first);
  t.equal((await api('rollback', { to: 'never' })).statusCode, 422);
  const { text, version } = (await app.inject('/api/bots/btc-dip/config')).json<{
    text: string;
    version: string;
  }>();
  t.equal(text, first);
  const put = (payload: object) => app.inject({ method: 'PUT', url: '/api/bots/btc-dip/config', payload });
  t.equal((await put({ text: TEXT, version: 'old' })).statusCode, 409);
  t.equal((await put({ text: TEXT, version })).statusCode, 200);
  t.equal(read(), TEXT);
});
