/**
 * Closed klines, each once and in order, with the signal's verdict. History before the first decision warms the signal
 * up; what was missed while the bot was away is told as late; a hole in the stream is filled from REST.
 */
import type { Interval, Kline } from '../core/kline.js';
import { flawOf, INTERVAL_MS, openTimeAt } from '../core/kline.js';
import type { Signal, Verdict } from '../core/strategy.js';
import { ExchangeError, type Exchange } from '../exchange/port.js';
import { signalNamed } from '../strategies/registry.js';
import type { BotConfig } from './config.js';
import { unguarded, type Guard } from './watchdog.js';

const PAGE = 1_000;
const RETRY_MS = 2_000;
/** After a long absence only so many missed klines are told; the older ones only warm the signal up. */
const MISSED_AT_MOST = 1_000;

export interface FeedOptions {
  readonly exchange: Exchange;
  readonly config: Pick<BotConfig, 'symbol' | 'interval' | 'signal'>;
  readonly decided: (kline: Kline, verdict: Verdict, late: boolean) => void;
  readonly note: (message: string) => void;
  /** Pause before the exchange is asked again (ms). */
  readonly retryMs?: number;
  readonly guard?: Guard;
  /** How many klines that were missed are told at a start. */
  readonly missedAtMost?: number;
}

export class Feed {
  private signal: Signal;
  private last: number | null = null;
  private filling: Promise<void> | null = null;
  private readonly waiting: Kline[] = [];
  private warm = false;
  private closed = false;

  constructor(private readonly options: FeedOptions) {
    this.signal = this.newSignal();
  }

  private newSignal(): Signal {
    const { signal, interval } = this.options.config;
    return signalNamed(signal.name).create(signal, { interval });
  }

  /**
   * Warms the signal up. With `lastKline` (open time of the last one decided on) what closed since is told, the newest
   * as in time, the others as late; without it (a new bot) nothing is told: it decides from the next close on.
   */
  start(lastKline: number | null): Promise<void> {
    return this.hold(this.warmUp(lastKline));
  }

