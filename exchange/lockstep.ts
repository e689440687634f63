/**
 * Lock step: in `manual` and `max` speed the paper exchange holds the market after each close, path point and fill
 * until every registered bot has settled (design §7).
 *
 * A hold has a number. The exchange sends `hold:<n>` as the payload of a WebSocket ping on every market and user
 * stream, after the events that led to it: a ping is answered by any client, and reaches ours in order behind the
 * events. A stream opened during a hold is pinged once it is subscribed. A bot that has seen the ping on all its
 * streams, has handled all events and has the replies to all its requests says `settled` with that number over its
 * control connection. A bot whose control connection closed is not waited for.
 *
 * Control connection: `ws://<control host and path>/lockstep`, JSON text messages.
 */
export interface RegisterMessage {
  readonly type: 'register';
  readonly bot: string;
  /** The API key of the account it trades on. */
  readonly account: string;
}
export interface RegisteredMessage {
  readonly type: 'registered';
  /** False at other speeds: nobody waits, no barrier comes, nothing needs to be settled. */
  readonly lockStep: boolean;
}
export interface SettledMessage {
  readonly type: 'settled';
  readonly bot: string;
  readonly account: string;
  /** The number of the last hold whose events have all been handled. */
  readonly lastEvent: number;
}

const PREFIX = 'hold:';

export function barrierPayload(hold: number): string {
  return `${PREFIX}${hold}`;
}

/** The hold's number, or null for a ping that is only a ping. */
export function holdOf(payload: string): number | null {
  if (!payload.startsWith(PREFIX)) return null;
  const hold = Number(payload.slice(PREFIX.length));
  return Number.isSafeInteger(hold) ? hold : null;
}

export function lockstepUrl(control: string): string {
  return `${control.replace(/^http/, 'ws')}/lockstep`;
}
