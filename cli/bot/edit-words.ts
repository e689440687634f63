import type { AppliesTo } from '../../bot/files/config-foresight.js';
import type { BotView } from '../../bot/files/view.js';
import type { EditPreview } from '../../server/fleet/edit-preview.js';
import { table } from '../output.js';

/** What would change, before it does. */
export function previewWords(preview: EditPreview, chosen: AppliesTo | undefined): string {
  const { id, changes, asks, appliesTo, now, nextCycle } = preview;
  const rows = changes.map(({ path, before, after }) => [
    `  ${path}`,
    `${before ?? '(not set)'} → ${after ?? '(not set)'}`,
  ]);
  const what = rows.length === 0 ? ['  It says that already.'] : [table(rows)];
  const open = asks && chosen === undefined;
  const lines = open
    ? [section('If it counts now', now), section('If it counts from the next cycle on', nextCycle)]
    : [(appliesTo === 'now' ? now : nextCycle).map((line) => `  ${line}`).join('\n')];
  return [id, ...what, ...lines.filter(Boolean)].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return `  ${title}: ${lines.join(' ') || 'nothing else happens.'}`;
}

/** What was done, and when it counts. */
export function savedWords(
  { actual, phase }: BotView,
  { changes, asks }: EditPreview,
  appliesTo: AppliesTo | undefined,
): string {
  if (changes.length === 0 && (appliesTo === undefined || phase === 'flat')) return 'nothing to change.';
  const when = actual === 'stopped' ? 'its next start' : 'now';
  if (phase === 'flat' || !asks) return `changed; it counts from ${when} on.`;
  return appliesTo === 'now'
    ? `changed; it counts from ${when} on, for what it holds too.`
    : 'changed; what it holds keeps the plan that it was bought on.';
}