  /** As `start`, again and again until the exchange has answered: a signal that was changed must not be left cold. */
  async startUntilDone(lastKline: number | null): Promise<void> {
    for (let attempt = 1; !this.closed; attempt += 1) {
      try {
        return await this.start(lastKline);
      } catch (error) {
        if (attempt === 1)
          this.options.note(`The signal cannot be warmed up yet: ${(error as Error).message}`);
        await this.pause();
      }
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.options.retryMs ?? RETRY_MS));
  }

  private async warmUp(lastKline: number | null): Promise<void> {
    const { exchange, config, missedAtMost = MISSED_AT_MOST } = this.options;
    const length = INTERVAL_MS[config.interval];
    const needed = signalNamed(config.signal.name).warmup(config.signal);
    const marketTime = await exchange.marketTime(config.symbol);
    const missed =
      lastKline === null
        ? 0
        : Math.min(Math.max(0, Math.ceil((marketTime - lastKline) / length)), missedAtMost);
    const klines = (await this.history(needed + missed, marketTime)).filter(
      (kline) => kline.closeTime < marketTime,
    );
    this.signal = this.newSignal();
    for (const kline of klines) {
      const verdict = this.ask(kline);
      this.last = kline.openTime;
      if (lastKline === null || kline.openTime <= lastKline) continue;
      this.options.decided(kline, verdict, kline !== klines.at(-1));
    }
    // A signal without a warm-up has seen no kline: it begins with the one that runs, not with the market's first.
    this.last ??= lastKline ?? openTimeAt(marketTime, config.interval) - length;
    this.warm = true;
  }

  /** The newest `count` klines that begin before `before`, ascending. */
  private async history(count: number, before: number): Promise<Kline[]> {
    const { exchange, config } = this.options;
    let klines: Kline[] = [];
    let endTime = before;
    while (klines.length < count) {
      const page = await exchange.klines({
        ...query(config),
        endTime,
        limit: Math.min(PAGE, count - klines.length + 1),
      });
      this.refuseFlawed(page);
      const older = page.filter((kline) => kline.openTime < (klines[0]?.openTime ?? Infinity));
      klines = [...older, ...klines];
      const [first] = older;
      if (first === undefined || page.length < 2) break;
      endTime = first.openTime - 1;
    }
    return klines.slice(-count);
  }

  /** A signal that once took an impossible number would never be right again: nothing is decided until it is mended. */
  private refuseFlawed(page: readonly Kline[]): void {
    for (const kline of page) {
      const flaw = flawOf(kline, this.options.config.interval);
      if (flaw === null) continue;
      const text = `The exchange tells an impossible kline: ${flaw}.`;
      throw new ExchangeError(text, { kind: 'venue', execution: 'none' });
    }
  }

  /** A closed kline from the stream. Told twice, it counts once; out of order, it waits until the hole is filled; impossible, it is asked for. */
  hear(kline: Kline): void {
    const flaw = flawOf(kline, this.options.config.interval);
    if (flaw !== null) {
      this.options.note(`The stream told an impossible kline (${flaw}); the exchange is asked for it.`);
      if (this.warm && this.filling === null) this.fill();
      return;
    }
    // A signal that is not warm would say something else; the start tells of this kline, or releases it.
    if (!this.warm || this.filling !== null) {
      this.waiting.push(kline);
      return;
    }
    if (this.last !== null && kline.openTime <= this.last) return;
    if (this.last !== null && kline.openTime > this.last + INTERVAL_MS[this.options.config.interval]) {
      this.waiting.push(kline);
      this.fill();
      return;
    }
    this.tell(kline, false);
  }

  private tell(kline: Kline, late: boolean): void {
    this.last = kline.openTime;
    this.options.decided(kline, this.ask(kline), late);
  }

  private ask(kline: Kline): Verdict {
    const { guard = unguarded, config } = this.options;
    const what = () => `The signal "${config.signal.name}" at ${klineWords(config, kline)}`;
    return guard(what, () => this.signal.update(kline));
  }

  /** After a stream gap: whatever closed since the last kline known. */
  async catchUp(): Promise<void> {
    if (!this.warm) return;
    if (this.filling === null) this.fill();
    await this.filling;
  }

  get busy(): boolean {
    return this.filling !== null;
  }

  /** Resolves once holes are filled. */
  async idle(): Promise<void> {
    while (this.filling !== null) await this.filling;
  }

  private fill(): void {
    void this.hold(this.fetchUntilDone());
  }

  /** Deciding with a hole in the klines would be deciding wrongly: it waits until the exchange answers. */
  private async fetchUntilDone(): Promise<void> {
    for (let attempt = 1; !this.closed; attempt += 1) {
      try {
        while (await this.fetchPage());
        return;
      } catch (error) {
        if (attempt === 1)
          this.options.note(`Missed klines cannot be fetched yet: ${(error as Error).message}`);
        await this.pause();
      }
    }
  }

  close(): void {
    this.closed = true;
  }

  /** Klines that close while history is being fetched wait for it, and are then told in order. */
  private hold(work: Promise<void>): Promise<void> {
    this.filling = work.then(
      () => this.release(),
      (error: unknown) => {
        // What waits must not be told to a signal that is still cold.
        this.filling = null;
        throw error;
      },
    );
    return this.filling;
  }

  private release(): void {
    this.filling = null;
    if (this.closed) return;
    for (const kline of this.waiting.splice(0).sort((a, b) => a.openTime - b.openTime))
      if (this.last === null || kline.openTime > this.last) this.tell(kline, false);
  }

  /** Tells the next klines that closed since the last; true when there may be more. */
  private async fetchPage(): Promise<boolean> {
    const { exchange, config } = this.options;
    const startTime = (this.last ?? 0) + 1;
    const marketTime = await exchange.marketTime(config.symbol);
    const page = await exchange.klines({ ...query(config), startTime, limit: PAGE });
    if (this.closed) return false;
    this.refuseFlawed(page);
    const missed = page.filter((kline) => kline.closeTime < marketTime && kline.openTime > (this.last ?? -1));
    const newest = Math.max(...[...missed, ...this.waiting].map((kline) => kline.openTime));
    for (const kline of missed) this.tell(kline, kline.openTime !== newest);
    return page.length === PAGE;
  }
}

function klineWords({ symbol, interval }: { symbol: string; interval: Interval }, kline: Kline): string {
  return `the ${interval} kline of ${symbol} that opened ${new Date(kline.openTime).toISOString()}`;
}

function query({ symbol, interval }: { symbol: string; interval: Interval }) {
  return { symbol, interval };
}
