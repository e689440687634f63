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
  /** By bot, what its file told last: a cycle more is joined to it. */
  readonly #read = new Map<string, readonly CycleResult[]>();

  constructor(data: string) {
    this.#data = data;
  }

  /** Oldest first. */
  of({ id, past }: BotView): Promise<readonly CycleResult[]> {
    if (past === undefined) return NONE;
    const known = this.#known.get(past);
    if (known !== undefined) return known;
    const newest = past.cycles.map(resultOf).reverse();
    const made =
      past.figures.cycles.count + past.elsewhere <= newest.length
        ? Promise.resolve(newest)
        : this.#older(id, newest);
    this.#known.set(past, made);
    return made;
  }

  async #older(id: string, newest: readonly CycleResult[]): Promise<readonly CycleResult[]> {
    const before = joined(this.#read.get(id) ?? [], newest);
    const read =
      before ??
      (await readCycles(botFolder(this.#data, id).trades).then(
        (found) => joined(found, newest) ?? found,
        () => null,
      ));
    if (read === null) return newest;
    this.#read.set(id, read);
    return read;
  }
}

const NONE: Promise<readonly CycleResult[]> = Promise.resolve([]);

/** Those that were read and what the view has beyond them; null where they do not follow on each other. */
function joined(read: readonly CycleResult[], newest: readonly CycleResult[]): readonly CycleResult[] | null {
  const last = read.at(-1);
  if (last === undefined) return null;
  const at = newest.findLastIndex(
    ({ number, closedAt }) => number === last.number && closedAt === last.closedAt,
  );
  return at < 0 ? null : [...read, ...newest.slice(at + 1)];
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
