/** Lines of a history from before each named its symbol. */
import type { Closed } from '../../core/closed.js';

interface Line {
  readonly symbol?: string;
  /** Market time (ms). */
  readonly time: number;
}

type Ended = Pick<Closed, 'symbol' | 'openedAt' | 'closedAt'>;

/**
 * Gives each line the symbol it was traded in, where it names none: that of the cycle or batch that was under way. Such a bot
 * moved only while it held nothing, so that at no time two symbols were. Where none tells it, the line stays without.
 */
export function withSymbols<Old extends Line>(
  lines: readonly Old[],
  ended: readonly Ended[],
): readonly Old[] {
  if (ended.length === 0 || lines.every(({ symbol }) => symbol !== undefined)) return lines;
  const inTime = [...ended].sort((a, b) => a.openedAt - b.openedAt);
  let at = 0;
  return lines.map((line) => {
    if (line.symbol !== undefined) return line;
    while (at < inTime.length && inTime[at]!.closedAt < line.time) at += 1;
    const cycle = inTime[at];
    return cycle !== undefined && cycle.openedAt <= line.time ? { ...line, symbol: cycle.symbol } : line;
  });
}
