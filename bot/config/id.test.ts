import t from 'tap';
import { byBotId } from './id.js';

t.test('bots are listed as a reader counts', async (t) => {
  const ids = ['bot-116', 'bot-16', 'bot-2', 'a', 'bot-016', 'btc-dip', 'btc-dip-ethusdt'];
  const inOrder = ['a', 'bot-2', 'bot-016', 'bot-16', 'bot-116', 'btc-dip', 'btc-dip-ethusdt'];
  t.same([...ids].sort(byBotId), inOrder);
  t.same([...ids].reverse().sort(byBotId), inOrder, 'whatever they come in');
});
