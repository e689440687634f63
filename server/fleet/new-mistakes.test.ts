/** A new bot's mistakes, those that only its market knows too. */
import { join } from 'node:path';
import t from 'tap';
import { marketOf } from '../../exchange/connect.js';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import { folderOf } from '../../test/folder.js';
import { CONFIG, testServer, writeConfig } from '../testing.js';
import { newMistakes } from './new-mistakes.js';

t.test(
  'all mistakes of a new bot are told in one round, and nothing that follows from another',
  async (t) => {
    const data = folderOf(t);
    const clock = { start: Date.UTC(2024, 0), speed: 'manual', symbols: ['BTCUSDT'] } as const;
    const paper = await startPaper({ folder: join(data, 'paper'), port: 0, seed: 7, ...clock });
    const server = await testServer(data, { exchange: (venue) => marketOf(venue, data) });
    t.teardown(async () => {
      await server.close();
      await paper.stop();
    });
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
