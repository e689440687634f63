/** All chance of a run: sfc32 from one seed, the same on every machine. Forks are independent of each other's use. */
export class Dice {
  private constructor(
    private a: number,
    private b: number,
    private c: number,
    private d: number,
  ) {}

  static of(seed: number, stream = ''): Dice {
    let hash = 2166136261 ^ seed;
    for (const letter of stream) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619);
    const dice = new Dice(seed | 0, hash | 0, 0x9e3779b9 | 0, 1);
    for (let index = 0; index < 15; index += 1) dice.roll();
    return dice;
  }

  /** In [0, 1). */
  roll(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  chance(share: number): boolean {
    return share > 0 && this.roll() < share;
  }

  /** In [least, most). */
  between(least: number, most: number): number {
    return least + this.roll() * (most - least);
  }

  /** Whole, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.roll() * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.roll() * list.length)]!;
  }

  /** Mostly near `least`, sometimes near `most`. */
  skewed(least: number, most: number): number {
    return least + this.roll() ** 3 * (most - least);
  }

  /** About normal, mean 0, deviation 1. */
  bell(): number {
    return (this.roll() + this.roll() + this.roll() + this.roll() - 2) * 1.732;
  }
}

/** As `randomUUID` makes them: 32 hexadecimal digits in five groups. */
export function uuidOf(dice: Dice): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => dice.whole(0, 15).toString(16)).join('');
  return [8, 4, 4, 4, 12].map(digits).join('-');
}
