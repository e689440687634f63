/** Put in place of the refuge in shared memory: a file of the simulated machine that no disk error reaches. */
import { REFUGE } from '../disk.js';

export function refugeFile(folder: string): string {
  return `${folder}/${REFUGE}`;
}
export function prepareRefuge(): void {}
