import t from 'tap';
import { Pace } from './pace.js';

t.test('no more than so many start in any minute', async (t) => {
  const pace = new Pace(2);
  t.same([pace.next(0), pace.next(10), pace.next(20), pace.next(20)], [0, 0, 59_980, 59_990]);
  t.equal(pace.next(200_000), 0, 'later they start at once again');
});
