import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { lineOf, type AuditEntry } from './chain.js';
import { AuditLog, type AuditEvent } from './log.js';
import { folderOf } from '../../test/folder.js';

const event = (action: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  user: 'anna',
  userId: 'u-1',
  via: 'session',
  address: '127.0.0.1',
  action,
  about: null,
  outcome: 'done',
  details: {},
  ...more,
});

t.test('two writers make one chain', async (t) => {
  const data = folderOf(t);
  const [server, cli] = [new AuditLog(data), new AuditLog(data)];
  const names = Array.from({ length: 20 }, (_, index) => `bot.act${index}`);
  await Promise.all(names.map((name, index) => (index % 2 === 0 ? server : cli).record(event(name))));
  const verified = await server.verify();
  t.match(verified, { lines: 20, fault: null });
  t.equal(await cli.head(), verified.head);
  t.equal(statSync(server.file).mode & 0o777, 0o600);
  const all = await cli.list({}, 100);
  t.same(
    all.map(({ seq }) => seq),
    names.map((_, index) => 20 - index),
  );
  t.same(all.map(({ action }) => action).sort(), [...names].sort());
  t.same((await cli.list({ action: 'bot.act7' }, 100)).length, 1);
  t.same((await cli.list({ action: 'bot' }, 5)).length, 5);
  t.same((await cli.list({ user: 'bert' }, 5)).length, 0);
});

t.test('what is changed, left out, moved or cut shows, and where', async (t) => {
  const data = folderOf(t);
  const log = new AuditLog(data);
  for (let i = 1; i <= 6; i += 1) await log.record(event('bot.start', { about: `bot-${i}` }));
  const sound = readFileSync(log.file, 'utf8');
  const lines = sound.trimEnd().split('\n');
  const { head } = await log.verify();
  const spoilt = async (text: string, noted?: string): Promise<string | null> => {
    writeFileSync(log.file, text);
    return (await log.verify(noted)).fault;
  };
  const join = (all: readonly string[]): string => `${all.join('\n')}\n`;
  t.equal(await spoilt(sound, head), null);
  t.match(await spoilt(sound.replace('bot-3', 'bot-4')), /^Line 3 was changed/);
  t.match(await spoilt(sound.replace('bot-6', 'bot-5')), /^Line 6 was changed/, 'the last one too');
  t.match(await spoilt(join([...lines.slice(0, 2), ...lines.slice(3)])), /^Line 3 does not follow/);
  t.match(await spoilt(join([lines[1]!, lines[0]!, ...lines.slice(2)])), /^Line 1 does not follow/);
  t.match(await spoilt(join(['rubbish', ...lines])), /^Line 1 is no line/);
  t.equal(await spoilt(join(lines.slice(0, 4))), null, 'a tail that was cut off does not show by itself');
  t.match(await spoilt(join(lines.slice(0, 4)), head), /rewritten or cut/, 'but by the head that was noted');

  let previous = '0'.repeat(64);
  const forged = lines.map((line) => {
    const {
      previous: _,
      hash: __,
      ...entry
    } = JSON.parse(line) as AuditEntry & { previous: string; hash: string };
    const made = lineOf({ ...entry, user: 'nobody' }, previous);
    previous = made.hash;
    return made.line;
  });
  t.equal(await spoilt(join(forged)), null, 'neither does a log forged whole');
  t.match(await spoilt(join(forged), head), /rewritten or cut/);
});

t.test('a line torn by a kill is taken away, and that is noted', async (t) => {
  const log = new AuditLog(folderOf(t));
  await log.record(event('login'));
  appendFileSync(log.file, '{"seq":2,"time":17000');
  t.match(await log.verify(), { lines: 1, fault: null }, 'what is not whole is not there yet');
  const other = new AuditLog(log.file.replace(/\/audit\.ndjson$/, ''));
  await other.record(event('logout'));
  t.match(await log.verify(), { lines: 3, fault: null });
  t.match(await log.list({}, 9), [
    { action: 'logout' },
    { action: 'audit.mended', details: { tornBytes: 21 } },
    {},
  ]);
  await log.record(event('login'));
  t.match(await log.verify(), { lines: 4, fault: null });
});
