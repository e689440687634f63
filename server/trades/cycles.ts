import { createReadStream } from 'node:fs';
import { botFolder } from '../../bot/files/folder.js';
import { unseal } from '../../bot/files/entry.js';
import type { BotView } from '../../bot/files/view.js';
import type { ClosedLine } from '../../bot/files/trades.js';
import { dec } from '../../core/decimal.js';
import type { CycleResult } from '../../views/trades-model.js';

type Ended = Pick<
  ClosedLine,
  'symbol' | 'account' | 'openedAt' | 'closedAt' | 'number' | 'pnl' | 'cost' | 'end'
>;

const resultOf = ({ symbol, account, openedAt, closedAt, number, pnl, cost, end }: Ended): CycleResult => {
  const percent = dec(cost).gt(0) ? (Number(pnl) / Number(cost)) * 100 : 0;
  const place = account === undefined ? { symbol } : { symbol, account };
  return { ...place, openedAt, closedAt, number, pnl, percent, end };
};

/**
 * All cycles of a bot that have ended. A view has the newest of them; older ones are read from its history once, line by line,
 * and kept as few figures each, for as long as no cycle ends.
 */
export class Cycles {
  readonly #data: string;
  readonly #known = new WeakMap<object, Promise<readonly CycleResult[]>>();

  constructor(data: string) {
    this.#data = data;
  }

  /** Oldest first. Whether nothing needs to be read for it is told by `isKnown`. */
  of({ id, past }: BotView): Promise<readonly CycleResult[]> {
    if (past === undefined) return NONE;
    const known = this.#known.get(past);
    if (known !== undefined) return known;
    const newest = past.cycles.map(resultOf).reverse();
    const made =
      past.figures.cycles.count + past.elsewhere <= newest.length
        ? Promise.resolve(newest)
        : readCycles(botFolder(this.#data, id).trades).then(
            (read) => joined(read, newest),
            () => newest,
          );
    this.#known.set(past, made);
    return made;
  }
}

const NONE: Promise<readonly CycleResult[]> = Promise.resolve([]);

/** What the view has and the file not yet comes after it. */
function joined(read: readonly CycleResult[], newest: readonly CycleResult[]): readonly CycleResult[] {
  const last = read.at(-1);
  if (last === undefined) return newest;
  const at = newest.findLastIndex(
    ({ number, closedAt }) => number === last.number && closedAt === last.closedAt,
  );
  return at < 0 ? read : [...read, ...newest.slice(at + 1)];
}

const MARK = '"part":"cycle"';

/** In constant memory but for its results; a line that is not what was written is passed over. */
async function readCycles(file: string): Promise<CycleResult[]> {
  const found: CycleResult[] = [];
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 65_536 })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.includes(MARK)) continue;
      const closed = unseal(line) as ClosedLine | null;
      if (closed?.kind === 'closed' && closed.part === 'cycle') found.push(resultOf(closed));
    }
  }
  return found;
}
