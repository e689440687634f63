import { botFolder } from '../../bot/files/folder.js';
import { tail } from '../../bot/files/log.js';
import type { ShownDecision } from '../../views/model.js';

/** A bot's last decisions, oldest first, from the end of its log; a torn or damaged line is passed over. */
export async function readDecisions(data: string, id: string, limit: number): Promise<ShownDecision[]> {
  const lines = await tail(botFolder(data, id).log, limit, '"code":"decision"');
  return lines.flatMap((line) => decisionOf(line) ?? []);
}

function decisionOf(line: string): ShownDecision | null {
  try {
    const { decision, time: wall } = JSON.parse(line) as {
      decision?: Partial<ShownDecision>;
      time?: unknown;
    };
    if (typeof decision?.time !== 'number' || typeof decision.reasoning !== 'string') return null;
    const {
      time,
      signal = '',
      verdict = 'hold',
      reasoning,
      outcome = 'waits',
      indicators = {},
      block,
    } = decision;
    return {
      time,
      signal,
      verdict,
      reasoning,
      outcome,
      ...(block === undefined ? {} : { block }),
      indicators,
      ...(typeof wall === 'number' ? { wall } : {}),
    };
  } catch {
    return null;
  }
}
