/**
 * Lock step, the exchange's side (`exchange/lockstep.ts` says what the two sides owe each other): who is registered,
 * and the holds in which the market waits for all of them.
 */
import type { RawData, WebSocket } from 'ws';
import { barrierPayload, type RegisteredMessage } from '../../lockstep.js';

interface Registered {
  readonly bot: string;
  readonly account: string;
  /** The last hold it has settled. */
  settled: number;
}

export class Lockstep {
  /** Sends a ping with this payload on every stream; set by whoever keeps the streams. */
  pingAll: (payload: string) => void = () => undefined;
  private readonly bots = new Map<WebSocket, Registered>();
  private hold = 0;
  private holding = false;
  private dirty = false;
  private stopped = false;
  private wake: (() => void) | null = null;
  private arrivals: (() => void)[] = [];

  constructor(readonly enabled: boolean) {}

  /** Something was sent on a stream: the next hold has a reason. */
  published(): void {
    this.dirty = true;
  }

  /** The payload a stream that was opened just now must be pinged with; null when nobody is waited for. */
  currentPayload(): string | null {
    return this.holding ? barrierPayload(this.hold) : null;
  }

  /** Waits until every registered bot has handled all that was sent; null when there is nothing to wait for. */
  settle(ready: () => Promise<void> | null): Promise<void> | null {
    if (!this.enabled || this.stopped || !this.dirty || this.bots.size === 0) return null;
    return this.waitForBots(ready);
  }

  /** Bots that are waited for now. */
  waitingFor(): string[] {
    if (!this.holding) return [];
    return [...this.bots.values()].filter(({ settled }) => settled < this.hold).map(({ bot }) => bot);
  }

  get registered(): { bot: string; account: string }[] {
    return [...this.bots.values()].map(({ bot, account }) => ({ bot, account }));
  }

  /** Resolves when so many bots have registered. */
  async arrived(count: number): Promise<void> {
    while (this.bots.size < count && !this.stopped) {
      await new Promise<void>((resolve) => this.arrivals.push(resolve));
    }
  }

  /** Ends every wait, for good. */
  stop(): void {
    this.stopped = true;
    this.check();
    for (const arrived of this.arrivals.splice(0)) arrived();
  }

  /** A control connection. */
  accept(socket: WebSocket): void {
    socket.on('message', (data) => this.onMessage(socket, data));
    socket.on('close', () => {
      this.bots.delete(socket);
      this.check();
    });
    socket.on('error', () => socket.terminate());
  }

  /** What a bot does in a hold may be told to others, so it lasts until a round brings nothing new. */
  private async waitForBots(ready: () => Promise<void> | null): Promise<void> {
    this.holding = true;
    while (this.dirty && !this.stopped && this.bots.size > 0) {
      const durable = ready();
      if (durable) await durable;
      this.dirty = false;
      this.hold += 1;
      this.pingAll(barrierPayload(this.hold));
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        this.check();
      });
      // Events that wait for the disk belong to this hold too.
      const rest = ready();
      if (rest) await rest;
    }
    this.holding = false;
  }

  private onMessage(socket: WebSocket, data: RawData): void {
    const message = parse(data);
    if (message === null) return socket.close(1008, 'JSON of type register or settled expected');
    if (message.type === 'register') this.register(socket, String(message.bot), String(message.account));
    const registered = this.bots.get(socket);
    if (message.type === 'settled' && registered) {
      registered.settled = Math.max(registered.settled, Number(message.lastEvent) || 0);
      this.check();
    }
  }

  private register(socket: WebSocket, bot: string, account: string): void {
    if (this.enabled) this.bots.set(socket, { bot, account, settled: 0 });
    socket.send(JSON.stringify({ type: 'registered', lockStep: this.enabled } satisfies RegisteredMessage));
    for (const arrived of this.arrivals.splice(0)) arrived();
    // Its streams may have been opened before it came: it needs the number of the hold that now waits for it.
    const payload = this.currentPayload();
    if (payload !== null && this.enabled) this.pingAll(payload);
  }

  private check(): void {
    if (this.wake === null) return;
    for (const { settled } of this.bots.values()) if (settled < this.hold && !this.stopped) return;
    const wake = this.wake;
    this.wake = null;
    wake();
  }
}

function parse(data: RawData): Record<string, unknown> | null {
  try {
    const message: unknown = JSON.parse(String(data));
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
