import { mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { folderOf } from '../../test/folder.js';
import { waitFor } from '../fleet/wait.js';
import { CONFIG, fleetWithoutProcesses } from '../testing.js';
import { auditWords } from '../../views/audit-words.js';
import { HandWatcher } from './hand-watcher.js';

async function watching(t: Test) {
  const data = folderOf(t);
  const { fleet } = fleetWithoutProcesses(data);
  const { audit } = fleet;
  const failures: unknown[] = [];
  const watcher = (): HandWatcher => {
    const made = new HandWatcher(data, {
      audit,
      log: (error) => failures.push(error),
      // Longer than ours take to note what they wrote, on a busy machine too.
      afterMs: 200,
      everyMs: 50,
    });
    t.teardown(() => made.close());
    return made;
  };
  const file = (id: string): string => join(data, 'bots', id, 'config.json');
  /** Of what was written by hand: what is in the log, once there are so many lines. */
  const byHand = async (count: number) => {
    const listed = async () => (await audit.list({ user: 'by hand' }, 99)).reverse();
    await waitFor(async () => ((await listed()).length >= count ? true : null), { withinMs: 20_000 });
    return (await listed()).map((entry) => ({ ...entry, words: auditWords(entry) }));
  };
  const edit = (id: string, budget: string): void =>
    writeFileSync(
      file(id),
      readFileSync(file(id), 'utf8').replace(/"budget": "-?\d+"/, `"budget": "${budget}"`),
    );
  return { data, fleet, audit, failures, watcher, file, byHand, edit };
}

t.test(
  'what is changed by hand is in the audit log, with the difference; what we wrote is not',
  async (t) => {
    const { data, fleet, audit, failures, watcher, file, byHand, edit } = await watching(t);
    await fleet.create(CONFIG);
    const first = watcher();
    first.start();
    first.look('btc-dip');
    await fleet.edit('btc-dip', { changes: [{ path: 'budget', value: '1200' }] });
    await fleet.setCaps([{ key: 'fleet.USDT', amount: '5000' }]);
    await fleet.halt();
    first.look('btc-dip');
    writeFileSync(join(data, 'caps.json'), '{ "fleet": { "USDT": "9000" }, "symbols": { "BTCUSDT": "1" } }');
    t.match(await byHand(1), [
      {
        via: 'file',
        address: null,
        words: 'changed caps: fleet.USDT 5000 → 9000, symbols.BTCUSDT is now 1',
        details: { fileOwner: /./, written: /^20/ },
      },
    ]);
    edit('btc-dip', '1300');
    first.look('btc-dip');
    t.match((await byHand(2))[1], { words: 'changed the settings of btc-dip: budget 1200 → 1300' });
    await first.close();

    edit('btc-dip', '1400');
    unlinkSync(join(data, 'halt.json'));
    mkdirSync(join(data, 'bots', 'new'), { recursive: true });
    writeFileSync(file('new'), JSON.stringify({ ...CONFIG, id: 'new' }));
    const second = watcher();
    second.start();
    for (const id of ['btc-dip', 'new']) second.look(id);
    const away = (await byHand(5)).slice(2).map(({ words }) => words);
    t.same(
      away.sort(),
      ['changed the settings of btc-dip: budget 1300 → 1400', 'let the fleet go on', 'made the bot new'],
      'also what was while no server looked',
    );
    writeFileSync(join(data, 'halt.json'), '');
    t.match((await byHand(6))[5], { action: 'fleet.halt', details: { flatten: false } });
    rmSync(join(data, 'bots', 'new'), { recursive: true });
    second.look('new');
    t.match((await byHand(7))[6], { words: 'deleted the bot new' });

    edit('btc-dip', '-1');
    second.look('btc-dip');
    t.match((await byHand(8))[7], {
      outcome: 'failed',
      words:
        /^wrote settings of btc-dip by hand, which are refused: budget 1400 → -1: config\.json:\d+:\d+: budget: /,
    });

    await fleet.resume();
    await fleet.delete('btc-dip');
    second.look('btc-dip');
    writeFileSync(join(data, 'caps.json'), 'rubbish');
    t.match((await byHand(9))[8], { words: /caps\.json is now unreadable/ });
    t.equal((await byHand(9)).length, 9, 'nothing of ours among them');
    t.match(await audit.verify(), { fault: null });
    t.same(failures, []);
  },
);
