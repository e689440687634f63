import t from 'tap';
import { barrierPayload } from '../exchange/lockstep.js';
import { Settle } from './settle.js';

function settling(): { settle: Settle; said: number[]; at: { busy: boolean } } {
  const at = { busy: false };
  const said: number[] = [];
  return { settle: new Settle({ busy: () => at.busy, settled: (hold) => said.push(hold) }), said, at };
}

t.test('a hold is settled when both streams have passed it, once', async (t) => {
  const { settle, said } = settling();
  settle.marketBarrier(barrierPayload(1));
  t.same(said, []);
  settle.userBarrier(barrierPayload(1));
  settle.check();
  t.same(said, [1]);
});

t.test('a hold is not settled while something is under way', async (t) => {
  const { settle, said, at } = settling();
  at.busy = true;
  settle.marketBarrier(barrierPayload(4));
  settle.userBarrier(barrierPayload(4));
  t.same(said, []);
  at.busy = false;
  settle.check();
  t.same(said, [4]);
});

t.test('after a new registration the numbers may begin anew', async (t) => {
  const { settle, said } = settling();
  settle.marketBarrier(barrierPayload(9));
  settle.userBarrier(barrierPayload(9));
  settle.again();
  settle.marketBarrier(barrierPayload(1));
  t.same(said, [9], 'one stream alone settles nothing');
  settle.userBarrier(barrierPayload(1));
  t.same(said, [9, 1]);
});

t.test('a ping that is only a ping means nothing', async (t) => {
  const { settle, said } = settling();
  settle.marketBarrier('1700000000000');
  settle.userBarrier('');
  t.same(said, []);
});
