/** One bot's process against the real paper exchange: copies, strategies that spin or throw, and a full disk. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { writeCommand } from '../bot/files/command-files.js';
import { botFolder, readStatus } from '../bot/files/folder.js';
import { loadBotView } from '../bot/files/load.js';
import { readLog } from '../bot/files/log.js';
import { checkBooks } from './books-check.js';
import { FleetRun } from './fleet-run.js';
import { SpoiledBot } from './spoiled-bot.js';

const MARKET = '--synthetic --seed 7 --symbols BTCUSDT,ETHUSDT --interval 1m --speed manual'.split(' ');

async function until<T>(what: string, ask: () => Promise<T | null | false>, ms = 30_000): Promise<T> {
  for (
    const deadline = Date.now() + ms;
    Date.now() < deadline;
    await new Promise((resolve) => setTimeout(resolve, 50))
  ) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
  }
  throw new Error(`${what} did not happen within ${ms} ms`);
}

async function create(t: Test, fleet: FleetRun, id: string, ...more: string[]): Promise<void> {
  const options = '--symbol BTCUSDT --interval 1m --signal manual --plan single --budget 1000'.split(' ');
  const made = await fleet.cli('bot', 'create', id, ...options, ...more);
  t.equal(made.code, 0, made.stderr);
}

t.test('one bot’s process', async (t) => {
  const fleet = new FleetRun();
  t.teardown(() => fleet.end());
  await fleet.start(MARKET);
  await fleet.step(20);
  const bot = await new SpoiledBot(fleet).bundle();
  t.teardown(() => bot.end());
  const status = (id: string) => readStatus(fleet.data, id);
  const isReady = async (id: string, pid: number | undefined) => {
    const said = await status(id);
    return said?.phase === 'ready' && said.pid === pid;
  };

  await t.test(
    'of many copies at once one trades; the others name it and end; a kill frees the bot',
    async (t) => {
      await create(t, fleet, 'copies');
      for (const count of [2, 5, 10, 3]) {
        const started = Array.from({ length: count }, () => bot.start('copies'));
        const ends = started.map(({ child, ended }) => ended.then((end) => ({ ...end, pid: child.pid })));
        let over = 0;
        for (const end of ends) void end.then(() => (over += 1));
        await until('all but one to end', async () => over === count - 1);
        const { child: holder } = started.find(({ child }) => child.exitCode === null)!;
        await until('the one to be ready', () => isReady('copies', holder.pid));
        holder.kill('SIGKILL');
        for (const { code, said, pid } of await Promise.all(ends)) {
          if (pid === holder.pid) continue;
          t.not(code, 0);
          t.match(said, new RegExp(`in use by process ${holder.pid} \\(bot copies\\)`));
        }
      }
    },
  );

  await t.test('moved to real money by hand, it refuses: nobody has said that it may', async (t) => {
    await create(t, fleet, 'moved');
    const { config, desired } = botFolder(fleet.data, 'moved');
    const paper = JSON.parse(readFileSync(config, 'utf8')) as object;
    writeFileSync(config, JSON.stringify({ ...paper, venue: 'binance', key: 'main' }));
    writeFileSync(desired, JSON.stringify({ desired: 'running', realMoney: 'binance/another' }));
    const { child, ended } = bot.start('moved');
    const said = await until('the refusal', async () => {
      const now = await status('moved');
      return now?.phase === 'refused' ? now.errors : null;
    });
    t.match(said, [/would trade real money on binance\/main, and nobody has said so/]);
    child.kill('SIGTERM');
    await ended;
  });

  await t.test(
    'a signal that spins is ended within ten seconds, and the log names it and its kline',
    async (t) => {
      await create(t, fleet, 'spins');
      const { child, ended } = bot.start('spins');
      await until('the start', () => isReady('spins', child.pid));
      bot.does('spin');
      const began = Date.now();
      void fleet.step(1).catch(() => undefined);
      const { code } = await ended;
      t.equal(code, 70);
      t.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
      const lines = (await readLog(fleet.data, 'spins', 20)).map(({ message }) => message);
      t.ok(
        lines.some((line) =>
          /^The signal "manual" at the 1m kline of BTCUSDT that opened 20.* has not come back/.test(line),
        ),
        lines.join(' | '),
      );
      bot.does('hold');
      const again = bot.start('spins');
      await until('the next start', () => isReady('spins', again.child.pid));
      again.child.kill('SIGINT');
      t.equal((await again.ended).code, 0);
    },
  );

  await t.test(
    'after ten failed starts it lives on idle and says why, until its config is touched',
    async (t) => {
      await create(t, fleet, 'loops');
      bot.does('throw');
      for (let count = 0; count < 10; count += 1) t.not((await bot.start('loops').ended).code, 0);
      const { child } = bot.start('loops');
      const said = await until('giving up', async () => {
        const now = await status('loops');
        return now?.phase === 'refused' && now.pid === child.pid && now;
      });
      t.match(said.errors, [
        /failed to start 10 times within 5 minutes .*no good start.*save its config\.json/,
      ]);
      t.same(await fleet.signed('/api/v3/allOrders', { symbol: 'BTCUSDT' }), [], 'no order was sent');
      bot.does('hold');
      const { config } = botFolder(fleet.data, 'loops');
      utimesSync(config, new Date(), new Date());
      await until('the start after a touch', () => isReady('loops', child.pid));
      child.kill('SIGKILL');
    },
  );

  await t.test(
    'a kill at the change of the symbol, and its parked take profit while it is down',
    async (t) => {
      await create(
        t,
        fleet,
        'parks',
        '--set',
        'plan.takeProfitPercent=0.3',
        '--set',
        'plan.stopLossPercent=20',
      );
      const { config, events } = botFolder(fleet.data, 'parks');
      const view = () => loadBotView(fleet.data, 'parks', null, null);
      const moveTo = (symbol: string) =>
        writeFileSync(
          config,
          readFileSync(config, 'utf8').replace(/"symbol": "[A-Z]+"/, `"symbol": "${symbol}"`),
        );
      const lines = () => readFileSync(events, 'utf8');
      const enter = async (symbol: string) => {
        bot.does('enter');
        await fleet.step(1);
        bot.does('hold');
        await until(`the entry in ${symbol}`, async () => {
          const now = await view();
          return now.symbol === symbol && now.phase === 'holding' && now.openOrders.length === 2;
        });
      };
      const agrees = async () => t.same((await checkBooks(fleet, await view())).differences, []);
      const first = bot.start('parks');
      await until('the start', () => isReady('parks', first.child.pid));
      await enter('BTCUSDT');
      const [target] = (await view()).openOrders.filter(({ stopPrice }) => stopPrice === null);
      moveTo('ETHUSDT');
      await until('the move in the journal', async () => lines().includes('"type":"moved"'));
      first.child.kill('SIGKILL');
      await first.ended;
      await agrees();
      t.match((await view()).parked, [{ symbol: 'BTCUSDT', phase: 'holding' }]);
      await until('the take profit', async () => {
        await fleet.step(20);
        const asked = { symbol: 'BTCUSDT', origClientOrderId: target!.clientOrderId };
        return (await fleet.signed<{ status: string }>('/api/v3/order', asked)).status === 'FILLED';
      });
      const second = bot.start('parks');
      await until('the next start', () => isReady('parks', second.child.pid));
      const sold = await view();
      t.match(sold.parked, [{ symbol: 'BTCUSDT', phase: 'flat', openOrders: [] }], 'but for dust it is sold');
      t.equal(sold.symbol, 'ETHUSDT');
      t.ok(Number(sold.cash) > 1_000, sold.cash);
      await agrees();
      await enter('ETHUSDT');
      moveTo('BTCUSDT');
      await until(
        'the way back',
        async () => (await view()).symbol === 'BTCUSDT' && isReady('parks', second.child.pid),
      );
      t.match((await view()).parked, [{ symbol: 'ETHUSDT', openOrders: [{ slot: 'protect' }, {}] }]);
      await agrees();
      await writeCommand(fleet.data, 'parks', { name: 'sell', symbol: 'ETHUSDT' });
      await until('the sale', async () => (await view()).parked?.[0]?.phase === 'flat');
      await agrees();
      t.match((await view()).commands, [{ name: 'sell', done: true }]);
      second.child.kill('SIGINT');
      t.equal((await second.ended).code, 0);
    },
  );

  const root = process.getuid?.() === 0 && process.platform === 'linux';
  await t.test(
    'on a full disk it sells but buys nothing, survives a kill, and makes all good when there is room',
    { skip: !root && 'needs root, to mount a small disk' },
    async (t) => {
      await create(t, fleet, 'full');
      const { folder, events, config } = botFolder(fleet.data, 'full');
      const text = readFileSync(config);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
      } catch (error) {
        return void t.pass(`no disk can be mounted here: ${(error as Error).message}`);
      }
      t.teardown(() => execFileSync('umount', ['-l', folder]));
      writeFileSync(config, text);
      const ballast = join(folder, 'ballast');
      let { child } = bot.start('full');
      await until('the start', () => isReady('full', child.pid));
      bot.does('enter');
      await fleet.step(1);
      bot.does('hold');
      const held = await until('the entry', async () => {
        const view = await fleet.look('full');
        return view.phase === 'holding' && view.openOrders.length === 2 && view;
      });
      t.not(held.position.quantity, '0');
      fill(ballast);
      // The blocks that files have already take some more.
      await until('the last block to be full', async () => {
        await fleet.step(1);
        return (await fleet.look('full')).errors.length > 0;
      });
      t.equal((await fleet.look('full')).phase, 'holding');
      bot.does('exit');
      await fleet.step(1);
      await until('the sale', async () => (await fleet.look('full')).phase === 'flat');
      const sold = await fleet.look('full');
      t.match(sold.errors, [/^Nothing can be recorded .* buys nothing; it protects and sells/]);
      bot.does('enter');
      await fleet.step(3);
      t.match((await fleet.look('full')).lastDecision, { verdict: 'enter', outcome: 'unrecorded' });
      child.kill('SIGKILL');
      const before = await fleet.look('full');
      t.match(before, { phase: 'flat', position: { quantity: '0' } }, 'the sale stands in the reserve');
      child = bot.start('full').child;
      await until('a start on the full disk', async () => {
        const view = await fleet.look('full');
        return view.reconciled && view.errors.length > 0;
      });
      t.same((await checkBooks(fleet, await fleet.look('full'))).differences, []);
      bot.does('hold');
      rmSync(ballast);
      const well = await until('the return of room', async () => {
        const view = await fleet.look('full');
        return view.errors.length === 0 && view;
      });
      t.same((await checkBooks(fleet, well)).differences, []);
      t.match(
        readFileSync(events, 'utf8'),
        /"type":"storage".*\n(.*\n)*.*"type":"storage","time":\d+,"wall":\d+,"failing":null/,
      );
      bot.does('enter');
      await fleet.step(1);
      await until('an entry again', async () => (await fleet.look('full')).phase === 'holding');
      child.kill('SIGKILL');
    },
  );
});

/** Writes until nothing more fits. */
function fill(file: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Smaller pieces now.
    }
  }
}
