import type { BotView } from '../../bot/files/view.js';
import type { Finding } from './finding.js';

const CONFIG_FAULT = /config\.json(:\d|\b.* cannot be read)/;

/** Whether its process runs, and lets it trade. */
export function processFindings(bot: BotView): Finding[] {
  const { id, actual, desired, errors, holdUps } = bot;
  const since = holdUps?.said?.since ?? null;
  const log = { href: `/bots/${id}#log`, text: 'Log' };
  const act = (code: string, sentence: string, link = log): Finding[] => [
    { code, weight: 'act', since, sentence, numbers: [], link },
  ];
  const fault = errors.find((error) => CONFIG_FAULT.test(error));
  if (fault !== undefined) return act('config', fault, { href: `/bots/${id}#config`, text: 'Configuration' });
  if (actual === 'refused')
    return act('refused', errors[0] ?? 'It lives, but refuses to trade; its log says why.');
  if (actual === 'errored')
    return act(
      'errored',
      `Its process ended and could not be started again${restarts(bot)}. Look into its log, then start it.`,
    );
  if (actual === 'lost')
    return act('lost', 'It trades on, but its supervisor is gone: stop and start it, or run flotilla up.');
  if (desired === 'running' && actual === 'stopped')
    return act('not-started', 'It should run, but has no process: start it, or run flotilla up.');
  const refusal = holdUps?.refusal ?? null;
  return refusal === null ? [] : act('refusing', refusal);
}

function restarts({ process }: BotView): string {
  const count = process?.restarts ?? 0;
  return count === 0 ? '' : ` (${count} ${count === 1 ? 'restart' : 'restarts'})`;
}
