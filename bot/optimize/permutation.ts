/**
 * Numbers below `count` in a seeded random order, each once, without keeping any: a Feistel network of four rounds over
 * the next even power of two, walked until it falls below `count` (Black and Rogaway 2002, "cycle walking").
 */
import { hash } from '../../exchange/paper/market/prng.js';

const ROUNDS = 4;

export function permutation(count: number, seed: string): (index: number) => number {
  const half = Math.max(1, Math.ceil(Math.log2(count) / 2));
  const size = 2 ** half;
  const keys = Array.from({ length: ROUNDS }, (_, round) => hash(`${seed}:${round}`));
  const once = (value: number): number => {
    let [left, right] = [Math.floor(value / size), value % size];
    for (const key of keys) [left, right] = [right, (left ^ (mixed(right ^ key) & (size - 1))) >>> 0];
    return left * size + right;
  };
  return (index) => {
    let value = once(index);
    while (value >= count) value = once(value);
    return value;
  };
}

/** The end of MurmurHash3 (Appleby 2011): every bit of the input moves every bit of the output. */
function mixed(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
