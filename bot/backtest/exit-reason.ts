/** Why an exit order sold, in a trader's word. */
import type { ReportedFill } from '../../core/events.js';
import { lotOfSlot, saleKind } from '../../core/lots.js';
import type { BotState } from '../../core/state.js';
import type { Reason } from '../../core/strategy.js';

/** As traders call them. What a signal gives has codes of its own. */
const WORDS: Readonly<Record<string, string>> = {
  'target-met': 'take-profit',
  'stop-met': 'stop-loss',
  'stop-loss': 'stop-loss',
  'trailing-stop': 'trailing-stop',
  unprotectable: 'unprotectable',
  'stop-stuck': 'stop-stuck',
};

/**
 * `signal`, `stop-loss`, `take-profit`, `trailing-stop`, …; a step of a ladder says which, and its target: `step 2 at 44199.64`.
 * `state` is the bot's after the fill.
 */
export function exitReason(
  slot: string,
  fill: ReportedFill,
  [first]: readonly Reason[],
  state: BotState,
): string {
  if (lotOfSlot(slot) === null) return first === undefined ? 'take-profit' : (WORDS[first.code] ?? 'signal');
  const kind = saleKind(slot);
  if (kind === 'stop') return 'stop-loss';
  // Of one batch alone: its trailing stop, which the plan watches.
  if (kind === 'exit') return 'trailing-stop';
  const { plan } = state.settings.terms;
  const step = /_s(\d+)/.exec(slot)?.[1];
  if (step === undefined || plan['multiStep'] === false) return 'take-profit';
  return `step ${step} at ${targetOf(slot, fill, state)}`;
}

/** The price at which it rested; of a sale at market the target that the close had reached. */
function targetOf(slot: string, { clientOrderId, price }: ReportedFill, { orders, lots }: BotState): string {
  const resting = orders.flatMap(({ legs }) => legs).find((leg) => leg.clientOrderId === clientOrderId);
  if (resting?.price != null) return resting.price;
  const leaving = lots.find(({ id }) => id === lotOfSlot(slot))?.leaving.find((each) => each.slot === slot);
  const target = leaving?.reason.values['target'];
  return target === undefined ? price : String(target);
}
