import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import { botFolder, readDesired, writeDesired, writeStatus, type BotStatus } from '../../bot/files/folder.js';
import { acquireLock } from '../../exchange/lock.js';
import { Fleet } from './fleet.js';
import { memorySupervisor } from './memory.js';
import { SUPERVISED_MARK } from './names.js';
import type { ProcessSpec } from './supervisor.js';
import { waitFor } from './wait.js';
import { instrument, Rehearsal, writeJournal } from '../../test/bot-kit.js';
import { folderOf } from '../../test/folder.js';

const CONFIG = {
  id: 'btc-dip',
  symbol: 'BTCUSDT',
  interval: '5m',
  budget: '1000',
  signal: { name: 'rsi' },
  plan: { name: 'single' },
};

/** What a bot's process would say of itself. */
async function says(spec: ProcessSpec, phase: BotStatus['phase'], errors: string[] = []): Promise<void> {
  const at = Date.now();
  await writeStatus(spec.dataFolder, basename(spec.cwd), { phase, pid: 1, since: at, startedAt: at, errors });
}

function fleetIn(t: Test, onStart = (spec: ProcessSpec) => says(spec, 'ready')) {
  const folder = folderOf(t, {
    data: {},
    dist: { 'bot.cjs': '// the bot, first build', 'paper.cjs': '// paper' },
  });
  const supervisor = memorySupervisor({ onStart });
  const scripts = { bot: join(folder, 'dist/bot.cjs'), paper: join(folder, 'dist/paper.cjs') };
  const data = join(folder, 'data');
  const fleet = new Fleet({ data, supervisor, scripts, readyWithinMs: 300 });
  return { data, supervisor, fleet, scripts };
}

