/** Put in place of `node:crypto` in production code. */
import { world } from '../world.js';

export function randomBytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => world().dice.whole(0, 255));
}
