/** What bots have decided, out of their logs, against the klines that closed: none missed, none twice. */
import { existsSync, readFileSync } from 'node:fs';
import { botFolder } from '../../bot/files/folder.js';

export class Decisions {
  /** Close times of the klines decided on, in the order of the decisions. */
  readonly times: number[] = [];
  /** When each was logged, right after it was journaled: wall time (ms) of this machine. */
  readonly loggedAt: number[] = [];
  private readonly logs: readonly string[];
  /** Lines up to this one have been read: a log's lines are told apart by their text and place in time. */
  private last = '';

  constructor(
    data: string,
    readonly id: string,
  ) {
    const { log } = botFolder(data, id);
    this.logs = [log.replace(/\.ndjson$/, '.previous.ndjson'), log];
  }

  /** Takes in what has been logged since the last call; to be called before the log turns over twice. */
  read(): void {
    const lines = this.logs.flatMap((log) => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []));
    const decided = lines.filter((line) => line.includes('"code":"decision"'));
    for (const line of decided.slice(decided.lastIndexOf(this.last) + 1)) {
      const { time, decision } = JSON.parse(line) as { time: number; decision: { time: number } };
      this.times.push(decision.time);
      this.loggedAt.push(time);
      this.last = line;
    }
  }

  /** Sentences; empty when each kline (open times, ascending) was decided on exactly once. */
  faults(klines: readonly number[]): string[] {
    const opened = new Map<number, number>();
    for (const time of this.times) opened.set(time, (opened.get(time) ?? 0) + 1);
    const doubled = [...opened.values()].filter((count) => count > 1).length;
    const faults = doubled === 0 ? [] : [`${this.id}: ${doubled} klines were decided on more than once`];
    if (opened.size !== klines.length)
      faults.push(`${this.id}: ${klines.length} klines closed, ${opened.size} were decided on`);
    return faults;
  }
}

const PAGE = 1_000;

/** Open times of the klines of a paper exchange that opened at or after `since` and have closed. */
export async function closedKlines(
  rest: string,
  symbol: string,
  interval: string,
  since: number,
): Promise<number[]> {
  const ticker = await get<{ closeTime: number }>(`${rest}/api/v3/ticker/24hr?symbol=${symbol}`);
  const times: number[] = [];
  for (let from = since; ;) {
    const address = `${rest}/api/v3/klines?symbol=${symbol}&interval=${interval}&startTime=${from}&limit=${PAGE}`;
    const page = await get<[number, string, string, string, string, string, number][]>(address);
    for (const kline of page) if (kline[6] <= ticker.closeTime) times.push(kline[0]);
    if (page.length < PAGE) return times;
    from = page.at(-1)![0] + 1;
  }
}

async function get<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
