/** What became of a batch, in words, for the log; amounts are rounded for reading. */
import { dec, rounded } from '../core/decimal.js';
import type { BotState } from '../core/state.js';
import { reasonWords } from './files/words.js';

type Values = Readonly<Record<string, string | number>>;

const BATCHES: Record<string, (values: Values, quote: string) => string> = {
  'batch-opened': (v, quote) =>
    `Batch ${v['batch']} opened: ${v['quantity']} at ${short(v['price'])} for ${money(v['cost'])} ${quote}`,
  'batch-sold': (v, quote) =>
    `Batch ${v['batch']} sold ${v['quantity']} at ${short(v['price'])} (${v['slot']}): ${money(v['quote'])} ${quote}, profit ${money(v['pnl'])} before commissions`,
  'batch-stopped': (v, quote) =>
    `Batch ${v['batch']} met its stop: ${v['quantity']} at ${short(v['price'])}, ${money(v['quote'])} ${quote}, profit ${money(v['pnl'])} before commissions`,
  'batch-completed': (v, quote) =>
    `Batch ${v['batch']} is completed: ${money(v['received'])} ${quote} received for ${money(v['cost'])}, ${v['rest']} left as dust`,
};

/** Null for a notice that is not about a batch. */
export function batchWords(state: BotState, code: string, values: Values): string | null {
  if (code === 'batch-leaves') return leavesWords(state, values);
  return BATCHES[code]?.(values, state.settings.instrument.quote) ?? null;
}

function leavesWords(state: BotState, { batch, slot, reason, quantity, ...numbers }: Values): string {
  const figures = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)]));
  const { plan, signalName } = state.terms ?? state.settings.terms;
  const why = reasonWords(signalName, plan.name, [{ code: String(reason), values: figures }]);
  return `Batch ${batch} sells ${quantity} at market (${slot}): ${why}`;
}

const money = (amount: string | number | undefined): string => rounded(dec(amount ?? 0), 2);

function short(price: string | number | undefined): string {
  return rounded(dec(price ?? 0), 8).replace(/\.?0+$/, '');
}
