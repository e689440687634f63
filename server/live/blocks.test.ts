import t from 'tap';
import { Blocks } from './blocks.js';

const parts = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => Buffer.from(`<${i}>`));

t.test('blocks are the parts in their order; only what changed is joined anew', async (t) => {
  const blocks = new Blocks();
  const all = parts(120);
  const first = blocks.of(all);
  t.equal(first.length, 3);
  t.equal(Buffer.concat(first).toString(), all.join(''));
  all[60] = Buffer.from('changed');
  const second = blocks.of(all);
  t.equal(Buffer.concat(second).toString(), all.join(''));
  t.same(
    second.map((block, index) => block === first[index]),
    [true, false, true],
  );
  t.same(blocks.of([]), []);
  t.equal(Buffer.concat(blocks.of(parts(51))).toString(), parts(51).join(''));
});
