import type { BotView } from '../../bot/files/view.js';
import type { Finding, SeenFinding, Weight, WhyBot } from '../../views/why-model.js';
import { judge } from './judge.js';
import type { Since } from './since.js';

const GRAVITY: Record<Weight, number> = { act: 0, held: 1, calm: 2 };

/** All bots, those that need their user first; `since`: what is known beyond a bot's own files. */
export function whyOf(
  bots: readonly BotView[],
  now: number,
  since: (id: string, finding: Finding) => Since | null,
): WhyBot[] {
  const judged = bots.map((bot): WhyBot => {
    const findings = judge(bot, now).map((finding): SeenFinding => {
      const found = since(bot.id, finding);
      return { ...finding, since: found?.at ?? null, atLeast: found !== null && !found.exact };
    });
    const { id, name, venue, symbol } = bot;
    return { id, name, venue, symbol, weight: findings[0]?.weight ?? 'calm', findings };
  });
  return judged.sort((a, b) => GRAVITY[a.weight] - GRAVITY[b.weight]);
}
