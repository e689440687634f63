import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ownedBy } from '../../bot/files/owners-look.js';
import { folderOf } from '../../test/folder.js';
import { freeWords, uncoveredWords, type AccountFree } from './reserving.js';

const account = (changes: Partial<AccountFree>): AccountFree => ({
  ...{ account: 'paper', asset: 'USDT', wanted: '1000', isCovered: true },
  amounts: { total: '5000', free: '1200' },
  ...changes,
});

t.test('what an account has left is told in numbers to who may know what its bots have', async (t) => {
  const [open, hidden] = [account({}), account({ amounts: null })];
  t.equal(
    freeWords(open),
    'When it starts it sets 1,000.00 USDT aside; 1,200.00 of the 5,000.00 USDT on the account paper are free.',
  );
  t.equal(
    freeWords(hidden),
    'When it starts it sets 1,000.00 USDT aside; as much is left on the account paper.',
  );
  t.same([uncoveredWords(open), uncoveredWords(hidden), uncoveredWords(null)], [[], [], []]);
  const [poor, hiddenPoor] = [{ ...open, wanted: '1300' }, hidden].map((each) => ({
    ...each,
    isCovered: false,
  }));
  t.match(uncoveredWords(poor!), [
    /needs 1,300.00 USDT, but the account paper has 5,000.00 USDT, of which 1,200.00/,
  ]);
  t.match(uncoveredWords(hiddenPoor!), [
    /needs 1,000.00 USDT, and what other bots leave on the account paper is less:/,
  ]);
  t.match(freeWords(hiddenPoor!), /less is left on the account paper, so it cannot start now\.$/);
});

t.test("a user's bots are those that owners.json says", async (t) => {
  const data = folderOf(t);
  t.notOk((await ownedBy(data, 'u-1'))('a'), 'without the file none');
  writeFileSync(
    join(data, 'owners.json'),
    JSON.stringify({ bots: { a: { owner: 'u-1' }, b: { owner: null } } }),
  );
  const [mine, nobodys] = [await ownedBy(data, 'u-1'), await ownedBy(data, null)];
  t.same(['a', 'b', 'c'].map(mine), [true, false, false]);
  t.same(['a', 'b', 'c'].map(nobodys), [false, false, false]);
});
