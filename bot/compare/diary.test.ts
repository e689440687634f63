import { mkdirSync } from 'node:fs';
import t from 'tap';
import { folderOf } from '../../test/folder.js';
import { instrument, Rehearsal, writeJournal } from '../../test/bot-kit.js';
import { botFolder } from '../files/folder.js';
import { readDiary } from './diary.js';

function moved(bot: Rehearsal): void {
  const eth = { ...instrument, symbol: 'ETHUSDT', base: 'ETH' };
  const settings = { ...bot.state.settings, symbol: 'ETHUSDT', instrument: eth };
  bot.tell({ type: 'moved', time: bot.time, wall: bot.wall, settings, tradeCursor: '0' });
}

t.test('a life begins with the last change of symbol, and one that parked something is told', async (t) => {
  const data = folderOf(t);
  const [folder, other] = [botFolder(data, 'flat'), botFolder(data, 'holding')];
  for (const each of [folder, other]) mkdirSync(each.folder, { recursive: true });
  const flat = new Rehearsal();
  flat.kline(100);
  moved(flat);
  writeJournal(folder.events, flat);
  const diary = await readDiary(folder);
  t.match(diary, { whole: true, moved: { parked: false, cash: '1000' }, settings: { symbol: 'ETHUSDT' } });
  t.equal(diary!.heard.size, 0, 'klines of the old symbol are none of the new one');

  const holding = new Rehearsal();
  holding.holding();
  moved(holding);
  writeJournal(other.events, holding);
  t.match(await readDiary(other), { moved: { parked: true } });
});
