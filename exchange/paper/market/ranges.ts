/** A stretch of time: `from` inclusive, `to` exclusive, ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The same times as ranges in order that neither touch nor overlap. */
export function union(ranges: readonly Range[]): Range[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

export function overlaps(ranges: readonly Range[], from: number, to: number): boolean {
  return ranges.some((range) => range.from < to && from < range.to);
}

/** Whether one range holds all of it; ranges from `union`. */
export function covers(ranges: readonly Range[], from: number, to: number): boolean {
  return ranges.some((range) => range.from <= from && to <= range.to);
}

/** The range that holds `time`, else the first one after it; undefined when all are before. */
export function rangeAt(ranges: readonly Range[], time: number): Range | undefined {
  return ranges.find((range) => range.to > time);
}
