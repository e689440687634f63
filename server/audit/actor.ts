import { userInfo } from 'node:os';
import { whoAsks } from '../auth/context.js';
import type { AuditEvent } from './log.js';

export type Actor = Pick<AuditEvent, 'user' | 'userId' | 'via' | 'address'>;

/** Who does what is being done: the user of the request, else the user of the operating system at the command line. */
export function actor(): Actor {
  const who = whoAsks();
  if (who === null) return { user: ownName(), userId: null, via: 'command line', address: null };
  const { name, id, via, address } = who;
  return { user: name, userId: via === 'run' ? null : id, via, address };
}

/** The user of the operating system that this process is. */
export function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
