import t from 'tap';
import type { BotView } from '../../bot/files/view.js';
import { sampleBot } from '../../test/sample-bots.js';
import type { BotStore, ChangeListener } from '../store.js';
import { BotFeed } from './bot-feed.js';
import { OverviewFeed } from './overview-feed.js';

/** A store of one bot whose changes are told when the test says so, as a real one tells several at once. */
function lateStore() {
  const listeners = new Set<ChangeListener>();
  let bot: BotView = sampleBot();
  return {
    set: (over: Partial<BotView>): void => void (bot = sampleBot(over)),
    tells: (): void => listeners.forEach((heard) => heard(new Set([bot.id]), false)),
    all: () => [bot],
    get: (id: string) => (id === bot.id ? bot : undefined),
    onChange: (heard: ChangeListener) => {
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
    onLog: () => () => undefined,
  };
}

function listening() {
  const heard: string[] = [];
  const send = (_id: string, data: string): void => void (data === '' || heard.push(data));
  return { heard, client: { send, signal: () => undefined, closed: false } };
}

t.test('what an answer showed and is over again is told to the fleet’s page', async (t) => {
  const store = lateStore();
  const feed = new OverviewFeed(store, {
    row: ({ price }) => `<tr>${price}</tr>`,
    pushRow: (_id, row) => row,
    pushNewRow: (row) => row,
    pushRemovedRow: () => '',
    pushAll: () => '',
    others: () => ({}),
  });
  t.teardown(() => feed.close());
  const { heard, client } = listening();
  feed.add(client, feed.position());
  store.set({ price: '2' });
  feed.tell('btc-dip');
  const answered = feed.position();
  store.set({});
  store.tells();
  t.same(heard, ['<tr>2</tr>', '<tr>65020.4</tr>']);
  t.not(feed.position(), answered, 'which is newer than the answer');
  feed.tell('btc-dip');
  feed.tell('nobody');
  t.equal(heard.length, 2, 'what nobody lacks is not told');
});

t.test('what an answer showed and is over again is told to the bot’s page', async (t) => {
  const store = lateStore();
  const nothing = (): string => '';
  const feed = new BotFeed(
    store as unknown as BotStore,
    {
      parts: ({ price }) => ({ header: `<p>${price}</p>` }),
      ...{
        health: nothing,
        decisions: nothing,
        log: nothing,
        events: nothing,
        logLine: nothing,
        gone: nothing,
      },
    },
    { decisions: async () => [], log: async () => [], events: async () => [] },
  );
  t.teardown(() => feed.close());
  const { heard, client } = listening();
  const joined = feed.add('btc-dip', client);
  store.set({ price: '1' });
  await joined;
  t.same(heard, ['<p>1</p>', '<p>1</p>'], 'who joins is sent what is true after the reading');
  store.set({ price: '2' });
  feed.tell('btc-dip');
  const answered = feed.position();
  store.set({ price: '1' });
  store.tells();
  t.same(heard.slice(2), ['<p>2</p>', '<p>1</p>']);
  t.not(feed.position(), answered);
});
