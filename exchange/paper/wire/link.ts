/** One stream connection as the exchange sees it: what is sent passes the faults, what comes in is counted. */
import type { RawData, WebSocket } from 'ws';
import type { Faults, MessageSubject } from './faults/faults.js';

/** More unanswered pings than this are not remembered. */
const MOST_ASKED = 1_000;

export type LinkKind = 'market' | 'user';

export interface LinkOptions {
  readonly socket: WebSocket;
  readonly kind: LinkKind;
  readonly faults: Faults;
  /** Incoming messages and pings allowed in a second; 0 is no limit. */
  readonly messagesPerSecond: () => number;
  /** The hold that the market is in, if any. */
  readonly holdPayload: () => string | null;
}

export class Link {
  readonly kind: LinkKind;
  readonly openedAt = Date.now();
  /** Set by whoever serves the connection. */
  onMessage: (text: string) => void = () => undefined;
  private readonly socket: WebSocket;
  private frozenUntil = 0;
  private second = 0;
  private received = 0;
  /** Payloads of pings that were not answered yet. */
  private readonly asked = new Set<string>();
  private spare = 0;
  /** Told when a ping has been answered with its own payload. */
  onPong: () => void = () => undefined;

  constructor(private readonly options: LinkOptions) {
    this.socket = options.socket;
    this.kind = options.kind;
    this.socket.on('message', (data: RawData) => this.receive(() => this.onMessage(String(data))));
    // Answered by hand (`autoPong: false`): a frozen server answers no pings.
    this.socket.on('ping', (data: Buffer) => this.receive(() => this.socket.pong(data)));
    this.socket.on('pong', (data: Buffer) => this.takePong(String(data)));
  }

  onClose(run: () => void): void {
    this.socket.on('close', run);
  }

  /** A reply to a request on this connection. */
  send(text: string): void {
    if (this.isOpen && !this.isFrozen) this.socket.send(text);
  }

  /** News on a stream: what rules may lose, double or delay. */
  tell(text: string, subject: MessageSubject): void {
    if (this.options.faults.touchesMessages) this.tellWithFaults(text, subject);
    else this.send(text);
  }

  ping(payload: string): void {
    if (!this.isOpen || this.isFrozen) return;
    if (this.asked.size >= MOST_ASKED) this.asked.clear();
    this.asked.add(payload);
    this.socket.ping(payload);
  }

  /**
   * A pong that answers no ping keeps nothing alive, and counts as a message; but for the second one that some clients
   * send of their own beside the one of their library.
   */
  private takePong(payload: string): void {
    if (this.asked.delete(payload)) {
      this.spare += 1;
      this.onPong();
    } else if (this.spare > 0) this.spare -= 1;
    else this.receive(() => undefined);
  }

  /** Falls silent; what would have been sent meanwhile is lost, and what is asked meanwhile is not heard. */
  freeze(ms: number): void {
    this.frozenUntil = Date.now() + ms;
    // A market that holds waits for the pong of a ping that was not sent.
    setTimeout(() => {
      const hold = this.options.holdPayload();
      if (hold !== null) this.ping(hold);
    }, ms + 1).unref();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  cut(): void {
    this.socket.terminate();
  }

  /** Binance's notice that this connection will be closed (2026-05), in the form of each sort of stream. */
  tellShutdown(): void {
    const event = { e: 'serverShutdown', E: Date.now() };
    this.send(JSON.stringify(this.kind === 'user' ? { event } : event));
  }

  get backlog(): number {
    return this.socket.bufferedAmount;
  }

  private get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  private get isFrozen(): boolean {
    return this.frozenUntil > 0 && Date.now() < this.frozenUntil;
  }

  private receive(handle: () => void): void {
    if (this.isFrozen || !this.isOpen) return;
    const messagesPerSecond = this.options.messagesPerSecond();
    const second = Math.floor(Date.now() / 1_000);
    if (second !== this.second) [this.second, this.received] = [second, 0];
    this.received += 1;
    if (messagesPerSecond > 0 && this.received > messagesPerSecond) this.close(1008, 'Too many requests');
    else handle();
  }

  private tellWithFaults(text: string, subject: MessageSubject): void {
    let times = 1;
    let late = 0;
    for (const { fault, rule, ms } of this.options.faults.message(subject)) {
      if (fault === 'server-shutdown') this.tellShutdown();
      if (fault === 'freeze-socket') this.freeze(ms);
      if (fault === 'close-socket') return rule.reply === 'drop' ? this.cut() : this.close(1001, '');
      if (fault === 'missing-event') times = 0;
      if (fault === 'duplicate-event') times *= 2;
      if (fault === 'late-event') late += ms;
    }
    const send = (): void => {
      for (let sent = 0; sent < times; sent += 1) this.send(text);
    };
    if (late > 0) setTimeout(send, late).unref();
    else send();
  }
}
