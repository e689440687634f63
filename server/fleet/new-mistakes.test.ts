/** Mistakes of a new bot, of an edit and of a clone, those that only the market knows too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { toldChanges } from '../../bot/config.js';
import { versionOf } from '../../bot/files/config-history.js';
import { botFolder } from '../../bot/files/folder.js';
import { marketOf } from '../../exchange/connect.js';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import { folderOf } from '../../test/folder.js';
import { CONFIG, testServer, writeConfig } from '../testing.js';
import { newMistakes } from './new-mistakes.js';

async function market(t: Test) {
  const data = folderOf(t);
  const clock = { start: Date.UTC(2024, 0), speed: 'manual', symbols: ['BTCUSDT'] } as const;
  const paper = await startPaper({ folder: join(data, 'paper'), port: 0, seed: 7, ...clock });
  const server = await testServer(data, { exchange: (venue) => marketOf(venue, data) });
  t.teardown(async () => {
    await server.close();
    await paper.stop();
  });
  return { data, server };
}

t.test(
  'all mistakes of a new bot are told in one round, and nothing that follows from another',
  async (t) => {
    const { data, server } = await market(t);
    writeConfig(data, { ...CONFIG, id: 'taken' });
    const told = async (changes: object): Promise<string[]> =>
      (await newMistakes(data, { ...CONFIG, ...changes })).map(({ code, field }) => `${code} ${field ?? ''}`);

    t.same(await told({}), []);
    t.same(await told({ id: '../x', symbol: 'BTCUSD', signal: { name: 'rsi', period: -1 } }), [
      'BOT_ID_INVALID id',
      'CONFIG_INVALID signal.period',
      'SYMBOL_UNKNOWN symbol',
    ]);
    t.same(await told({ id: 'taken', interval: '7m', budget: '1', venue: 'paper', name: '' }), [
      'CONFIG_INVALID name',
      'BOT_EXISTS id',
      'BOT_BUDGET_TOO_SMALL budget',
    ]);
    t.same(await told({ symbol: 'btc/usdt', budget: '1' }), ['CONFIG_INVALID symbol'], 'of no market known');
    t.same(await told({ budget: 'much', plan: { name: 'martingale' } }), ['CONFIG_INVALID budget']);
    t.same(await told({ venue: 'binance', key: 'main', budget: '-1' }), [
      'CONFIG_INVALID budget',
      'KEY_REFUSED key',
    ]);
    t.same(await told({ stopLos: 2, symbol: 'XRPUSDT' }), [
      'CONFIG_INVALID stopLos',
      'SYMBOL_UNKNOWN symbol',
    ]);
    t.match(await newMistakes(data, null), [{ code: 'BOT_ID_INVALID' }, { code: 'CONFIG_INVALID' }]);

    const payload = { ...CONFIG, symbol: 'BTCUSD', signal: { name: 'rsi', period: -1 } };
    const refused = await server.app.inject({ method: 'POST', url: '/api/bots', payload });
    t.match(refused, { statusCode: 422 });
    t.match(refused.json(), {
      error: {
        code: 'CONFIG_INVALID',
        field: 'signal.period',
        message: /signal\.period: must be at least 2.*\n.*Did you mean BTCUSDT\?/,
      },
    });
    const form = { id: 'x', symbol: 'BTCUSD', budget: '-1', interval: '5m', signal: 'rsi', plan: 'single' };
    const page = await server.app.inject({
      ...{
        method: 'POST',
        url: '/bots',
        payload: String(new URLSearchParams({ ...form, 'signal.period': 'ten' })),
      },
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'hx-request': 'true' },
    });
    const at = (field: string) => new RegExp(`id="e-${field}"[^>]*>([^<]+)<`).exec(page.body)?.[1]?.trim();
    t.match(at('symbol'), /Did you mean BTCUSDT/);
    t.match(at('budget'), /-1/);
    t.match(at('signal-period'), /ten/);
    t.same(server.failures, []);
  },
);

t.test('all mistakes of an edit are told in one round, by form, API and command line', async (t) => {
  const { data, server } = await market(t);
  const { app } = server;
  writeConfig(data, { ...CONFIG, signal: { name: 'rsi', period: 9 }, plan: { name: 'single' } });
  await server.store.refresh(CONFIG.id);
  const file = botFolder(data, CONFIG.id).config;
  const before = readFileSync(file, 'utf8');
  const at = `/api/bots/${CONFIG.id}`;
  const patched = async (payload: object): Promise<string> =>
    (await app.inject({ method: 'PATCH', url: at, payload })).json().error.message;

  const lines = [
    'signal.period: must be at least 2, is -1',
    'BTCUSD is not traded on paper. Did you mean BTCUSDT?',
  ];
  const wrong = { symbol: 'BTCUSD', signal: { period: -1 } };
  t.same((await patched(wrong)).split('\n'), lines);
  t.same((await patched({ ...wrong, 'a b': 1 })).split('\n'), ['"a b": is no path of a setting', ...lines]);
  t.match(await patched({ budget: '1', name: '' }), /^name: .*\nThe budget is 1 USDT, but an order/s);
  t.notMatch(await patched({ budget: '-1' }), 'an order on BTCUSDT', 'nothing that follows from another');
  t.match(await patched({ venue: 'binance', key: 'main', budget: '-1' }), /^budget: .*\nNo key "main"/s);

  const text = before.replace('"BTCUSDT"', '"BTCUSD"').replace('"rsi"', '"rsj"');
  const { version } = (await app.inject(`${at}/config`)).json();
  const put = await app.inject({ method: 'PUT', url: `${at}/config`, payload: { text, version } });
  t.match(put.json().error.message, /config\.json:\d+:\d+: signal\.name: .*\n.*Did you mean BTCUSDT/s);

  const form = { symbol: 'BTCUSD', budget: '-1', 'signal.period': 'ten', version: versionOf(before) };
  const sent = await app.inject({
    ...{ method: 'POST', url: `/bots/${CONFIG.id}/settings`, payload: String(new URLSearchParams(form)) },
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'hx-request': 'true' },
  });
  const told = (field: string) => new RegExp(`id="e-${field}"[^>]*>([^<]+)<`).exec(sent.body)?.[1]?.trim();
  t.equal(told('symbol'), 'BTCUSD is not traded on paper. Did you mean BTCUSDT?');
  t.match(told('budget'), /^Must be above 0, is/);
  t.match(told('signal-period'), /^Must be a plain decimal number, is/);

  const { changes, problems: unread } = toldChanges(['id=x', 'signal.period=ten', 'symbol=btcusd'], before);
  const edit = server.fleet.previewEdit(CONFIG.id, { changes, unread });
  await t.rejects(edit, {
    code: 'CONFIG_INVALID',
    message: /^id: cannot be .*\nsignal\.period: must be a plain.*\nBTCUSD is not traded/s,
  });

  const copied = await app.inject({
    ...{ method: 'POST', url: `${at}/clone` },
    payload: { id: CONFIG.id, changes: wrong },
  });
  t.same(copied.json().error.message.split('\n').length, 3, 'that there is such a bot, too');
  t.equal(readFileSync(file, 'utf8'), before);
  t.same(server.failures, []);
});
