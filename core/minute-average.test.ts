import t from 'tap';
import { Rehearsal, settings } from '../test/bot-kit.js';
import { followOf } from './follow-group.js';

const terms = {
  plan: { name: 'follow', sellAbovePercent: 1, buyBelowPercent: 1, answers: 'both' },
  signalName: 'manual',
};
const MINUTE = 60_000;

function watching(closes: readonly (readonly [minute: number, close: string])[]) {
  const bot = new Rehearsal({ ...settings(), terms });
  const told = closes.map(([minute, close]) => {
    bot.tell({ type: 'minute', time: bot.time, wall: bot.wall, openTime: minute * MINUTE, close });
    const notice = bot.effects.find((effect) => effect.type === 'notify');
    return notice?.type === 'notify' ? `${notice.values['direction']} ${notice.values['average']}` : null;
  });
  return { bot, told };
}

t.test('the average of seven closes is told as going up, down or flat against the one before', async (t) => {
  const closes = ['10', '11', '12', '13', '14', '15', '16', '17', '11', '9', '11'];
  const { told } = watching(closes.map((close, minute) => [minute, close]));
  t.same(told.slice(0, 7), Array(7).fill(null), 'seven make one, and there is none before it');
  t.same(told.slice(7), ['up 14', 'flat 14', 'down 13.571428571428', 'down 13.285714285714']);
});

t.test('a minute that is told twice counts once, and a hole begins anew', async (t) => {
  const { bot } = watching([
    [1, '10'],
    [2, '11'],
    [2, '12'],
    [1, '13'],
  ]);
  t.same(followOf(bot.state).average?.closes, ['10', '11']);
  const { bot: holed } = watching([
    [1, '10'],
    [3, '11'],
  ]);
  t.same(followOf(holed.state).average?.closes, ['11']);
});

t.test('where the bot’s own klines are minutes, those are what is watched', async (t) => {
  const bot = new Rehearsal({ ...settings(), interval: '1m', terms });
  bot.kline(100);
  t.same(followOf(bot.state).average?.closes, ['100']);
  t.equal(bot.placed.length, 0);
});
