import { AsyncLocalStorage } from 'node:async_hooks';
import type { Role } from './users.js';

/** Who a request comes from. */
export interface Who {
  /** The user's id; `command-line` for the token of this run of the server. */
  readonly id: string;
  readonly name: string;
  /** What may be done: the user's role, or less where a token allows less. */
  readonly role: Role;
  readonly via: 'session' | 'token' | 'run';
  /** Names the session or token, for caps, limits and form marks; not secret. */
  readonly key: string;
  /** Of the client. */
  readonly address: string;
  /** Until when the password counts as just given (wall ms): what is dangerous asks for it again. */
  readonly sureUntil: number;
}

const asking = new AsyncLocalStorage<Who | null>();

/** Who asked for what is being done now; null outside of requests, and before anybody has signed in. */
export function whoAsks(): Who | null {
  return asking.getStore() ?? null;
}

export function onBehalfOf<Result>(who: Who | null, work: () => Result): Result {
  return asking.run(who, work);
}
