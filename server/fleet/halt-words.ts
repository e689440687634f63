import type { Halted } from './outcomes.js';

/** What came of a halt, one sentence each. */
export function haltWords({ halt, entries, unreached, holding }: Halted): string[] {
  const taken = entries - unreached.length;
  const sells = holding.filter((bot) => bot.sells);
  const keeps = holding.filter((bot) => !bot.sells);
  const list = (bots: Halted['holding']) =>
    bots.map(({ id, quantity, base }) => `${id} ${quantity} ${base}`).join(', ');
  return [
    'The fleet is halted: no bot buys until flotilla resume.',
    ...(taken > 0
      ? [`${taken === 1 ? 'One open entry was' : `${taken} open entries were`} taken back.`]
      : []),
    ...unreached.map(
      ({ id, order, reason }) =>
        `${id}: the entry ${order.clientOrderId} is still open, as far as is known: ${reason}.`,
    ),
    ...(sells.length > 0 ? [`Selling at market: ${list(sells)}.`] : []),
    ...(keeps.length > 0 ? [keptWords(list(keeps), halt.flatten)] : []),
  ];
}

function keptWords(kept: string, flatten: boolean): string {
  if (!flatten) return `Kept, with the protection that rests: ${kept}.`;
  return `Not running, and so not sold: ${kept}. Started, they sell at once.`;
}
