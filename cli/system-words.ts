/** What the operating system refused, as a sentence with the place and the way out. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'you may not; look whose it is (ls -ld), or work as that user',
  EPERM: 'the system forbids it; look whose it is and how it is marked (ls -ld, lsattr)',
  EROFS: 'its file system is read-only; mount it writable, or choose another folder with --data',
  ENOSPC: 'the disk is full; make room and repeat it',
  EDQUOT: 'your share of the disk is used up; make room and repeat it',
  EIO: 'the disk fails; look at the system’s log',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this system',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of its path is a file, where a folder should be',
  EISDIR: 'it is a folder, where a file should be',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its path leads in a circle of links',
};

/** Calls that look, and change nothing. */
const READS: ReadonlySet<string> = new Set(['read', 'scandir', 'stat', 'lstat', 'opendir', 'readlink']);

/** Null for what the system did not say of a file. */
export function systemWords({ code, path, syscall, message }: NodeJS.ErrnoException): string | null {
  const why = WORDS[code ?? ''];
  if (why === undefined || path === undefined) return null;
  // A file is written beside its place first, under its name and a number.
  const file = path.replace(/(\.(?:nd)?json)\.\d+$/, '$1');
  const opened = syscall === 'open' && file === path;
  const verb = READS.has(syscall ?? '')
    ? 'cannot be read'
    : opened
      ? 'cannot be opened'
      : 'cannot be written';
  return message.includes(path) ? `${file} ${verb} (${code}): ${why}.` : null;
}