/** A process that holds a bot's folder as the bot itself does, and ends with code 7 when asked to. */
async function holdLock(folder: string, mark: Record<string, string>) {
  const lock = new URL('../../exchange/lock.ts', import.meta.url).href;
  const program = `const { acquireLock } = await import(${JSON.stringify(lock)});
    await acquireLock(${JSON.stringify(folder)}, 'bot btc-dip');
    process.on('SIGINT', () => process.exit(7)); setInterval(() => {}, 1000); console.log('locked');`;
  const args = [...process.execArgv, '--input-type=module', '-e', program];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...mark } });
  const exit = new Promise((resolve) => child.on('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { child, exit };
}

t.test(
  'creating a bot writes its config and schema, readable by their owner only, and starts nothing',
  async (t) => {
    const { fleet, data, supervisor } = fleetIn(t);
    await fleet.create(CONFIG);
    const files = botFolder(data, 'btc-dip');
    t.match(JSON.parse(await readFile(files.config, 'utf8')), {
      $schema: '../../config.schema.json',
      ...CONFIG,
    });
    t.equal(JSON.parse(await readFile(join(data, 'config.schema.json'), 'utf8')).type, 'object');
    t.equal((await stat(files.config)).mode & 0o777, 0o600);
    t.equal((await stat(files.folder)).mode & 0o777, 0o700);
    t.equal(await readDesired(data, 'btc-dip'), 'stopped');
    t.same(await supervisor.list(), []);
    t.match(await fleet.list(), [
      { id: 'btc-dip', desired: 'stopped', actual: 'stopped', symbol: 'BTCUSDT' },
    ]);
  },
);

t.test('what cannot be created says why, with a stable code, and changes nothing', async (t) => {
  const { fleet, data } = fleetIn(t);
  await fleet.create(CONFIG);
  const refused: [
    Record<string, unknown>,
    { code: string; message?: RegExp; httpStatus?: number; field?: string },
  ][] = [
    [{ id: '../x' }, { code: 'BOT_ID_INVALID', httpStatus: 422, field: 'id' }],
    [{ id: '' }, { code: 'BOT_ID_INVALID' }],
    [{}, { code: 'BOT_EXISTS', httpStatus: 409, field: 'id' }],
    [
      { id: 'b', signal: { name: 'rsi', period: -1 } },
      { code: 'CONFIG_INVALID', httpStatus: 422, field: 'signal.period' },
    ],
    [
      { id: 'b', interval: '7m' },
      { code: 'CONFIG_INVALID', field: 'interval' },
    ],
    [
      { id: 'b', plan: { name: 'sngle' } },
      { code: 'CONFIG_INVALID', message: /did you mean "single"/ },
    ],
    [
      { id: 'b', venue: 'binance' },
      { code: 'CONFIG_INVALID', httpStatus: 422, field: 'key', message: /must name the stored key/ },
    ],
    [
      { id: 'b', venue: 'binance', key: 'main' },
      {
        code: 'KEY_REFUSED',
        httpStatus: 422,
        field: 'key',
        message: /flotilla key add NAME --venue binance/,
      },
    ],
    [
      { id: 'b', key: 'main' },
      { code: 'CONFIG_INVALID', field: 'key', message: /means nothing on paper/ },
    ],
  ];
  for (const [changes, error] of refused) await t.rejects(fleet.create({ ...CONFIG, ...changes }), error);
  await t.rejects(fleet.create(null), { code: 'BOT_ID_INVALID' });
  t.same(await readdir(join(data, 'bots')), ['btc-dip']);
});

t.test('of two that create one bot at once, one is refused', async (t) => {
  const { fleet } = fleetIn(t);
  const outcomes = await Promise.allSettled([fleet.create(CONFIG), fleet.create(CONFIG)]);
  t.same(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

t.test('an edit keeps the text around it, and an invalid one changes nothing', async (t) => {
  const { fleet, data } = fleetIn(t);
  await fleet.create(CONFIG);
  const { config: file } = botFolder(data, 'btc-dip');
  const commented = (await readFile(file, 'utf8')).replace('"budget"', '// not more\n  "budget"');
  await writeFile(file, commented);
  await fleet.edit('btc-dip', { changes: [{ path: 'budget', value: '500' }], appliesTo: 'now' });
  const edited = await readFile(file, 'utf8');
  t.match(edited, /\/\/ not more\n {2}"budget": "500"/);
  t.match(edited, /"appliesTo": "now"/);
  await t.rejects(fleet.edit('btc-dip', { changes: [{ path: 'budget', value: '-5' }] }), {
    code: 'CONFIG_INVALID',
    message: /^budget: must be above 0, is -5$/,
  });
  await t.rejects(fleet.edit('btc-dip', { changes: [{ path: 'venue', value: 'binance' }] }), {
    message: /^key: must name the stored key to trade with on binance/,
  });
  await t.rejects(fleet.edit('btc-dip', { text: '{ "id": "btc-dip"' }), { code: 'CONFIG_INVALID' });
  await writeFile(file, edited.replace('"interval": "5m"', '"interval": "7m"'));
  const line = edited.split('\n').findIndex((each) => each.includes('"interval"')) + 1;
  await t.rejects(fleet.edit('btc-dip', { changes: [{ path: 'name', value: 'x' }] }), {
    message: new RegExp(`^.*config\\.json:${line}:\\d+: interval: must be one of .*"7m"$`),
  });
  await writeFile(file, edited);
  await t.rejects(fleet.edit('btc-dip', { text: edited, seen: commented }), {
    code: 'CONFIG_CHANGED',
    httpStatus: 409,
  });
  await t.rejects(fleet.edit('nobody', { text: edited }), { code: 'BOT_NOT_FOUND', httpStatus: 404 });
  t.equal(await readFile(file, 'utf8'), edited);
});

t.test('what a bot watches over itself keeps it in its symbol', async (t) => {
  const { fleet, data } = fleetIn(t);
  await fleet.create(CONFIG);
  const files = botFolder(data, 'btc-dip');
  const change = { changes: [{ path: 'symbol', value: 'ETHUSDT' }] };
  await fleet.edit('btc-dip', change);
  await fleet.edit('btc-dip', { changes: [{ path: 'symbol', value: 'BTCUSDT' }] });
  const watched = new Rehearsal({
    id: 'btc-dip',
    terms: {
      plan: { name: 'single', stopLossPercent: 2, takeProfitPercent: 5, trailingStopPercent: 1 },
      signalName: 'rsi',
    },
  });
  watched.holding();
  writeJournal(files.events, watched);
  const before = await readFile(files.config, 'utf8');
  await t.rejects(fleet.previewEdit('btc-dip', change), { message: /watches over what it holds/ });
  const slower = await fleet.previewEdit('btc-dip', { changes: [{ path: 'interval', value: '15m' }] });
  t.match(slower.now.join(' '), /The interval counts at once/);
  await t.rejects(fleet.edit('btc-dip', change), {
    code: 'CONFIG_INVALID',
    httpStatus: 422,
    field: 'symbol',
    message: /watches over what it holds of BTCUSDT .*Sell first/,
  });
  t.equal(await readFile(files.config, 'utf8'), before);
  await fleet.edit('btc-dip', { changes: [{ path: 'budget', value: '500' }] });
  await t.rejects(fleet.delete('btc-dip'), { code: 'BOT_HOLDS_POSITION' });
});

t.test(
  'a position that rests on the exchange lets the symbol go, and is in the way of a deletion',
  async (t) => {
    const { fleet, data } = fleetIn(t);
    await fleet.create(CONFIG);
    const bot = new Rehearsal({ id: 'btc-dip' });
    bot.holding();
    const eth = { ...instrument, symbol: 'ETHUSDT', base: 'ETH' };
    const settings = { ...bot.state.settings, symbol: 'ETHUSDT', instrument: eth };
    writeJournal(botFolder(data, 'btc-dip').events, bot);
    const edit = { changes: [{ path: 'symbol', value: 'ETHUSDT' }] };
    const preview = await fleet.previewEdit('btc-dip', edit);
    t.match(preview, { movesOrders: true, asks: false, withdraws: false });
    t.same(preview.now, [
      'Parked: 9.99 BTC of BTCUSDT; nothing more of it is bought. On the exchange stays what protects it: protect (sell 9.99 at 105 or stop at 98).',
      'ETHUSDT is traded with 0.00 USDT, at once.',
    ]);
    await fleet.edit('btc-dip', edit);
    bot.tell({ type: 'moved', time: bot.time, wall: bot.wall, settings, tradeCursor: '0' });
    writeJournal(botFolder(data, 'btc-dip').events, bot);
    t.match(await fleet.show('btc-dip'), {
      symbol: 'ETHUSDT',
      phase: 'flat',
      cash: '0',
      equity: '999',
      parked: [
        {
          symbol: 'BTCUSDT',
          position: { quantity: '9.99', cost: '1000' },
          openOrders: [{ slot: 'protect' }, { slot: 'protect' }],
        },
      ],
    });
    await t.rejects(fleet.delete('btc-dip'), {
      code: 'BOT_HOLDS_POSITION',
      message: /holds 9.99 BTC parked in BTCUSDT/,
    });
  },
);

t.test('starting runs a versioned copy of the bundle and waits until the bot says ready', async (t) => {
  const { fleet, data, supervisor, scripts } = fleetIn(t);
  await fleet.create(CONFIG, { start: true });
  const [spec] = supervisor.started;
  t.match(spec, { name: 'bot-btc-dip', args: ['--data', data, '--id', 'btc-dip'], dataFolder: data });
  t.match(spec?.script, /\.bundles\/bot-[0-9a-f]{12}\.cjs$/);
  t.equal(await fleet.desired('btc-dip'), 'running');

  await writeFile(scripts.bot, '// the bot, second build');
  await fleet.restart('btc-dip');
  t.not(supervisor.started[1]?.script, spec?.script, 'a restart takes the newest build');
  t.equal(
    await readFile(spec?.script as string, 'utf8'),
    '// the bot, first build',
    'and leaves the old one alone',
  );
});

t.test('a bot that refuses to trade, or never gets ready, fails its start with its own words', async (t) => {
  const refusing = fleetIn(t, (spec) => says(spec, 'refused', ['The position file is damaged.']));
  await refusing.fleet.create(CONFIG);
  await t.rejects(refusing.fleet.start('btc-dip'), {
    code: 'BOT_REFUSED',
    message: /position file is damaged/,
  });

  const silent = fleetIn(t, async (spec) => {
    await writeFile(join(spec.cwd, 'error.log'), 'Error: no bundle here\n');
  });
  await silent.fleet.create(CONFIG);
  await t.rejects(silent.fleet.start('btc-dip'), { code: 'BOT_START_FAILED', message: /no bundle here/ });
  t.equal(await silent.fleet.desired('btc-dip'), 'running', 'the supervisor goes on trying');
});

t.test('a hand-written config that is wrong is not started', async (t) => {
  const { fleet, data, supervisor } = fleetIn(t);
  const { folder, config } = botFolder(data, 'mine');
  await mkdir(folder, { recursive: true });
  await writeFile(config, '{ "id": "mine",\n  "symbol": 5 }');
  await t.rejects(fleet.start('mine'), { code: 'CONFIG_INVALID', message: /config\.json:2:13: symbol/ });
  t.same(supervisor.started, []);
  t.match((await fleet.show('mine')).errors[0], /config\.json:1:1/);
});

t.test('a bot whose config was taken away can be looked at, stopped and deleted', async (t) => {
  const { fleet, data, supervisor } = fleetIn(t);
  await fleet.create(CONFIG);
  await fleet.start('btc-dip');
  const { config } = botFolder(data, 'btc-dip');
  await rm(config);
  const taken = {
    code: 'CONFIG_INVALID',
    message: /config\.json cannot be read: it is not there; put it back/,
  };
  await t.rejects(fleet.restart('btc-dip'), taken);
  await t.rejects(fleet.edit('btc-dip', { changes: [{ path: 'budget', value: '5' }] }), taken);
  t.match(await fleet.show('btc-dip'), { desired: 'running', errors: [/put it back/] });
  await fleet.stop('btc-dip');
  t.same(await supervisor.list(), []);
  await fleet.delete('btc-dip');
  t.same(await fleet.list(), []);
  await t.rejects(fleet.show('btc-dip'), { code: 'BOT_NOT_FOUND' });
});

t.test('stopping is desired before it is done; stopping what does not run is no failure', async (t) => {
  const { fleet, data } = fleetIn(t);
  await fleet.create(CONFIG, { start: true });
  t.same(await fleet.stop('btc-dip'), { unreached: [] });
  t.equal(await readDesired(data, 'btc-dip'), 'stopped');
  t.same(await fleet.processes(), []);
  await fleet.stop('btc-dip');
  await t.rejects(fleet.stop('nobody'), { code: 'BOT_NOT_FOUND' });
});

t.test('deleting ends the bot and keeps its books aside', async (t) => {
  const { fleet, data } = fleetIn(t);
  await fleet.create(CONFIG, { start: true });
  await fleet.delete('btc-dip');
  t.same(await fleet.list(), []);
  t.same(await fleet.processes(), []);
  const [kept] = await readdir(join(data, '.deleted'));
  t.match(kept, /^btc-dip-\d+$/);
});

t.test('reconciling starts what should run, once, and says what cannot', async (t) => {
  const { fleet, data, supervisor } = fleetIn(t);
  for (const id of ['one', 'two', 'three']) await fleet.create({ ...CONFIG, id });
  await fleet.start('one');
  await writeDesired(data, 'two', 'running');
  await mkdir(botFolder(data, 'broken').folder, { recursive: true });
  await writeFile(botFolder(data, 'broken').config, '{');
  await writeDesired(data, 'broken', 'running');
  t.match(await fleet.reconcileDesired(), [
    { id: 'broken', outcome: 'failed', error: /config\.json:1:2/ },
    { id: 'one', outcome: 'running', error: null },
    { id: 'two', outcome: 'started', error: null },
  ]);
  t.same((await supervisor.list()).map(({ name }) => name).sort(), ['bot-one', 'bot-two']);
});

t.test(
  'a bot that survived its supervisor is shown as lost, ended cleanly and started again under it',
  async (t) => {
    const { fleet, data, supervisor } = fleetIn(t);
    await fleet.create(CONFIG);
    await writeDesired(data, 'btc-dip', 'running');
    const { folder } = botFolder(data, 'btc-dip');
    const { exit } = await holdLock(folder, { [SUPERVISED_MARK]: '1' });
    t.match(await fleet.show('btc-dip'), { actual: 'lost' });
    t.match(await fleet.reconcileDesired(), [{ id: 'btc-dip', outcome: 'adopted', error: null }]);
    t.equal(await exit, 7, 'it was asked to end, not killed');
    t.equal((await supervisor.list()).length, 1);
  },
);

t.test('a bot that somebody runs by hand is left to them', async (t) => {
  const { fleet, data } = fleetIn(t);
  await fleet.create(CONFIG);
  const { child, exit } = await holdLock(botFolder(data, 'btc-dip').folder, {});
  t.match(await fleet.show('btc-dip'), { actual: 'stopped' });
  await fleet.downAll();
  t.equal(child.exitCode, null);
  child.kill('SIGINT');
  await exit;
});

t.test('down ends the processes of this data folder alone, and what should run stays noted', async (t) => {
  const { fleet, data, supervisor } = fleetIn(t);
  await fleet.create(CONFIG, { start: true });
  const foreign = {
    ...(supervisor.started[0] as ProcessSpec),
    name: 'bot-other',
    dataFolder: '/another/data',
  };
  await supervisor.start(foreign);
  t.match(await fleet.downAll(), { bots: ['btc-dip'], paper: false, openEntries: [] });
  t.same(
    (await supervisor.list()).map(({ name }) => name),
    ['bot-other'],
  );
  t.equal(await readDesired(data, 'btc-dip'), 'running');
});

t.test('two programs that work on one bot take turns', async (t) => {
  const { fleet, data } = fleetIn(t);
  await fleet.create(CONFIG);
  const turn = await acquireLock(join(data, '.turns/bot-btc-dip'), 'another command');
  let done = false;
  const stopping = fleet.stop('btc-dip').then(() => (done = true));
  await waitFor(() => null, { withinMs: 120 });
  t.notOk(done, 'it waits for the other one');
  turn.release();
  t.ok(await stopping);
});
