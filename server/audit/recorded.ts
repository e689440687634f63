import { actor } from './actor.js';
import type { AuditEvent, AuditLog } from './log.js';

/** Does something, and writes down what became of it. `details` never holds a secret. */
export async function recorded<Result>(
  audit: AuditLog,
  action: string,
  about: string | null,
  work: () => Promise<Result>,
  details: object | (() => Promise<object>) = {},
): Promise<Result> {
  const said = async (): Promise<object> => (typeof details === 'function' ? details() : details);
  try {
    const result = await work();
    await note(audit, { action, about, outcome: 'done', details: { ...(await said().catch(() => ({}))) } });
    return result;
  } catch (error) {
    const { code = 'FAILED', message } = error as { code?: string; message: string };
    await note(audit, {
      action,
      about,
      outcome: 'failed',
      details: { code, message: message.slice(0, 300) },
    });
    throw error;
  }
}

async function note(
  audit: AuditLog,
  event: Omit<AuditEvent, 'user' | 'userId' | 'via' | 'address'>,
): Promise<void> {
  await audit.note({ ...actor(), ...event });
}
