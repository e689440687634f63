import t from 'tap';
import { appliesToOf, appliesToWrite, savedSentence } from './web/applies-to.js';
import type { BotView } from '../bot/files/view.js';

const NOW = '{ "appliesTo": "now" /* mine */ }';
const NEXT = '{ "appliesTo": "next-cycle" }';

t.test('from when on a change counts is what the text says, also where it is broken', async (t) => {
  t.equal(appliesToOf(NOW), 'now');
  t.equal(appliesToOf('{}'), 'next-cycle');
  t.equal(appliesToOf('{ "appliesTo": "now", '), 'now');
  t.equal(appliesToOf('null'), 'next-cycle');
});

t.test('the menu decides where it was turned, else the text does', async (t) => {
  t.equal(appliesToWrite('next-cycle', { present: NOW, typed: NOW }), 'next-cycle');
  t.equal(appliesToWrite('now', { present: '{}', typed: '{}' }), 'now');
  t.equal(appliesToWrite('now', { present: NOW, typed: NOW }), undefined, 'left as it was');
  t.equal(appliesToWrite('next-cycle', { present: NEXT, typed: NOW }), undefined, 'edited in the text');
  t.equal(
    appliesToWrite(undefined, { present: '{}', typed: NOW }),
    undefined,
    'no menu where nothing is held',
  );
});

t.test('the answer to a save says when it counts', async (t) => {
  const bot = (actual: BotView['actual'], phase: BotView['phase']): BotView => ({ actual, phase }) as BotView;
  t.equal(savedSentence(bot('online', 'holding'), NOW), 'Saved. It counts now.');
  t.equal(savedSentence(bot('online', 'holding'), '{}'), 'Saved. It counts from the next cycle on.');
  t.equal(savedSentence(bot('online', 'flat'), '{}'), 'Saved. It counts now.');
  t.match(savedSentence(bot('stopped', 'holding'), NOW), /next start on, for the position it holds too/);
  t.match(savedSentence(bot('stopped', 'holding'), NEXT), /keeps the plan it began with/);
});
