/** Asked before a bot trades on a live venue: every condition with its verdict. */
import type { BotView } from '../bot/files/view.js';
import type { Preflight } from '../exchange/keys/shown.js';
import type { Question } from './confirm.js';
import { html } from './html.js';

const SIGN = { ok: '✓', warning: '!', refused: '✗' } as const;

export function startQuestion({ name, venue, budget, quote }: BotView, { ok, lines }: Preflight): Question {
  const real = venue === 'binance';
  const spends = `It may spend up to ${budget} ${quote} of ${real ? 'real money' : 'practice money'}.`;
  return {
    verb: 'start',
    title: ok ? `Let ${name} trade on ${venue}?` : `${name} cannot trade on ${venue} yet`,
    facts: [...lines.map(({ verdict, words }) => `${SIGN[verdict]} ${words}`), ...(ok ? [spends] : [])],
    yes: ok ? (real ? 'Trade real money' : 'Start it') : null,
    busy: 'Starting…',
    no: 'Leave it stopped',
    ...(real ? { fields: html`<input type="hidden" name="realMoney" value="yes" />` } : { calm: true }),
  };
}
