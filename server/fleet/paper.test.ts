import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startPaper } from '../../exchange/paper/wire/paper.js';
import { folderOf } from '../../test/folder.js';
import { answeringPaper } from './paper.js';

t.test('the paper exchange of a data folder is not taken for that of its copy', async (t) => {
  const home = folderOf(t, { original: {} });
  const [original, copy] = [join(home, 'original'), join(home, 'copy')];
  const start = Date.UTC(2024, 0);
  const paper = await startPaper({
    folder: join(original, 'paper'),
    port: 0,
    seed: 7,
    start,
    speed: 'manual',
  });
  t.teardown(() => paper.stop());
  cpSync(original, copy, { recursive: true });

  t.match(await answeringPaper(original), paper.address);
  t.equal(await answeringPaper(copy), null, 'its address says whose it is');

  const file = join(copy, 'paper', 'address.json');
  const { folder, ...older } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  t.type(folder, 'string');
  writeFileSync(file, JSON.stringify(older));
  t.equal(await answeringPaper(copy), null, 'an address from before says nothing: nobody holds the folder');
});
