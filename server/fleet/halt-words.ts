import type { Halted } from './outcomes.js';

/** What came of a halt, one sentence each. */
export function haltWords({ halt, unreached, holding }: Halted): string[] {
  const sells = holding.filter((bot) => bot.sells);
  const keeps = holding.filter((bot) => !bot.sells);
  const list = (bots: Halted['holding']) =>
    bots.map(({ id, quantity, base }) => `${id} ${quantity} ${base}`).join(', ');
  return [
    'The fleet is halted: no bot buys until flotilla resume.',
    unreached.length === 0
      ? 'No buy order of a bot is open any more.'
      : `${unreached.length === 1 ? 'One buy order' : `${unreached.length} buy orders`} may still be open:`,
    ...unreached.map(({ id, order, reason }) => `${id}: the entry ${order.clientOrderId}: ${reason}.`),
    ...(sells.length > 0 ? [`Still selling at market: ${list(sells)}.`] : []),
    ...(keeps.length > 0 ? [keptWords(list(keeps), halt.flatten)] : []),
    ...(holding.length === 0 ? ['No bot holds anything that can be sold.'] : []),
  ];
}

function keptWords(kept: string, flatten: boolean): string {
  if (!flatten) return `Kept, with the protection that rests: ${kept}.`;
  return `Not running, and so not sold: ${kept}. Started, they sell at once.`;
}
