import { botFolder } from '../../bot/files/folder.js';
import { decodeEntry } from '../../bot/files/journal.js';
import { tail } from '../../bot/files/log.js';
import type { DecisionView } from '../../bot/files/view.js';
import { decisionView } from '../../bot/files/words.js';

/** A bot's last decisions, oldest first, from the end of its journal; a torn or damaged line is passed over. */
export async function readDecisions(
  data: string,
  id: string,
  plan: string,
  limit: number,
): Promise<DecisionView[]> {
  const lines = await tail(botFolder(data, id).events, limit, '"type":"decide"');
  const decisions = lines.flatMap((line) =>
    (decodeEntry(line)?.effects ?? []).flatMap((effect) =>
      effect.type === 'decide' ? [effect.decision] : [],
    ),
  );
  return decisions.slice(-limit).map((decision) => decisionView(decision, plan));
}
