/** A stream of numbers in [0, 1), the same for the same seed on every machine. */
export type Dice = () => number;

/** FNV-1a, 32 bits: a text as a seed. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}

/** sfc32 (Chris Doty-Humphrey's Small Fast Counter), seeded by a text; the first rounds are thrown away. */
export function dice(seed: string): Dice {
  let a = hash(seed);
  let b = hash(`${seed}:b`);
  let c = hash(`${seed}:c`);
  let counter = 1;
  const roll = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let round = 0; round < 15; round += 1) roll();
  return roll;
}

/**
 * Roughly normal with mean 0 and deviation 1, from the sum of four rolls (Irwin-Hall): only additions and products, so
 * the same on every machine to the last bit, and never further out than 3.5.
 */
export function normal(roll: Dice): number {
  return (roll() + roll() + roll() + roll() - 2) * 1.7320508075688772;
}
