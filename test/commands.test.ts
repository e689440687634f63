import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { BotView } from '../bot/files/view.js';
import { grouped } from '../bot/files/words.js';
import { dec, text } from '../core/decimal.js';
import type { EditPreview } from '../server/fleet/edit-preview.js';
import { FleetRun } from './fleet-run.js';

type Commanded = BotView & { command: { done: boolean; message: string } };

const MARKET = [
  '--synthetic',
  '--seed',
  '7',
  '--symbols',
  'BTCUSDT',
  '--interval',
  '5m',
  '--speed',
  'manual',
];
const BOT = [
  ...['--symbol', 'BTCUSDT', '--interval', '5m', '--budget', '1000', '--signal', 'rsi', '--plan', 'single'],
  ...['--set', 'signal.buyBelow=99', '--set', 'signal.sellAbove=100'],
  ...['--set', 'plan.stopLossPercent=15', '--set', 'plan.takeProfitPercent=30', '--start'],
];

t.test('commands and repair, through real processes', async (t) => {
  const fleet = new FleetRun();
  t.teardown(() => fleet.end());
  await fleet.start(MARKET);

  const until = async (what: string, holds: (view: BotView) => boolean, id = 'btc'): Promise<BotView> => {
    for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
      const view = await fleet.look(id);
      if (holds(view)) return view;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} did not happen`);
  };
  const post = (path: string, init: RequestInit = {}) => fleet.ask(path, { method: 'POST', ...init });
  const open = () =>
    fleet.signed<{ orderListId: number; clientOrderId: string }[]>('/api/v3/openOrders', {
      symbol: 'BTCUSDT',
    });
  const cancelProtection = async () => {
    const [leg] = await open();
    const { symbol, orderListId } = { symbol: 'BTCUSDT', orderListId: String(leg!.orderListId) };
    await fleet.signed('/api/v3/orderList', { symbol, orderListId }, 'DELETE');
  };
  const account = async (asset: string): Promise<string> => {
    const { balances } = await fleet.signed<{ balances: { asset: string; free: string; locked: string }[] }>(
      '/api/v3/account',
    );
    const found = balances.find((each) => each.asset === asset);
    return found === undefined ? '0' : text(dec(found.free).plus(found.locked));
  };
  const commands = join(fleet.data, 'bots', 'btc', 'commands');

  t.equal((await fleet.cli('bot', 'create', 'btc', ...BOT)).code, 0);

  await t.test('a pause keeps it from buying, its answer comes back, and a resume ends it', async (t) => {
    const paused = await fleet.json<Commanded>('bot', 'pause', 'btc');
    t.match(paused, { paused: true, command: { done: true, message: /Paused: it buys nothing/ } });
    await fleet.step(40);
    t.match(await fleet.look('btc'), {
      phase: 'flat',
      lastDecision: { verdict: 'enter', outcome: 'paused' },
    });
    t.match((await fleet.cli('bot', 'why', 'btc')).stdout, /entries are paused/);
    const resumed = await post('/api/bots/btc/resume');
    t.equal(resumed.status, 200);
    t.match(await resumed.json(), { paused: false, command: { done: true } });
    await fleet.step(2);
    t.match(await fleet.look('btc'), { phase: 'holding' });
    t.same(readdirSync(commands), [], 'what is done leaves no file');
  });

  await t.test(
    'a command that was done is not done again, and one that nobody understands is kept',
    async (t) => {
      const { commands: done } = await fleet.look('btc');
      const { uuid } = done.find(({ name }) => name === 'pause')!;
      const file = (name: string) => join(commands, `${name}.json`);
      writeFileSync(file(uuid), JSON.stringify({ name: 'pause', at: 1 }));
      const other = randomUUID();
      writeFileSync(file(other), '{ "name": "dance", "at": 2 }');
      await until('both are dealt with', () => !existsSync(file(uuid)) && !existsSync(file(other)));
      t.notOk((await fleet.look('btc')).paused);
      t.ok(existsSync(`${file(other)}.refused`));
      t.match((await fleet.cli('bot', 'logs', 'btc')).stdout, /is no command/);
    },
  );

  await t.test('settings are changed with a preview; what it holds is asked about', async (t) => {
    const file = join(fleet.data, 'bots', 'btc', 'config.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"budget"', '// mine\n  "budget"'));
    const stop = 'plan.stopLossPercent=10';
    const asked = await fleet.cli('bot', 'set', 'btc', stop, '--json');
    t.equal(asked.code, 2);
    t.match(JSON.parse(asked.stdout), { error: { code: 'APPLIES_TO_MISSING', field: 'appliesTo' } });
    const unsure = await fleet.cli('bot', 'set', 'btc', stop, '--applies-to', 'now', '--json');
    t.match(JSON.parse(unsure.stdout), { error: { code: 'CONFIRMATION_NEEDED' } });
    const before = await fleet.look('btc');
    const seen = await fleet.json<EditPreview>('bot', 'set', 'btc', stop, '--applies-to', 'now', '--dry-run');
    t.match(seen, {
      changes: [{ path: 'plan.stopLossPercent', before: '15', after: '10' }],
      movesOrders: true,
    });
    t.same((await fleet.look('btc')).openOrders, before.openOrders, 'nothing was done yet');
    const set = ['bot', 'set', 'btc', 'nosuch', stop, 'tags=a,b', '--applies-to', 'now', '--yes'];
    t.equal((await fleet.cli(...set)).code, 2, 'one of two is unknown; the other is changed');
    const after = await until('the new stop', ({ openOrders }) =>
      openOrders.some(
        ({ clientOrderId }) => !before.openOrders.some((each) => each.clientOrderId === clientOrderId),
      ),
    );
    const placed = after.openOrders.find(({ stopPrice }) => stopPrice !== null);
    t.match(
      seen.now.join(' '),
      new RegExp(`Placed: protect .*stop at ${grouped(placed!.stopPrice!)}`),
      'as foretold',
    );
    t.match(after.tags, ['a', 'b']);
    t.match(readFileSync(file, 'utf8'), '// mine');

    const clone = await fleet.json<BotView>('bot', 'clone', 'btc', 'btc-2', '--set', 'budget=500');
    t.match(clone, {
      id: 'btc-2',
      name: 'btc-2',
      actual: 'stopped',
      budget: '500',
      phase: 'flat',
      trades: [],
    });
    const over = await fleet.ask('/api/bots/btc/clone', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'btc-3', changes: { tags: ['c'] } }),
    });
    t.equal(over.status, 201);
    t.match(await over.json(), { id: 'btc-3', tags: ['c'], cycle: 0 });
  });

  await t.test(
    'what it holds is led by the signal that it was bought on, unless told otherwise',
    async (t) => {
      const eager = (limit: number) => [
        'bot',
        'set',
        'btc',
        'signal.buyBelow=1',
        `signal.sellAbove=${limit}`,
      ];
      const unasked = await fleet.cli(...eager(2), '--json');
      t.match(JSON.parse(unasked.stdout), { error: { code: 'APPLIES_TO_MISSING' } });
      t.equal((await fleet.cli(...eager(2), '--applies-to', 'next-cycle', '--yes')).code, 0);
      await fleet.step(2);
      t.match(await fleet.look('btc'), { phase: 'holding', lastDecision: { verdict: 'enter' } });
      t.equal((await fleet.cli('bot', 'restart', 'btc')).code, 0);
      await fleet.step(2);
      t.match(
        await fleet.look('btc'),
        { phase: 'holding', lastDecision: { verdict: 'enter' } },
        'a restart knows it',
      );
      t.equal((await fleet.cli(...eager(3), '--applies-to', 'now', '--yes')).code, 0);
      await fleet.step(2);
      t.match(await fleet.look('btc'), { phase: 'flat' });
      const back = ['signal.buyBelow=99', 'signal.sellAbove=100'];
      t.equal((await fleet.cli('bot', 'set', 'btc', ...back, '--yes')).code, 0, 'nothing is held: not asked');
      await fleet.step(2);
      t.match(await fleet.look('btc'), { phase: 'holding' });
    },
  );

  await t.test(
    'a protection that is cancelled by hand is placed again, with a line that says so',
    async (t) => {
      const before = await fleet.look('btc');
      await cancelProtection();
      const after = await until(
        'its return',
        (view) =>
          view.openOrders.length === 2 &&
          view.openOrders[0]!.clientOrderId !== before.openOrders[0]!.clientOrderId,
      );
      t.equal(after.openOrders[0]!.quantity, before.openOrders[0]!.quantity);
      t.match(
        (await fleet.cli('bot', 'logs', 'btc')).stdout,
        /protect order was cancelled at the exchange, not by this bot/,
      );
    },
  );

  await t.test(
    'coins sold by hand are a difference, shown with its numbers; what is left is protected',
    async (t) => {
      await fleet.cli('bot', 'stop', 'btc');
      await cancelProtection();
      const order = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.002' };
      await fleet.signed('/api/v3/order', { ...order, newClientOrderId: 'web_1' }, 'POST');
      const pause = await fleet.cli('bot', 'pause', 'btc');
      t.equal(pause.code, 0);
      t.match(pause.stdout, /does not run: it does it at its next start/);
      t.match(await fleet.show('btc'), { paused: false, waitingCommands: ['pause'] });
      await fleet.cli('bot', 'start', 'btc');
      const view = await fleet.look('btc');
      t.match(view, {
        paused: true,
        waitingCommands: [],
        difference: { ignored: false, shortages: [{ asset: 'BTC', missing: '0.002' }] },
        manual: { tradeCount: 1, sold: '0.002' },
      });
      t.match(view.errors.join(), /0\.002 BTC are missing/);
      t.equal(view.openOrders[0]!.quantity, text(dec(view.position.quantity).minus('0.002').round(5)));
      const doctor = await fleet.cli('doctor', '--port', '0');
      t.match(doctor.stdout, /btc needs you: The books of this bot say/);
    },
  );

  await t.test(
    'adopting it asks with its numbers, takes them out of the books, and no profit is booked',
    async (t) => {
      const before = await fleet.look('btc');
      const said = await fleet.cli('bot', 'adopt', 'btc', '--only-say');
      t.match(said.stdout, /The books give up 0\.002 BTC/);
      const dialog = await (
        await fleet.ask(`/bots/btc/adopt?from=page`, { headers: { 'hx-request': 'true' } })
      ).text();
      t.match(dialog, /The books give up 0\.002 BTC/);
      t.match(dialog, /name="seen" value="BTC 0\.002"/);
      const form = (seen: string) => ({
        headers: {
          'hx-request': 'true',
          'content-type': 'application/x-www-form-urlencoded',
          origin: fleet.url,
        },
        body: new URLSearchParams({ seen }).toString(),
      });
      const stale = await post('/bots/btc/adopt?from=page', form('BTC 0.001'));
      t.equal(stale.status, 409);
      t.match(await stale.text(), /the difference has changed/);
      const done = await post('/bots/btc/adopt?from=page', form('BTC 0.002'));
      t.equal(done.status, 200);
      t.match(await done.text(), /Adopted: the books gave up 0\.002 BTC/);
      const after = await fleet.look('btc');
      t.equal(after.position.quantity, await account('BTC'), 'books and account agree to the last digit');
      t.match(after, { difference: null, reconciled: true, realizedPnl: before.realizedPnl, errors: [] });
      t.match(after.adjustments, [{ quantity: '0.002', cash: '0' }]);
      const { cost } = after.adjustments[0]!;
      t.equal(
        text(dec(after.position.cost).plus(cost)),
        before.position.cost,
        'its share of the cost left with it',
      );
      t.equal(after.cash, before.cash, 'what the user got for it is the user’s');
    },
  );

  await t.test('its page shows it all', async (t) => {
    const page = await (await fleet.ask(`/bots/btc`)).text();
    t.match(page, /Your own trades since the bot began: 0\.00200 BTC sold/);
    t.match(page, />adopted</);
    t.match(page, /paused, holding/);
  });

  await t.test('a bot that is killed keeps its pause and its repaired books', async (t) => {
    const before = await fleet.show('btc');
    process.kill(before.process!.pid!, 'SIGKILL');
    const after = await until(
      'the restart',
      (view) => view.actual === 'online' && view.process?.pid !== before.process!.pid,
    );
    t.match(after, {
      paused: true,
      position: { quantity: before.position.quantity, cost: before.position.cost },
    });
    t.same(after.adjustments, before.adjustments);
  });

  await t.test('a halted market is waited for, and said', async (t) => {
    const status = (name: string) =>
      fetch(`${fleet.paper.control}/status?symbol=BTCUSDT&status=${name}`, { method: 'POST' });
    t.equal((await status('BREAK')).status, 200);
    await fleet.cli('bot', 'restart', 'btc');
    t.match(await fleet.look('btc'), {
      halted: { since: Number },
      errors: [],
      waitingFor: /market of BTCUSDT/,
    });
    t.match(
      (await fleet.cli('bot', 'why', 'btc')).stdout,
      /The market of BTCUSDT is halted; it waits and goes on by itself\. \(for [\d.]+ s\)/,
    );
    t.match(await (await fleet.ask(`/bots/btc`)).text(), /halted, holding/);
    await status('TRADING');
    await fleet.cli('bot', 'restart', 'btc');
    t.match(await fleet.look('btc'), { halted: null });
  });

  mkdirSync(commands, { recursive: true });

  await t.test('a sale by command takes the protection back, sells, and says what came of it', async (t) => {
    const said = await fleet.cli('bot', 'sell', 'btc', '--only-say');
    t.match(said.stdout, /Selling at market: 0\.\d+ BTC, about \d+\.\d\d USDT .*Taken back first: protect/s);
    const dialog = await fleet.ask(`/bots/btc/sell?from=page`, { headers: { 'hx-request': 'true' } });
    t.match(await dialog.text(), /Sell all that btc holds\?[^]*about \d+\.\d\d USDT at the last price/);
    const sold = await fleet.json<Commanded>('bot', 'sell', 'btc');
    t.match(sold.command, { done: true, message: /Selling at market: 0\.\d+ BTC/ });
    await fleet.step(1);
    const after = await until('the sale', (view) => view.phase === 'flat' && view.openOrders.length === 0);
    t.equal(after.position.quantity, await account('BTC'));
    t.match(after, { paused: true, reconciled: true });
    const again = await fleet.cli('bot', 'sell', 'btc');
    t.match(again, { code: 1, stderr: /Nothing to sell/ });
  });

  await t.test(
    'a buy that is given while the bot restarts is done once; a paused bot refuses it',
    async (t) => {
      t.match(await fleet.cli('bot', 'buy', 'btc'), {
        code: 1,
        stderr: /Not bought: it does not buy while paused/,
      });
      await fleet.cli('bot', 'resume', 'btc');
      const before = await fleet.show('btc');
      process.kill(before.process!.pid!, 'SIGKILL');
      const bought = await fleet.cli('bot', 'buy', 'btc', '--amount', '100');
      t.equal(bought.code, 0, bought.stderr);
      // The server knows of files a moment later: until then it tells of the bot as it was before the kill.
      const known = before.commands.at(-1)?.uuid;
      const answered = await until(
        'its return',
        ({ actual, waitingCommands, commands }) =>
          actual === 'online' && waitingCommands.length === 0 && commands.at(-1)?.uuid !== known,
      );
      t.match(answered.commands.at(-1), {
        name: 'buy',
        done: true,
        answer: /Buying BTC for 100.00 USDT at market/,
      });
      await fleet.step(1);
      const after = await until('the purchase', (view) => view.phase === 'holding');
      const trades = after.trades.slice(before.tradeCount);
      const spent = trades.reduce((sum, { price, quantity }) => sum.plus(dec(price).times(quantity)), dec(0));
      t.ok(spent.gt(99) && spent.lte(100), `${text(spent)} USDT, in ${trades.length} trades`);
    },
  );

  await t.test(
    'a halt takes entries back within a second, outlives kills, and needs no server',
    async (t) => {
      const levels = ['--signal', 'always', '--plan', 'martingale', '--set', 'plan.restAhead=2', '--start'];
      const base = ['--symbol', 'BTCUSDT', '--interval', '5m', '--budget', '1000'];
      t.equal((await fleet.cli('bot', 'create', 'mart', ...base, ...levels)).code, 0);
      await fleet.step(1);
      const buys = async () =>
        (await fleet.signed<{ side: string }[]>('/api/v3/openOrders', { symbol: 'BTCUSDT' })).filter(
          ({ side }) => side === 'BUY',
        ).length;
      t.ok((await buys()) > 0, 'entries rest');
      await fleet.stopServer();
      const halting = fleet.cli('halt');
      let [thrown, gone] = [0, 0];
      for (const deadline = Date.now() + 15_000; gone === 0 && Date.now() < deadline;) {
        if (thrown === 0 && existsSync(join(fleet.data, 'halt.json'))) thrown = Date.now();
        if (thrown > 0 && (await buys()) === 0) gone = Date.now();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      t.ok(gone > 0 && gone - thrown < 1_000, `${gone - thrown} ms from the switch to the last cancel`);
      t.match(await halting, {
        code: 0,
        stdout: /The fleet is halted[^]*Kept, with the protection that rests: /,
      });
      t.match((await fleet.cli('bot', 'list')).stdout, /online, fleet halted[^]*The fleet is halted/);
      process.kill((await fleet.show('mart')).process!.pid!, 'SIGKILL');
      await fleet.cli('bot', 'restart', 'mart');
      await fleet.step(3);
      t.equal(await buys(), 0, 'no entry left');
      t.match((await fleet.cli('bot', 'why', 'mart')).stdout, /The fleet is halted/);
      t.match((await fleet.cli('halt', '--flatten')).stdout, /No bot holds anything that can be sold/);
      await fleet.step(1);
      t.match(await fleet.show('btc'), { phase: 'flat', paused: false, openOrders: [], fleetHalted: true });
      t.match(await fleet.cli('resume'), { code: 0, stdout: /The halt is over/ });
      await fleet.step(2);
      t.ok((await buys()) > 0, 'and they buy again');
    },
  );
});
