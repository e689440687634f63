/** `flotilla compare`: real bots in lock step beside backtests of them, as they are and with what a backtest cannot know. */
import t from 'tap';
import type { Comparison } from '../bot/compare/run.js';
import { FleetRun } from './fleet-run.js';

const MARKET =
  '--synthetic --seed 11 --start 2024-01-01 --symbols BTCUSDT,ETHUSDT --interval 1m --speed manual'.split(
    ' ',
  );
const RSI = '--set signal.period=4 --set signal.buyBelow=45 --set signal.sellAbove=55'.split(' ');

t.test('a bot and a backtest of it', async (t) => {
  const fleet = new FleetRun();
  t.teardown(() => fleet.end());
  await fleet.start(MARKET);
  const create = async (id: string, interval: string, plan: string, ...more: string[]): Promise<void> => {
    const base = [
      '--symbol',
      // Stops are few on a symbol, and a ladder takes many: a backtest of one bot does not know of the others.
      plan === 'ladder' ? 'ETHUSDT' : 'BTCUSDT',
      '--interval',
      interval,
      '--plan',
      plan,
      '--budget',
      '1000',
      '--start',
    ];
    const made = await fleet.cli('bot', 'create', id, ...base, ...more);
    t.equal(made.code, 0, made.stderr);
  };
  await create('plain', '1m', 'single', '--signal', 'rsi', ...RSI, '--set', 'plan.stopLossPercent=0.3');
  await create(
    'levels',
    '5m',
    'martingale',
    '--signal',
    'always',
    '--set',
    'plan.priceDropPercent=0.1',
    '--set',
    'plan.takeProfitPercent=0.1',
    '--set',
    'plan.levels=3',
  );
  const steps = ['--set', 'plan.steps=50@0.1,50@0.2', '--set', 'plan.stopLossPercent=0.3'];
  await create('steps', '1m', 'ladder', '--signal', 'rsi', ...RSI, ...steps);
  await create('hand', '1m', 'single', '--signal', 'rsi', ...RSI);
  await create('away', '1m', 'single', '--signal', 'rsi', ...RSI);
  const compare = (id: string, ...more: string[]) =>
    fleet.json<Comparison & { isEqual: boolean }>('compare', id, ...more);
  const causes = async (id: string): Promise<string[]> =>
    (await compare(id)).differences.map(({ cause }) => cause);

  await t.test('before the first kline there is nothing to compare, and that is said', async (t) => {
    const early = await fleet.cli('compare', 'plain');
    t.match(early, { code: 2, stderr: /plain has not decided on any kline yet/ });
    t.match(await fleet.cli('compare', 'nobody'), { code: 2, stderr: /nobody/ });
  });

  await fleet.step(90);

  await t.test('on the same klines they do the same, to the last digit', async (t) => {
    for (const id of ['plain', 'levels', 'steps']) {
      const { isEqual, equal, differences, equity, decided } = await compare(id);
      t.ok(isEqual, JSON.stringify(differences[0] ?? null));
      t.ok(equal >= 3, `${id}: ${equal} orders`);
      t.equal(equity.live, equity.backtest);
      t.ok(decided >= 18);
    }
    t.match(
      (await fleet.cli('compare', 'plain')).stdout,
      /^plain did what its backtest does: \d+ orders, equal in time \(to a second\), price/,
    );
  });

  await t.test('a trade by hand, and what follows from it, is told as such', async (t) => {
    for (const command of ['flatten', 'resume']) {
      t.equal((await fleet.cli('bot', command, 'hand')).code, 0);
      await fleet.step(1);
    }
    if ((await fleet.look('hand')).phase === 'flat') t.equal((await fleet.cli('bot', 'buy', 'hand')).code, 0);
    await fleet.step(25);
    const found = await causes('hand');
    t.ok(found.includes('manual'), found.join(' '));
    t.ok(
      found.every((cause) => ['manual', 'follows', 'pause'].includes(cause)),
      found.join(' '),
    );
    const told = await fleet.cli('compare', 'hand');
    t.match(told.stdout, /by hand +you had it trade by hand/);
  });

  await t.test('a pause is told as one, and a halt', async (t) => {
    t.equal((await fleet.cli('bot', 'pause', 'away')).code, 0);
    await fleet.step(30);
    const paused = await causes('away');
    t.ok(paused.includes('pause'), paused.join(' '));
    t.equal((await fleet.cli('halt')).code, 0);
    await fleet.step(30);
    const halted = await causes('plain');
    t.ok(halted.includes('halt'), halted.join(' '));
    t.equal((await fleet.cli('resume')).code, 0);
    t.equal((await fleet.cli('bot', 'resume', 'away')).code, 0);
  });

  await t.test('klines that it was not there for are told as missed', async (t) => {
    t.equal((await fleet.cli('bot', 'stop', 'away')).code, 0);
    await fleet.step(30);
    t.equal((await fleet.cli('bot', 'start', 'away')).code, 0);
    await fleet.step(10);
    const found = await causes('away');
    t.ok(found.includes('missed-kline'), found.join(' '));
  });

  await t.test('other settings since are told as a change of the config', async (t) => {
    t.equal((await fleet.cli('bot', 'set', 'plain', 'signal.buyBelow=20', '--yes')).code, 0);
    await fleet.step(5);
    const found = await causes('plain');
    t.ok(found.includes('config-change'), found.join(' '));
  });
});
