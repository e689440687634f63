/** Who listens to which account, and what they are told. */
import type { EngineEvent } from '../engine/types.js';
import type { Link } from './link.js';
import type { Lockstep } from './lockstep.js';
import { userPayload } from './user-payloads.js';

export interface Subscription {
  readonly link: Link;
  /** Unique on its connection. */
  readonly id: number;
  /** Of a listen key: the frame around an event. */
  readonly frame?: (event: string) => string;
}

export class UserStreams {
  private readonly byAccount = new Map<string, Set<Subscription>>();

  constructor(private readonly lockstep: Lockstep) {}

  add(account: string, subscription: Subscription): void {
    let set = this.byAccount.get(account);
    if (!set) this.byAccount.set(account, (set = new Set()));
    set.add(subscription);
  }

  remove(account: string, subscription: Subscription): void {
    this.byAccount.get(account)?.delete(subscription);
  }

  tell(events: readonly EngineEvent[]): void {
    for (const event of events) this.tellRaw(event.account, () => userPayload(event));
  }

  tellRaw(account: string, payload: () => object): void {
    const subscriptions = this.byAccount.get(account);
    if (!subscriptions?.size) return;
    const event = payload() as { e: string; x?: string; s?: string };
    const stream = event.x === undefined ? event.e : `${event.e}:${event.x}`;
    const subject = { stream, symbol: event.s, account };
    const json = JSON.stringify(event);
    for (const { link, id, frame } of subscriptions)
      link.tell(frame?.(json) ?? `{"subscriptionId":${id},"event":${json}}`, subject);
    this.lockstep.published();
  }
}
