/** The rules in force, their dice and what they have done. The same seed and the same requests fail the same way. */
import { dice, type Dice } from '../../market/prng.js';
import {
  MESSAGE_FAULTS,
  pattern,
  readRule,
  REQUEST_FAULTS,
  type Fault,
  type FaultRule,
  type MessageFault,
  type RequestFault,
} from './rule.js';

/** A request as rules look at it. */
export interface RequestSubject {
  readonly method: string;
  readonly path: string;
  /** Its name in the WebSocket API. */
  readonly ws: string | undefined;
  readonly symbol: string | undefined;
  readonly account: string | undefined;
  readonly placesOrders: boolean;
}
/** A message to one connection. */
export interface MessageSubject {
  readonly stream: string;
  readonly symbol: string | undefined;
  readonly account: string | undefined;
}

/** A rule that has struck, with what the dice chose for it. */
export interface Strike<K extends Fault = Fault> {
  readonly fault: K;
  readonly rule: FaultRule;
  /** From `ms`; 0 when the rule names none. */
  readonly ms: number;
  /** In [0, 1), for what else is to be chosen. */
  readonly roll: number;
}

interface Live {
  readonly rule: FaultRule;
  readonly roll: Dice;
  readonly path: RegExp | null;
  readonly stream: RegExp | null;
  seen: number;
  fired: number;
}

export interface FaultLogLine {
  readonly time: number;
  readonly rule: string;
  readonly fault: Fault;
  readonly what: string;
}

const LOG_LENGTH = 200;
const isRequestFault = (fault: Fault): fault is RequestFault =>
  (REQUEST_FAULTS as readonly string[]).includes(fault);
const isMessageFault = (fault: Fault): fault is MessageFault =>
  (MESSAGE_FAULTS as readonly string[]).includes(fault);

/** A rule with how often it fitted, and struck. */
export type CountedRule = FaultRule & { readonly seen: number; readonly fired: number };

export class Faults {
  /** Rules of each sort, so that an exchange without faults asks nothing. */
  private requests: Live[] = [];
  private messages: Live[] = [];
  private clocks: Live[] = [];
  private readonly counts = new Map<Fault, number>();
  private log: FaultLogLine[] = [];
  private nextId = 1;

  /** Adds rules. Errors: `PaperError`; then none is added. */
  add(values: readonly unknown[]): void {
    const rules = values.map((value, index) => readRule(value, `rule-${this.nextId + index}`));
    this.nextId += values.length;
    for (const rule of rules) {
      this.remove(rule.id);
      this.put(rule);
    }
  }

  replace(values: readonly unknown[]): void {
    // Read first: a mistake changes nothing.
    values.forEach((value, index) => readRule(value, `rule-${index + 1}`));
    this.clear();
    this.add(values);
  }

  /** Forgets rules, counters and log: what follows is as at the start. */
  clear(): void {
    this.requests = [];
    this.messages = [];
    this.clocks = [];
    this.counts.clear();
    this.log = [];
    this.nextId = 1;
  }

  /** True when there was such a rule. */
  remove(id: string): boolean {
    const before = this.live().length;
    const others = ({ rule }: Live): boolean => rule.id !== id;
    this.requests = this.requests.filter(others);
    this.messages = this.messages.filter(others);
    this.clocks = this.clocks.filter(others);
    return this.live().length < before;
  }

  /** Whether any rule could touch a message. */
  get touchesMessages(): boolean {
    return this.messages.length > 0;
  }

  /** What the server's clock is off by. */
  get skewMs(): number {
    return this.clocks.reduce((sum, { rule }) => sum + (typeof rule.ms === 'number' ? rule.ms : 0), 0);
  }

  request(subject: RequestSubject): Strike<RequestFault>[] {
    if (this.requests.length === 0) return [];
    return this.strike(this.requests, `${subject.method} ${subject.path}`, (live) =>
      fitsRequest(live, subject),
    ) as Strike<RequestFault>[];
  }

  message(subject: MessageSubject): Strike<MessageFault>[] {
    return this.strike(this.messages, subject.stream, (live) =>
      fitsMessage(live, subject),
    ) as Strike<MessageFault>[];
  }

  state(): { rules: CountedRule[]; fired: object; log: readonly FaultLogLine[] } {
    const rules = this.live().map(({ rule, seen, fired }) => ({ ...rule, seen, fired }));
    return { rules, fired: Object.fromEntries(this.counts), log: this.log };
  }

  private live(): Live[] {
    return [...this.requests, ...this.messages, ...this.clocks];
  }

  private put(rule: FaultRule): void {
    const live = {
      rule,
      roll: dice(rule.seed),
      path: rule.path === undefined ? null : pattern(rule.path),
      stream: rule.stream === undefined ? null : pattern(rule.stream),
      seen: 0,
      fired: 0,
    };
    if (isRequestFault(rule.fault)) this.requests.push(live);
    else if (isMessageFault(rule.fault)) this.messages.push(live);
    else this.clocks.push(live);
  }

  private strike(rules: readonly Live[], what: string, fits: (live: Live) => boolean): Strike[] {
    const strikes: Strike[] = [];
    for (const live of rules) {
      if (!fits(live)) continue;
      const { rule, roll } = live;
      live.seen += 1;
      // Three rolls per match whatever comes of it: what one decides does not shift the next.
      const [chance, length, choice] = [roll(), roll(), roll()];
      const spent = rule.count !== undefined && live.fired >= rule.count;
      if (spent || live.seen <= rule.skip || chance >= rule.probability) continue;
      live.fired += 1;
      this.note(rule, what);
      strikes.push({ fault: rule.fault, rule, ms: chosen(rule.ms, length), roll: choice });
    }
    return strikes;
  }

  private note({ id, fault }: FaultRule, what: string): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    this.log.push({ time: Date.now(), rule: id, fault, what });
    if (this.log.length > LOG_LENGTH) this.log.shift();
  }
}

function fitsRequest({ rule, path }: Live, subject: RequestSubject): boolean {
  if (rule.stream !== undefined) return false;
  if (rule.fault === 'hide-order' && !subject.placesOrders) return false;
  if (rule.fault === 'late-execution' && subject.method === 'GET') return false;
  if (rule.method !== undefined && rule.method !== subject.method) return false;
  if (path && !path.test(subject.path) && !(subject.ws && path.test(subject.ws))) return false;
  return fitsOwner(rule, subject);
}

function fitsMessage({ rule, stream }: Live, subject: MessageSubject): boolean {
  return (stream === null || stream.test(subject.stream)) && fitsOwner(rule, subject);
}

function fitsOwner(
  rule: FaultRule,
  subject: { symbol: string | undefined; account: string | undefined },
): boolean {
  if (rule.symbol !== undefined && rule.symbol !== subject.symbol) return false;
  return rule.account === undefined || rule.account === subject.account;
}

function chosen(ms: FaultRule['ms'], roll: number): number {
  if (ms === undefined) return 0;
  return typeof ms === 'number' ? ms : Math.round(ms[0] + (ms[1] - ms[0]) * roll);
}
