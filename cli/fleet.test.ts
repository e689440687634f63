import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { BotView } from '../bot/files/view.js';
import type { PaperAddress } from '../exchange/venues.js';
import { isAlive, waitFor } from '../server/fleet/wait.js';
import { commandLine, json } from './testing.js';

interface Up {
  readonly url: string;
  readonly paper: PaperAddress;
}

const MARKET = [
  '--synthetic',
  '--seed',
  '7',
  '--start',
  '2024-01-01',
  '--interval',
  '1m',
  '--speed',
  'manual',
];
const EAGER = [
  '--symbol',
  'BTCUSDT',
  '--interval',
  '1m',
  '--signal',
  'rsi',
  '--plan',
  'single',
  '--budget',
  '1000',
];
const SETTINGS = ['--set', 'signal.period=3', '--set', 'signal.buyBelow=45', '--set', 'signal.sellAbove=60'];

async function step(paper: PaperAddress, klines: number): Promise<void> {
  const answer = await fetch(`${paper.control}/step?klines=${klines}`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
}

t.test('a fleet through real processes: up, trade, survive, down', async (t) => {
  const { run, begin, data, home } = await commandLine(t);
  const show = async (): Promise<BotView> => json<BotView>(await run('bot', 'show', 'eager', '--json'));

  const first = await begin<Up>('up', '--json', '--port', '0', ...MARKET);
  t.match(first.line, {
    url: /^http:\/\/127\.0\.0\.1:\d+$/,
    paper: {
      rest: /^http/,
      ws: /\/ws$/,
      wsApi: /\/ws-api\/v3$/,
      control: /^http/,
      key: /\w{16}/,
      secret: /\w{16}/,
    },
  });
  t.match(await (await fetch(`${first.line.url}/healthz`)).json(), { ok: true });

  await t.test('a second server on the same data is refused and told where the first one is', async (t) => {
    const second = await run('up', '--json', '--port', '0');
    t.equal(second.code, 1);
    t.match(json(second), { error: { code: 'DATA_IN_USE', message: new RegExp(first.line.url) } });
  });

  await t.test('the venue is asked before a bot is made', async (t) => {
    const budget = EAGER.map((word) => (word === '1000' ? '1' : word));
    t.match(json(await run('bot', 'create', 'poor', ...budget, '--json')), {
      error: { code: 'BOT_BUDGET_TOO_SMALL', field: 'budget' },
    });
    const symbol = EAGER.map((word) => (word === 'BTCUSDT' ? 'BTCUSD' : word));
    const unknown = await run('bot', 'create', 'lost', ...symbol, '--json');
    t.equal(unknown.code, 2);
    t.match(json(unknown), {
      error: { code: 'SYMBOL_UNKNOWN', field: 'symbol', message: /Did you mean BTCUSDT\?/ },
    });
    const more = await run('bot', 'create', 'lost', ...symbol, '--set', 'signal.buyBelow=999');
    t.match(more, {
      code: 2,
      stderr: /buyBelow: must be .*\n--symbol: BTCUSD is not traded on paper\. Did you/,
    });
  });

  await t.test(
    'a budget above the account is said in numbers; a start that fails leaves it made',
    async (t) => {
      const budget = EAGER.map((word) => (word === '1000' ? '50000' : word));
      const rich = await run('bot', 'create', 'rich', ...budget, '--start', '--json');
      t.equal(rich.code, 1);
      t.match(json(rich), {
        error: { code: 'NOT_STARTED', message: /^Made rich, but not started: .*50,000/ },
      });
      const less = await run('bot', 'set', 'rich', 'budget=40000');
      t.equal(less.code, 0);
      t.match(
        less.stdout,
        /Warning: It needs 40,000\.00 USDT, but the account paper has 10,000\.00 USDT: it does/,
      );
      t.equal((await run('bot', 'delete', 'rich')).code, 0);
    },
  );

  await t.test('a bot is made and started, trades as the market is stepped, and says why', async (t) => {
    const made = await run('bot', 'create', 'eager', ...EAGER, ...SETTINGS, '--start', '--json');
    t.equal(made.code, 0, made.stderr);
    t.match(json(made), { id: 'eager', desired: 'running', actual: 'online', errors: [] });
    await step(first.line.paper, 60);
    const bot = await show();
    t.ok(bot.trades.length > 0, 'it traded');
    t.equal(bot.reconciled, true);
    t.match(bot.trades[0], {
      side: 'BUY',
      tradeId: /\d+/,
      clientOrderId: /^F/,
      price: /^\d/,
      feeAsset: 'BTC',
    });
    t.match(bot.lastDecision, { signal: 'rsi', reasoning: /RSI/ });
    t.match((await run('bot', 'why', 'eager')).stdout, /RSI/);
    t.match((await run('bot', 'logs', 'eager', '--last', '500')).stdout, /Ready: BTCUSDT 1m/);
    const logged = (await run('bot', 'logs', 'eager', '--json', '--last', '2')).stdout.trim().split('\n');
    t.equal(logged.length, 2);
    t.match(JSON.parse(logged[0] as string), { level: /info|warn|error/, message: /\w/ });
  });

  await t.test('PM2 keeps nothing of our environment', async (t) => {
    const bot = (await show()).process;
    const environment = await readFile(`/proc/${bot?.pid}/environ`, 'utf8').catch(() => '');
    t.notOk(environment.includes(first.line.paper.secret));
    t.notOk(environment.includes('npm_config'));
  });

  await t.test('a killed server takes nothing with it, and the next one finds the bots', async (t) => {
    const before = await show();
    first.child.kill('SIGKILL');
    await first.ended;
    await step(first.line.paper, 5);
    t.equal((await show()).process?.pid, before.process?.pid, 'the bot trades on in its process');
    const next = await begin<Up>('up', '--json', '--port', '0');
    t.same(next.line.paper, first.line.paper, 'the same paper exchange, without repeating its options');
    t.equal((await show()).process?.pid, before.process?.pid);
    next.child.kill('SIGINT');
    t.equal(await next.ended, 0, 'Ctrl-C ends the server');
    t.equal((await show()).actual, 'online', 'and the server alone');
  });

  await t.test(
    'after the PM2 daemon was killed, up takes the survivors back, and the books are whole',
    async (t) => {
      const before = await show();
      const daemon = Number(await readFile(join(home, 'pm2/pm2.pid'), 'utf8'));
      process.kill(daemon, 'SIGKILL');
      await waitFor(() => (isAlive(daemon) ? null : true), { withinMs: 5_000 });
      await step(first.line.paper, 1);
      t.match(await show(), { actual: 'lost', tradeCount: before.tradeCount });
      t.equal((await run('doctor', '--port', '0')).code, 1);
      const next = await begin<Up>('up', '--json', '--port', '0');
      const back = await waitFor(async () => ((await show()).actual === 'online' ? show() : null), {
        withinMs: 30_000,
        everyMs: 300,
      });
      t.ok(back, 'it is online again');
      t.not(back?.process?.pid, before.process?.pid);
      t.notOk(isAlive(before.process?.pid ?? 0), 'in one process only');
      t.equal(back?.cash, before.cash);
      t.same(back?.trades.slice(0, before.trades.length), before.trades);
      t.match(await (await fetch(`${next.line.paper.rest}/api/v3/ping`)).json(), {});
      next.child.kill('SIGINT');
      await next.ended;
    },
  );

  await t.test(
    'restart keeps the bot running; a broken config refuses its start and says where',
    async (t) => {
      const before = await show();
      t.equal((await run('bot', 'restart', 'eager')).code, 0);
      t.not((await show()).process?.pid, before.process?.pid);
      const file = join(data, 'bots/eager/config.json');
      const good = await readFile(file, 'utf8');
      await writeFile(file, good.replace('"1m"', '"1x"'));
      const refused = await run('bot', 'restart', 'eager', '--json');
      t.equal(refused.code, 2);
      t.match(json(refused), {
        error: { code: 'CONFIG_INVALID', message: /config\.json:\d+:\d+: interval/ },
      });
      await writeFile(file, good);
    },
  );

  await t.test('down ends all of it, twice without complaint', async (t) => {
    const { process: bot } = await show();
    t.match(json(await run('down', '--json')), { bots: ['eager'], paper: true });
    t.notOk(isAlive(bot?.pid ?? 0));
    t.match(await show(), { desired: 'running', actual: 'stopped' });
    t.match((await run('down')).stdout, /Nothing was running/);
    const ended = json<{ entries: object[] }>(await run('audit', 'list', '--action', 'fleet.down', '--json'));
    t.match(ended.entries, [{ details: { bots: ['eager'], paper: true } }], 'once, by what was done');
  });

  await t.test('starting a bot brings its paper exchange up with it; stop and delete end it', async (t) => {
    const started = await run('bot', 'start', 'eager', '--json');
    t.equal(started.code, 0, started.stderr);
    t.match(json(await run('bot', 'stop', 'eager', '--json')), {
      desired: 'stopped',
      actual: 'stopped',
      unreached: [],
    });
    const deleted = await run('bot', 'delete', 'eager', '--yes', '--json');
    t.match(json(deleted), { id: 'eager', deleted: true });
  });
});
