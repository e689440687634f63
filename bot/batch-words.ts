/** What became of a batch, a cycle and the wallet, in words, for the log; amounts are rounded for reading. */
import { dec, rounded, text } from '../core/decimal.js';
import type { BotState } from '../core/state.js';
import { grouped, reasonWords } from './files/words.js';

type Values = Readonly<Record<string, string | number>>;

const BATCHES: Record<string, (values: Values, quote: string) => string> = {
  'batch-opened': (v, quote) =>
    `Batch ${v['batch']} of ${v['market']} opened: ${money(v['cost'])} ${quote} @ ${short(v['price'])}, ${v['quantity']} bought`,
  'batch-sold': (v, quote) =>
    `Batch ${v['batch']} of ${v['market']} sold ${v['percent']} % @ ${short(v['price'])} (${stepWords(v)}): ${result(v, quote)}`,
  'batch-stopped': (v, quote) =>
    `Batch ${v['batch']} of ${v['market']} met its stop loss: ${v['percent']} % sold @ ${short(v['price'])}, ${result(v, quote)}`,
  'batch-completed': (v, quote) =>
    `Batch ${v['batch']} of ${v['market']} is completed: ${money(v['received'])} ${quote} received for ${money(v['cost'])}, profit ${money(v['pnl'])}${restWords(v)}${keptWords(v)}`,
  'cycle-ended': (v, quote) =>
    `Cycle ${v['cycle']} of ${v['market']} has ended${endWords(v)}: ${money(v['received'])} ${quote} received for ${money(v['cost'])}, profit ${money(v['pnl'])}${keptWords(v)}`,
  'wallet-changed': (v) =>
    `Wallet: ${money(v['cash'])} ${v['quote']} of cash, ${v['quantity']} ${v['base']} held`,
};

/** Null for a notice that is not about these. */
export function batchWords(state: BotState, code: string, values: Values): string | null {
  if (code === 'batch-leaves') return leavesWords(state, values);
  return BATCHES[code]?.(values, state.settings.instrument.quote) ?? null;
}

/** Commissions in the quote asset are taken off. */
function result(v: Values, quote: string): string {
  const percent = Number(v['profitPercent']);
  return `${money(v['quote'])} ${quote} received, profit ${money(v['pnl'])} (${percent > 0 ? '+' : ''}${percent} %)`;
}

function stepWords({ slot }: Values): string {
  const step = /_s(\d+)$/.exec(String(slot))?.[1];
  return step === undefined ? String(slot) : `step ${step}`;
}

function restWords({ rest }: Values): string {
  return dec(rest ?? 0).eq(0) ? '' : `, ${rest} left as dust`;
}

/** Why the profit is not what was received less the cost: dust keeps its cost, until it is sold with what comes later. */
function keptWords({ cost, received, pnl }: Values): string {
  const kept = dec(cost ?? 0)
    .minus(dec(received ?? 0))
    .plus(dec(pnl ?? 0));
  if (dec(rounded(kept, 2)).eq(0)) return '';
  return kept.gt(0)
    ? `; ${money(text(kept))} of the cost stays in what was too small to sell`
    : `; what was left from before and sold with it had cost ${money(text(kept.abs()))}`;
}

function endWords({ end }: Values): string {
  return end === '' || end === undefined ? '' : ` (${String(end).replace('-', ' ')})`;
}

function leavesWords(state: BotState, { batch, slot, reason, quantity, ...numbers }: Values): string {
  const figures = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)]));
  const { plan, signalName } = state.terms ?? state.settings.terms;
  const why = reasonWords(signalName, plan.name, [{ code: String(reason), values: figures }]);
  return `Batch ${batch} sells ${quantity} at market (${slot}): ${why}`;
}

const money = (amount: string | number | undefined): string => grouped(rounded(dec(amount ?? 0), 2));

function short(price: string | number | undefined): string {
  return grouped(rounded(dec(price ?? 0), 8).replace(/\.?0+$/, ''));
}
