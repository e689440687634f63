import type { Link } from '../../views/why-model.js';
export type { Figure, Finding, Link, Weight } from '../../views/why-model.js';

/** A setting's field on the bot's page: `settingLink('btc-dip', 'risk.maxDailyLossPercent', 'Daily loss limit')`. */
export function settingLink(id: string, path: string, text: string): Link {
  return { href: `/bots/${id}#setting-${path}`, text };
}
