/** Parts that are sent as one. */
const LENGTH = 50;

interface Block {
  readonly parts: readonly Buffer[];
  readonly joined: Buffer;
}

/** Many small buffers as few larger ones; only those with a part that changed are joined anew. */
export class Blocks {
  #blocks: Block[] = [];

  of(parts: readonly Buffer[]): readonly Buffer[] {
    const count = Math.ceil(parts.length / LENGTH);
    this.#blocks = Array.from({ length: count }, (_, index) => {
      const own = parts.slice(index * LENGTH, (index + 1) * LENGTH);
      const known = this.#blocks[index];
      return known !== undefined && isSame(known.parts, own)
        ? known
        : { parts: own, joined: Buffer.concat(own) };
    });
    return this.#blocks.map(({ joined }) => joined);
  }
}

function isSame(before: readonly Buffer[], now: readonly Buffer[]): boolean {
  return before.length === now.length && before.every((part, index) => part === now[index]);
}
