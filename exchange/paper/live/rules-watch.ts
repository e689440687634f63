/**
 * The rules of the real exchange's symbols change: ticks, steps, least orders. They are asked for at each start and once a
 * day, and those that have changed are used from then on. What rests stays as it was taken, as on the real exchange.
 */
import { isDeepStrictEqual } from 'node:util';
import { INTERVAL_MS } from '../../../core/kline.js';
import { symbolInfoFromBinance } from '../engine/exchange-info.js';
import { copyInfo } from '../engine/records.js';
import type { SymbolInfo } from '../engine/types.js';

/** After a failure it asks again this soon. */
const RETRY_MS = INTERVAL_MS['15m'];

/** The exchange that goes by the rules. */
export interface RulesUse {
  /** The rules that are in force; undefined for a symbol that it does not trade. */
  now(symbol: string): SymbolInfo | undefined;
  /** Puts others in force, written down before anything goes by them. */
  change(info: SymbolInfo): void;
}

export interface RulesWatchOptions {
  /** `exchangeInfo` of the symbols, of those that are still known there. */
  readonly ask: () => Promise<readonly unknown[]>;
  readonly symbols: readonly string[];
  readonly use: RulesUse;
  /** The host that is asked, for people. */
  readonly from: string;
  readonly note: (message: string) => void;
  readonly everyMs?: number;
}

export class RulesWatch {
  /** Resolves when the first question is answered, or failed. */
  readonly first: Promise<void>;
  private closed = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: RulesWatchOptions) {
    this.first = this.look();
  }

  /** From here on nothing is changed, also by an answer that is still to come. */
  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const { note, from, everyMs = INTERVAL_MS['1d'] } = this.options;
    let wait = everyMs;
    try {
      await this.refresh();
    } catch (error) {
      note(`The rules of the symbols cannot be asked for at ${from}: ${(error as Error).message}`);
      wait = Math.min(RETRY_MS, everyMs);
    }
    if (this.closed) return;
    this.timer = setTimeout(() => void this.look(), wait);
  }

  private async refresh(): Promise<void> {
    const { ask, symbols, use, from, note } = this.options;
    const told = await ask();
    if (this.closed) return;
    for (const info of told.map(symbolInfoFromBinance)) {
      const now = symbols.includes(info.symbol) ? use.now(info.symbol) : undefined;
      if (now === undefined) continue;
      const changed = differences(now, info);
      if (changed.length === 0) continue;
      // Money of one asset cannot become that of another.
      if (now.baseAsset !== info.baseAsset || now.quoteAsset !== info.quoteAsset) {
        note(`${from} trades other assets as ${info.symbol} now; its former rules stay.`);
        continue;
      }
      use.change(info);
      note(
        `${from} has changed the rules of ${info.symbol} (${changed.join(', ')}); they count from now on.`,
      );
    }
  }
}

/** What of the rules differs, by the names of the filters and fields; the status is none of them. */
export function differences(now: SymbolInfo, next: SymbolInfo): string[] {
  const [{ filters: old, ...before }, { filters, ...after }] = [copyInfo(now), copyInfo(next)];
  const fields = (Object.keys(after) as (keyof typeof after)[]).filter(
    (name) => name !== 'status' && !isDeepStrictEqual(before[name], after[name]),
  );
  const types = new Set([...old, ...filters].map(({ filterType }) => String(filterType)));
  const ofType = (list: SymbolInfo['filters'], type: string) =>
    list.filter((each) => each.filterType === type);
  const other = [...types].filter((type) => !isDeepStrictEqual(ofType(old, type), ofType(filters, type)));
  return [...other, ...fields];
}
