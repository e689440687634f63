import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { sampleBot } from '../test/sample-bots.js';
import type { EditPreview } from '../server/fleet/edit-preview.js';
import { savedWords } from './bot/edit-words.js';
import { botWords, listWords } from './bot-views.js';
import { withEndedByServer } from './down.js';
import { commandLine, json } from './testing.js';

const BTC = [
  '--symbol',
  'BTCUSDT',
  '--interval',
  '5m',
  '--signal',
  'rsi',
  '--plan',
  'single',
  '--budget',
  '1000',
];

t.test('wrong usage ends with 2, one sentence on stderr, and with --json an error on stdout', async (t) => {
  const { run } = await commandLine(t);
  const cases: string[][] = [
    ['fly'],
    ['bot', 'frob'],
    ['bot', 'create', 'x'],
    ['bot', 'show'],
    ['bot', 'logs', 'x', '--last', 'many'],
    ['up', '--port', '70000'],
    ['up', '--klines', 'nowhere'],
    ['up', '--live', '--synthetic'],
    ['up', '--host', '0.0.0.0', '--port', '0'],
  ];
  for (const args of cases) {
    const { code, stdout, stderr } = await run(...args, '--json');
    t.equal(code, 2, args.join(' '));
    t.match(JSON.parse(stdout), { error: { code: /^[A-Z_]+$/, message: /\w+/ } });
    t.ok(stderr.length > 0);
  }
  t.equal((await run('--help')).code, 0);
  t.match((await run('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
});

t.test('all that a new bot lacks is named at once, and a symbol may be written small', async (t) => {
  const { run } = await commandLine(t);
  const { code, stdout } = await run('bot', 'create', '--interval', '5m', '--json');
  t.equal(code, 2);
  t.match(JSON.parse(stdout), {
    error: {
      code: 'USAGE',
      message: /needs its id, --symbol, --signal, --plan and --budget, as in: flotilla/,
    },
  });
  const small = BTC.map((word) => (word === 'BTCUSDT' ? 'btcusdt' : word));
  t.match(json(await run('bot', 'create', 'small', ...small, '--json')), { symbol: 'BTCUSDT' });
  const wrong = await run('bot', 'set', 'small', 'budget=-3', '--json');
  t.equal(wrong.code, 2);
  t.match(JSON.parse(wrong.stdout), {
    error: { message: /^budget: must be above 0, is -3$/, field: 'budget' },
  });
});

t.test('all that is wrong with a new bot is named at once, by the options that say it', async (t) => {
  const { run } = await commandLine(t);
  const create = async (id: string, plan: string, ...set: string[]) => {
    const market = ['--symbol', 'BTCUSDT', '--interval', '2m', '--budget', '-5'];
    const settings = set.flatMap((pair) => ['--set', pair]);
    const { code, stderr } = await run(
      ...['bot', 'create', id, ...market, '--signal', 'rsj', '--plan', plan, ...settings],
    );
    t.equal(code, 2);
    return stderr;
  };
  const misspelt = await create('Bad Id', 'ladder', 'plan.maxBatches=x', 'plan.foo=1', 'signal.buyBelow=3');
  const said = ['--set: plan.maxBatches:', '--set: plan.foo: unknown setting', 'id: must be 1 to 40'];
  for (const part of [
    ...said,
    '--interval: must be one of',
    '--budget: must be above 0',
    '--signal: there is',
  ])
    t.match(misspelt, part);
  t.notMatch(misspelt, /buyBelow/, 'of a signal that is misspelt no setting can be judged');
  const whole = await create('x', 'ladder', 'plan.steps=50@1,40@2');
  t.match(whole, '--set plan.steps: must sum to 100 per cent, is 50 + 40 = 90');
  t.match(
    await create('x', 'martingale', 'plan.levels=20'),
    /--set plan\.stopLossPercent: must be above 31\.88.* is 15\n/,
    'with the default that the levels contradict',
  );
});

t.test('a bot is made, shown, checked and deleted without a server', async (t) => {
  const { run, data } = await commandLine(t);
  const made = await run(
    'bot',
    'create',
    'btc-dip',
    ...BTC,
    '--set',
    'signal.period=7',
    '--name',
    'BTC dip',
    '--json',
  );
  t.equal(made.code, 0, made.stderr);
  t.match(json(made), {
    id: 'btc-dip',
    name: 'BTC dip',
    desired: 'stopped',
    actual: 'stopped',
    venue: 'paper',
    symbol: 'BTCUSDT',
    interval: '5m',
    signal: 'rsi',
    plan: 'single',
    lastKline: null,
    position: { quantity: '0', averagePrice: null, cost: '0', unrealizedPnl: '0' },
    cash: '1000',
    realizedPnl: '0',
    fees: {},
    cycle: 0,
    openOrders: [],
    trades: [],
    lastDecision: null,
    errors: [],
  });
  const config = JSON.parse(await readFile(join(data, 'bots/btc-dip/config.json'), 'utf8'));
  t.same(config.signal, { name: 'rsi', period: 7 });
  t.same(config.plan, { name: 'single' }, 'what was not said stays a default');

  const listed = json<object[]>(await run('bot', 'list', '--json'));
  t.match(listed, [{ id: 'btc-dip' }]);
  t.notOk('trades' in (listed[0] as object));
  t.match((await run('bot', 'show', 'btc-dip')).stdout, /btc-dip – BTC dip[^]*rsi × single/);
  t.match((await run('bot', 'why', 'btc-dip')).stdout, /not decided anything yet/);
  t.match(json(await run('bot', 'why', 'btc-dip', '--json')), { id: 'btc-dip', decisions: [] });
  t.equal((await run('bot', 'logs', 'btc-dip')).code, 0);
  t.equal((await run('bot', 'stop', 'btc-dip')).code, 0, 'stopping what does not run is no failure');
  t.match(json(await run('bot', 'delete', 'btc-dip', '--json')), {
    id: 'btc-dip',
    deleted: true,
    unreached: [],
  });
  t.same(json(await run('bot', 'list', '--json')), []);
});

t.test('what is set already is no change', async (t) => {
  const preview = { changes: [], asks: false } as unknown as EditPreview;
  const [flat, holds] = [sampleBot({ phase: 'flat' }), sampleBot({ phase: 'holding' })];
  t.equal(savedWords(flat, preview, 'now'), 'nothing to change.');
  t.match(savedWords(holds, preview, 'now'), /^changed/, 'what is held takes it up');
});

t.test('a bot in words: dust is no position, and one with a faulty config trades on', async (t) => {
  const dusty = sampleBot({
    position: { quantity: '0.00000140', averagePrice: null, cost: '0.09', unrealizedPnl: '0' },
  });
  t.match(botWords(dusty), /Holds +0\.00000140 BTC: dust, too small to be sold/);
  const averagePrice = '3498.866423316355404640633842671194';
  const position = { quantity: '0.1', averagePrice, cost: '349.89', unrealizedPnl: '0' };
  const level = { name: 'Level 0', slot: 'so0', price: '0.14439', quantity: '9', state: 'done' } as const;
  const levels = { name: 'Levels', price: null, cost: null, quantity: null, remaining: null };
  const progress = [{ ...levels, stop: '0.14151', steps: [level] }];
  const words = botWords(
    sampleBot({ phase: 'holding', position, pricePrecision: 5, tradeCount: 1, progress }),
  );
  t.match(words, /Holds +0\.1 BTC bought at 3,498\.86642\n/);
  t.match(words, /Realized +0\.00 in 1 fill\n/);
  t.match(words, /Levels: stop 0\.14151\n/, 'prices at the decimals of the symbol');
  const errors = ['/data/bots/a/config.json:9:3: a comma is missing'];
  const faulty = sampleBot({ desired: 'running', actual: 'online', errors });
  t.match(botWords(faulty), /a comma is missing\n +It trades on with the settings/);
  t.match(
    listWords([dusty, faulty]),
    /online, needs you.*\nWhat a bot needs of you: flotilla bot why btc-dip$/s,
  );
  t.notMatch(listWords([dusty]), /needs/);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

t.test('of a demo whose server was killed, doctor says the command that starts it again', async (t) => {
  const { run, data } = await commandLine(t);
  const server = async (folder: string, text: object) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'server.json'), JSON.stringify(text));
  };
  const port = await freePort();
  const left = { pid: 1, url: `http://127.0.0.1:${port}`, options: ['--demo', '--port', String(port)] };
  await server(join(data, 'demo'), left);
  t.match(
    (await run('doctor', '--data', join(data, 'demo'))).stdout,
    `→ flotilla up --demo --port ${port}\n`,
  );
  await server(join(data, 'my own'), { ...left, options: [] });
  const own = (await run('doctor', '--data', join(data, 'my own'))).stdout;
  t.match(own, `→ flotilla up --data '${join(data, 'my own')}' --port ${port}\n`);
});

t.test('down tells what the server of a demo ended itself', async (t) => {
  const status = {
    status: 'online' as const,
    cpuPercent: 0,
    script: 'x',
    pid: 1,
    uptimeMs: 1,
    memoryBytes: 1,
    restarts: 0,
    dataFolder: '/d',
  };
  const before = ['bot-a', 'bot-b', 'flotilla-paper'].map((name) => ({ ...status, name }));
  const after = { bots: ['b'], paper: false, keys: false, openEntries: [] };
  t.match(withEndedByServer(before, after), { bots: ['a', 'b'], paper: true, keys: false });
});

t.test('bad input ends with 2, says where and why, and changes nothing', async (t) => {
  const { run, data } = await commandLine(t);
  t.equal((await run('bot', 'create', 'btc-dip', ...BTC)).code, 0);
  const change = (name: string, value: string): string[] =>
    BTC.map((word, at) => (BTC[at - 1] === name ? value : word));
  const cases: [string[], string, RegExp][] = [
    [['bot', 'create', 'btc-dip', ...BTC], 'BOT_EXISTS', /already/],
    [['bot', 'create', '../x', ...BTC], 'BOT_ID_INVALID', /lower-case/],
    [['bot', 'create', 'x', ...change('--interval', '7m')], 'CONFIG_INVALID', /interval: must be one of/],
    [['bot', 'create', 'x', ...change('--signal', 'rsii')], 'CONFIG_INVALID', /no signal "rsii"; known: /],
    [['bot', 'create', 'x', ...change('--budget', '-5')], 'CONFIG_INVALID', /budget/],
    [['bot', 'create', 'x', ...change('--symbol', 'btc/usdt')], 'CONFIG_INVALID', /did you mean "BTCUSDT"/],
    [
      ['bot', 'create', 'x', ...BTC, '--set', 'signal.period=-3'],
      'CONFIG_INVALID',
      /signal\.period: must be at least 2/,
    ],
    [['bot', 'create', 'x', ...BTC, '--set', 'signal.period=abc'], 'CONFIG_INVALID', /signal\.period/],
    [
      ['bot', 'create', 'x', ...BTC, '--set', 'signal.perod=3'],
      'CONFIG_INVALID',
      /did you mean "signal\.period"/,
    ],
    [['bot', 'create', 'x', ...BTC, '--venue', 'binance'], 'CONFIG_INVALID', /must name the stored key/],
    [
      ['bot', 'create', 'x', ...BTC, '--venue', 'binance', '--key', 'main'],
      'KEY_REFUSED',
      /flotilla key add NAME --venue binance/,
    ],
    [['bot', 'show', 'nobody'], 'BOT_NOT_FOUND', /no bot "nobody"/],
    [['bot', 'start', 'nobody'], 'BOT_NOT_FOUND', /no bot "nobody"/],
    [['bot', 'delete', '../x'], 'BOT_ID_INVALID', /lower-case/],
  ];
  for (const [args, code, message] of cases) {
    const answer = await run(...args, '--json');
    t.equal(answer.code, 2, args.join(' '));
    t.match(json(answer), { error: { code, message } });
    t.match(answer.stderr, message);
  }
  t.same(await readdir(join(data, 'bots')), ['btc-dip']);
});
