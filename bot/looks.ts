/**
 * Looks at what no stream tells for certain: whether the account still covers the books (within a minute, FAULTS R21)
 * and whether the market trades. They cost little, and what they find is proved by a reconciliation.
 */
import { dec } from '../core/decimal.js';
import type { Event } from '../core/events.js';
import { claimOf } from '../core/shortage.js';
import type { BotState } from '../core/state.js';
import type { Balance, Exchange } from '../exchange/port.js';

const BALANCES_EVERY_MS = 60_000;
/** Something has changed in the account: the dust settles first, for a fill may be told after its balance. */
const SOON_MS = 2_000;
const MARKET_EVERY_MS = 15_000;
const MARKET_EVERY_WHILE_SILENT_MS = 60_000;
/** Looks leave the weight that orders need. */
const MOST_WEIGHT = 0.5;

export interface LooksOptions {
  readonly exchange: Exchange;
  readonly symbol: string;
  readonly state: () => BotState;
  readonly stamp: () => { readonly time: number; readonly wall: number };
  readonly dispatch: (event: Event) => void;
  readonly reconcile: () => Promise<void>;
}

export class Looks {
  private readonly timers: NodeJS.Timeout[] = [];
  private soon: NodeJS.Timeout | null = null;
  private askedMarket = 0;
  private heard = Date.now();
  private longestSilence = Infinity;

  constructor(private readonly options: LooksOptions) {}

  /** `silence`: without a closed kline for so long (ms) the market is asked whether it trades. */
  start(silence: number): void {
    this.longestSilence = silence;
    this.timers.push(setInterval(() => void this.balances(), BALANCES_EVERY_MS));
    this.timers.push(setInterval(() => void this.market(), MARKET_EVERY_MS));
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    if (this.soon !== null) clearTimeout(this.soon);
  }

  /** A kline closed: the market lives. */
  hear(): void {
    this.heard = Date.now();
  }

  /** Balances as the stream tells them; none: something came or went. */
  told(balances: readonly Balance[]): void {
    if (balances.length > 0 && !this.isSuspicious(balances)) return;
    this.soon ??= setTimeout(() => {
      this.soon = null;
      void this.balances();
    }, SOON_MS);
  }

  /** Less than the own books say; or a difference that this may have ended. */
  private isSuspicious(balances: readonly Balance[]): boolean {
    const state = this.options.state();
    const { settings, divergence } = state;
    const { base, quote } = settings.instrument;
    return balances.some(({ asset, free, locked }) => {
      if (asset !== base && asset !== quote) return false;
      if (divergence !== null) return true;
      return dec(free)
        .plus(locked)
        .lt(claimOf(state, asset === base ? 'base' : 'quote'));
    });
  }

  private async balances(): Promise<void> {
    const { exchange, state, reconcile } = this.options;
    const { usedWeight, weightLimit } = exchange.health();
    if (state().recovering || usedWeight > weightLimit * MOST_WEIGHT) return;
    // What cannot be asked now is asked the next time.
    const balances = await exchange.balances().catch(() => null);
    if (balances === null) return;
    const { base, quote } = state().settings.instrument;
    const none = (asset: string): Balance => ({ asset, free: '0', locked: '0' });
    const two = [base, quote].map((asset) => balances.find((each) => each.asset === asset) ?? none(asset));
    if (this.isSuspicious(two)) await reconcile();
  }

  /** Asked while it is halted, and when no kline came for long. */
  private async market(): Promise<void> {
    const now = Date.now();
    const halted = this.options.state().market !== null;
    const silent = now - this.heard > this.longestSilence;
    if (!halted && (!silent || now - this.askedMarket < MARKET_EVERY_WHILE_SILENT_MS)) return;
    await this.askMarket();
  }

  async askMarket(): Promise<void> {
    const { exchange, symbol, stamp, dispatch } = this.options;
    this.askedMarket = Date.now();
    const found = await exchange.instrument(symbol).catch(() => null);
    if (found !== null) dispatch({ type: 'market', ...stamp(), status: found.status });
  }
}
