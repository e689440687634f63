import t from 'tap';
import { chaos } from './chaos.js';

const SEED = Number(process.env['CHAOS_SEED'] ?? 11);

t.test(`killed at random (seed ${SEED}), every bot's books equal the exchange's record`, async (t) => {
  const result = await chaos({ kills: 16, bots: 3, seed: SEED });
  t.same(result.differences, []);
  t.same(result.duplicates, [], 'no order is sent twice');
  t.same(result.orphans, [], 'no order is left behind');
  t.same(
    result.disobedience,
    [],
    'every command is done once, and nothing is bought while the fleet is halted',
  );
  t.same(result.copies, [], 'no second copy of a bot traded');
  t.ok(result.trades > 10, `${result.trades} trades happened meanwhile`);
  t.comment(
    `${JSON.stringify(result.kills)}, ${result.orders} orders, ${result.betweenSaveAndSend} killed between save and send`,
  );
});
