import t from 'tap';
import type { BotView } from '../../bot/files/view.js';
import { refuseSecondFollower } from './followers.js';

t.test('who follows already is named to those alone who may know of it', (t) => {
  const follower = { venue: 'paper', symbol: 'BTCUSDT', plan: 'follow', desired: 'running' };
  const [mine, theirs] = ['mine', 'theirs'].map((id) => ({ ...follower, id }) as BotView);
  const start = (isNamed: boolean) => () => refuseSecondFollower(mine!, [mine!, theirs!], () => isNamed);
  t.throws(start(true), {
    code: 'FOLLOWER_EXISTS',
    message: /^The bot theirs follows your trades of BTCUSDT/,
  });
  t.throws(start(false), { code: 'FOLLOWER_EXISTS', message: /^Another bot follows your trades of BTCUSDT/ });
  t.end();
});
