/** Histories kept in memory for whoever looks at bots all the time: of `trades.ndjson` only what was added is read. */
import { open } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Closed } from '../../core/closed.js';
import type { Entry } from './entry.js';
import { withSymbols } from './old-lines.js';
import { Past } from './past.js';
import { lineOf, linesOf, noHistory, type History, type HistoryLine } from './trades.js';
import type { AdjustmentView, TradeView } from './view.js';

/** Others have their turn after so many milliseconds of reading lines. */
const SLICE_MS = 4;

/** Lines taken one after the other into what is shown of them. */
class Gathered {
  readonly trades: TradeView[] = [];
  readonly adjustments: AdjustmentView[] = [];
  readonly past: Past;
  /** Of the last line, with its entry's number; 0 before the first. */
  seq = 0;
  /** They tell older lines their symbol, which named none. */
  private readonly cycles: Closed[] = [];

  constructor(account: string | undefined) {
    this.past = new Past(account);
  }

  take({ seq, ...line }: HistoryLine): void {
    this.seq = seq;
    if (!('kind' in line)) this.trades.push(line);
    else if (line.kind === 'closed') {
      const { kind: _kind, ...closed } = line;
      this.past.add(closed);
      this.cycles.push(closed);
    } else {
      const { kind: _kind, ...adjustment } = line;
      this.adjustments.push(adjustment);
    }
  }

  /** As it stands now: what is added later is not in it. */
  history(): History {
    return {
      trades: withSymbols([...this.trades], this.cycles),
      adjustments: withSymbols([...this.adjustments], this.cycles),
      past: this.past.view(),
    };
  }
}

interface Known {
  readonly account: string | undefined;
  readonly inode: number;
  readonly changed: number;
  readonly size: number;
  /** Bytes of whole lines; what stands behind them is being written. */
  readonly end: number;
  /** The last whole line: while it stands where it stood, what is before it is as it was read. */
  readonly last: Buffer;
  readonly gathered: Gathered;
  readonly history: History;
}

const NOTHING = Buffer.alloc(0);
const LINE_END = 10;

export class Histories {
  readonly #known = new Map<string, Known>();

  /**
   * As `readHistory`: all trades and adjustments, oldest first, and what came of what has ended on `account`; the same
   * objects for as long as nothing was added. A file that was replaced or cut is read anew. Errors: what the system says of
   * the file.
   */
  async of(file: string, later: readonly Entry[], account?: string): Promise<History> {
    const known = await this.#upToDate(file, account);
    const seq = known?.gathered.seq ?? 0;
    const added = linesOf(later).filter((line) => line.seq > seq);
    if (added.length === 0) return known?.history ?? noHistory;
    // Not in the file yet: for this once, beside what is kept.
    const all = new Gathered(account);
    if (known !== null) await take(all, await wholeLines(file, known.end));
    for (const line of added) all.take(line);
    return all.history();
  }

  /** Its bot is gone. */
  forget(file: string): void {
    this.#known.delete(file);
  }

  async #upToDate(file: string, account: string | undefined): Promise<Known | null> {
    const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (handle === null) {
      this.#known.delete(file);
      return null;
    }
    try {
      const { ino: inode, mtimeMs: changed, size } = await handle.stat();
      const kept = this.#known.get(file);
      // What has ended counts by account: another one is another past.
      const known = kept?.account === account ? kept : undefined;
      if (known?.inode === inode && known.changed === changed && known.size === size) return known;
      const grown = known !== undefined && known.inode === inode && size > known.size ? known : null;
      const from = grown === null ? 0 : grown.end - grown.last.length;
      const bytes = await readFrom(handle, from, size - from);
      const goesOn = grown !== null && bytes.subarray(0, grown.last.length).equals(grown.last);
      if (grown !== null && !goesOn) {
        this.#known.delete(file);
        return await this.#upToDate(file, account);
      }
      const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_END) + 1);
      // Taken out while it grows: whoever comes meanwhile reads for himself, and no line is taken twice.
      this.#known.delete(file);
      const gathered = grown?.gathered ?? new Gathered(account);
      const added = whole.subarray(grown?.last.length ?? 0);
      await take(gathered, added);
      const last = Buffer.from(whole.subarray(whole.lastIndexOf(LINE_END, whole.length - 2) + 1));
      const history = grown !== null && added.length === 0 ? grown.history : gathered.history();
      const now = { account, inode, changed, size, end: from + whole.length, last, gathered, history };
      this.#known.set(file, now);
      return now;
    } finally {
      await handle.close();
    }
  }
}

async function wholeLines(file: string, end: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    return await readFrom(handle, 0, end);
  } finally {
    await handle.close();
  }
}

async function readFrom(
  handle: Awaited<ReturnType<typeof open>>,
  from: number,
  length: number,
): Promise<Buffer> {
  if (length === 0) return NOTHING;
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

/** Lines that are not what was written are passed over. */
async function take(into: Gathered, bytes: Buffer): Promise<void> {
  let since = performance.now();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(LINE_END, at);
    const line = end === at ? null : lineOf(bytes.toString('utf8', at, end));
    if (line !== null) into.take(line);
    at = end + 1;
    if (performance.now() - since < SLICE_MS) continue;
    await breathe();
    since = performance.now();
  }
}
