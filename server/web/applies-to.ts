import { parse } from 'jsonc-parser';
import type { BotView } from '../../bot/files/view.js';

export type AppliesTo = 'now' | 'next-cycle';

/** From when on a change of the config counts, as its text says; what a config counts as that does not say it. */
export function appliesToOf(text: string): AppliesTo {
  const config: unknown = parse(text);
  const said = typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : {};
  return said['appliesTo'] === 'now' ? 'now' : 'next-cycle';
}

/**
 * What a save writes into the text: the editor's menu decides where it was turned away from what the file says, else
 * the text does, in which the line may have been edited. Undefined where the text is right as it was typed.
 */
export function appliesToWrite(
  menu: string | undefined,
  { present, typed }: { readonly present: string; readonly typed: string },
): AppliesTo | undefined {
  if (menu !== 'now' && menu !== 'next-cycle') return undefined;
  return menu === appliesToOf(present) || menu === appliesToOf(typed) ? undefined : menu;
}

/** From when on what was saved counts: said of the text that is in the file now. */
export function savedSentence(bot: BotView, text: string): string {
  const now = appliesToOf(text) === 'now';
  if (bot.actual === 'stopped') {
    if (bot.phase === 'flat') return 'Saved. It counts from the next start on.';
    return now
      ? 'Saved. It counts from the next start on, for the position it holds too.'
      : 'Saved. It counts from the next start on; the position it holds keeps the plan it began with.';
  }
  if (bot.phase === 'flat' || now) return 'Saved. It counts now.';
  return 'Saved. It counts from the next cycle on.';
}
