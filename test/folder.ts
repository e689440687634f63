import type { Test } from 'tap';

/**
 * The test's folder, removed after its teardowns: tap alone removes a `testdir` before them, under the feet of a server
 * that still writes there, and when that fails it runs none of them.
 */
export function folderOf(t: Test, content?: Parameters<Test['testdir']>[0]): string {
  t.teardown(() => {});
  return t.testdir(content);
}
