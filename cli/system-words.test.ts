import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { folderOf } from '../test/folder.js';
import { told } from './output.js';
import { systemWords } from './system-words.js';

function failing(work: () => unknown): NodeJS.ErrnoException {
  try {
    work();
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  throw new Error('it did not fail');
}

const refused = (code: string, syscall: string, path: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: no, ${syscall} '${path}'`), { code, syscall, path });

t.test('what the system refuses is a sentence with the place and the way out', async (t) => {
  const written = refused('EACCES', 'open', '/data/bots/dip/config.json.3395760949');
  t.equal(
    systemWords(written),
    '/data/bots/dip/config.json cannot be written (EACCES): you may not; look whose it is (ls -ld), or work as that user.',
    'by the name that the user knows, not by that of the file beside it',
  );
  t.match(told(written), { code: 'EACCES', exitCode: 1, message: /config\.json cannot be written/ });
  t.match(
    systemWords(refused('ENOSPC', 'write', '/data/x')),
    /^\/data\/x cannot be written .*disk is full; make room/,
  );
  t.match(systemWords(refused('EROFS', 'mkdir', '/data/.turns/x')), /read-only; mount it writable/);
});

t.test('as the system says it here', async (t) => {
  const folder = folderOf(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  mkdirSync(join(folder, 'in'));
  t.match(systemWords(failing(() => readdirSync(file))), /file cannot be read \(ENOTDIR\): .*where a folder/);
  t.match(
    systemWords(failing(() => readFileSync(join(folder, 'none')))),
    /none cannot be opened \(ENOENT\): it is not there/,
  );
  t.match(systemWords(failing(() => mkdirSync(join(file, 'a')))), /cannot be written \(ENOTDIR\)/);
  t.equal(
    systemWords(Object.assign(new Error('a port'), { code: 'EADDRINUSE' })),
    null,
    'all else is as it was',
  );
});
