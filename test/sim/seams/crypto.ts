/** Put in place of `node:crypto` in production code. */
import { uuidOf } from '../dice.js';
import { world } from '../world.js';

export function randomUUID(): string {
  return uuidOf(world().dice);
}

export function randomBytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => world().dice.whole(0, 255));
}
